"""Messages are written once, with their cause."""

import pytest
from sqlalchemy import Engine, select

from tests.factories import AT, BY, make_customer
from tieout import db
from tieout.messages import outbox, queries
from tieout.messages.models import Message
from tieout.messages.outbox import Draft, MessageStillOnItsWay


def statement(**changes: object) -> Draft:
    """The June statement for Wang Min, by mail."""
    given: dict[str, object] = {
        "key": "statement_issued:7:contact:1:email",
        "kind": "statement_issued",
        "channel": "email",
        "to": "wang.min@mingyuan.example",
        "language": "zh",
        "subject_type": "statement",
        "subject_id": 7,
        **changes,
    }
    return Draft(**given)  # type: ignore[arg-type]


def test_nothing_is_written_twice(database: Engine) -> None:
    with db.transaction() as session:
        first = outbox.enqueue(session, statement(), at=AT)
        assert first is not None
        assert first.identity.endswith("@tieout.invalid>")
        assert outbox.enqueue(session, statement(), at=AT) is None
    with db.transaction() as session:
        assert outbox.enqueue(session, statement(), at=AT) is None

        assert session.scalars(select(Message.key)).all() == [statement().key]


def test_without_its_cause_there_is_no_message(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        make_customer(session)
        outbox.enqueue(session, statement(), at=AT)
        raise ZeroDivisionError

    with db.reading() as session:
        assert session.scalars(select(Message)).all() == []


def test_sent_again_it_is_another_message_with_another_identity(database: Engine) -> None:
    with db.transaction() as session:
        message = outbox.enqueue(session, statement(), at=AT)
        assert message is not None
        with pytest.raises(MessageStillOnItsWay):
            outbox.send_again(session, message, by=BY, at=AT)
        message.state = "failed"

        again = outbox.send_again(session, message, by=BY, at=AT)
        again.state = "failed"
        third = outbox.send_again(session, again, by=BY, at=AT, to="new@mingyuan.example")

        assert [again.key, third.key] == [f"{message.key}#1", f"{message.key}#2"]
        assert len({message.identity, again.identity, third.identity}) == 3
        assert third.to == "new@mingyuan.example"


def test_the_log_finds_messages(database: Engine) -> None:
    with db.transaction() as session:
        outbox.enqueue(session, statement(), at=AT)
        other = statement(key="other", kind="reminder", to="li@seaside.example", subject_id=8)
        outbox.enqueue(session, other, at=AT)

        def found(**wanted: object) -> list[str]:
            search = queries.MessageSearch(**wanted)  # type: ignore[arg-type]
            return [message.kind for message in session.scalars(queries.messages(search))]

        assert found() == ["reminder", "statement_issued"]
        assert found(kind="reminder") == ["reminder"]
        assert found(subject_id=7, subject_type="statement") == ["statement_issued"]
        assert found(keyword="seaside") == ["reminder"]
        assert found(state="sent") == []
        assert queries.counts(session) == {"waiting": 2}
