"""What a far side counts: in no window, wherever it begins, more than its channel allows.

Two workers deliver by the clock of the test, which moves while they write and while they wait.
While one has a message in hand the other delivers, so that places are taken in every order.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifications import channels
from notifications.channels import Channel, Parcel
from notifications.delivery import Deliverer
from notifications.writing import write
from tests.conftest import NOW
from tests.factories import BY
from tests.notifications import world
from tests.notifications.world import House
from tieout import clock, db
from tieout.identity.models import StaffUser
from tieout.messages import outbox, pace, robots
from tieout.messages.models import Message
from tieout.messages.outbox import Draft
from tieout.messages.outcomes import Outcome, accepted, later
from tieout.messages.pace import Lane
from tieout.messages.robots import RobotInput

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
#: How long the wire takes, at most.
SHAKING = 0.04


@dataclass
class Sink:
    """The far side of a channel, with the channel's own lanes: what came in, and when."""

    real: Channel
    chance: random.Random
    came: list[tuple[datetime, str]] = field(default_factory=list)
    #: The answer to the so-manieth message of a chat.
    busy: dict[tuple[str, int], int] = field(default_factory=dict)
    closed: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    name: str = ""
    form: str = "chat"
    keeps_files: bool = False

    def lanes(self, to: str) -> list[Lane]:
        return list(self.real.lanes(to))

    def send(self, parcel: Parcel) -> Outcome:
        at = clock.now() + timedelta(seconds=self.chance.uniform(0, SHAKING))
        clock.set_to(at)
        self.came.append((at, parcel.to))
        wait = self.busy.get((parcel.to, sum(to == parcel.to for _, to in self.came)))
        if wait is None:
            return accepted("taken")
        self.closed.append((parcel.to, at, at + timedelta(seconds=wait)))
        return later("too many requests", retry_after=wait)

    def close(self) -> None:
        """Nothing is open."""

    def times(self, to: str = "") -> list[datetime]:
        return sorted(at for at, chat in self.came if not to or chat == to)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> House:
    """Harbour Tools."""
    return world.build(database_url, tmp_path)


def queue(channel: str, counts: dict[str, int], robot_id: int | None = None) -> None:
    """Write messages to chats, one to each in turn."""
    with db.transaction() as session:
        staff = session.scalars(select(StaffUser).order_by(StaffUser.id)).first()
        assert staff is not None
        whose = {"staff_id": staff.id} if robot_id is None else {"robot_id": robot_id}
        for number in range(max(counts.values())):
            for to, count in counts.items():
                if number < count:
                    draft = Draft(
                        key=f"test_message:{to}:{number}",
                        kind="test_message",
                        channel=channel,
                        to=to,
                        language="en",
                        subject_type="staff",
                        subject_id=staff.id,
                        payload={**whose, "asked_by": "Chen Li"},
                    )
                    outbox.enqueue(session, draft, at=NOW)


def robot(platform: str) -> int:
    """A robot of our own group."""
    with db.transaction() as session:
        given = RobotInput(
            name=platform,
            platform=platform,
            url=f"https://{platform}.example/robot/send?key=abc",
            secret="",
            language="en",
            kinds=robots.FOR_STAFF,
        )
        return robots.add(session, given, allows=lambda _: True, by=BY, at=NOW).id


