"""Handing messages over: claimed and worked out, written, checked, sent, recorded.

Short transactions around the slow parts, which happen outside all of them: writing (templates,
PDF) and the wire. Any number of deliverers may do so at once, in threads and processes.

    transaction   the answer to the one before, this one to the wire, the next one taken up
    wire          this one
    writing       the next one
"""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notifications import leaving
from notifications.channels import Channel, Parcel
from notifications.leaving import Task
from notifications.writing import made, write
from tieout import clock
from tieout.db import reading, transaction
from tieout.db.base import Json
from tieout.messages import handover, kept, pace
from tieout.messages.models import Message
from tieout.messages.outcomes import Outcome, unknown

log = logging.getLogger(__name__)

#: How long to rest when nothing waits at all.
REST = timedelta(minutes=1)
#: How long a written message waits for the wire at most; for longer it is put back.
MOMENT = timedelta(seconds=5)


@dataclass(frozen=True)
class Written:
    """A message that is ready for the wire."""

    task: Task
    parcel: Parcel
    channel: Channel


@dataclass(frozen=True)
class Answered:
    """A message that was handed over, and what the far side said."""

    task: Task
    parcel: Parcel
    channel: Channel
    outcome: Outcome


@dataclass(frozen=True)
class Turn:
    """What came of one transaction."""

    #: Whether the written message goes to the wire now.
    leaves: bool = False
    #: How long the written message waits for its wire; None where it does not.
    wait: timedelta | None = None
    #: Whether a message was taken up.
    took: bool = False
    #: What was worked out of it; None where it waits or has ended.
    task: Task | None = None


