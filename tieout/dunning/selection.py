"""Who is reminded of what today: a pure rule over items, a policy and what was sent before.

Source of the rule: "Reminders (dunning)" in the rules of the books.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tieout.i18n import N_, Sentence


@dataclass(frozen=True)
class Level:
    """One step of a policy."""

    level: int
    #: Days overdue from which it applies.
    days: int
    tone: str = "friendly"
    pay_within_days: int = 7
    #: What one of us does once it has left: call, letter, stop_delivery; empty: nothing.
    final_step: str = ""
    #: Charged once it has left, in minor units.
    fee_minor: int = 0
    #: Interest of a year, in millionths.
    interest_ppm: int = 0
    #: Days since the last reminder before this one; 0: as the policy says.
    gap_days: int = 0
    #: email, chat; empty: every way its readers are reached.
    channel: str = ""


@dataclass(frozen=True)
class Policy:
    """When overdue items are reminded of."""

    levels: tuple[Level, ...]
    minimum_minor: int = 0
    gap_days: int = 7
    may_jump: bool = False
    name: str = ""
    #: What reminding costs is asked for first, or posted by itself: ask, post.
    charges: str = "ask"

    def target(self, days: int) -> int:
        """The highest level whose days are reached; 0 below the first."""
        return max((one.level for one in self.levels if days >= one.days), default=0)

    def step(self, level: int) -> Level:
        """One level."""
        return next(one for one in self.levels if one.level == level)


@dataclass(frozen=True)
class Item:
    """An open item of the account, in minor units; a credit has a negative amount."""

    due_item_id: int
    number: str
    due_on: date
    #: Signed: + owed to us.
    open_minor: int
    disputed_minor: int = 0
    promised_minor: int = 0
    #: Why it is held; empty when it is not.
    held: str = ""
    #: Its own policy, which says how far it is; None: the account's.
    policy: Policy | None = None


@dataclass(frozen=True)
class History:
    """What was sent to the account since something has been overdue without a break."""

    #: Highest level sent for each item.
    item_levels: Mapping[int, int] = field(default_factory=dict)
    #: Levels sent to the account.
    levels: frozenset[int] = frozenset()
    last_sent_on: date | None = None


@dataclass(frozen=True)
class Named:
    """An item the message names: what of it is asked for."""

    due_item_id: int
    number: str
    due_on: date
    amount_minor: int
    days: int
    level: int


@dataclass(frozen=True)
class LeftOut:
    """What the message does not ask for, and why."""

    number: str
    amount_minor: int
    #: disputed, promised, held, unapplied.
    why: str


@dataclass(frozen=True)
class Selection:
    """A message that is right to send."""

    level: int
    tone: str
    #: What is asked for, after everything that is not.
    net_minor: int
    pay_by: date
    items: tuple[Named, ...]
    left_out: tuple[LeftOut, ...]
    not_due_minor: int
    #: What one of us does once it has left.
    final_step: str = ""
    #: The step of the policy that led to it, and the policy.
    step: Level | None = None
    policy: Policy | None = None


@dataclass(frozen=True)
class Nothing:
    """No message, and why."""

    reason: Sentence
    left_out: tuple[LeftOut, ...] = ()


def select(
    items: Sequence[Item],
    policy: Policy,
    history: History,
    on: date,
    *,
    held_from_level: int | None = None,
    account_held: str = "",
) -> Selection | Nothing:
    """Work out what an account is reminded of on a day, or why it is not.

    net overdue = overdue − disputed − promised − held − unapplied credit; not-due items are
    left aside. The level of an item is the highest whose days are reached, one above what
    was sent last unless the policy lets levels be jumped; the message takes the highest.
    A level that was sent already is sent again only where an item moves up, such as one that
    has become overdue since: it is named beside what stands at its last level. What that costs,
    and what one of us does then, is what the item's own level says.

    Where a level and those above it are held, no item rises to them: what would is asked for at
    the highest level below, beside the others, and is no reason by itself to say that again.
    """
    if account_held:
        return Nothing(Sentence(N_("Held: %(reason)s"), {"reason": account_held}))
    named, left_out, stopped = _overdue(items, policy, history, on, held_from_level)
    unapplied = -sum(item.open_minor for item in items if item.open_minor < 0)
    if unapplied:
        left_out.append(LeftOut("", unapplied, "unapplied"))
    net = sum(one.amount_minor for one in named) - unapplied
    kept = tuple(left_out)
    if not named:
        return Nothing(Sentence(N_("Nothing is overdue that may be reminded of.")), kept)
    if net <= 0:
        return Nothing(Sentence(N_("Credit not yet applied covers what is overdue.")), kept)
    if net < policy.minimum_minor:
        return Nothing(Sentence(N_("What is overdue is below the minimum.")), kept)
    level = max(one.level for one in named)
    is_held = Nothing(Sentence(N_("Level %(level)s is held."), {"level": held_from_level}), kept)
    if level == 0 and stopped:
        return is_held
    if level == 0:
        return Nothing(Sentence(N_("No level of the policy is reached yet.")), kept)
    moving = [one for one in named if one.level > history.item_levels.get(one.due_item_id, 0)]
    if not moving and stopped:
        return is_held
    if level in history.levels and not moving:
        return Nothing(
            Sentence(N_("Level %(level)s was sent already in this cycle."), {"level": level}), kept
        )
    led, step = _steps(items, named, policy, level)
    if level in history.levels:
        _, reached = _steps(items, moving, policy, max(one.level for one in moving))
        step = replace(step, fee_minor=reached.fee_minor, final_step=reached.final_step)
    gap = timedelta(days=step.gap_days or policy.gap_days)
    if history.last_sent_on and on < history.last_sent_on + gap:
        return Nothing(
            Sentence(N_("The last reminder left on %(day)s."), {"day": history.last_sent_on}), kept
        )
    return Selection(
        level,
        step.tone,
        net,
        on + timedelta(days=step.pay_within_days),
        tuple(sorted(named, key=lambda one: (one.due_on, one.number, one.due_item_id))),
        kept,
        sum(i.open_minor for i in items if i.open_minor > 0 and i.due_on >= on),
        step.final_step,
        step,
        led,
    )


def _overdue(
    items: Sequence[Item], policy: Policy, history: History, on: date, held_from: int | None
) -> tuple[list[Named], list[LeftOut], bool]:
    """What is named, what is left out, and whether a level that is held stopped any of it."""
    named: list[Named] = []
    stopped = False
    left_out: list[LeftOut] = []
    for item in items:
        days = (on - item.due_on).days
        if item.open_minor <= 0 or days <= 0:
            continue
        if item.held:
            left_out.append(LeftOut(item.number, item.open_minor, "held"))
            continue
        disputed = min(item.disputed_minor, item.open_minor)
        promised = min(item.promised_minor, item.open_minor - disputed)
        if disputed:
            left_out.append(LeftOut(item.number, disputed, "disputed"))
        if promised:
            left_out.append(LeftOut(item.number, promised, "promised"))
        amount = item.open_minor - disputed - promised
        if amount:
            level = _level(
                item.policy or policy, days, history.item_levels.get(item.due_item_id, 0)
            )
            if held_from is not None and level >= held_from:
                level, stopped = held_from - 1, True
            named.append(Named(item.due_item_id, item.number, item.due_on, amount, days, level))
    return named, left_out, stopped


def _steps(
    items: Sequence[Item], named: Sequence[Named], policy: Policy, level: int
) -> tuple[Policy, Level]:
    """The policy that led to the level, with its step: the account's, else an item's own."""
    own = {item.due_item_id: item.policy for item in items}
    reached = [own.get(one.due_item_id) or policy for one in named if one.level == level]
    led = policy if policy in reached else reached[0]
    return led, led.step(level)


def _level(policy: Policy, days: int, sent: int) -> int:
    target = policy.target(days)
    return target if policy.may_jump else min(target, sent + 1)
