"""Which of several columns of figures is the amount: told by the figures themselves."""

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from tieout.intake.fields import FIELDS, Reads
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.profile import Profile
from tieout.intake.retention_columns import settle_retention
from tieout.intake.sum_columns import settle_lines, settle_sides, settle_turns
from tieout.intake.tax_columns import OF_LINES, settle_tax
from tieout.intake.value_columns import fill_by_values
from tieout.intake.values.numbers import DecimalMark
from tieout.intake.values.text import shown

Numbers = list[Decimal | None]


def settled(
    kind: BatchKind,
    uses: Dictionary[int, str],
    profiles: Sequence[Profile],
    headings: Sequence[str],
) -> dict[int, str]:
    """Correct a first guess by what the values prove."""
    found = dict(uses)
    if not any(headings):
        _without_headings(kind, found, profiles)
    _own_or_original(found, headings)
    settle_sides(kind, found, profiles)
    settle_turns(kind, found, profiles, headings)
    named = set(found.values())
    if kind == BatchKind.THEIR_LEDGER and named & {"date", "number", "reference"}:
        fill_by_values(kind, found, profiles, headings)
    if kind == BatchKind.DOCUMENTS:
        _number_of_another_kind(found)
        fill_by_values(kind, found, profiles, headings)
        settle_tax(found, profiles, headings)
        settle_retention(found, profiles)
        _lines_or_documents(found, profiles)
        settle_lines(found, profiles, headings)
    if kind == BatchKind.CUSTOMERS and "name" not in found.values():
        _renamed(found, "contact", "name")
    if kind == BatchKind.PAYMENTS:
        _one_way_of_telling(found, "amount", ("money_in", "money_out"))
        _paid_rather_than_received(found, profiles)
        _balance_of_another(found, profiles)
    else:
        _one_way_of_telling(found, "amount", ("debit", "credit"))
    return found


def _column(uses: Dictionary[int, str], field: str) -> int | None:
    return next((column for column, name in uses.items() if name == field), None)


#: Headings over what is left of an amount.
_LEFT = re.compile(r"\b(due|open|outstanding|remaining)\b|offen|未[收付结清核]|欠")


def _own_or_original(uses: dict[int, str], headings: Sequence[str]) -> None:
    """A lone “original amount” is the amount, and its currency is the currency.

    So it is beside what is left of it: “Original amount” and “Balance due”.
    """
    amount, original = _column(uses, "amount"), _column(uses, "original_amount")
    if amount is not None and original is not None and "original_currency" not in uses.values():
        first, other = (variants(headings[place])[0] for place in (original, amount))
        if _LEFT.search(other) and "original" in first.split():
            del uses[amount]
    amounts = {"amount", "debit", "credit", "line_amount", "unit_price", "money_in", "money_out"}
    original, currency = _column(uses, "original_amount"), _column(uses, "original_currency")
    if original is not None and not amounts & set(uses.values()):
        uses[original], original = "amount", None
    if original is None and currency is not None:
        if _column(uses, "currency") is None:
            uses[currency] = "currency"
        else:
            del uses[currency]


def _renamed(uses: dict[int, str], old: str, new: str) -> bool:
    column = _column(uses, old)
    if column is not None:
        uses[column] = new
    return column is not None


def _number_of_another_kind(uses: dict[int, str]) -> None:
    """Where no column is the number, the order, tax invoice or delivery note has it."""
    if "number" in uses.values():
        return
    for other in ("order_no", "tax_invoice_no", "delivery_no", "reference"):
        if _renamed(uses, other, "number"):
            return


