"""What one installation knows before two books are compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple


class FixedGroup(NamedTuple):
    """A group a person has made or locked: line ids of both books."""

    ours: tuple[int, ...]
    theirs: tuple[int, ...]


class KnownHabit(NamedTuple):
    """How a customer keeps its book, as somebody said; None is learned from the lines.

    Days are counted from our line to theirs, for payments apart from all else.
    """

    customer: int
    monthly: bool | None = None
    earliest: int | None = None
    latest: int | None = None
    payment_earliest: int | None = None
    payment_latest: int | None = None


@dataclass(frozen=True)
class Rules:
    """How two books are compared; amounts in minor units, rates in millionths."""

    #: Lines later than this are compared too; what hangs around it is in transit.
    cutoff: date | None = None
    transit_days: int = 10
    #: 20,000 is 2 %.
    discount_rates: tuple[int, ...] = (10_000, 20_000, 30_000)
    max_bank_fee: int = 5_000
    tax_rounding_max: int = 5
    wrong_period_min_days: int = 25
    #: Rates at which tax is added, and withheld from payments.
    tax_rates: tuple[int, ...] = ()
    withholding_rates: tuple[int, ...] = ()
    #: What is written off without a proof: the larger of an amount and a share of ours, at most the
    #: cap (0 for none); "less" or "more" if only where theirs is so against ours.
    tolerance_minor: int = 0
    tolerance_rate: int = 0
    tolerance_cap: int = 0
    tolerance_direction: str = "both"
    #: How far apart lines without a common number may be dated, unless a customer's habit is known.
    date_window: int = 12
    #: We are the buyer on this account: payments are sent by us and received by them.
    payable: bool = False
    #: Pairs of line ids (ours, theirs) that a person has refused to see together again.
    rejected: frozenset[tuple[int, int]] = frozenset()
    #: Made by hand or locked; taken out before anything else.
    fixed: tuple[FixedGroup, ...] = ()
    #: Names of the passes that run; empty for all of them.
    passes: tuple[str, ...] = ()
    habits: tuple[KnownHabit, ...] = ()
    #: Passes of other people's, which run besides ours (`passes.Rule`).
    more_passes: tuple[Any, ...] = ()

    @classmethod
    def from_dict(cls, known: Mapping[str, object], *, minor_digits: int = 2) -> "Rules":
        """Rules as a settings file writes them: decimal amounts, rates as fractions.

        What is left out keeps its usual value; what has no meaning here is left alone.
        """
        usual = cls()

        def whole(name: str, otherwise: int) -> int:
            return int(str(known[name])) if name in known else otherwise

        def minor(name: str, otherwise: int) -> int:
            if name not in known:
                return otherwise
            amount = Decimal(str(known[name])).scaleb(minor_digits)
            return int(amount.to_integral_value(ROUND_HALF_UP))

        def rates(name: str, otherwise: tuple[int, ...]) -> tuple[int, ...]:
            if name not in known:
                return otherwise
            return tuple(sorted(int(Decimal(str(rate)) * _MILLION) for rate in _items(known, name)))

        return cls(
            cutoff=_day(known.get("cutoff")),
            transit_days=whole("transit_days", usual.transit_days),
            discount_rates=rates("discount_rates", usual.discount_rates),
            max_bank_fee=minor("max_bank_fee", usual.max_bank_fee),
            tax_rounding_max=minor("tax_rounding_max", usual.tax_rounding_max),
            wrong_period_min_days=whole("wrong_period_min_days", usual.wrong_period_min_days),
            tax_rates=rates("tax_rates", usual.tax_rates),
            withholding_rates=rates("withholding_rates", usual.withholding_rates),
            tolerance_minor=minor("tolerance", usual.tolerance_minor),
            tolerance_rate=int(Decimal(str(known.get("tolerance_rate", 0))) * _MILLION),
            tolerance_cap=minor("tolerance_cap", usual.tolerance_cap),
            tolerance_direction=_direction(known),
            date_window=whole("date_window", usual.date_window),
            payable=known.get("payable") is True,
            rejected=frozenset(
                (int(str(ours)), int(str(theirs)))
                for ours, theirs in map(_list, _items(known, "rejected"))
            ),
            fixed=tuple(
                FixedGroup(
                    *(tuple(int(str(line)) for line in _list(side)) for side in _list(group))
                )
                for group in _items(known, "fixed")
            ),
            passes=tuple(str(name) for name in _items(known, "passes")),
            habits=tuple(
                KnownHabit(**{str(name): value for name, value in _mapping(habit).items()})
                for habit in _items(known, "habits")
            ),
        )

    def to_dict(self, *, minor_digits: int = 2) -> dict[str, object]:
        """The counterpart of `from_dict`; only what a JSON file can hold."""
        return {
            "cutoff": self.cutoff.isoformat() if self.cutoff else None,
            "transit_days": self.transit_days,
            "discount_rates": _written(self.discount_rates),
            "max_bank_fee": str(Decimal(self.max_bank_fee).scaleb(-minor_digits)),
            "tax_rounding_max": str(Decimal(self.tax_rounding_max).scaleb(-minor_digits)),
            "wrong_period_min_days": self.wrong_period_min_days,
            "tax_rates": _written(self.tax_rates),
            "withholding_rates": _written(self.withholding_rates),
            "tolerance": str(Decimal(self.tolerance_minor).scaleb(-minor_digits)),
            "tolerance_rate": str(Decimal(self.tolerance_rate) / _MILLION),
            "tolerance_cap": str(Decimal(self.tolerance_cap).scaleb(-minor_digits)),
            "tolerance_direction": self.tolerance_direction,
            "date_window": self.date_window,
            "payable": self.payable,
            "rejected": [list(pair) for pair in sorted(self.rejected)],
            "fixed": [[list(group.ours), list(group.theirs)] for group in self.fixed],
            "passes": list(self.passes),
            "habits": [habit._asdict() for habit in self.habits],
        }


_MILLION = Decimal(1_000_000)
_DIRECTIONS = ("both", "less", "more")


def _written(rates: tuple[int, ...]) -> list[str]:
    return [str((Decimal(rate) / _MILLION).normalize()) for rate in rates]


def _direction(known: Mapping[str, object]) -> str:
    direction = str(known.get("tolerance_direction", "both"))
    if direction not in _DIRECTIONS:
        raise ValueError(f"{direction!r} is none of {', '.join(_DIRECTIONS)}")
    return direction


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"names and values were expected, not {value!r}")
    return value


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None


def _items(known: Mapping[str, object], name: str) -> list[object]:
    return _list(known.get(name, ()))


def _list(value: object) -> list[object]:
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise TypeError(f"a list was expected, not {value!r}")
    return list(value)
