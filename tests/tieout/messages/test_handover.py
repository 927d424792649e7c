"""The way of a message to its end, whatever the far side says and whoever crashes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import AT, make_customer
from tieout import db, events
from tieout.customers.models import Contact
from tieout.i18n import Sentence
from tieout.messages import addresses, handover, outbox, pace
from tieout.messages.models import Address, Attempt, Message
from tieout.messages.outbox import Draft
from tieout.messages.outcomes import Outcome, accepted, later, pause, refused, unknown

MINUTE = timedelta(minutes=1)
TELEGRAM = pace.Lane("telegram", timedelta(milliseconds=40))
CHAT = pace.Lane("telegram:42", timedelta(seconds=1))


@pytest.fixture(autouse=True)
def nobody_listens() -> None:
    """What other tests subscribed to is forgotten: these messages are about nothing."""
    events.forget()


@pytest.fixture
def told() -> Iterator[list[events.Event]]:
    """What was published."""
    heard: list[events.Event] = []
    events.forget()
    events.subscribe(
        [
            (events.MessageSettled, lambda _session, event: heard.append(event)),
            (events.AddressSwitchedOff, lambda _session, event: heard.append(event)),
        ]
    )
    yield heard
    events.forget()


def write(session: Session, key: str = "reminder:1", **changes: object) -> Message:
    """Write a message to a contact of a customer."""
    contact = session.scalars(select(Contact)).first()
    if contact is None:
        make_customer(session)
        contact = session.scalars(select(Contact)).one()
    address = addresses.reach(session, contact, at=AT)[0]
    given: dict[str, object] = {
        "key": key,
        "kind": key.partition(":")[0],
        "channel": "email",
        "to": address.address,
        "language": "en",
        "subject_type": "notice",
        "subject_id": 1,
        "address_id": address.id,
        "contact_id": contact.id,
        **changes,
    }
    message = outbox.enqueue(session, Draft(**given), at=AT)  # type: ignore[arg-type]
    assert message is not None
    return message


def hand_over(session: Session, at: datetime, outcome: Outcome | None) -> Message:
    """Take the next message as far as the wire, and to an answer if there is one."""
    message = handover.claim(session, "worker", at=at)
    assert message is not None
    handover.record_try(session, message, {"net": 90000}, at=at)
    handover.put_on_wire(session, message, at=at)
    if outcome is not None:
        handover.settle(session, message.id, "worker", outcome, at=at, chance=0.5)
    return message


def outcomes(session: Session, message: Message) -> list[str | None]:
    query = select(Attempt.outcome).where(Attempt.message_id == message.id).order_by(Attempt.no)
    return list(session.scalars(query))


def test_accepted_is_sent(session: Session, told: list[events.Event]) -> None:
    write(session)

    message = hand_over(session, AT, accepted("250 queued"))

    assert (message.state, message.sent_at, message.frozen) == ("sent", AT, {"net": 90000})
    assert outcomes(session, message) == ["accepted"]
    assert told == [events.MessageSettled(message.id)]
    assert handover.claim(session, "worker", at=AT + MINUTE) is None


def test_refused_for_good_is_failed_and_says_why(session: Session) -> None:
    write(session)

    message = hand_over(session, AT, refused("554 not wanted here"))

    assert message.state == "failed"
    assert message.reason is not None
    assert str(Sentence.from_json(message.reason)) == "Refused: 554 not wanted here"
    assert session.scalars(select(Address)).one().is_active


def test_an_unknown_mailbox_is_switched_off_and_staff_are_told(
    session: Session, told: list[events.Event]
) -> None:
    write(session)

    message = hand_over(session, AT, refused("550 no such user", address_gone=True))

    address = session.scalars(select(Address)).one()
    assert (address.is_active, address.off_reason) == (False, "550 no such user")
    assert told == [events.AddressSwitchedOff(address.id), events.MessageSettled(message.id)]
    contact = session.scalars(select(Contact)).one()
    assert addresses.reach(session, contact, at=AT) == []


def test_refused_for_now_waits_longer_each_time_and_is_given_up_after_three_days(
    session: Session,
) -> None:
    message = write(session)
    at, waits = AT, []

    while message.state == "waiting":
        hand_over(session, at, later("451 greylisted"))
        waits.append(message.next_attempt_at - at)
        at = message.next_attempt_at

    assert waits[:3] == [MINUTE * 0.75, MINUTE * 1.5, MINUTE * 3]
    assert message.state == "failed"
    assert timedelta(hours=60) < at - AT <= timedelta(hours=72)
    assert message.reason is not None
    assert "451 greylisted" in str(Sentence.from_json(message.reason))


def test_chance_spreads_the_tries() -> None:
    assert pause(3, 0.0) == 2 * MINUTE
    assert pause(3, 1.0) == 4 * MINUTE
    assert pause(60, 1.0) == timedelta(hours=6)


def test_the_far_sides_wait_is_kept_to_and_closes_its_lane(session: Session) -> None:
    write(session, "reminder:1", channel="telegram", to="42")
    message = handover.claim(session, "worker", at=AT)
    assert message is not None
    assert pace.take(session, [TELEGRAM, CHAT], at=AT) is None
    handover.record_try(session, message, {}, at=AT)
    handover.put_on_wire(session, message, at=AT)
    told = later("Too Many Requests", retry_after=17)
    handover.settle(session, message.id, "worker", told, lanes=[TELEGRAM, CHAT], at=AT, chance=0.0)

    assert message.next_attempt_at == AT + timedelta(seconds=17)
    soon = AT + timedelta(seconds=5)
    assert pace.take(session, [TELEGRAM, CHAT], at=soon) == AT + timedelta(seconds=17)
    assert pace.take(session, [TELEGRAM, pace.Lane("telegram:43")], at=soon) is None


def test_a_group_that_moved_is_followed(session: Session) -> None:
    message = write(session, channel="telegram", to="-100")

    hand_over(session, AT, Outcome(later("").verdict, moved_to="-100200"))

    assert (message.state, message.to, message.next_attempt_at) == ("waiting", "-100200", AT)


def test_a_statement_that_may_have_arrived_goes_once_more_as_the_same_message(
    session: Session,
) -> None:
    message = write(session, "statement_issued:1")
    identity = message.identity

    hand_over(session, AT, unknown("timed out"))
    assert message.state == "waiting"
    hand_over(session, message.next_attempt_at, unknown("timed out"))

    assert (message.state, message.identity) == ("unknown", identity)
    assert outcomes(session, message) == ["unknown", "unknown"]


def test_a_reminder_that_may_have_arrived_does_not_go_again(session: Session) -> None:
    message = write(session, may_repeat=False)

    hand_over(session, AT, unknown("timed out"))

    assert message.state == "unknown"
    assert message.reason is not None


def test_a_worker_that_dies_before_the_wire_costs_nothing(session: Session) -> None:
    message = write(session, may_repeat=False)
    assert handover.claim(session, "dies", at=AT) is message
    handover.record_try(session, message, {}, at=AT)

    assert handover.recover(session, at=AT + MINUTE) == 0  # it may still be alive
    assert handover.recover(session, at=AT + 3 * MINUTE) == 1

    assert (message.state, outcomes(session, message)) == ("waiting", ["not_sent"])


@pytest.mark.parametrize(("may_repeat", "state"), [(True, "waiting"), (False, "unknown")])
def test_a_worker_that_dies_on_the_wire(session: Session, may_repeat: bool, state: str) -> None:
    message = write(session, may_repeat=may_repeat)
    hand_over(session, AT, None)

    handover.recover(session, at=AT + 3 * MINUTE)

    assert (message.state, outcomes(session, message)) == (state, ["unknown"])


def test_a_worker_that_comes_back_too_late_changes_nothing(session: Session) -> None:
    message = write(session)
    hand_over(session, AT, None)
    handover.recover(session, at=AT + 3 * MINUTE)

    with pytest.raises(handover.ClaimLost):
        handover.settle(session, message.id, "worker", accepted(), at=AT, chance=0.0)

    assert message.state == "waiting"


def test_a_message_that_cannot_be_written_is_parked(session: Session) -> None:
    message = write(session)
    at = AT

    for _ in range(handover.MOST_STOPS):
        assert handover.claim(session, "worker", at=at) is message
        handover.record_try(session, message, {}, at=at)
        handover.stumble(session, message.id, "worker", "KeyError('net')", at=at, chance=1.0)
        at = message.next_attempt_at

    assert message.state == "failed"
    assert message.reason is not None
    assert "KeyError" in str(Sentence.from_json(message.reason))


def test_a_message_that_kills_its_worker_is_parked(session: Session) -> None:
    message = write(session)
    at = AT

    for _ in range(handover.MOST_STOPS):
        assert handover.claim(session, "worker", at=at) is message
        handover.record_try(session, message, {}, at=at)
        at += 3 * MINUTE
        handover.recover(session, at=at)

    assert message.state == "failed"


def test_held_messages_wait_and_say_why(session: Session) -> None:
    message = write(session)
    assert handover.claim(session, "worker", at=AT) is message

    handover.hold(message, AT + 60 * MINUTE, Sentence("Payments are not in yet."))

    assert handover.claim(session, "worker", at=AT + MINUTE) is None
    assert message.reason == {"text": "Payments are not in yet.", "facts": {}}
    assert message.attempts == 0
    assert handover.claim(session, "worker", at=AT + 60 * MINUTE) is message


def test_even_spacing_keeps_every_window(session: Session) -> None:
    """20 a minute in a group means one every three seconds, wherever the minute begins."""
    group = pace.Lane("telegram:-7", timedelta(seconds=3))
    left: list[datetime] = []
    at = AT

    while len(left) < 50:
        opens = pace.take(session, [TELEGRAM, group], at=at)
        if opens is None:
            left.append(at)
        else:
            assert opens > at
            at = opens

    windows = [sum(1 for other in left if t <= other < t + MINUTE) for t in left]
    assert max(windows) == 20


def test_a_closed_channel_leaves_the_others_alone(session: Session) -> None:
    write(session, "reminder:1", channel="telegram", to="42")
    mail = write(session, "reminder:2")
    pace.close(session, TELEGRAM, AT + MINUTE, at=AT)

    assert handover.claim(session, "worker", at=AT) is mail
    assert handover.claim(session, "worker", at=AT) is None


def test_after_failures_in_a_row_a_domain_is_left_alone_for_longer_and_longer(
    session: Session,
) -> None:
    lane = pace.Lane("email:mingyuan.example")
    assert pace.take(session, [lane], at=AT) is None
    for _ in range(pace.PATIENCE - 1):
        pace.failed(session, lane, at=AT)
    assert pace.take(session, [lane], at=AT) is None

    pace.failed(session, lane, at=AT)
    assert pace.take(session, [lane], at=AT) == AT + MINUTE
    pace.failed(session, lane, at=AT + MINUTE)
    assert pace.take(session, [lane], at=AT + MINUTE) == AT + 3 * MINUTE

    pace.worked(session, [lane])
    assert pace.take(session, [lane], at=AT) is None


def test_two_workers_never_hold_the_same_message(database: Engine) -> None:
    with db.transaction() as session:
        write(session, "reminder:1")
        write(session, "reminder:2")

    with db.transaction() as session:
        first = handover.claim(session, "one", at=AT)
    with db.transaction() as session:
        second = handover.claim(session, "two", at=AT)
    with db.transaction() as session:
        assert handover.claim(session, "three", at=AT) is None

    assert first is not None
    assert second is not None
    assert first.id != second.id


@pytest.mark.parametrize("may_repeat", [True, False])
@pytest.mark.parametrize(
    ("outcome", "state"), [(accepted("250 queued"), "sent"), (refused("554 no"), "failed")]
)
def test_an_answer_that_comes_after_the_lease_ran_out_still_counts(
    session: Session, may_repeat: bool, outcome: Outcome, state: str
) -> None:
    message = write(session, may_repeat=may_repeat)
    hand_over(session, AT, None)
    late = AT + handover.LEASE + MINUTE
    assert handover.recover(session, at=late) == 1
    assert message.state == ("waiting" if may_repeat else "unknown")

    handover.settle(session, message.id, "worker", outcome, no=1, at=late, chance=0.5)

    assert (message.state, outcomes(session, message)) == (state, [outcome.verdict])
    assert handover.claim(session, "other", at=late + 5 * MINUTE) is None


def test_an_answer_that_comes_late_changes_nothing_where_something_new_was_begun(
    session: Session,
) -> None:
    message = write(session)
    hand_over(session, AT, None)
    late = AT + handover.LEASE + MINUTE
    handover.recover(session, at=late)
    again = hand_over(session, late + 5 * MINUTE, None)
    assert again is message

    with pytest.raises(handover.ClaimLost):
        handover.settle(session, message.id, "other", accepted(), no=1, at=late, chance=0.5)
    with pytest.raises(handover.ClaimLost):
        handover.settle(session, message.id, "worker", accepted(), no=1, at=late, chance=0.5)
    handover.settle(session, message.id, "worker", accepted(), no=2, at=late, chance=0.5)

    assert (message.state, outcomes(session, message)) == ("sent", ["unknown", "accepted"])


def test_no_for_now_that_comes_late_lets_nobody_be_written_to_twice(session: Session) -> None:
    message = write(session, may_repeat=False)
    hand_over(session, AT, None)
    late = AT + handover.LEASE + MINUTE
    handover.recover(session, at=late)

    with pytest.raises(handover.ClaimLost):
        handover.settle(session, message.id, "worker", later("451"), no=1, at=late, chance=0.5)

    assert message.state == "unknown"