def _paid_rather_than_received(uses: dict[int, str], profiles: Sequence[Profile]) -> None:
    """Where a fee was kept back on the way, the customer has paid what stands before it."""
    amount = _column(uses, "amount")
    if amount is None:
        return
    received = _numbers(profiles[amount])
    free = {
        index: _numbers(seen)
        for index, seen in enumerate(profiles)
        if index not in uses and seen.fit[Reads.AMOUNT] > 0.9
    }
    for paid, wholes in free.items():
        for fee, fees in free.items():
            rows = [
                abs(w) - abs(f) == abs(r)
                for w, f, r in zip(wholes, fees, received, strict=True)
                if w is not None and r is not None and f
            ]
            if paid != fee and rows and sum(rows) * 10 >= len(rows) * 8:
                del uses[amount]
                uses[paid] = "amount"
                return


def _balance_of_another(uses: dict[int, str], profiles: Sequence[Profile]) -> None:
    """A balance that moves by what is left after a fee proves nothing of what was paid."""
    amount, balance = _column(uses, "amount"), _column(uses, "balance")
    if amount is None or balance is None:
        return
    held = _numbers(profiles[balance])
    if _runs_with(held, _numbers(profiles[amount])):
        return
    free = [
        seen
        for index, seen in enumerate(profiles)
        if index not in uses and seen.fit[Reads.AMOUNT] > 0.9
    ]
    if any(_runs_with(held, _numbers(seen)) for seen in free):
        del uses[balance]


def _numbers(seen: Profile) -> Numbers:
    return seen.numbers(seen.mark.mark or DecimalMark.POINT)


def _lines_or_documents(uses: dict[int, str], profiles: Sequence[Profile]) -> None:
    """An amount that differs within one number is that of a line, not of the document."""
    fields = [field for field in ("amount", "net_amount") if field in uses.values()]
    number = _column(uses, "number")
    if number is None or not fields or {"line_amount", "line_net"} & set(uses.values()):
        return
    amount = next(column for column, name in uses.items() if name == fields[0])
    marks = profiles[amount].mark.mark or DecimalMark.POINT
    by_number: dict[str, set[Decimal]] = {}
    for key, value in zip(profiles[number].cells, profiles[amount].numbers(marks), strict=True):
        if value is not None and shown(key).strip():
            by_number.setdefault(shown(key), set()).add(value)
    if OF_LINES & set(uses.values()) and any(len(values) > 1 for values in by_number.values()):
        for field, of_line in (("amount", "line_amount"), ("net_amount", "line_net")):
            _renamed(uses, field, of_line)


def _one_way_of_telling(uses: dict[int, str], single: str, pair: tuple[str, str]) -> None:
    """Both sides tell more than one column; a lone side beside an amount tells nothing."""
    column = _column(uses, single)
    sides = [_column(uses, side) for side in pair]
    if column is None:
        return
    if all(side is not None for side in sides):
        del uses[column]
    else:
        for side in sides:
            if side is not None:
                del uses[side]


def _without_headings(kind: BatchKind, uses: dict[int, str], profiles: Sequence[Profile]) -> None:
    """Tell the columns of a list without headings by their values alone."""
    table = FIELDS[kind]
    if "date" not in table or kind == BatchKind.DOCUMENTS:
        return
    free = [index for index, seen in enumerate(profiles) if seen.filled and index not in uses]
    dates = [index for index in free if profiles[index].fit[Reads.DATE] > 0.9]
    if dates:
        uses[dates[0]] = "date"
    free = [index for index in free if index not in dates]
    for index in free:
        if profiles[index].fit[Reads.DIRECTION] == 1 and "direction" not in uses.values():
            uses[index] = "direction"
        elif profiles[index].fit[Reads.CURRENCY] == 1 and "currency" not in uses.values():
            uses[index] = "currency"
    figures = [index for index in free if index not in uses and _are_amounts(profiles[index])]
    _amounts(kind, uses, figures, profiles)
    texts = [index for index in free if index not in uses and index not in figures]
    if texts:
        longest = max(texts, key=lambda index: _length(profiles[index]))
        uses[longest] = "remittance" if kind == BatchKind.PAYMENTS else "description"


