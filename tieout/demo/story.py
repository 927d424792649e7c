"""The sample company's eighteen months as chapters: each at its moment, each one transaction."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tieout.demo import cases, cast, closing, mingyuan, setting_up
from tieout.demo.beside import Beside
from tieout.demo.books import Books, batches
from tieout.demo.chapters import Chapter
from tieout.demo.collecting import Collecting
from tieout.demo.connected import Connected
from tieout.demo.dates import Dates
from tieout.demo.entries import Entry, numbered
from tieout.demo.files import Files
from tieout.demo.looks import Looks
from tieout.demo.quarrels import Quarrels
from tieout.demo.setting_up import Cast
from tieout.demo.trade import usual
from tieout.demo.waiting import Waiting
from tieout.periods import Period

#: Months for which statements are issued; before, the company had none.
STATEMENTS = 6


class Story:
    """Who is there and what is booked, while the chapters go by."""

    def __init__(self, dates: Dates, samples: Path | None = None) -> None:
        self.dates, self.samples = dates, samples
        self.cast = Cast()
        self.books = Books(self.cast.accounts)
        self.entries = numbered([*usual(dates), *cases.entries(dates), *mingyuan.entries(dates)])

    def chapters(self) -> list[Chapter]:
        """Everything that happens, in order."""
        parts = (self.dates, self.cast, self.books)
        made = [
            *self._beginning(),
            *self._posting(),
            *self._month_ends(),
            *Quarrels(*parts).chapters(),
            *Collecting(*parts).chapters(),
            *self._last_answers(),
            *Beside(*parts[:2]).chapters(),
            *Waiting(*parts[:2]).chapters(),
            *Looks(*parts[:2]).chapters(),
            *Connected(self.dates, self.cast).chapters(),
            *Files(*parts, self.entries, self.samples).chapters(),
        ]
        return sorted(made, key=lambda chapter: chapter.at)

    def _beginning(self) -> Iterator[Chapter]:
        at = self.dates.at(self.dates.first, 8)

        def set_up(session: Session) -> None:
            setting_up.set_up_company(session, self.dates)
            setting_up.add_staff(session, self.cast, at=at)

        def add_partners(session: Session) -> None:
            setting_up.add_banks(session, self.cast, self.dates.first)
            setting_up.add_goods(session, self.cast.chen)
            setting_up.add_partners(session, self.cast, at=at)

        yield Chapter(at, set_up)
        yield Chapter(at, add_partners)
        yield Chapter(at, lambda session: setting_up.open_portal(session, self.cast, at=at))

    def _posting(self) -> Iterator[Chapter]:
        for day, batch in batches(self.entries, self.dates.posting_days()):
            at = self.dates.at(day, 18)

            def post(session: Session, batch: list[Entry] = batch, at: datetime = at) -> None:
                self.books.post(session, batch, by=self.cast.chen, at=at)

            yield Chapter(at, post)

    def _month_ends(self) -> Iterator[Chapter]:
        begin = self.dates.at(self.dates.day(0, 20), 11)
        yield Chapter(begin, lambda session: setting_up.send_by_mail(session, self.cast))
        for month in self.dates.months[-STATEMENTS:]:
            yield from self._month_end(month)

    def _month_end(self, month: Period) -> Iterator[Chapter]:
        first = month.next_month().start
        drafted, issued = self.dates.at(first, 9, 10), self.dates.at(first, 9, 30)
        yield Chapter(drafted, lambda session: closing.draft(session, self.cast, month, at=drafted))
        yield Chapter(issued, lambda session: closing.issue(session, self.cast, month, at=issued))
        if month == self.dates.months[-1]:
            return
        for no, partner in enumerate(cast.PARTNERS):
            at = self.dates.at(first.replace(day=2 + no % 7), 10, 5 + no)
            if partner is not cast.TIANHE:
                yield self._answer(partner, month, at)

    def _last_answers(self) -> Iterator[Chapter]:
        """So far some have answered the last month: yes, no, and with their own figure."""
        month, dates = self.dates.months[-1], self.dates
        for no, partner in enumerate((cast.LIANYI, cast.NINGBO, cast.NORDHAVEN, cast.YONGXIN)):
            yield self._answer(partner, month, dates.answered(2, 9, 20 + no))
        ticked = dates.answered(3, 9, 10)
        yield Chapter(
            ticked,
            lambda session: closing.confirm_lines(
                session, self.cast, cast.MINGYUAN, month, 3, at=ticked
            ),
        )
        corrected = dates.answered(8, 10)
        yield Chapter(
            corrected,
            lambda session: closing.correct(
                session, self.cast, cast.ATLAS, month, "Freight was charged twice", at=corrected
            ),
        )
        yield self._answer(cast.DONGFANG, month, dates.answered(2, 15, 5))
        yield self._answer(
            cast.JINHAI, month, dates.answered(3, 10, 15),
            stated="6480.00", note="我方账面少一张发票，请核对。",
        )  # fmt: skip

    def _answer(
        self,
        partner: cast.Partner,
        month: Period,
        at: datetime,
        *,
        stated: str = "",
        note: str = "",
    ) -> Chapter:
        def act(session: Session) -> None:
            closing.answer(session, self.cast, partner, month, stated=stated, note=note, at=at)

        return Chapter(at, act)


def today_of(as_of: date | None, now: datetime) -> Dates:
    """The days of the sample company, seen from a day or from now."""
    return Dates(now) if as_of is None else Dates.on(as_of)
