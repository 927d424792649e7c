"""How a customer keeps its book: learned from what certainly belongs together, run by run.

A habit says how many days after us they date a line, whether they book once a month, and whether
their numbers are vouchers of their own. What a person says counts before what was learned; a
habit may be switched off, and forgotten. The engine learns by itself within a run that has enough
pairs; a stored habit helps where a run has too few.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.matching import Confidence, Kind, Rules
from tieout.matching.habits import Habits
from tieout.matching.rules import KnownHabit
from tieout.reconciliation.models import LearnedHabit
from tieout.reconciliation.run import Ints, Run

#: Pairs needed before a habit is believed.
ENOUGH = 8
#: Days looked beyond what is usual; where they book once a month, a month and a week.
MARGIN, _MONTH = 3, 40
#: Lines of theirs that share a number with ours, of a hundred, when their numbers are their own.
_OWN_NUMBERS = 5
_FURTHEST = 366
#: Among what a person said: what matches by hand spoke for and is no habit.
_REFUSED = "refused"


class HabitChanged(Conflict):
    """Two people at one customer's habits."""

    message = N_("Somebody else has changed these habits meanwhile. Look at them again.")


class NoLag(InvalidInput):
    """Days that are none."""

    message = N_("“%(text)s” is no number of days. Write one from −366 to 366, or nothing.")


