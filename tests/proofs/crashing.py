"""A process that works and is killed: `python -m tests.proofs.crashing JOB` for a job as JSON.

It stays one thread, so that it can fork: each child does the work of one database, and dies by
SIGKILL at the so-manieth thing it does, a statement to the database or a step of the wire. The
undisturbed work is done by the parent itself, so that its children need not learn it all again.
"""

import json
import os
import signal
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select

from notifications import channels
from notifications.channels import Channel, Parcel
from notifications.delivery import Deliverer
from tests.factories import BY, OTHER, make_company
from tests.support.compiled import STATEMENTS
from tests.support.visitor import settings_for
from tieout import app as roof
from tieout import clock, db, runs, settings
from tieout.config import Settings
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.intake import approving, staging
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.states import BatchState
from tieout.intake.uploads import Inspected, inspect
from tieout.messages import handover
from tieout.messages.outcomes import Outcome
from tieout.periods import Period
from tieout.statements import runs as statement_runs

PHASES = ("import", "statements", "sending")
START = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
#: When somebody starts it again: leases have run out.
AGAIN = START + timedelta(minutes=30)
JUNE = Period.month(2026, 6)
CODES = tuple(f"M-{number:04}" for number in range(1, 6))


class Fate:
    """Counts what is done, and ends the process when it is time."""

    def __init__(self, phase: str = "", at: int = 0) -> None:
        self.phase, self.at = phase, at
        self.now = ""
        self.done = dict.fromkeys(PHASES, 0)

    def step(self, *_arguments: Any, **_facts: Any) -> None:
        """Something is about to be done."""
        if not self.now:
            return
        self.done[self.now] += 1
        if self.now == self.phase and self.done[self.now] == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """A channel at whose ends the process may die."""

    def __init__(self, channel: Channel, fate: Fate) -> None:
        self._channel, self._fate = channel, fate
        self.name, self.form = channel.name, channel.form
        self.keeps_files = channel.keeps_files

    def lanes(self, to: str) -> Any:
        """As the channel has them."""
        return self._channel.lanes(to)

    def send(self, parcel: Parcel) -> Outcome:
        """Before the wire, and after it."""
        self._fate.step()
        outcome = self._channel.send(parcel)
        self._fate.step()
        return outcome

    def close(self) -> None:
        """Let go."""
        self._channel.close()


def company() -> None:
    """A company with five customers, and nothing booked yet."""
    with db.transaction() as session:
        make_company(session)
        settings.write(session, "statement_mail_pdf", False, by=BY)
        for code in CODES:
            customer = Customer(code=code, name=f"Customer {code}", created_at=START)
            session.add(customer)
            session.flush()
            account = CustomerAccount(
                customer_id=customer.id, currency="CNY", kind="receivable", created_at=START
            )
            contact = Contact(
                customer_id=customer.id,
                name=f"Wang Min of {code}",
                email=f"wang.min@{code.lower()}.example",
                created_at=START,
            )
            session.add_all([account, contact])


def ledger_file() -> bytes:
    """What is imported: three documents of each customer."""
    lines = ["Customer code,Type,Number,Date,Due date,Currency,Amount"]
    for place, code in enumerate(CODES, start=1):
        for number, kind, amount in ((1, "Invoice", 100), (2, "Invoice", 40), (3, "Payment", 100)):
            day = date(2026, 6, 2 + number)
            lines.append(f"{code},{kind},{kind[:3].upper()}-{place}{number},{day},,CNY,{amount}.00")
    return ("\n".join(lines) + "\n").encode()


def work(settings_: Settings, content: bytes, inspected: Inspected, fate: Fate) -> None:
    """Do what is left of all three, as after any start."""
    fate.now = "import"
    _import(content, inspected)
    fate.now = "statements"
    _issue()
    fate.now = "sending"
    _send(settings_, fate)
    fate.now = ""


