"""What `tieout match` found, and its summary."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tieout.cli.match_book import Book
from tieout.i18n import Sentence
from tieout.matching import (
    CODE,
    DIFFERENCES,
    Bridge,
    Confidence,
    Difference,
    Groups,
    Rules,
)
from tieout.money import Money


@dataclass(frozen=True)
class Outcome:
    """Two books compared, and everything that is written about it."""

    ours: Book
    theirs: Book
    groups: Groups
    rules: Rules
    bridge: Bridge
    customers: dict[int, str]
    currency: str
    was_mirrored: bool
    seconds: float
    #: What has to be known before any figure.
    warnings: tuple[Sentence, ...] = ()

    @cached_property
    def lines_of(self) -> tuple[list[list[int]], list[list[int]]]:
        """The places of each group's lines, ours and theirs."""
        found: tuple[list[list[int]], list[list[int]]] = (
            [[] for _ in range(len(self.groups))],
            [[] for _ in range(len(self.groups))],
        )
        for side, numbers in zip(found, (self.groups.ours, self.groups.theirs), strict=True):
            for place, number in enumerate(numbers.tolist()):
                side[number].append(place)
        return found

    def money(self, minor: int) -> Money:
        """An amount of these books."""
        return Money(minor, self.currency)

    def summary(self) -> dict[str, Any]:
        """Balances, bridge by type, counts and checks, as JSON holds them."""
        accounts, items = self.bridge.accounts, self.bridge.items
        by_type: Counter[str] = Counter()
        for code, residual in zip(items.type.tolist(), items.residual.tolist(), strict=True):
            by_type[str(DIFFERENCES[code])] += residual
        counts = Counter(str(DIFFERENCES[code]) for code in self.groups.type.tolist())
        ours, theirs = sum(a.ours for a in accounts), sum(a.theirs for a in accounts)
        opening = sum(a.opening for a in accounts)
        waits = self.groups.confidence[items.group] == Confidence.PROPOSED
        waits &= items.type != CODE[Difference.UNEXPLAINED]
        return {
            "ours": {"file": self.ours.file, "lines": len(self.ours.ids), **self._plain(ours)},
            "theirs": {
                "file": self.theirs.file,
                "lines": len(self.theirs.ids),
                "was_mirrored": self.was_mirrored,
                **self._plain(theirs),
            },
            "currency": self.currency,
            "customers": len(self.customers),
            "cutoff": self.rules.cutoff.isoformat() if self.rules.cutoff else None,
            "difference": self.money(ours - theirs).plain,
            "only_ours": self.money(sum(a.only_ours for a in accounts)).plain,
            "only_theirs": self.money(sum(a.only_theirs for a in accounts)).plain,
            "value_differences": self.money(sum(a.value for a in accounts)).plain,
            "opening_difference": self.money(opening).plain,
            "unexplained": self.money(sum(a.unexplained for a in accounts)).plain,
            "to_confirm": self.money(int(items.residual[waits].sum())).plain,
            "bridge": {name: self.money(sum_).plain for name, sum_ in sorted(by_type.items())},
            "groups": len(self.groups),
            "groups_by_type": dict(sorted(counts.items())),
            "proposed": int((self.groups.confidence == Confidence.PROPOSED).sum()),
            "warnings": [str(warning) for warning in self.warnings],
            "checks": {
                "every_line_in_one_group": self.is_whole,
                "books_tie_out": all(account.ties_out for account in accounts),
                "named": sum(items.residual.tolist()) + opening == ours - theirs,
            },
            "seconds": round(self.seconds, 3),
        }

    @property
    def is_whole(self) -> bool:
        """Whether every group has a line and every line a group."""
        placed = np.concatenate([self.groups.ours, self.groups.theirs])
        return len(np.unique(placed)) == len(self.groups) and bool((placed >= 0).all())

    def _plain(self, balance: int) -> dict[str, str]:
        return {"balance": self.money(balance).plain}
