"""Copies of what is done in the portal leave as mails, in the words of its page."""

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.notifications import world
from tests.notifications.world import House, states
from tests.support.smtp import MailServer
from tieout import db, events
from tieout.audit import Actor
from tieout.customers import acts
from tieout.customers.models import Contact
from tieout.disputes import raising, thread
from tieout.disputes.raising import Claim
from tieout.ledger.models import Document
from tieout.messages.models import Message, RenderedMessage
from tieout.statements.evidence import Evidence


@pytest.fixture
def house(database_url: str, tmp_path: Path, server: MailServer) -> House:
    """Harbour Tools with an invoice of a customer that is overdue."""
    house = world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
    house.overdue()
    return house


def test_who_adds_a_colleague_gets_the_receipt(house: House, server: MailServer) -> None:
    with db.transaction() as session:
        who = session.get_one(Contact, house.contact_id)
        number = acts.record(
            session, who, acts.PERSON_ADDED, by=Actor("contact", who.id, who.name), at=NOW
        )
    house.deliver()

    assert states("act_recorded") == ["sent"]
    text = " ".join(server.text().split())
    assert "Wang Min is added." in text
    assert number in text
    assert "If it was not you who did this, reply to this mail at once." in text


def test_who_writes_into_a_dispute_gets_a_copy(house: House, server: MailServer) -> None:
    with db.transaction() as session:
        who = session.get_one(Contact, house.contact_id)
        by = Actor("contact", who.id, who.name)
        document = session.scalars(select(Document)).first()
        assert document is not None
        [made] = raising.raise_disputes(
            session,
            [Claim(document)],
            reason="price",
            given=Evidence(person="Wang Min", wording="Disputed."),
            by=by,
            on=NOW.date(),
            at=NOW,
        )
        entry = thread.answer(session, made, "See page 2.", by=by, at=NOW)
        events.publish(session, events.DisputeStepTaken(made.id, entry.id, who.id))
        receipt = made.receipt
    house.deliver()

    assert states("dispute_step") == ["sent"]
    with db.reading() as session:
        [copy] = session.scalars(select(Message).where(Message.kind == "dispute_step"))
        said = session.get_one(RenderedMessage, copy.id).text
    assert f"Your message about dispute {receipt} is with us." in said
    assert "We answer by" in said