@dataclass(frozen=True)
class Habit:
    """What is known of how a customer books; None where nothing is."""

    #: Days from our line to theirs: usual, and the latest seen; of documents and of payments.
    lag: int | None = None
    latest: int | None = None
    payment_lag: int | None = None
    payment_latest: int | None = None
    monthly: bool | None = None
    own_numbers: bool | None = None
    #: How many pairs it was learned from.
    pairs: int = 0
    #: Which parts a person has said: only these the engine does not learn anew.
    said: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, object]:
        """What a row stores: only what is known."""
        return {
            name: value
            for name, value in asdict(self).items()
            if value is not None and name != "said"
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Habit":
        """Read back what `to_json` wrote."""
        return cls(**{k: v for k, v in stored.items() if k in cls.__dataclass_fields__})  # type: ignore[arg-type]

    def with_chosen(self, chosen: Mapping[str, object]) -> "Habit":
        """The same with what a person says instead."""
        return replace(self, **chosen)  # type: ignore[arg-type]

    def applied(self, rules: Rules, account_id: int) -> Rules:
        """Rules that reach as far as this customer's dates do; what a person said is fixed."""
        furthest = [
            abs(days) + MARGIN
            for days in (self.lag, self.latest, self.payment_lag, self.payment_latest)
            if days is not None
        ]
        if self.monthly:
            furthest.append(_MONTH)
        if not furthest and self.monthly is None:
            return rules
        return replace(
            rules,
            date_window=max(furthest, default=rules.date_window),
            habits=(self._said(account_id),) if self.said else (),
            wrong_period_min_days=_FURTHEST if self.monthly else rules.wrong_period_min_days,
        )

    def held(self, rules: Rules, account_id: int) -> Rules:
        """Rules for a few lines, from which nothing can be learned: what is known is fixed."""
        known = frozenset(name for name in self.to_json() if name != "pairs")
        return replace(self, said=known).applied(rules, account_id)

    def _said(self, account_id: int) -> KnownHabit:
        first, last = self._span("lag", "latest")
        paid_first, paid_last = self._span("payment_lag", "payment_latest")
        return KnownHabit(
            customer=account_id,
            monthly=self.monthly if "monthly" in self.said else None,
            earliest=first,
            latest=last,
            payment_earliest=paid_first,
            payment_latest=paid_last,
        )

    def _span(self, usual: str, latest: str) -> tuple[int | None, int | None]:
        """The days a person's words leave open; a few more on either side."""
        if not self.said & {usual, latest}:
            return None, None
        lag, most = getattr(self, usual), getattr(self, latest)
        first = min(lag if lag is not None else 0, 0)
        last = most if most is not None else lag
        return first - MARGIN, max(last, first) + MARGIN


def of(session: Session, account_id: int) -> LearnedHabit | None:
    """What is stored about an account's habits."""
    return session.scalars(
        select(LearnedHabit).where(LearnedHabit.account_id == account_id)
    ).one_or_none()


def known(session: Session, account_id: int) -> Habit:
    """The habit that counts for an account: nothing where it is switched off."""
    stored = of(session, account_id)
    if stored is None or not stored.is_used:
        return Habit()
    parts = said(stored)
    return replace(Habit.from_json(stored.learned).with_chosen(parts), said=frozenset(parts))


def said(stored: LearnedHabit | None) -> dict[str, object]:
    """What a person said instead of what was learned, part by part."""
    return {} if stored is None else {k: v for k, v in stored.chosen.items() if k != _REFUSED}


def refused(stored: LearnedHabit | None) -> frozenset[str]:
    """What a person said is no habit, by its key (`taught.Lesson`)."""
    return frozenset(() if stored is None else stored.chosen.get(_REFUSED, ()))


def refuse(session: Session, account: CustomerAccount, key: str, *, by: Actor) -> None:
    """Say that what matches by hand speak for is no habit."""
    stored = of(session, account.id)
    stored = _held(session, account, stored.version if stored else 1)
    before = {"chosen": stored.chosen}
    stored.chosen = {**stored.chosen, _REFUSED: sorted({*refused(stored), key})}
    _changed(session, stored, "habit.changed", before, {"chosen": stored.chosen}, by=by)


def learn(session: Session, account: CustomerAccount, run: Run, *, at: datetime) -> None:
    """Remember what a run shows of a customer's habits, where it shows enough."""
    found = seen(run)
    if found.pairs < ENOUGH:
        return
    stored = of(session, account.id)
    if stored is None:
        stored = LearnedHabit(customer_id=account.customer_id, account_id=account.id, chosen={})
        session.add(stored)
    stored.learned, stored.learned_at = found.to_json(), at
    session.flush()


def seen(run: Run) -> Habit:
    """What the pairs of a run that are beyond doubt say."""
    groups = run.groups
    count = len(groups)
    single = (np.bincount(groups.ours, minlength=count) == 1) & (
        np.bincount(groups.theirs, minlength=count) == 1
    )
    sure = single & (groups.confidence == Confidence.ACCEPTED) & (run.sums[0] == run.sums[1])
    at_ours, at_theirs = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    at_ours[groups.ours] = np.arange(len(groups.ours))
    at_theirs[groups.theirs] = np.arange(len(groups.theirs))
    numbers = np.flatnonzero(sure)
    left, right = at_ours[numbers], at_theirs[numbers]
    here = run.ours.customer[left] == run.account_id
    numbers, left, right = numbers[here], left[here], right[here]
    if len(numbers) < ENOUGH:
        return Habit(pairs=len(numbers))
    written = run.ours.keys.written[left] == run.theirs.keys.written[right]
    if (written & (run.ours.day[left] == run.theirs.day[right])).all():
        return Habit()  # a copy of our own book says nothing of theirs
    habits = Habits.learned(run.ours, run.theirs, left, right, replace(run.rules, habits=()))
    row = int(np.searchsorted(habits.customers.known, run.account_id)) * 2
    payments = int((run.ours.kind[left] == Kind.PAYMENT).sum())
    shared = int((groups.shared[numbers] > 0).sum())
    goods = len(numbers) - payments

    def days(column: Ints, at: int, of_them: int, less: int = 0) -> int | None:
        return int(column[row + at]) - less if of_them >= ENOUGH else None

    return Habit(
        lag=days(habits.usual, 0, goods),
        latest=days(habits.latest, 0, goods, MARGIN),
        payment_lag=days(habits.usual, 1, payments),
        payment_latest=days(habits.latest, 1, payments, MARGIN),
        monthly=bool(habits.monthly[row // 2]),
        own_numbers=shared * 100 < _OWN_NUMBERS * len(numbers),
        pairs=len(numbers),
    )


def choose(
    session: Session,
    account: CustomerAccount,
    chosen: Mapping[str, object],
    *,
    is_used: bool,
    version: int,
    by: Actor,
) -> LearnedHabit:
    """Say what counts instead of what was learned, or that nothing of it counts.

    Raises:
        HabitChanged: somebody else has done so meanwhile.
    """
    stored = _held(session, account, version)
    wanted = dict(chosen)
    if refused(stored):
        wanted[_REFUSED] = sorted(refused(stored))
    before = {"chosen": stored.chosen, "is_used": stored.is_used}
    after: dict[str, object] = {"chosen": wanted, "is_used": is_used}
    if before != after:
        stored.chosen, stored.is_used = wanted, is_used
        _changed(session, stored, "habit.changed", before, after, by=by)
    return stored


def forget(session: Session, account: CustomerAccount, *, version: int, by: Actor) -> None:
    """Begin anew: what was learned and said is gone; the next runs learn again.

    Raises:
        HabitChanged: somebody else has changed it meanwhile.
    """
    stored = _held(session, account, version)
    before = {"learned": stored.learned, "chosen": stored.chosen}
    stored.learned, stored.learned_at, stored.chosen, stored.is_used = {}, None, {}, True
    _changed(session, stored, "habit.forgotten", before, None, by=by)


def days_of(text: str) -> int | None:
    """Days as they are typed; None for nothing.

    Raises:
        NoLag: they are none.
    """
    text = text.strip().replace("\u2212", "-")
    if not text:
        return None
    try:
        value = int(text)
    except ValueError as error:
        raise NoLag(text=text) from error
    if not -_FURTHEST <= value <= _FURTHEST:
        raise NoLag(text=text)
    return value


def _held(session: Session, account: CustomerAccount, version: int) -> LearnedHabit:
    stored = of(session, account.id)
    if stored is None:
        stored = LearnedHabit(
            customer_id=account.customer_id,
            account_id=account.id,
            learned={},
            chosen={},
            is_used=True,
            version=1,
        )
        session.add(stored)
        session.flush()
    if stored.version != version:
        raise HabitChanged
    return stored


def _changed(
    session: Session,
    stored: LearnedHabit,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object] | None,
    *,
    by: Actor,
) -> None:
    stored.changed_by = by.label
    stored.version += 1
    session.flush()
    if action == "habit.forgotten":
        audit.record(session, by, "habit.forgotten", stored, before=before)
    else:
        audit.record(session, by, "habit.changed", stored, before=before, after=after)