def _amounts(
    kind: BatchKind, uses: dict[int, str], figures: list[int], profiles: Sequence[Profile]
) -> None:
    numbers = {
        index: profiles[index].numbers(profiles[index].mark.mark or DecimalMark.POINT)
        for index in figures
    }
    balance = next(
        (
            index
            for index in reversed(figures)
            for other in figures
            if other != index and _runs_with(numbers[index], numbers[other])
        ),
        None,
    )
    full = [index for index in figures if profiles[index].share_filled == 1]
    if balance is None and len(figures) > 1 and full and full[-1] == figures[-1]:
        balance = figures[-1]
    if balance is not None:
        uses[balance] = "balance"
    left = [index for index in figures if index != balance]
    pair = _take_turns(left, numbers)
    if pair is None:
        if left:
            uses[left[0]] = "amount"
        return
    out, into = ("money_out", "money_in") if kind == BatchKind.PAYMENTS else ("debit", "credit")
    uses[pair[0]], uses[pair[1]] = out, into


def _take_turns(
    figures: Sequence[int], numbers: Dictionary[int, Numbers]
) -> tuple[int, int] | None:
    """Two columns of which each row fills one: what went out, and what came in."""
    for one, other in pairwise(figures):
        rows = list(zip(numbers[one], numbers[other], strict=True))
        if all((a is None) != (b is None) for a, b in rows) and len(rows) > 1:
            below = [number for number in numbers[other] if number and number < 0]
            return (other, one) if below else (one, other)
    return None


def _runs_with(balances: Numbers, amounts: Numbers) -> bool:
    """Whether one column is the running balance of another, from either end."""
    rows = [
        (b, a) for b, a in zip(balances, amounts, strict=True) if b is not None and a is not None
    ]
    if len(rows) < 3:
        return False
    down = sum(1 for (b0, _), (b1, a1) in pairwise(rows) if b1 - b0 == a1)
    up = sum(1 for (b0, a0), (b1, _) in pairwise(rows) if b0 - b1 == a0)
    return max(down, up) * 10 >= (len(rows) - 1) * 8


def _are_amounts(seen: Profile) -> bool:
    """Figures with decimals, signs or currencies: not mere numbers of something."""
    if seen.fit[Reads.AMOUNT] < 0.9:
        return False
    texts = [shown(cell) for cell in seen.filled]
    marked = sum(1 for text in texts if any(letter in text for letter in ".,-+$€£¥()"))
    return marked * 2 > len(texts)


def _length(seen: Profile) -> float:
    return sum(len(shown(cell)) for cell in seen.filled) / max(len(seen.filled), 1)


def _upright(numbers: Numbers) -> Numbers:
    """A side whose figures all stand below zero, as they are meant."""
    if any(number and number > 0 for number in numbers):
        return numbers
    return [None if number is None else -number for number in numbers]


def runs_against(uses: Dictionary[int, str], profiles: Sequence[Profile]) -> bool:
    """Whether the balance rises by what is said to have gone out, and falls by what came in.

    A bank's statement never does: it is the ledger of a customer, or a cash book of one's own.
    """
    balance, into, out = (_column(uses, field) for field in ("balance", "money_in", "money_out"))
    if balance is None or into is None or out is None:
        return False
    rows = [
        (held, (came or Decimal(0)) - (went or Decimal(0)))
        for held, came, went in zip(
            _numbers(profiles[balance]),
            _upright(_numbers(profiles[into])),
            _upright(_numbers(profiles[out])),
            strict=True,
        )
        if held is not None
    ]
    steps = [(after - before, by, back) for (before, back), (after, by) in pairwise(rows)]
    with_it = max(
        sum(1 for step, by, _ in steps if step == by), sum(1 for s, _, back in steps if -s == back)
    )
    against = max(
        sum(1 for step, by, _ in steps if step == -by), sum(1 for s, _, back in steps if s == back)
    )
    return against > 0 and against * 10 >= len(steps) * 6 and with_it * 4 < against