def deliver(house: House, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers, until nothing waits any more."""
    chance = sink.chance
    workers: list[Deliverer] = []
    busy: list[Deliverer] = []

    def meanwhile(seconds: float) -> None:
        """Time goes by, and whoever has nothing in hand delivers."""
        begun = clock.now()
        others = [one for one in workers if one not in busy]
        if others and chance.random() < 0.6:
            turn(others[0])
        clock.set_to(max(clock.now(), begun + timedelta(seconds=seconds)))

    def turn(worker: Deliverer) -> bool:
        busy.append(worker)
        try:
            return worker.deliver_one()
        finally:
            busy.remove(worker)

    def written(*given: object, **more: object) -> Parcel:
        # mostly quick; at times the machine is slow, or sleeps
        meanwhile(chance.choice([0.002, 0.01, 0.01, 0.03, 0.2, 1.0, 2.5]))
        return write(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("notifications.delivery.write", written)
    for name in ("one", "two"):
        workers.append(
            Deliverer(name, {sink.name: sink}, house.settings.base_url, lambda: 0.0, meanwhile)
        )
    with clock.standing(NOW):
        while waiting():
            if not turn(chance.choice(workers)):
                rest = workers[0].rest().total_seconds()
                clock.set_to(clock.now() + timedelta(seconds=max(rest, 0.001)))


def waiting() -> int:
    with db.reading() as session:
        query = select(func.count()).where(Message.state.in_(("waiting", "sending")))
        return session.scalar(query) or 0


def most(times: Sequence[datetime], window: timedelta) -> int:
    """The most messages in any window, wherever it begins."""
    return max(sum(0 <= (at - begin) / window < 1 for at in times) for begin in times)


def opened(house: House, name: str) -> Sink:
    return Sink(channels.opened(house.settings)[name], random.Random(name), name=name)


def test_telegram_in_all_a_chat_a_group_and_when_it_asks_for_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(house, "telegram")
    sink.busy = {("5", 2): 7, ("-9", 3): 30}
    many = {str(chat): 1 for chat in range(100, 140)}
    queue("telegram", {**many, "5": 6, "6": 6, "-9": 24})

    deliver(house, sink, monkeypatch)

    assert len(sink.came) == 40 + 6 + 6 + 24 + 2
    assert most(sink.times(), SECOND) <= 30
    for chat in ("5", "6"):
        assert most(sink.times(chat), SECOND) == 1
    assert most(sink.times("-9"), MINUTE) <= 20
    assert len(sink.closed) == 2
    for chat, asked, until in sink.closed:
        assert not [at for at in sink.times(chat) if asked < at < until]


@pytest.mark.parametrize("asked", [{"5": 20}, {"5": 20, "6": 25}])
def test_one_chat_rests_alone_and_all_of_them_once_a_second_is_asked_to(
    house: House, monkeypatch: pytest.MonkeyPatch, asked: dict[str, int]
) -> None:
    sink = opened(house, "telegram")
    sink.busy = {(chat, 1): seconds for chat, seconds in asked.items()}
    queue("telegram", {"5": 1, "6": 1, **{str(chat): 1 for chat in range(100, 120)}})

    deliver(house, sink, monkeypatch)

    assert len(sink.came) == 22 + len(asked)
    _chat, began, until = sink.closed[-1]
    others = [at for at, chat in sink.came if chat not in asked and began < at < until]
    assert bool(others) == (len(asked) == 1)


@pytest.mark.parametrize(
    ("platform", "count", "limits"),
    [
        ("feishu", 104, [(100, MINUTE), (5, SECOND)]),
        ("dingtalk", 26, [(20, MINUTE)]),
        ("wecom", 26, [(20, MINUTE)]),
    ],
)
def test_group_robots(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    count: int,
    limits: list[tuple[int, timedelta]],
) -> None:
    sink, robot_id = opened(house, platform), robot(platform)
    to = f"{platform}-{robot_id}"
    sink.busy = {(to, 4): 90}
    queue(platform, {to: count}, robot_id)

    deliver(house, sink, monkeypatch)

    assert len(sink.came) == count + 1
    for allowed, window in limits:
        assert most(sink.times(), window) <= allowed
    [(_, asked, until)] = sink.closed
    assert not [at for at in sink.times() if asked < at < until]


@pytest.mark.parametrize("take", [pace.take, pace.leave])
def test_a_clock_set_back_closes_no_lane(
    session: Session, take: Callable[..., datetime | None]
) -> None:
    lane, back = Lane("telegram:42", SECOND), NOW - timedelta(hours=2)
    assert take(session, [lane], at=NOW) is None
    assert take(session, [lane], at=NOW) == NOW + SECOND
    session.flush()

    assert list(session.scalars(pace.closed(back))) == []
    assert take(session, [lane], at=back) is None
    assert take(session, [lane], at=back) == back + SECOND
