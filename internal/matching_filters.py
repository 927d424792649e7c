"""What of a comparison is looked at: by type, amount, age and text; and rivals of a proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.matching import DIFFERENCES
from tieout.money import Money
from tieout.reconciliation import names
from tieout.reconciliation.shown import Picture, ShownGroup, ShownLine
from tieout.web import asked
from tieout.web.comparison import said

#: Ages the lines may be narrowed to, in days.
AGES = (30, 60, 90)
#: Rivals that are shown of a proposal.
MOST_RIVALS = 3


@dataclass(frozen=True)
class Wanted:
    """What of a comparison somebody wants to see; everything left out matches everything."""

    type: str = ""
    least: Decimal | None = None
    age: int = 0
    keyword: str = ""

    @classmethod
    def asked(cls) -> "Wanted":
        """As the address says."""
        return cls(
            type=asked.choice("type", [str(one) for one in DIFFERENCES]),
            least=asked.amount("least"),
            age=int(asked.choice("age", [str(days) for days in AGES]) or 0),
            keyword=asked.text("q"),
        )

    @property
    def is_any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.type or self.least or self.age or self.keyword)

    def group(self, group: ShownGroup, today: date) -> bool:
        """Whether a group is looked for."""
        if self.type and str(group.difference) != self.type:
            return False
        lines = (*group.ours, *group.theirs)
        return any(self._line(line, today) for line in lines)

    def groups(self, groups: Sequence[ShownGroup], today: date) -> list[ShownGroup]:
        """The groups that are looked for."""
        return [group for group in groups if self.group(group, today)]

    def _line(self, line: ShownLine, today: date) -> bool:
        if self.least is not None and abs(line.amount.decimal) < self.least:
            return False
        if self.age and (today - line.on).days < self.age:
            return False
        words = f"{line.number} {line.description} {line.amount.plain}".casefold()
        return self.keyword.casefold() in words


def types(shown: Picture) -> list[tuple[str, str]]:
    """The types there are in a comparison, with their words."""
    there = {group.difference for group in shown.groups}
    return [(str(one), said(names.type_name(one))) for one in DIFFERENCES if one in there]


def kinds(groups: Sequence[ShownGroup]) -> list[tuple[str, str, int, Money]]:
    """Proposals by type: code, words, how many, and what they leave in all."""
    found: dict[str, list[ShownGroup]] = {}
    for group in groups:
        found.setdefault(str(group.difference), []).append(group)
    return [
        (code, said(names.type_name(some[0].difference)), len(some), _total(some))
        for code, some in found.items()
    ]


def rivals(shown: Picture, group: ShownGroup) -> list[ShownLine]:
    """Other lines that might belong there as well: the same amount, not decided yet."""
    if not group.ours or not group.theirs or not group.rivals:
        return []
    amounts = {line.amount.minor for line in (*group.ours, *group.theirs)}
    found = [
        line
        for other in shown.groups
        if other is not group and (other.is_free or other.is_proposed)
        for line in (*other.ours, *other.theirs)
        if line.amount.minor in amounts
    ]
    return sorted(found, key=lambda line: (abs((line.on - group.main.on).days), line.id))[
        :MOST_RIVALS
    ]


def _total(groups: Sequence[ShownGroup]) -> Money:
    return Money.total((group.residual for group in groups), groups[0].residual.currency)
