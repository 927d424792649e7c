"""A run as it is shown: groups with their lines, and the way from both balances to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import deadlines
from tieout.reconciliation.priced import Apart
from tieout.reconciliation.vocabulary import BY_HAND, ITSELF, PROPOSED, TOGETHER, WE, YOU

#: Who acts, in the order in which it is shown.
WHO = (YOU, WE, ITSELF, TOGETHER)
#: Groups that say nothing but that a line stands in one book alone.
ALONE = frozenset(
    {
        Difference.MISSING_IN_OURS,
        Difference.MISSING_IN_THEIRS,
        Difference.INVOICE_IN_TRANSIT,
        Difference.PAYMENT_IN_TRANSIT,
    }
)
#: The amount was written wrongly: its digits show how.
WRONG_AMOUNT = frozenset({Difference.AMOUNT_TRANSPOSITION, Difference.AMOUNT_TYPO})


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a book: a document of ours, or a line of their file."""

    #: Of the document, or of their line.
    id: int
    on: date
    number: str
    #: What of our ledger's kinds it is; empty where their book does not say.
    kind: str
    description: str
    amount: Money
    #: The row in their file; 0 for ours.
    row_no: int = 0
    #: The customer in whose account of ours it stands, where that is another one.
    elsewhere: str = ""


@dataclass(frozen=True)
class ShownGroup:
    """Lines that belong together, what they leave, and the numbers that prove why."""

    no: int
    #: What its set of lines is known by: a decision names it, so that it is about what was seen.
    seen: str
    difference: Difference
    found_by: str
    state: str
    acts: str
    residual: Money
    only_ours: Money
    only_theirs: Money
    value: Money
    as_at: date
    ours: tuple[ShownLine, ...]
    theirs: tuple[ShownLine, ...]
    detail: str = ""
    numbers: tuple[int, ...] = (0, 0, 0)
    shared: int = 0
    gap: int = 0
    rivals: int = 0
    our_repeats: frozenset[int] = frozenset()
    their_repeats: frozenset[int] = frozenset()
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    #: Days something may be on its way, by the rules of the run.
    transit_days: int = 10
    #: On an account on which we owe.
    is_payable: bool = False
    #: Quantities and prices that are not the same, where they make up the whole difference.
    priced: tuple[Apart, ...] = ()

    @property
    def is_proposed(self) -> bool:
        """Whether somebody has to accept or reject it."""
        return self.state == PROPOSED

    @property
    def is_open(self) -> bool:
        """Whether its residual is not explained yet."""
        unproven = self.difference is Difference.UNEXPLAINED and self.found_by != BY_HAND
        return self.is_proposed or unproven

    @property
    def is_free(self) -> bool:
        """Whether it is one line of one book, which may still be matched by hand."""
        return len(self.ours) + len(self.theirs) == 1

    @property
    def is_later(self) -> bool:
        """Whether everything in it is dated after the cut-off."""
        return all(line.on > self.as_at for line in (*self.ours, *self.theirs))

    @property
    def main(self) -> ShownLine:
        """The line the group is named after: ours, where there is one."""
        return next(
            (line for line in self.ours if line.id not in self.our_repeats),
            (self.ours or self.theirs)[0],
        )

    @property
    def opposite(self) -> ShownLine | None:
        """The first line of their book, where both books have one."""
        if not self.ours or not self.theirs:
            return None
        return next(
            (line for line in self.theirs if line.id not in self.their_repeats), self.theirs[0]
        )

    @property
    def cleared(self) -> date | None:
        """The day after the cut-off on which the other book shows it too, where it does."""
        if self.acts != "itself" or not self.ours or not self.theirs:
            return None
        return max(line.on for line in (*self.ours, *self.theirs))

    @property
    def until(self) -> date | None:
        """By when whoever acts has acted, or it is gone by itself."""
        return deadlines.until(
            self.acts, as_at=self.as_at, cleared=self.cleared, transit_days=self.transit_days
        )


