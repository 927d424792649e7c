"""Proposals by type, and the rivals of a proposal."""

from collections import defaultdict
from collections.abc import Sequence

from tieout.money import Money
from tieout.reconciliation import names
from tieout.reconciliation.shown import Picture, ShownGroup, ShownLine
from tieout.web.comparison import said

#: Rivals that are shown of a proposal.
MOST_RIVALS = 3


def kinds(groups: Sequence[ShownGroup]) -> list[tuple[str, str, int, Money]]:
    """Proposals by type: code, words, how many, and what they leave in all."""
    found: dict[str, list[ShownGroup]] = {}
    for group in groups:
        found.setdefault(str(group.difference), []).append(group)
    return [
        (code, said(names.type_name(some[0].difference)), len(some), _total(some))
        for code, some in found.items()
    ]


class Rivals:
    """Lines that are not decided yet, by their amount: they might belong to a proposal as well."""

    def __init__(self, shown: Picture) -> None:
        self._by_amount: defaultdict[int, list[tuple[int, ShownLine]]] = defaultdict(list)
        for group in shown.groups:
            if group.is_free or group.is_proposed:
                for line in (*group.ours, *group.theirs):
                    self._by_amount[line.amount.minor].append((group.no, line))

    def of(self, group: ShownGroup) -> list[ShownLine]:
        """Other lines of the same amount, the nearest in time."""
        if not group.ours or not group.theirs or not group.rivals:
            return []
        amounts = {line.amount.minor for line in (*group.ours, *group.theirs)}
        found = [
            line
            for amount in amounts
            for no, line in self._by_amount.get(amount, ())
            if no != group.no
        ]
        day = group.main.on
        return sorted(found, key=lambda line: (abs((line.on - day).days), line.id))[:MOST_RIVALS]


def _total(groups: Sequence[ShownGroup]) -> Money:
    return Money.total((group.residual for group in groups), groups[0].residual.currency)
