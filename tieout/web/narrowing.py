"""What of a comparison somebody wants to see, as the address says: type, amount, age and text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tieout.matching import DIFFERENCES
from tieout.reconciliation import names
from tieout.reconciliation.agreeing import Sought
from tieout.reconciliation.shown import Picture, ShownGroup, ShownLine
from tieout.web import asked
from tieout.web.comparison import said

#: Ages the lines may be narrowed to, in days.
AGES = (30, 60, 90)


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

    def sought(self, today: date) -> Sought:
        """The same of what is looked for in the database."""
        before = today - timedelta(days=self.age) if self.age else None
        return Sought(self.type, self.least, before, self.keyword)

    def group(self, group: ShownGroup, today: date) -> bool:
        """Whether a group is looked for."""
        if self.type and str(group.difference) != self.type:
            return False
        lines = (*group.ours, *group.theirs)
        return any(self._line(line, today) for line in lines)

    def groups(self, groups: Sequence[ShownGroup], today: date) -> list[ShownGroup]:
        """The groups that are looked for."""
        if not self.is_any:
            return list(groups)
        return [group for group in groups if self.group(group, today)]

    def _line(self, line: ShownLine, today: date) -> bool:
        if self.least is not None and abs(line.amount.decimal) < self.least:
            return False
        if self.age and (today - line.on).days < self.age:
            return False
        amount = line.amount.plain
        words = f"{line.number} {line.description} {amount} {line.amount.decimal:,}".casefold()
        return self.keyword.casefold() in words


def types(shown: Picture, *, staff: bool) -> list[tuple[str, str]]:
    """The types there are in a comparison, with their words."""
    there = {group.difference for group in shown.groups}
    return [
        (str(one), said(names.type_name(one, staff=staff))) for one in DIFFERENCES if one in there
    ]