@dataclass(frozen=True)
class Step:
    """What a group adds to a column of the statement; signed."""

    group: ShownGroup
    amount: Money


@dataclass(frozen=True)
class Picture:
    """All of a run that is shown."""

    number: str
    currency: str
    as_at: date
    ours: Money
    theirs: Money
    opening: Money
    unexplained: Money
    last_agreed: date | None
    #: Everything but what simply agrees.
    groups: Sequence[ShownGroup]
    #: Lines of their book that agree, and what they come to.
    matched: int
    matched_amount: Money
    lines_read: int
    filename: str

    @property
    def difference(self) -> Money:
        """Ours less theirs."""
        return self.ours - self.theirs

    @cached_property
    def differences(self) -> tuple[ShownGroup, ...]:
        """What explains the difference, the largest first."""
        found = [group for group in self.groups if group.residual and not group.is_open]
        return tuple(sorted(found, key=_largest))

    @cached_property
    def proposals(self) -> tuple[ShownGroup, ...]:
        """What somebody has to accept or reject."""
        return tuple(group for group in self.groups if group.is_proposed)

    @cached_property
    def unproven(self) -> tuple[ShownGroup, ...]:
        """What leaves something that is not explained: proposals, and what nothing proves."""
        found = [group for group in self.groups if group.residual and group.is_open]
        return tuple(sorted(found, key=_largest))

    @cached_property
    def later(self) -> tuple[ShownGroup, ...]:
        """Lines dated after the cut-off: read, and not counted."""
        return tuple(group for group in self.groups if group.is_later and not group.is_proposed)

    def by(self, who: str) -> tuple[ShownGroup, ...]:
        """The differences somebody has to act on."""
        return tuple(group for group in self.differences if group.acts == who)

    @property
    def act_by(self) -> date | None:
        """By when everybody has done what the differences ask of them."""
        return deadlines.until(YOU, as_at=self.as_at, cleared=None, transit_days=0)

    @cached_property
    def our_steps(self) -> tuple[Step, ...]:
        """From our balance to the adjusted one."""
        corrected = [Step(group, -group.residual) for group in self.by(WE)]
        arriving = [
            Step(group, group.only_theirs) for group in self.by(ITSELF) if group.only_theirs
        ]
        return (*arriving, *corrected)

    @cached_property
    def their_steps(self) -> tuple[Step, ...]:
        """From their balance to the adjusted one."""
        corrected = [Step(group, group.residual) for group in self.by(YOU)]
        arriving = [
            Step(group, group.only_ours + group.value)
            for group in self.by(ITSELF)
            if group.only_ours + group.value
        ]
        return (*arriving, *corrected)

    @cached_property
    def undecided(self) -> tuple[Step, ...]:
        """On neither side until it is settled together."""
        return tuple(Step(group, group.residual) for group in self.by(TOGETHER))

    @property
    def our_adjusted(self) -> Money:
        """Our balance once everyone has done what the items ask."""
        return self.ours + Money.total((step.amount for step in self.our_steps), self.currency)

    @property
    def their_adjusted(self) -> Money:
        """Their balance once everyone has done what the items ask."""
        return self.theirs + Money.total((step.amount for step in self.their_steps), self.currency)

    @property
    def residual(self) -> Money:
        """What is left of the zero line; equal to what is unexplained."""
        undecided = Money.total((step.amount for step in self.undecided), self.currency)
        return self.our_adjusted - self.their_adjusted - undecided - self.opening

    @property
    def proposed(self) -> Money:
        """What of the difference waits for somebody to accept or reject."""
        return Money.total((group.residual for group in self.proposals), self.currency)

    @property
    def ties_out(self) -> bool:
        """Whether both books come to the same balance once the items are booked."""
        return not self.residual and not self.undecided and not self.opening


def _largest(group: ShownGroup) -> tuple[int, int]:
    return -abs(group.residual.minor), group.no
