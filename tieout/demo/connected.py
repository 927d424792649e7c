"""The warehouse's exports: a watched folder, with one file that came in by itself this morning."""

import csv
import os
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

from sqlalchemy.orm import Session

from tieout import clock, db
from tieout.demo import cast
from tieout.demo.chapters import Chapter
from tieout.demo.dates import Dates
from tieout.demo.setting_up import Cast
from tieout.intake.connectors import due, pulling, services
from tieout.intake.connectors.due import Plan, Schedule
from tieout.intake.connectors.folder import QUIET
from tieout.intake.connectors.reach import reach
from tieout.intake.connectors.services import ConnectorInput

NAME = "Warehouse exports · 仓库导出"
_HEADINGS = ("Number", "Date", "Due date", "Customer code", "Customer name", "Amount", "PO number")


class Connected:
    """The connector, and its first pulls."""

    def __init__(self, dates: Dates, made: Cast) -> None:
        self.dates, self.cast = dates, made

    def chapters(self) -> Iterator[Chapter]:
        """Set up the day before, pulled this morning; nothing where no folder may be read."""
        if not reach().folders:
            return
        today = self.dates.today
        began = self.dates.at(today - timedelta(days=1), 16, 20)
        yield Chapter(began, self.set_up)
        yield Chapter(self.dates.at(today, 7), lambda _session: None, self.pull)

    def set_up(self, session: Session) -> None:
        """The administrator connects the folder the warehouse writes into."""
        folder = reach().folders[0]
        folder.mkdir(parents=True, exist_ok=True)
        values = {"path": str(folder), "pattern": "*.csv", "moves": "", "quiet": str(QUIET)}
        given = ConnectorInput(NAME, "folder", "documents", values, Plan(Schedule.HOURLY))
        by = self.cast.staff[cast.HE.email]
        services.add(session, given, by=by, at=clock.now())

    def pull(self) -> None:
        """The warehouse has written; the worker looks, as it does every hour."""
        self._write()
        with db.transaction() as session:
            due.begin_pulls(session, clock.now())
        pulling.work_waiting("sample")

    def _write(self) -> None:
        on = self.dates.today - timedelta(days=1)
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow(_HEADINGS)
        for no, (partner, amount) in enumerate(
            ((cast.SUZHOU, "1560.00"), (cast.NINGBO, "2208.00"), (cast.HUADONG, "936.00")), start=1
        ):
            writer.writerow(
                (
                    f"WH-{on:%m%d}-{no}", on, on + timedelta(days=30), partner.code, partner.name,
                    amount, f"PO 4500-76{no}",
                )
            )  # fmt: skip
        path = reach().folders[0] / f"warehouse-{on}.csv"
        path.write_text(out.getvalue(), "utf-8")
        moment = clock.now().timestamp() - 10 * QUIET
        os.utime(path, (moment, moment))
