"""The way of a message from waiting to its end, as rows that survive a crash at any point.

    claim ── hold ───────────────► waiting      not now, and why
      │  └── cancel ─────────────► cancelled    nothing to say any more
    record_try                                  attempt recorded, figures frozen
      │ (rendered outside)
    put_on_wire                                 from here on it may have arrived
      │ (the wire)
    settle ──────────────────────► sent | failed | waiting | unknown

`recover` finds what a worker left behind when it went away; `come_back` hears of a mail that was
sent and did not arrive.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import events
from tieout.db.base import Json
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.messages import addresses, pace
from tieout.messages.models import Address, Attempt, Message
from tieout.messages.outcomes import Outcome, Verdict, pause, unknown

LEASE = timedelta(minutes=2)
#: A message that stopped its worker this often before leaving is parked.
MOST_STOPS = 5
#: Why a message ended without anybody's no.
GIVEN_UP = N_("Given up after %(times)s tries. The last answer was: %(words)s")
WORKER_STOPPED = N_("It was begun %(times)s times, and each time the worker stopped.")
NOT_WRITTEN = N_("It could not be written: %(words)s")


class ClaimLost(Conflict):
    """Somebody else has taken a message over, because this worker was away too long."""

    message = N_("Another worker has taken this message over.")


def claim(
    session: Session, owner: str, *, at: datetime, channels: Collection[str] | None = None
) -> Message | None:
    """Take the next message that may leave now."""
    query = (
        select(Message)
        .where(
            Message.state == "waiting",
            Message.next_attempt_at <= at,
            Message.channel.not_in(pace.closed(at)),
            (Message.channel + ":" + Message.to).not_in(pace.closed(at)),
        )
        .order_by(Message.next_attempt_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if channels is not None:
        query = query.where(Message.channel.in_(channels))
    message = session.scalars(query).one_or_none()
    if message is not None:
        message.state = "sending"
        message.lease_owner, message.lease_until = owner, at + LEASE
        session.flush()
    return message


def next_moment(session: Session, channels: Collection[str]) -> datetime | None:
    """When the next message of some channels is due; None when nothing waits."""
    return session.scalar(
        select(Message.next_attempt_at)
        .where(Message.state == "waiting", Message.channel.in_(channels))
        .order_by(Message.next_attempt_at)
        .limit(1)
    )


def hold(message: Message, until: datetime, reason: Sentence | None = None) -> None:
    """Let a claimed message wait, without counting a try."""
    message.next_attempt_at = until
    message.give_up_at = max(message.give_up_at, until)
    message.reason = reason.to_json() if reason else message.reason
    _release(message, "waiting")


def cancel(session: Session, message: Message, reason: Sentence) -> None:
    """Say nothing, because there is nothing to say any more."""
    _end(session, message, "cancelled", reason)


def fail(session: Session, message: Message, reason: Sentence) -> None:
    """Give a message up before it left."""
    _end(session, message, "failed", reason)


def record_try(session: Session, message: Message, frozen: Json, *, at: datetime) -> Attempt:
    """Record the try and the figures the message leaves with."""
    message.attempts += 1
    message.frozen = frozen
    attempt = Attempt(message_id=message.id, no=message.attempts, started_at=at)
    session.add(attempt)
    session.flush()
    return attempt


def mine(session: Session, message_id: int, owner: str) -> Message:
    """Fetch a message this worker has claimed.

    Raises:
        ClaimLost: somebody else has taken it over.
    """
    message = _locked(session, message_id)
    if message is None or message.state != "sending" or message.lease_owner != owner:
        raise ClaimLost
    return message


def put_on_wire(session: Session, message: Message, *, at: datetime) -> None:
    """Record that the far side may have it from now on."""
    message.lease_until = at + LEASE
    _attempt(session, message).on_wire_at = at


def call_back(session: Session, message: Message, words: str, *, at: datetime) -> None:
    """Take a try back before the wire; the message is worked out anew."""
    attempt = _attempt(session, message)
    attempt.outcome, attempt.words, attempt.finished_at = "not_sent", words, at
    message.next_attempt_at = at
    _release(message, "waiting")
    session.flush()


def settle(
    session: Session,
    message_id: int,
    owner: str,
    outcome: Outcome,
    *,
    no: int | None = None,
    lanes: Sequence[pace.Lane] = (),
    at: datetime,
    chance: float,
) -> Message:
    """Record what the far side answered to a try, the last one unless `no` names it.

    An answer that comes after the lease ran out still counts, as long as nothing new was begun.

    Raises:
        ClaimLost: somebody else has taken the message over.
    """
    message = _locked(session, message_id)
    if message is None or not _may_answer(message, owner, no, outcome):
        raise ClaimLost
    _conclude(session, message, outcome, at=at, chance=chance)
    if outcome.verdict is Verdict.REFUSED_FOR_NOW and lanes:
        whole, narrow = lanes[0], lanes[0] if outcome.channel_down else lanes[-1]
        if outcome.retry_after is not None:
            until = at + timedelta(seconds=outcome.retry_after)
            pace.close(session, narrow, until, at=at)
            # Who asks for rest does not say whether it is this chat's allowance or that of all of
            # them; where a second one is asked meanwhile, it is that of all.
            if whole.gap and pace.asked_for_rest(session, whole, but_for=narrow, at=at):
                pace.close(session, whole, until, at=at)
        else:
            pace.failed(session, narrow, at=at)
    elif outcome.verdict is not Verdict.UNKNOWN:
        pace.worked(session, lanes)
    return message


def _may_answer(message: Message, owner: str, no: int | None, outcome: Outcome) -> bool:
    """Whether an answer decides: of whoever has the message, or one that comes late.

    Late is an answer to the last try, which was taken for lost: yes and no end what is unknown,
    and keep from going once more what has been taken.
    """
    if message.state == "sending":
        return message.lease_owner == owner and no in (None, message.attempts)
    if no != message.attempts or message.state not in ("waiting", "unknown"):
        return False
    return outcome.verdict in (Verdict.ACCEPTED, Verdict.REFUSED_FOR_GOOD)


def come_back(
    session: Session, message: Message, words: str, *, address_gone: bool, at: datetime
) -> bool:
    """Take in that a message came back after it was handed over; False when it is no news.

    An address that was put right since the message left stays as it is.
    """
    if message.state not in ("sent", "unknown"):
        return False
    address = _address(session, message)
    left_at = message.sent_at or message.created_at
    if address_gone and address is not None and left_at >= address.linked_at:
        addresses.switch_off(session, address, words, at=at)
    _end(session, message, "failed", Sentence(N_("It came back: %(words)s"), {"words": words}))
    return True


def recover(session: Session, *, at: datetime, limit: int = 100) -> int:
    """Go on with messages whose worker went away, and return how many there were.

    What never touched the wire waits again. What may have arrived goes once more with the same
    identity, or, where saying it twice would do harm, ends as unknown.
    """
    left = session.scalars(
        select(Message)
        .where(Message.state == "sending", Message.lease_until < at)
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for message in left:
        attempt = _attempt(session, message) if message.attempts else None
        if attempt is not None and attempt.finished_at is None and attempt.on_wire_at is not None:
            gone = unknown("")
            _conclude(session, message, gone, at=at, chance=0.0)
            continue
        if attempt is not None and attempt.finished_at is None:
            attempt.outcome, attempt.finished_at = "not_sent", at
        if message.attempts >= MOST_STOPS and _stops(session, message) >= MOST_STOPS:
            _end(session, message, "failed", Sentence(WORKER_STOPPED, {"times": MOST_STOPS}))
            continue
        message.next_attempt_at = at
        _release(message, "waiting")
    session.flush()
    return len(left)


def stumble(
    session: Session, message_id: int, owner: str, words: str, *, at: datetime, chance: float
) -> None:
    """Record a fault of our own before the message left; after a few it is parked."""
    message = _locked(session, message_id)
    if message is None or message.state not in ("waiting", "sending"):
        return
    if message.state == "sending" and message.lease_owner != owner:
        return
    if not message.attempts or _attempt(session, message).finished_at is not None:
        record_try(session, message, message.frozen or {}, at=at)
    attempt = _attempt(session, message)
    attempt.outcome, attempt.words, attempt.finished_at = "not_sent", words, at
    session.flush()
    stops = _stops(session, message)
    reason = Sentence(NOT_WRITTEN, {"words": words})
    if stops >= MOST_STOPS:
        _end(session, message, "failed", reason)
        return
    message.next_attempt_at = at + pause(stops, chance)
    message.reason = reason.to_json()
    _release(message, "waiting")


def _conclude(
    session: Session, message: Message, outcome: Outcome, *, at: datetime, chance: float
) -> None:
    attempt = _attempt(session, message)
    attempt.outcome, attempt.words = outcome.verdict, outcome.words
    attempt.retry_after, attempt.finished_at = outcome.retry_after, at
    session.flush()
    words = {"words": outcome.words}
    match outcome.verdict:
        case Verdict.ACCEPTED:
            message.sent_at = at
            _end(session, message, "sent", None)
        case Verdict.REFUSED_FOR_GOOD:
            address = _address(session, message)
            if outcome.address_gone and address is not None:
                addresses.switch_off(session, address, outcome.words, at=at)
            _end(session, message, "failed", Sentence(N_("Refused: %(words)s"), words))
        case Verdict.REFUSED_FOR_NOW if outcome.moved_to:
            address = _address(session, message)
            if address is not None:
                _move(session, address, outcome.moved_to)
            message.to, message.next_attempt_at = outcome.moved_to, at
            _release(message, "waiting")
        case Verdict.REFUSED_FOR_NOW:
            _later(session, message, outcome, at=at, chance=chance)
        case Verdict.UNKNOWN:
            if message.may_repeat and _times(session, message, Verdict.UNKNOWN) == 1:
                message.next_attempt_at = at + pause(1, chance)
                message.reason = Sentence(
                    N_("Nobody knows whether it arrived; it goes once more, as the same message.")
                ).to_json()
                _release(message, "waiting")
            else:
                _end(
                    session,
                    message,
                    "unknown",
                    Sentence(N_("The line was cut before the answer: it may have arrived.")),
                )


def _later(
    session: Session, message: Message, outcome: Outcome, *, at: datetime, chance: float
) -> None:
    tries = _times(session, message, Verdict.REFUSED_FOR_NOW)
    wait = pause(tries, chance)
    if outcome.retry_after is not None:
        wait = timedelta(seconds=outcome.retry_after)
    if at + wait > message.give_up_at:
        facts = {"times": message.attempts, "words": outcome.words}
        _end(session, message, "failed", Sentence(GIVEN_UP, facts))
        return
    message.next_attempt_at = at + wait
    message.reason = Sentence(N_("Not taken yet: %(words)s"), {"words": outcome.words}).to_json()
    _release(message, "waiting")


def _move(session: Session, address: Address, to: str) -> None:
    everybody = addresses.at_address(session, address.channel, address.address)
    for one in everybody:
        one.address = to
    waiting = update(Message).where(
        Message.address_id.in_([one.id for one in everybody]), Message.state == "waiting"
    )
    session.execute(waiting.values(to=to))


def _end(session: Session, message: Message, state: str, reason: Sentence | None) -> None:
    message.reason = reason.to_json() if reason else None
    _release(message, state)
    session.flush()
    events.publish(session, events.MessageSettled(message.id))


def _release(message: Message, state: str) -> None:
    message.state = state
    message.lease_owner = message.lease_until = None


def _address(session: Session, message: Message) -> Address | None:
    return session.get(Address, message.address_id) if message.address_id else None


def _locked(session: Session, message_id: int) -> Message | None:
    return session.scalar(
        select(Message)
        .where(Message.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _attempt(session: Session, message: Message) -> Attempt:
    return session.scalars(
        select(Attempt).where(Attempt.message_id == message.id, Attempt.no == message.attempts)
    ).one()


def _times(session: Session, message: Message, outcome: str) -> int:
    query = select(Attempt.id).where(Attempt.message_id == message.id, Attempt.outcome == outcome)
    return len(session.scalars(query).all())


def _stops(session: Session, message: Message) -> int:
    """How many of the latest tries in a row ended before the wire."""
    query = select(Attempt.outcome).where(Attempt.message_id == message.id)
    stops = 0
    for outcome in session.scalars(query.order_by(Attempt.no.desc())):
        if outcome != "not_sent":
            break
        stops += 1
    return stops
