"""Lines of documents whose every row states an amount in whole cents: no more is to be asked."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tieout.intake.judging.rows import Judged
from tieout.ledger.inputs import LineInput
from tieout.money import Money, decimals_of

#: Larger amounts are looked at one by one; sums of as many as a file has stay exact below it.
_MOST = 10**15
#: Makes a line of its parts.
_line: Callable[[type[LineInput], tuple[Any, ...]], LineInput] = tuple.__new__


def minors_of(rows: Sequence[Judged], currency: str) -> list[int] | None:
    """What each row of a document comes to, in minor units.

    None where one states no amount of its line, one finer than the currency, one of a side of its
    own, or one of the whole document.
    """
    decimals = decimals_of(currency)
    found = []
    for row in rows:
        values = row.row.values
        value = values.get("line_amount")
        if type(value) is not Decimal or "_signed" in values or "_line_amount_side" in values:
            return None
        scaled = value.scaleb(decimals)
        minor = int(scaled)
        if minor != scaled or not -_MOST <= minor <= _MOST:
            return None
        found.append(minor)
    return found


def lines_of(
    rows: Sequence[Judged],
    minors: Sequence[int],
    turn: int,
    currency: str,
    products: dict[str, int],
) -> tuple[LineInput, ...]:
    """The line each row becomes; `turn` is −1 where the sign is the other way round."""
    made = []
    for row, minor in zip(rows, minors, strict=True):
        get: Callable[..., Any] = row.row.values.get
        code = get("product_code", "")
        described = get("product_name") or get("description", "")
        parts = (
            *(Money(minor * turn, currency), code, described, get("unit", "")),
            *(get("quantity"), get("unit_price"), None, products.get(code)),
        )
        made.append(_line(LineInput, parts))
    return tuple(made)
