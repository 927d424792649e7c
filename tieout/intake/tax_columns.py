"""Which figures stand with the tax and which before it: named by headings, proved by figures.

A column beside a tax is taken as being before it only where the rows prove it: net + tax is
another column, or the tax is a whole percentage of the figure and would be none within it. What
is before tax becomes `net_amount`, `line_net` or `net_price`; a row read by them says what it
comes to with the tax (`with_tax`).
"""

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeVar

from tieout.intake.fields import Reads
from tieout.intake.headings import variants
from tieout.intake.profile import Profile
from tieout.intake.values.numbers import DecimalMark

Numbers = list[Decimal | None]
Value = TypeVar("Value")

#: A figure with its tax, and the same before it.
BEFORE_TAX = {"amount": "net_amount", "line_amount": "line_net", "unit_price": "net_price"}
_WITH_TAX = {net: gross for gross, net in BEFORE_TAX.items()}
_SUMS = ("amount", "line_amount", "net_amount", "line_net")
#: What is said of a line, so that a lone figure is the line's.
OF_LINES = frozenset({"quantity", "unit_price", "net_price", "product_code", "product_name"})
#: Sums that hold the tax.
_WHOLE = frozenset({"amount", "line_amount", "debit", "credit"})
#: Headings that leave no doubt.
_BEFORE = re.compile(r"tax|vat|gst|netto|\bht\b|imponi|税")
_CENT = Decimal("0.01")
#: Taxes of this many per cent and fewer are told by their ratio; a unit price has six decimals.
_HIGHEST, _MILLIONTH = 30, Decimal("0.000001")
#: Of the rows that say all of it, so many tenths prove it.
_MOST = 8


def settle_tax(uses: dict[int, str], profiles: Sequence[Profile], headings: Sequence[str]) -> None:
    """Correct which columns are taken with the tax and which before it."""
    tax = _column(uses, "tax")
    taxes = _numbers(profiles[tax]) if tax is not None else []
    if tax is None:
        _without_tax(uses, headings)
        return
    net = _added_up(uses, profiles, taxes)
    if net is None:
        net = _alone(uses, profiles, headings, taxes)
    _prices(uses, profiles, net, taxes)


def with_tax(values: dict[str, Value]) -> None:
    """Add to the values of a row what follows from figures before tax and the tax beside them."""
    if _WITH_TAX.keys().isdisjoint(values):
        return
    tax = values.get("tax")
    added = tax if isinstance(tax, Decimal) else Decimal(0)
    for gross, net in (("amount", "net_amount"), ("line_amount", "line_net")):
        found = values.get(net)
        if isinstance(found, Decimal) and gross not in values:
            values[gross] = _sum(found, added)  # type: ignore[assignment]
    price, quantity = values.get("net_price"), values.get("quantity")
    if not isinstance(price, Decimal) or "unit_price" in values:
        return
    if not isinstance(quantity, Decimal) or not quantity:
        return
    line = values.get("line_amount")
    whole = line if isinstance(line, Decimal) else _sum(price * quantity, added)
    values["unit_price"] = _rounded(abs(whole / quantity))  # type: ignore[assignment]


def _rounded(price: Decimal) -> Decimal:
    """A price in millionths; one too large for that is refused later, as it is."""
    try:
        return price.quantize(_MILLIONTH, ROUND_HALF_UP)
    except InvalidOperation:
        return price


def _sum(net: Decimal, tax: Decimal) -> Decimal:
    """Net and tax together; the tax of what is below zero may be written above it."""
    return net - tax if net < 0 < tax else net + tax


def _without_tax(uses: dict[int, str], headings: Sequence[str]) -> None:
    """Nothing says the tax: a lone “net” or “subtotal” is the amount.

    One that says it is before tax stays so, and a person is asked for the tax.
    """
    for index, name in list(uses.items()):
        if name not in _WITH_TAX:
            continue
        rivals = {"unit_price"} if name == "net_price" else _WHOLE
        if rivals & set(uses.values()):
            del uses[index]
        elif not _BEFORE.search(variants(headings[index])[0]):
            is_line = name == "net_amount" and OF_LINES & set(uses.values())
            uses[index] = "line_amount" if is_line else _WITH_TAX[name]


