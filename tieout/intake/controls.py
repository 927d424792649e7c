"""What a file says of itself, so that reading it can be proved: its totals, balances, counts."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tieout.i18n import N_
from tieout.money import decimals_of


class ControlKind(StrEnum):
    """What a control figure is."""

    #: The rows above it come to this.
    TOTAL = "total"
    #: What a page hands over to the next.
    CARRIED_FORWARD = "carried_forward"
    #: Opening and movements come to the closing balance.
    BALANCE = "balance"
    #: So many entries there are.
    COUNT = "count"


#: What each is called on pages.
CONTROL_LABELS = {
    ControlKind.TOTAL: N_("Total"),
    ControlKind.CARRIED_FORWARD: N_("Carried forward"),
    ControlKind.BALANCE: N_("Balance"),
    ControlKind.COUNT: N_("Number of entries"),
}


@dataclass(frozen=True)
class Control:
    """A figure of the file, and what its entries come to."""

    #: One of `ControlKind`; a plug-in may bring others.
    kind: str
    #: As the file names it: Total, 合计, :62F:.
    label: str
    #: Empty where the file does not say.
    currency: str
    #: What the file says.
    expected: Decimal
    #: What was found in its entries.
    found: Decimal
    #: Where it stands in the file; 0 where no row says it.
    row: int = 0
    #: Of a statement: the account.
    account: str = ""

    @property
    def ties(self) -> bool:
        """Whether the file keeps its own word."""
        return self.expected == self.found

    @property
    def words(self) -> str:
        """What kind of figure it is, to be translated."""
        known = CONTROL_LABELS.items()
        return next((words for kind, words in known if kind == self.kind), self.kind)

    @property
    def decimals(self) -> int:
        """How many decimals its figures need: those of its currency, at least those they have."""
        if self.kind == ControlKind.COUNT:
            return 0
        shown = (self.expected.normalize(), self.found.normalize())
        given = max(0, *(-int(one.as_tuple().exponent) for one in shown))
        # of an amount in no currency nobody writes one decimal alone
        return max(given, decimals_of(self.currency) if self.currency else min(given, 1) * 2)

    @property
    def difference(self) -> Decimal:
        """By how much it does not."""
        return self.found - self.expected

    def to_json(self) -> dict[str, Any]:
        """Return what a batch stores; figures are exact text."""
        return {
            "kind": str(self.kind),
            "label": self.label,
            "currency": self.currency,
            "expected": f"{self.expected:f}",
            "found": f"{self.found:f}",
            "row": self.row,
            "account": self.account,
        }

    @classmethod
    def from_json(cls, stored: Dictionary[str, Any]) -> "Control":
        """Read back what `to_json` wrote."""
        return cls(
            kind=str(stored["kind"]),
            label=str(stored["label"]),
            currency=str(stored["currency"]),
            expected=Decimal(stored["expected"]),
            found=Decimal(stored["found"]),
            row=int(stored["row"]),
            account=str(stored["account"]),
        )
