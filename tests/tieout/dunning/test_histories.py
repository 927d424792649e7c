"""Random histories of many customers: what leaves is what a plain oracle beside it expects.

Each history is a customer of its own in one book: invoices, payments, credits, disputes, promises
and holds come as chance has it, the clock jumps, and something may still happen between the
planning and the leaving. The oracle knows the rule from the books of rules and keeps plain
numbers; it shares no line with the code. What a group of histories books at once is posted at once,
and a group leaves nothing behind for the next. `./run test --long` has 10,000 histories, in shares.
"""

import os
import random
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tieout import audit, events
from tieout.customers.models import CustomerAccount
from tieout.dunning import coming, holds, notices, policies, promises, quiet
from tieout.dunning.models import DunningCycle, Hold, Notice
from tieout.ledger import allocation, disputed, posting
from tieout.ledger.models import DisputedPart, DocumentKind, DueItem
from tieout.money import Money

SHARES, HISTORIES = (10, 1000) if os.environ.get("TIEOUT_LONG") else (1, 200)
TOGETHER = 100
#: Where customers are, and how many days before something falls due they are told.
ZONES, AHEAD = ("Asia/Shanghai", "Europe/Berlin", "America/New_York"), 7
STEPS = 8
BEGIN = date(2026, 7, 2)
#: Days overdue of the standard levels, its gap, how late a promised payment may come.
LEVELS, GAP, TOLERANCE = {1: 3, 2: 14, 3: 30}, 7, 2


@dataclass
class Line:
    """An invoice as the oracle sees it."""

    due: date
    open: int
    disputed: int = 0
    held: bool = False
    sent: int = 0


