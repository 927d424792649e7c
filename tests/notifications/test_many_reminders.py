"""Reminders of a day planned by a stored run: in pieces, once each, whatever happens between."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.jobs import REMINDERS
from tests.conftest import NOW
from tests.factories import AT, BY, make_customer
from tests.notifications import world
from tests.notifications.world import TODAY, House, messages, states
from tests.support.smtp import MailServer
from tieout import audit, clock, db
from tieout.customers.models import Customer, CustomerAccount
from tieout.dunning import notices, runs
from tieout.dunning.models import Notice
from tieout.ledger import posting
from tieout.ledger.models import DocumentKind
from tieout.money import Money
from tieout.runs import stored
from tieout.runs.models import Run
from tieout.runs.work import LEASE, claim, work_through


@pytest.fixture
def house(database_url: str, tmp_path: Path, server: MailServer) -> House:
    """Harbour Tools with something overdue and payments of today."""
    house = world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
    house.fresh_payments()
    house.overdue()
    return house


@pytest.fixture
def more(house: House, monkeypatch: pytest.MonkeyPatch) -> int:
    """Five more customers with something overdue, and pieces of two accounts."""
    monkeypatch.setattr(runs, "PIECE", 2)
    due = TODAY - timedelta(days=5)
    with db.transaction() as session:
        for at in range(1, 6):
            account, money = make_customer(session, f"C-{at}"), Money.of("70.00", "CNY")
            parts = (posting.DuePart(due, money),)
            kind, number = DocumentKind.INVOICE, f"INV-C{at}"
            given = posting.DocumentInput(account.id, kind, number, due, money, due=parts)
            posting.post(session, given, by=BY, at=AT)
    return 5


def planned(session: Session) -> Sequence[Notice]:
    """The reminders planned so far."""
    return session.scalars(select(Notice)).all()


def begun(session: Session) -> Run:
    """A run of today's reminders."""
    run = runs.start(session, on=TODAY, by=audit.SYSTEM, at=NOW)
    assert isinstance(run, Run)
    return run


def test_planned_again_while_it_waits_it_leaves_once(house: House, server: MailServer) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, house.account_id)
        session.get_one(Customer, account.customer_id).time_zone = "America/New_York"
    house.remind()
    house.deliver()
    assert states("reminder") == ["waiting"]  # it is night there

    with db.transaction() as session:
        again = notices.plan(session, on=TODAY, at=NOW + timedelta(minutes=5))
    [waiting] = messages("reminder")
    with clock.standing(waiting.next_attempt_at):
        house.deliver()

    assert [str(why) for _account, why in again.left_out] == ["It is on its way already."]
    assert states("reminder") == ["sent"]
    assert len(server.mails) == 1


def test_pieces_are_planned_once_cancelled_and_gone_on_with(house: House, more: int) -> None:
    with db.transaction() as session:
        run = begun(session)
        run_id = run.id
        assert stored.progress(session, run_id).total == 3
        assert begun(session) is run  # it is under way
    said = iter((False, False, True))
    work_through(run_id, "one", runs.HANDLER, stop=lambda: next(said))

    with db.transaction() as session:
        assert (stored.progress(session, run_id).done, len(planned(session))) == (2, 4)
        stored.cancel(session, session.get_one(Run, run_id), by=audit.SYSTEM, at=NOW)
    work_through(run_id, "one", runs.HANDLER)
    with db.transaction() as session:
        assert (session.get_one(Run, run_id).state, len(planned(session))) == ("cancelled", 4)
        stored.resume(session, session.get_one(Run, run_id), by=audit.SYSTEM)
    work_through(run_id, "two", runs.HANDLER)

    with db.transaction() as session:
        assert session.get_one(Run, run_id).state == "done"
        assert runs.tally(session, run_id) == runs.Tally(more + 1, 0)
    assert len(messages("reminder")) == more + 1


def test_a_piece_whose_worker_died_is_taken_up_and_planned_once(house: House, more: int) -> None:
    with db.transaction() as session:
        run_id = begun(session).id
    with db.transaction() as session:
        assert claim(session, run_id, "dead", at=clock.now()) is not None

    work_through(run_id, "one", runs.HANDLER)
    with db.reading() as session:
        assert stored.progress(session, run_id).left == 1
    with clock.standing(NOW + LEASE + timedelta(seconds=1)):
        work_through(run_id, "one", runs.HANDLER)

    with db.reading() as session:
        assert session.get_one(Run, run_id).state == "done"
        assert len(planned(session)) == more + 1


def test_the_job_of_the_day_says_what_it_planned(house: House, more: int) -> None:
    assert str(REMINDERS.run("one", NOW)) == "6 planned, 0 left out"
    assert str(REMINDERS.run("one", NOW)) == "0 planned, 6 left out"
    assert len(messages("reminder")) == more + 1
