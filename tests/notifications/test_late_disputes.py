"""Where we promised an answer and gave none, more people are told, once for each promise."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from notifications.disputes import ESCALATE_DISPUTES
from tests.factories import BY
from tests.notifications import world
from tests.notifications.world import House, messages
from tieout import audit, db
from tieout.audit.models import AuditEntry
from tieout.customers.models import Customer
from tieout.disputes import queries, raising, thread
from tieout.disputes.models import Dispute
from tieout.disputes.raising import Claim
from tieout.ledger.models import Document
from tieout.messages.models import RenderedMessage
from tieout.statements.evidence import Evidence

#: Raised on Thursday, 2 July: an answer is promised by Thursday, 9 July.
RAISED_ON, RAISED = date(2026, 7, 2), datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
ON_TIME = datetime(2026, 7, 9, 0, 30, tzinfo=UTC)
TOO_LATE = datetime(2026, 7, 10, 0, 30, tzinfo=UTC)
MUCH_LATER = datetime(2026, 7, 21, 0, 30, tzinfo=UTC)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> House:
    """Harbour Tools, and two people of it: one answers disputes, one approves."""
    made = world.build(database_url, tmp_path)
    made.june()
    return made


def dispute(house: House, *numbers: str) -> int:
    """Wang Min does not agree with INV-3, or with others; the first of the disputes."""
    with db.transaction() as session:
        wrong = Document.number.in_(numbers or ("INV-3",))
        documents = session.scalars(select(Document).where(wrong).order_by(Document.id))
        made, *_ = raising.raise_disputes(
            session,
            [Claim(document) for document in documents],
            reason="price",
            note="We agreed 8.80 a piece.",
            given=Evidence(person="Wang Min", position="Accountant", wording="Disputed."),
            by=audit.Actor("contact", house.contact_id, "Wang Min"),
            on=RAISED_ON,
            at=RAISED,
        )
        return made.id


def told(part: str) -> set[str]:
    """The addresses told of a late dispute, for one day promised."""
    return {one.to for one in messages("staff_dispute") if f":late:{part}:" in one.key}


def test_what_is_disputed_in_one_act_is_told_in_one_message(house: House) -> None:
    first = dispute(house, "INV-1", "INV-2", "INV-3")
    house.deliver()

    with db.reading() as session:
        receipts = list(session.scalars(select(Dispute.receipt).order_by(Dispute.id)))
        for kind in ("dispute_raised", "staff_dispute"):
            mails = [one for one in messages(kind) if one.channel == "email"]
            assert len({one.to for one in mails}) == len(mails) > 0
            said = session.get_one(RenderedMessage, mails[0].id)
            assert (mails[0].subject_id, len(receipts)) == (first, 3)
            assert all(one in text for one in receipts for text in (said.text, said.html))


def test_a_missed_promise_is_told_once_to_who_may_decide(house: House) -> None:
    dispute_id = dispute(house)

    assert str(ESCALATE_DISPUTES.run("worker", ON_TIME)) == "0 escalated"
    assert str(ESCALATE_DISPUTES.run("worker", TOO_LATE)) == "1 escalated"
    assert str(ESCALATE_DISPUTES.run("worker", TOO_LATE)) == "0 escalated"

    assert told("2026-07-09") == {"zhou.wei@harbourtools.example"}
    with db.reading() as session:
        late = session.get_one(Dispute, dispute_id)
        last = queries.timeline(session, late, internal=True)[-1]
        assert str(last.act) == "told Zhou Wei that no answer was given by 2026-07-09, as promised"
        assert last not in queries.timeline(session, late, internal=False)
        acts = session.scalars(select(AuditEntry.action)).all()
        assert acts.count("dispute.escalated") == 1


def test_a_new_promise_that_is_missed_is_told_again_also_to_its_assignee(house: House) -> None:
    dispute_id = dispute(house)
    ESCALATE_DISPUTES.run("worker", TOO_LATE)
    with db.transaction() as session:
        made = session.get_one(Dispute, dispute_id)
        [chen] = [one for one in thread.assignable(session, made) if one.name == "Chen Li"]
        thread.assign(session, made, chen, by=BY, at=TOO_LATE)
        day = date(2026, 7, 17)
        thread.promise(session, made, day, by=BY, on=date(2026, 7, 10), at=TOO_LATE)

    assert str(ESCALATE_DISPUTES.run("worker", MUCH_LATER)) == "1 escalated"

    assert told("2026-07-17") == {"chen.li@harbourtools.example", "zhou.wei@harbourtools.example"}


def test_what_waits_for_the_customer_is_not_late(house: House) -> None:
    dispute_id = dispute(house)
    with db.transaction() as session:
        made = session.get_one(Dispute, dispute_id)
        thread.answer(session, made, "Which order was that?", by=BY, at=RAISED)
        assert session.get_one(Customer, made.customer_id).is_active

    assert str(ESCALATE_DISPUTES.run("worker", MUCH_LATER)) == "0 escalated"