@dataclass
class Oracle:
    """One customer in plain numbers."""

    #: Of everybody: from which level on reminders are held, from when and until when.
    stops: list[tuple[int, date, date]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    credit: int = 0
    #: For the whole account: amount and day.
    promises: list[tuple[int, date]] = field(default_factory=list)
    held: bool = False
    cycle: set[int] = field(default_factory=set)
    in_cycle: bool = False
    last: date | None = None
    #: When the first reminder of the cycle left, and the days money came in.
    first: date | None = None
    paid_on: list[date] = field(default_factory=list)
    #: How often thanks are due.
    thanks: int = 0

    def overdue(self, on: date) -> list[Line]:
        """What is open and past its day."""
        return [one for one in self.lines if one.open and one.due < on]

    def most(self, on: date) -> int:
        """The highest level anything may rise to."""
        return min(
            (level - 1 for level, since, until in self.stops if since <= on <= until), default=9
        )

    def wake(self, on: date) -> None:
        """At planning: promises that are over are forgotten, a cycle begins."""
        latest = on - timedelta(days=TOLERANCE)
        self.promises = [one for one in self.promises if one[1] >= latest]
        if self.overdue(on) and not self.in_cycle:
            self.in_cycle, self.cycle, self.first = True, set(), None

    def says(self, on: date) -> tuple[int, int] | None:
        """The level and the amount of today's reminder."""
        if self.held or not self.overdue(on):
            return None
        left = sum(amount for amount, _day in self.promises)
        total, level, rises = 0, 0, False
        for line in sorted(self.overdue(on), key=lambda one: (one.due, self.lines.index(one))):
            promised = min(left, line.open)
            left -= promised
            if line.held:
                continue
            asked = line.open - min(line.disputed, line.open)
            asked -= min(promised, asked)
            if not asked:
                continue
            days = (on - line.due).days
            reached = max((one for one, least in LEVELS.items() if days >= least), default=0)
            sent = line.sent if self.in_cycle else 0
            own = min(reached, sent + 1, self.most(on))
            total, level, rises = total + asked, max(level, own), rises or own > sent
        total -= self.credit
        if total <= 0 or not level or (level in self.cycle and not rises):
            return None
        if self.last is not None and on < self.last + timedelta(days=GAP):
            return None
        return level, total

    def left(self, on: date, level: int, named: set[int]) -> None:
        """It has left, naming some lines."""
        for at in named:
            line = self.lines[at]
            days = (on - line.due).days
            reached = max((one for one, least in LEVELS.items() if days >= least), default=0)
            line.sent = max(line.sent, min(reached, line.sent + 1, self.most(on)))
        self.cycle.add(level)
        self.last = on
        self.first = self.first or on

    def sleep(self, on: date) -> None:
        """After planning: with nothing overdue the cycle ends; thanks to who was reminded."""
        if not self.overdue(on):
            if self.in_cycle and self.first is not None:
                self.thanks += any(day >= self.first for day in self.paid_on)
            self.in_cycle = False

    def coming(self, on: date) -> dict[date, int]:
        """What falls due within a week, by its day: not what is disputed, held or covered."""
        sums: dict[date, int] = {}
        for line in self.lines:
            if on < line.due <= on + timedelta(days=AHEAD) and not line.held:
                asked = line.open - min(line.disputed, line.open)
                sums[line.due] = sums.get(line.due, 0) + asked
        return {} if self.held else {day: sum_ for day, sum_ in sums.items() if sum_ > self.credit}


def opening(at: datetime, zone: str) -> datetime:
    """When a customer may be written to, by looking at every minute: no night and no weekend."""
    there = ZoneInfo(zone)
    while True:
        local = at.astimezone(there)
        if 8 <= local.hour < 20 and local.isoweekday() < 6:
            return at
        minutes = 60 - local.minute
        at = (at + timedelta(minutes=minutes)).replace(second=0)


#: Something that happens: it asks for documents to be posted, and goes on with their ids.
Act = Generator[posting.DocumentInput, int, None]


class History:
    """One customer in the books, with its oracle."""

    def __init__(
        self,
        session: Session,
        number: int,
        chance: random.Random,
        stops: list[tuple[int, date, date]],
    ) -> None:
        self.session, self.chance = session, chance
        self.account: CustomerAccount = make_customer(session, f"H-{number:05}")
        self.oracle = Oracle(stops)
        self.items: list[DueItem] = []
        self.parts: list[DisputedPart | None] = []
        self.holds: list[Hold | None] = []
        self.hold: Hold | None = None
        self.count = 0

    def act(self, on: date) -> Act:
        """Something happens, as chance has it."""
        books = [self.invoice, self.invoice, self.pay, self.pay, self.credit]
        others = [self.dispute, self.settle, self.promise, self.pause, self.freeze]
        which = self.chance.randrange(10)
        if which < 5:
            yield from books[which](on)
        else:
            others[which - 5](on)

    def invoice(self, on: date) -> Act:
        """An invoice, due some days ago or later."""
        amount, due = self.chance.randint(1, 90) * 100, on + timedelta(self.chance.randint(-40, 20))
        document = yield self._document(DocumentKind.INVOICE, amount, min(on, due), due)
        self.items.append(self._item(document))
        self.parts.append(None)
        self.holds.append(None)
        self.oracle.lines.append(Line(due, amount))

    def pay(self, on: date) -> Act:
        """A payment for one invoice, whole or in part."""
        payable = [at for at, one in enumerate(self.oracle.lines) if one.open and not one.disputed]
        if not payable:
            return
        at = self.chance.choice(payable)
        line = self.oracle.lines[at]
        amount = line.open if self.chance.random() < 0.6 else max(1, line.open // 2)
        payment = yield self._document(DocumentKind.PAYMENT, -amount, on, None)
        self.oracle.paid_on.append(on)
        item, money = self._item(payment), Money(amount, self.account.currency)
        allocation.allocate(self.session, self.items[at], item, money, rule="by_hand", by=BY, at=AT)
        line.open -= amount

    def credit(self, on: date) -> Act:
        """A payment nobody has applied yet."""
        amount = self.chance.randint(1, 40) * 100
        yield self._document(DocumentKind.PAYMENT, -amount, on, None)
        self.oracle.paid_on.append(on)
        self.oracle.credit += amount

    def dispute(self, on: date) -> None:
        """A part of an invoice is disputed."""
        for at, line in enumerate(self.oracle.lines):
            if line.open and self.parts[at] is None:
                part = max(1, line.open // self.chance.choice((1, 2)))
                self.count += 1
                self.parts[at] = disputed.open_part(
                    self.session,
                    self.items[at],
                    Money(part, self.account.currency),
                    dispute_ref=f"D-{self.account.id}-{self.count}",
                    on=on,
                    at=AT,
                )
                line.disputed = part
                return

    def settle(self, on: date) -> None:
        """A dispute is rejected: what it kept out is asked for again."""
        for at, part in enumerate(self.parts):
            if part is not None:
                disputed.close_part(self.session, part, on=on, at=AT)
                self.parts[at], self.oracle.lines[at].disputed = None, 0
                return

    def promise(self, on: date) -> None:
        """A part of what is open is promised."""
        whole = sum(one.open for one in self.oracle.lines)
        if whole < 2:
            return
        amount, day = self.chance.randint(1, whole), on + timedelta(self.chance.randint(0, 20))
        promises.promise(
            self.session,
            self.account,
            Money(amount, self.account.currency),
            day,
            open_amount=Money(whole, self.account.currency),
            by=BY,
            on=on,
            at=datetime.combine(on, time(2), UTC),
        )
        self.oracle.promises.append((amount, day))

    def pause(self, on: date) -> None:
        """Everything of the customer is held, or goes on."""
        if self.hold is None:
            self.hold = holds.hold(
                self.session,
                "customer",
                self.account.customer_id,
                "asked to wait",
                on=on,
                until=None,
                by=BY,
                at=AT,
            )
        else:
            holds.lift(self.session, self.hold, by=BY, at=AT)
            self.hold = None
        self.oracle.held = self.hold is not None

    def freeze(self, on: date) -> None:
        """One invoice is held."""
        for at, item in enumerate(self.items):
            if self.holds[at] is None:
                self.holds[at] = holds.hold(
                    self.session, "item", item.id, "wait", on=on, until=None, by=BY, at=AT
                )
                self.oracle.lines[at].held = True
                return

    def _document(
        self, kind: DocumentKind, minor: int, on: date, due: date | None
    ) -> posting.DocumentInput:
        self.count += 1
        money = Money(minor, self.account.currency)
        parts = (posting.DuePart(due, money),) if due else ()
        number = f"{kind}-{self.account.id}-{self.count}"
        return posting.DocumentInput(self.account.id, kind, number, on, money, due=parts)

    def _item(self, document_id: int) -> DueItem:
        query = select(DueItem).where(DueItem.document_id == document_id)
        return self.session.scalars(query).one()


def happen(session: Session, acts: Sequence[Act], on: date) -> None:
    """Let things happen at once: all they book is posted together."""
    asking = [(act, given) for act in acts if (given := next(act, None)) is not None]
    if not asking:
        return
    at = datetime.combine(on, time(2), UTC)
    ids = posting.post_many(
        session, [given for _act, given in asking], by=BY, at=at, source="history"
    )
    for (act, _given), document_id in zip(asking, ids, strict=True):
        with suppress(StopIteration):
            act.send(document_id)


@pytest.mark.lengthy
@pytest.mark.timeout(600 * SHARES)
@pytest.mark.parametrize("share", range(SHARES))
def test_what_leaves_is_what_a_plain_oracle_expects(session: Session, share: int) -> None:
    make_company(session)
    policies.standard_policy(session, by=audit.SYSTEM)
    chance = random.Random(20260702 + share)
    payer = make_customer(session, "PAYER")
    sent = 0
    thanked: list[int] = []
    events.subscribe(
        [(events.OverdueSettled, lambda _session, event: thanked.append(event.cycle_id))]
    )
    for start in range(0, HISTORIES, TOGETHER):
        together = session.begin_nested()
        stops: list[tuple[int, date, date]] = []
        every = [History(session, start + at, chance, stops) for at in range(TOGETHER)]
        on = BEGIN
        for step in range(STEPS):
            _somebody_pays(session, payer, f"F-{start}-{step}", on)
            if chance.random() < 0.3:
                stops.append(_stop(session, on, chance))
            for _ in range(3):
                happen(session, [one.act(on) for one in every if chance.random() < 0.5], on)
            _notes(session, every, on)
            left, last = _day(session, every, on, chance)
            sent += left
            on = max(on + timedelta(chance.choice((1, 1, 3, 5, 8, 13, 34))), last)
        said = thanks_of(session, thanked)
        assert said == {one.account.id: one.oracle.thanks for one in every if one.oracle.thanks}
        thanked.clear()
        together.rollback()
        session.info.pop("audit", None)  # what was gathered went with it
    print(f"{HISTORIES} histories, {sent} reminders, each as the oracle expects")
    assert sent > HISTORIES / 2


def _stop(session: Session, on: date, chance: random.Random) -> tuple[int, date, date]:
    """Nobody is reminded at some level or above it for a while."""
    level, until = chance.choice((1, 2, 2, 3, 3)), on + timedelta(chance.randint(0, 12))
    holds.hold(session, "level", level, "not yet", on=on, until=until, by=BY, at=AT)
    return level, on, until


def thanks_of(session: Session, cycles: list[int]) -> dict[int, int]:
    """How often thanks are said to each account."""
    return Counter(session.get_one(DunningCycle, one).account_id for one in cycles)


def _notes(session: Session, every: list[History], on: date) -> None:
    """The notes before the day name what the oracle expects, and nobody else gets one."""
    ids = {one.account.id for one in every}
    said: dict[int, dict[date, int]] = {}
    for account, due_on in coming.days_ahead(session, on, AHEAD):
        found = coming.work_out(session, account, due_on, on) if account.id in ids else None
        if isinstance(found, coming.Coming):
            said.setdefault(account.id, {})[due_on] = found.total_minor
    expected = {one.account.id: one.oracle.coming(on) for one in every}
    assert said == {account: days for account, days in expected.items() if days}, on


def _day(
    session: Session, every: list[History], on: date, chance: random.Random
) -> tuple[int, date]:
    """Plan a day and let what is planned leave; how many left, and the last day of it."""
    for one in every:
        one.oracle.wake(on)
    expected = {one.account.id: one.oracle.says(on) for one in every}
    planned = notices.plan(session, on=on, at=datetime.combine(on, time(1), UTC))
    assert planned.held is None
    rows = [session.get_one(Notice, number) for number in planned.notices]
    assert {row.account_id: row.level for row in rows} == {
        account: said[0] for account, said in expected.items() if said is not None
    }, on
    by_account = {one.account.id: one for one in every}
    sent, last = 0, on
    for one in every:
        one.oracle.sleep(on)
    for row in rows:
        one = by_account[row.account_id]
        zone = chance.choice(ZONES)
        wakes = datetime.combine(on, time(chance.randint(0, 15), 59), UTC)
        leaves = opening(wakes, zone)
        waits = quiet.opens(wakes, zone, time(20), time(8), lambda day: day.isoweekday() > 5)
        assert (waits or wakes) == leaves, (wakes, zone)
        today = max(leaves.astimezone(ZoneInfo("Asia/Shanghai")).date(), on)
        last = max(last, today)
        if chance.random() < 0.4:  # something of the last second
            happen(session, [one.act(on)], on)
        now = one.oracle.says(today)
        frozen = notices.freeze(session, row.id, on=today, at=leaves)
        if now is None or now[0] != row.level:
            assert not isinstance(frozen, dict), (on, one.oracle, frozen)
            continue
        assert isinstance(frozen, dict), (on, one.oracle, frozen)
        assert (frozen["level"], frozen["net"]) == now, (on, one.oracle)
        ids = [item.id for item in one.items]
        one.oracle.left(today, row.level, {ids.index(i["due_item_id"]) for i in frozen["items"]})
        notices.mark_sent(session, row.id, on=today, at=AT)
        sent += 1
    return sent, last


def _somebody_pays(session: Session, payer: CustomerAccount, number: str, on: date) -> None:
    """Another customer pays, so that the payments are not old."""
    money = Money(-100, payer.currency)
    given = posting.DocumentInput(payer.id, DocumentKind.PAYMENT, number, on, money)
    posting.post(session, given, by=BY, at=datetime.combine(on, time(1), UTC))