@dataclass(frozen=True)
class Deliverer:
    """Hands over what is due, one message after another.

    While one is written the answer to the one before may still have to be recorded, so that a
    single transaction does for three: what was answered, what leaves now, what is taken up next.
    There is never more than one on the wire whose answer is not on record.
    """

    owner: str
    channels: Mapping[str, Channel]
    base_url: str
    #: Spreads the pauses between tries: 0 to 1.
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep

    def deliver_one(self) -> bool:
        """Take up the next message that is due; False when there is none."""
        stops = iter((False,))
        return self.deliver_all(lambda: next(stops, True)) > 0

    def deliver_all(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Hand over everything that is due now, and return how many messages were taken up.

        `stop` is asked before each; what was taken up by then is finished.
        """
        taken = 0
        answered: Answered | None = None
        written: Written | None = None
        while True:
            turn = self._turn(answered, written, claims=not stop())
            answered = None
            taken += turn.took
            if turn.wait is not None:
                self.sleep(turn.wait.total_seconds())
                continue
            if written is not None and turn.leaves:
                answered = _handed(written)
            written = None
            if turn.task is not None:
                if answered is not None and not _may_wait(answered, turn.task):
                    self._turn(answered, None, claims=False)
                    answered = None
                written = self._write(turn.task)
            if not turn.took and answered is None and written is None:
                return taken

    def rest(self) -> timedelta:
        """How long until a message that waits may leave; nothing where one is due."""
        at = clock.now()
        with reading() as session:
            due = handover.next_moment(session, list(self.channels))
            if due is not None and due <= at:  # unless its channel is closed
                due = pace.next_opening(session, self.channels, at=at) or at
        return min(due - at, REST) if due is not None else REST

    def close(self) -> None:
        """Let go of every channel."""
        for channel in self.channels.values():
            channel.close()

    def _turn(self, answered: Answered | None, written: Written | None, *, claims: bool) -> Turn:
        """Record an answer, put what is written on the wire and take up the next, all at once.

        Where that fails each is done by itself, and what fails then is the fault of that one.
        """
        if (answered is not None) + (written is not None) + claims > 1:
            try:
                with transaction() as session:
                    self._settle(session, answered)
                    turn = self._leave(session, written)
                    return turn if turn.wait is not None else self._claim(session, turn, claims)
            except Exception as error:  # said again below by whichever it was
                log.info("done one by one: %r", error)
        self._settle_alone(answered)
        turn = self._leave_alone(written)
        return turn if turn.wait is not None else self._claim_alone(turn, claims)

    def _settle_alone(self, answered: Answered | None) -> None:
        if answered is None:
            return
        try:
            with transaction() as session:
                self._settle(session, answered)
        except handover.ClaimLost:
            log.warning("message %s was taken over by another worker", answered.task.message_id)

    def _leave_alone(self, written: Written | None) -> Turn:
        if written is None:
            return Turn()
        try:
            with transaction() as session:
                return self._leave(session, written)
        except handover.ClaimLost:
            log.warning("message %s was taken over by another worker", written.task.message_id)
        except Exception as error:
            self._stumble(written.task.message_id, error)
        return Turn()

    def _claim_alone(self, turn: Turn, claims: bool) -> Turn:
        if not claims:
            return turn
        message_id: int | None = None
        try:
            with transaction() as session:
                message = self._next(session)
                if message is None:
                    return turn
                message_id = message.id
                task = self._prepare(session, message, clock.now())
                return replace(turn, took=True, task=task)
        except Exception as error:
            if message_id is None:
                raise
            self._stumble(message_id, error)
            return replace(turn, took=True)

    def _settle(self, session: Session, answered: Answered | None) -> None:
        if answered is None:
            return
        handover.settle(
            session,
            answered.task.message_id,
            self.owner,
            answered.outcome,
            no=answered.task.no,
            lanes=answered.channel.lanes(answered.parcel.to),
            at=clock.now(),
            chance=self.chance(),
        )

    def _leave(self, session: Session, written: Written | None) -> Turn:
        """See that a message still holds and its wire is free, and put it there."""
        if written is None:
            return Turn()
        at, channel, parcel = clock.now(), written.channel, written.parcel
        message = handover.mine(session, written.task.message_id, self.owner)
        if not leaving.is_still_so(session, message, written.task, at=at):
            return Turn()
        opens = pace.leave(session, channel.lanes(parcel.to), at=at)
        if opens is not None and opens - at <= MOMENT:
            return Turn(wait=opens - at)
        if opens is not None:
            handover.call_back(session, message, "its channel was closed meanwhile", at=at)
            handover.hold(message, opens)
            return Turn()
        files = _files(session, message.id, parcel, channel, at)
        said, is_first = _said(parcel, files), message.attempts == 1
        kept.keep(session, message.id, said, written.task.secrets, is_first=is_first, at=at)
        handover.put_on_wire(session, message, at=at)
        return Turn(leaves=True)

    def _claim(self, session: Session, turn: Turn, claims: bool) -> Turn:
        message = self._next(session) if claims else None
        if message is None:
            return turn
        return replace(turn, took=True, task=self._prepare(session, message, clock.now()))

    def _next(self, session: Session) -> Message | None:
        at, channels = clock.now(), list(self.channels)
        return handover.claim(session, self.owner, at=at, channels=channels)

    def _prepare(self, session: Session, message: Message, at: datetime) -> Task | None:
        """Work a message out in the transaction that claimed it."""
        channel = self.channels[message.channel]
        opens = pace.take(session, channel.lanes(message.to), at=at)
        if opens is not None:
            handover.hold(message, opens)
            return None
        return leaving.work_out(session, message, channel.form, self.base_url, at=at)

    def _write(self, task: Task) -> Written | None:
        """Write a message; None where that failed, which is recorded."""
        channel = self.channels[task.channel]
        try:
            parcel = write(
                task.parcel,
                channel.form,
                frozen=task.frozen,
                links=dict(task.addresses),
                files=made(task.prints),
            )
        except Exception as error:
            self._stumble(task.message_id, error)
            return None
        return Written(task, parcel, channel)

    def _stumble(self, message_id: int, error: Exception) -> None:
        log.error("message %s could not be written", message_id, exc_info=error)
        with transaction() as session:
            handover.stumble(
                session,
                message_id,
                self.owner,
                repr(error),
                at=clock.now(),
                chance=self.chance(),
            )


def _may_wait(answered: Answered, following: Task) -> bool:
    """Whether an answer may be recorded together with the next message's leaving.

    Not that of a message nobody may get twice, nor while a file is made: what ends a worker just
    then leaves a doubt behind.
    """
    return answered.task.may_repeat and not following.prints


def _handed(written: Written) -> Answered:
    channel = written.channel
    try:
        outcome = channel.send(written.parcel)
    except Exception as error:  # a fault of the channel: nobody knows how far it came
        log.exception("channel %s failed", channel.name)
        outcome = unknown(repr(error))
    return Answered(written.task, written.parcel, channel, outcome)


def _files(
    session: Session, message_id: int, parcel: Parcel, channel: Channel, at: datetime
) -> list[Json]:
    files: list[Json] = []
    for one in parcel.files:
        said: Json = {"filename": one.filename, "size": len(one.content)}
        if channel.keeps_files:
            said["attachment_id"] = kept.keep_file(
                session, message_id, one.filename, one.media_type, one.content, at=at
            )
        files.append(said)
    return files


def _said(parcel: Parcel, files: Sequence[Json]) -> kept.Said:
    return kept.Said(
        parcel.subject,
        parcel.text,
        parcel.html,
        [{"label": one.label, "url": one.url} for one in parcel.buttons],
        files,
    )