def _added_up(uses: dict[int, str], profiles: Sequence[Profile], taxes: Numbers) -> Numbers | None:
    """Find two columns of which one is the other with the tax added, and name them so."""
    figures = {
        index: _numbers(seen)
        for index, seen in enumerate(profiles)
        if uses.get(index, "") in ("", "original_amount", *_SUMS) and seen.fit[Reads.AMOUNT] > 0.9
    }
    for net, nets in figures.items():
        for gross, wholes in figures.items():
            named = {uses.get(net, ""), uses.get(gross, "")} & set(_SUMS)
            if net == gross or not named or not _proved(_sums(nets, taxes, wholes)):
                continue
            is_line = bool(named & {"line_amount", "line_net"})
            field = "line_amount" if is_line else "amount"
            for index, name in list(uses.items()):
                if name in (field, BEFORE_TAX[field]):
                    del uses[index]
            uses[gross], uses[net] = field, BEFORE_TAX[field]
            return nets
    return None


def _sums(nets: Numbers, taxes: Numbers, wholes: Numbers) -> list[bool]:
    return [
        abs(_sum(net, tax) - whole) <= _CENT
        for net, tax, whole in zip(nets, taxes, wholes, strict=True)
        if net is not None and tax and whole is not None
    ]


def _alone(
    uses: dict[int, str], profiles: Sequence[Profile], headings: Sequence[str], taxes: Numbers
) -> Numbers | None:
    """Take a figure without its counterpart as its heading says, or as the taxes prove."""
    net = _column(uses, "net_amount")
    if net is not None:
        nets, amount = _numbers(profiles[net]), _column(uses, "amount")
        if not _WHOLE & set(uses.values()):
            return nets
        wholes = _numbers(profiles[amount]) if amount is not None else []
        if amount is not None and _BEFORE.search(variants(headings[net])[0]):
            fitting = _sums(nets, taxes, wholes)
            if sum(fitting) * 2 >= len(fitting):
                return nets  # the others are mistakes, which a check will name
        del uses[net]  # beside a sum it does not lead to, such as one with postage
    for field in ("amount", "line_amount"):
        index = _column(uses, field)
        if index is not None and _is_before(numbers := _numbers(profiles[index]), taxes):
            uses[index] = BEFORE_TAX[field]
            return numbers
    return None


def _is_before(numbers: Numbers, taxes: Numbers) -> bool:
    """Whether taxes are whole percentages of the figures, and would be none within them."""
    rows = [
        (abs(number), abs(tax))
        for number, tax in zip(numbers, taxes, strict=True)
        if number and tax and abs(tax) >= 1  # a tax of some cents is near many percentages
    ]
    before = [_is_whole(tax, number) for number, tax in rows]
    within = [_is_whole(tax, number - tax) for number, tax in rows]
    return _proved(before) and sum(within) * 2 < len(within)


def _is_whole(tax: Decimal, of: Decimal) -> bool:
    if of <= 0 or tax * 100 > of * _HIGHEST:
        return False
    rate = (tax * 100 / of).to_integral_value(ROUND_HALF_UP)
    return rate > 0 and abs(of * rate / 100 - tax) <= _CENT


def _prices(
    uses: dict[int, str], profiles: Sequence[Profile], net: Numbers | None, taxes: Numbers
) -> None:
    """A price that makes the figure before tax with its quantity is one before tax."""
    price, quantity = _column(uses, "unit_price"), _column(uses, "quantity")
    if price is None or quantity is None or _column(uses, "net_price") is not None:
        return
    pairs = zip(_numbers(profiles[price]), _numbers(profiles[quantity]), strict=True)
    made = [p * q if p is not None and q is not None else None for p, q in pairs]
    if net is None:
        is_net = not set(_SUMS) & set(uses.values()) and _is_before(made, taxes)
    else:
        is_net = _proved(
            [
                abs(abs(one) - abs(other)) <= _CENT
                for one, other, tax in zip(made, net, taxes, strict=True)
                if one is not None and other is not None and tax
            ]
        )
    if is_net:
        uses[price] = "net_price"


def _proved(rows: Sequence[bool]) -> bool:
    return bool(rows) and sum(rows) * 10 >= len(rows) * _MOST


def _numbers(seen: Profile) -> Numbers:
    return seen.numbers(seen.mark.mark or DecimalMark.POINT)


def _column(uses: Dictionary[int, str], field: str) -> int | None:
    return next((column for column, name in uses.items() if name == field), None)
