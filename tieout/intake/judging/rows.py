"""Rows on trial, and the groups of rows that become one thing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tieout.errors import InvalidInput
from tieout.intake.judging.plans import CustomerPlan, ProductPlan
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.intake.understanding import UnderstoodRow
from tieout.ledger.inputs import DocumentInput
from tieout.money import Money

Plan = DocumentInput | CustomerPlan | ProductPlan
_READY = RowState.READY


@dataclass(slots=True)
class Judged:
    """A row and what becomes of it."""

    row: UnderstoodRow
    fingerprint: str
    occurrence: int
    #: Fields corrected by hand, as typed.
    by_hand: dict[str, str] = field(default_factory=dict)
    #: Who left it out on purpose; empty for nobody.
    left_out_by: str = ""
    #: What somebody decided to take as it is: the check, and who.
    taken: dict[str, str] = field(default_factory=dict)
    state: RowState = _READY
    problems: list[Problem] = field(default_factory=list)
    customer_id: int | None = None
    group_key: str = ""
    #: Of what it becomes part of: the first row, where it is ready.
    first_row: int | None = None

    @property
    def number(self) -> int:
        """The row in the file."""
        return self.row.number

    def say(self, state: RowState, problem: Problem) -> None:
        """Move the row to a state, for a reason."""
        self.state = state
        self.problems.append(problem)

    def refuse(self, problem: Problem) -> None:
        """The row cannot be taken, or not before somebody decides; a warning changes nothing."""
        self.problems.append(problem)
        if not problem.is_warning:
            decisions = all(one.is_decision for one in self.stopping)
            self.state = RowState.DECISION if decisions else RowState.REFUSED

    def checked(self, field: str, make: Callable[[], Money]) -> Money:
        """Make an amount of what it says of a field.

        Raises:
            Refused: it cannot be one.
        """
        try:
            return make()
        except InvalidInput as error:
            raise Refused(self, Problem(error.sentence, field)) from error

    @property
    def stopping(self) -> list[Problem]:
        """What keeps it from being taken."""
        return [problem for problem in self.problems if not problem.is_warning]

    @property
    def leading(self) -> Problem | None:
        """What is said of it first: what keeps it, else what is worth a look."""
        return next(iter(self.stopping or self.problems), None)


class Refused(Exception):
    """A problem found on the way to what rows become."""

    def __init__(self, row: Judged, problem: Problem) -> None:
        super().__init__()
        self.row, self.problem = row, problem


@dataclass
class Group:
    """Rows that become one document, customer or product."""

    key: str
    rows: list[Judged]
    plan: Plan | None = None
    #: Of a document: whose it is and the currency; 0 for an account that is opened first.
    customer_id: int | None = None
    account_id: int = 0
    currency: str = ""
    #: The number of the document it settles, where it stands under that number itself.
    settles: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether it would be posted."""
        return self.plan is not None and self.are_ready

    @property
    def are_ready(self) -> bool:
        """Whether nothing keeps any of its rows."""
        return not [row for row in self.rows if row.state is not _READY]  # a list is fast

    @property
    def first(self) -> Judged:
        """The first of its rows."""
        return self.rows[0]

    def checked(self, field: str, make: Callable[[], Money]) -> Money:
        """Make an amount of what its first row says of a field.

        Raises:
            Refused: it cannot be one.
        """
        return self.first.checked(field, make)


@dataclass
class Judgement:
    """Every row with its state, and what would be posted; nothing about them changes any more."""

    rows: list[Judged]
    groups: list[Group]
    #: Fingerprints and occurrences among them that were posted before, and the batch.
    seen: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @cached_property
    def _ready(self) -> list[Group]:
        return [group for group in self.groups if group.is_ready]

    def ready(self) -> list[Group]:
        """What would be posted, in the order of the file."""
        return self._ready

    def counts(self) -> dict[str, int]:
        """Rows by state."""
        return {str(state): count for state, count in Counter(r.state for r in self.rows).items()}


def grouped(rows: Sequence[Judged], keys: Sequence[str]) -> list[Group]:
    """Put rows of one key together, in the order in which the keys appear."""
    groups: dict[str, Group] = {}
    for row, key in zip(rows, keys, strict=True):
        row.group_key = key
        if key in groups:
            groups[key].rows.append(row)
        else:
            groups[key] = Group(key, [row])
    return list(groups.values())