def _import(content: bytes, inspected: Inspected) -> None:
    with db.transaction() as session:
        batch = session.scalar(select(ImportBatch).where(ImportBatch.sha256 == inspected.sha256))
        if batch is None:
            batch = staging.take_in(session, content, inspected, by=BY, at=clock.now())
        batch_id, digest = batch.id, str(batch.content_digest)
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        if batch.state == BatchState.STAGED:
            approving.submit(session, batch, digest=digest, by=BY, at=clock.now())
    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        if batch.state != BatchState.SUBMITTED:
            return
        prepared = approving.prepare(session, batch, digest=digest)
    with prepared, db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        approving.approve(
            session, batch, digest=digest, by=OTHER, at=clock.now(), prepared=prepared
        )


def _issue() -> None:
    with db.transaction() as session:
        drafts = statement_runs.of_period(session, statement_runs.DRAFTS, JUNE)
        if drafts is None:
            drafts = statement_runs.begin_drafts(session, JUNE, by=BY, at=clock.now())
        drafts_id = drafts.id
    runs.work_through(drafts_id, f"worker {os.getpid()}", statement_runs.HANDLER)
    with db.transaction() as session:
        issue = statement_runs.of_period(session, statement_runs.ISSUE, JUNE)
        if issue is None:
            issue = statement_runs.begin_issue(session, JUNE, by=OTHER, at=clock.now())
        issue_id = issue.id
    runs.work_through(issue_id, f"worker {os.getpid()}", statement_runs.HANDLER)


def _send(settings_: Settings, fate: Fate) -> None:
    with db.transaction() as session:
        handover.recover(session, at=clock.now())
    mail: Channel = Mortal(channels.opened(settings_)["email"], fate)
    deliverer = Deliverer(
        f"worker {os.getpid()}", {"email": mail}, settings_.base_url, chance=lambda: 0.5
    )
    deliverer.deliver_all()
    # what has to wait a while has its turn later
    clock.set_to(clock.now() + timedelta(hours=1))
    deliverer.deliver_all()
    deliverer.close()


def worked(
    job: dict[str, Any], url: str, inspected: Inspected, moment: datetime, fate: Fate
) -> dict[str, int]:
    """Work in this process; give back how many things it did."""
    given = settings_for(
        url,
        Path(job["folder"]),
        smtp_host="127.0.0.1",
        smtp_port=job["smtp_port"],
        smtp_security="plain",
        mail_from="accounts@harbourtools.example",
    )
    roof.compose(given)
    steps = [(Engine, name, fate.step) for name in ("before_cursor_execute", "commit")]
    for step in steps:
        event.listen(*step)
    clock.set_to(moment)
    work(given, ledger_file(), inspected, fate)
    for step in steps:
        event.remove(*step)
    STATEMENTS.learn(db.engine())
    db.disconnect()
    return fate.done


def in_child(
    job: dict[str, Any], url: str, inspected: Inspected, moment: datetime, fate: Fate
) -> dict[str, int]:
    """Work in a child of our own; give back by which signal it was killed, if it was."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            worked(job, url, inspected, moment, fate)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status)}
    if os.WEXITSTATUS(status):
        raise SystemExit(f"the child failed at {fate.phase} {fate.at}")
    return {}


def main() -> None:
    """Work undisturbed once, then be killed and start again on every other database."""
    db.session.make_engine = STATEMENTS.make_engine  # type: ignore[attr-defined]
    job = json.loads(sys.argv[1])
    inspected = inspect(ledger_file(), "june.csv", BatchKind.DOCUMENTS)
    first, *others = job["urls"]
    counted = worked(job, first, inspected, START, Fate())
    for url, (phase, part) in zip(others, job["points"], strict=True):
        at = 1 + int(part * (counted[phase] - 1))
        killed = in_child(job, url, inspected, START, Fate(phase, at))
        print(json.dumps({"phase": phase, "at": at, **killed}), flush=True)
        in_child(job, url, inspected, AGAIN, Fate())


if __name__ == "__main__":
    main()
