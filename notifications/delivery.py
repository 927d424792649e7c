"""Handing messages over: claimed and worked out, written, checked, sent, recorded.

Short transactions around the slow parts, which happen outside all of them: writing (templates,
PDF) and the wire. Any number of deliverers may do so at once, in threads and processes.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
class Deliverer:
    """Hands over what is due, one message after another."""

    owner: str
    channels: Mapping[str, Channel]
    base_url: str
    #: Spreads the pauses between tries: 0 to 1.
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep

    def deliver_all(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Hand over everything that is due now, and return how many messages were taken up."""
        taken = 0
        while not stop() and self.deliver_one():
            taken += 1
        return taken

    def deliver_one(self) -> bool:
        """Take up the next message that is due; False when there is none."""
        message_id: int | None = None
        task: Task | None = None
        try:
            with transaction() as session:
                message = handover.claim(
                    session, self.owner, at=clock.now(), channels=list(self.channels)
                )
                if message is None:
                    return False
                message_id = message.id
                task = self._prepare(session, message, clock.now())
            if task is not None:
                self._send(task)
        except handover.ClaimLost:
            log.warning("message %s was taken over by another worker", message_id)
        except Exception as error:
            if message_id is None:
                raise
            log.exception("message %s could not be written", message_id)
            self._stumble(message_id, error)
        return True

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

    def _prepare(self, session: Session, message: Message, at: datetime) -> Task | None:
        """Work a message out in the transaction that claimed it."""
        channel = self.channels[message.channel]
        opens = pace.take(session, channel.lanes(message.to), at=at)
        if opens is not None:
            handover.hold(message, opens)
            return None
        return leaving.work_out(session, message, channel.form, self.base_url, at=at)

    def _send(self, task: Task) -> None:
        """Write a message, see that nothing has changed meanwhile, and hand it over."""
        channel = self.channels[task.channel]
        parcel = write(
            task.parcel,
            channel.form,
            frozen=task.frozen,
            links=dict(task.addresses),
            files=made(task.prints),
        )
        while (wait := self._leave(task, parcel, channel)) is not None:
            if wait > timedelta(0):
                self.sleep(wait.total_seconds())
                continue
            return
        outcome = _handed(channel, parcel)
        with transaction() as session:
            handover.settle(
                session,
                task.message_id,
                self.owner,
                outcome,
                lanes=channel.lanes(parcel.to),
                at=clock.now(),
                chance=self.chance(),
            )

    def _leave(self, task: Task, parcel: Parcel, channel: Channel) -> timedelta | None:
        """See that a message still holds and its wire is free, and put it there: then None.

        Otherwise say how long to wait for the wire; no time at all where it does not leave now.
        """
        with transaction() as session:
            at = clock.now()
            message = handover.mine(session, task.message_id, self.owner)
            if not leaving.is_still_so(session, message, task, at=at):
                return timedelta(0)
            opens = pace.leave(session, channel.lanes(parcel.to), at=at)
            if opens is not None and opens - at <= MOMENT:
                return opens - at
            if opens is not None:
                handover.call_back(session, message, "its channel was closed meanwhile", at=at)
                handover.hold(message, opens)
                return timedelta(0)
            files = _files(session, message.id, parcel, channel, at)
            said, is_first = _said(parcel, files), message.attempts == 1
            kept.keep(session, message.id, said, task.secrets, is_first=is_first, at=at)
            handover.put_on_wire(session, message, at=at)
        return None

    def _stumble(self, message_id: int, error: Exception) -> None:
        with transaction() as session:
            handover.stumble(
                session,
                message_id,
                self.owner,
                repr(error),
                at=clock.now(),
                chance=self.chance(),
            )


def _handed(channel: Channel, parcel: Parcel) -> Outcome:
    try:
        return channel.send(parcel)
    except Exception as error:  # a fault of the channel: nobody knows how far it came
        log.exception("channel %s failed", channel.name)
        return unknown(repr(error))


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
