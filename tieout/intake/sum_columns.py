"""Which sum is which: the two sides of a running balance, a line’s and its document’s."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from tieout.chinese import compiled
from tieout.intake.fields import FIELDS
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.profile import Profile
from tieout.intake.values.text import shown

Numbers = list[Decimal | None]

#: What is said of a line, so that a sum beside it may be the line's.
_OF_LINES = frozenset({"quantity", "unit_price", "net_price", "product_code", "product_name"})
#: Words of a heading by which its sum is the document's, and not a line's.
_OF_ALL = compiled(r"\b(total|grand|order|invoice|document|bill|sales)\b|总|合计|销售金额|订单金额")
#: Words of a heading over what was paid.
_PAID = compiled(
    r"\b(pay|paid|payments?|received|receipts?|credits?|collected)\b"
    r"(?! (date|terms?|method|status))"
    r"|收款|收回|已收|实收|回款|付款|已付|实付|核销"
)
#: Those of whoever pays: in the book of a buyer its supplier stands on the other side.
_WE_PAID = compiled("付款|已付|实付")
_CENT = Decimal("0.01")
#: Of ten rows, so many prove what a column is.
_MOST = 8


def settle_sides(kind: BatchKind, uses: dict[int, str], profiles: Sequence[Profile]) -> None:
    """Find the two columns that a running balance goes up and down by, whatever is above them."""
    balance = _column(uses, "balance")
    if balance is None:
        return
    raising, lowering = (
        ("money_in", "money_out") if kind == BatchKind.PAYMENTS else ("debit", "credit")
    )
    named = {"amount", raising, lowering}
    if {raising, lowering} <= set(uses.values()):
        return
    figures = {
        index: seen.figures
        for index, seen in enumerate(profiles)
        if uses.get(index, "amount") in named and seen.looks_like_money
    }
    held = profiles[balance].figures
    for up, ups in figures.items():
        for down, downs in figures.items():
            is_named = {uses.get(up), uses.get(down)} & named
            if up != down and is_named and _moves(held, ups, downs):
                for index, name in list(uses.items()):
                    if name in named:
                        del uses[index]
                uses[up], uses[down] = raising, lowering
                return


def settle_turns(
    kind: BatchKind, uses: dict[int, str], profiles: Sequence[Profile], headings: Sequence[str]
) -> None:
    """Find what was paid beside what was charged, where no row of a ledger says both.

    “Amount” and “Payments”, “Charge” and “Payment”, 应收金额 and 收款金额. A list of invoices that
    says of each what was paid of it fills both in one row, and stays what it is.
    """
    fields = set(uses.values())
    if kind not in (BatchKind.DOCUMENTS, BatchKind.THEIR_LEDGER) or {"debit", "credit"} <= fields:
        return
    charged = _column(uses, "debit")
    charged = _column(uses, "amount") if charged is None else charged
    if charged is None or _PAID.search(variants(headings[charged])[0]):
        return
    charges = profiles[charged].figures
    for index, heading in enumerate(headings):
        is_free = uses.get(index, "credit") in ("credit", "amount") and index != charged
        if not is_free or not heading or not _PAID.search(variants(heading)[0]):
            continue
        payments = profiles[index].figures
        sides = [(bool(up), bool(down)) for up, down in zip(charges, payments, strict=True)]
        takes_turns = {(False, True), (True, False)} <= set(sides) and (True, True) not in sides
        if profiles[index].looks_like_money and takes_turns:
            is_ours = kind == BatchKind.DOCUMENTS or not _WE_PAID.search(heading)
            sides_of = ("debit", "credit") if is_ours else ("credit", "debit")
            uses[charged], uses[index] = sides_of
            return


def _moves(held: Numbers, ups: Numbers, downs: Numbers) -> bool:
    """Whether two columns take turns, and a balance goes up by one and down by the other."""
    zero = Decimal(0)
    rows = [
        (balance, up or zero, down or zero)
        for balance, up, down in zip(held, ups, downs, strict=True)
        if balance is not None
    ]
    if len(rows) < 3 or not any(up for _, up, _ in rows) or not any(down for *_, down in rows):
        return False
    if any(up and down for _, up, down in rows):
        return False
    forwards = [a + up - down == b for (a, *_), (b, up, down) in pairwise(rows)]
    backwards = [b + up - down == a for (a, up, down), (b, *_) in pairwise(rows)]
    return _proved(forwards) or _proved(backwards)


def settle_lines(
    uses: dict[int, str], profiles: Sequence[Profile], headings: Sequence[str]
) -> None:
    """Tell a line's sum from its document's, where both columns could be either."""
    if not _OF_LINES & set(uses.values()):
        _drop_other_sum(uses, profiles)
        return
    amount, line = _column(uses, "amount"), _column(uses, "line_amount")
    number = _column(uses, "number")
    part = line if amount is None else amount
    if part is None or number is None or _OF_ALL.search(variants(headings[part])[0]):
        return
    documents = [shown(cell).strip() for cell in profiles[number].cells]
    whole = next(
        (
            index
            for index, seen in enumerate(profiles)
            if index not in uses
            and seen.looks_like_money
            and (way := variants(headings[index])[0])
            and _OF_ALL.search(way)
            and _is_sum(way)
            and _adds_up(documents, seen.figures, profiles[part].figures)
        ),
        None,
    )
    if whole is None:
        return
    if line is not None:
        del uses[line]
    uses[part], uses[whole] = "line_amount", "amount"


def _is_sum(way: str) -> bool:
    known = FIELDS[BatchKind.DOCUMENTS]["amount"].headings
    return way in known


def _adds_up(documents: Sequence[str], wholes: Numbers, parts: Numbers) -> bool:
    """Whether the parts of each document come to the whole that every line of it repeats."""
    sums: dict[str, Decimal] = {}
    said: dict[str, set[Decimal]] = {}
    for document, whole, part in zip(documents, wholes, parts, strict=True):
        if document and whole is not None and part is not None:
            sums[document] = sums.get(document, Decimal(0)) + part
            said.setdefault(document, set()).add(whole)
    return _proved([said[document] == {total} for document, total in sums.items()])


def _drop_other_sum(uses: dict[int, str], profiles: Sequence[Profile]) -> None:
    """A second sum of the document, such as that without postage, is no line of it."""
    amount, line = _column(uses, "amount"), _column(uses, "line_amount")
    number = _column(uses, "number")
    if amount is None or line is None or number is None:
        return
    numbers = [shown(cell).strip() for cell in profiles[number].filled]
    if len(set(numbers)) < len(numbers):
        return
    rows = [
        abs(whole - part) <= _CENT
        for whole, part in zip(profiles[amount].figures, profiles[line].figures, strict=True)
        if whole is not None and part is not None
    ]
    if rows and not all(rows):
        del uses[line]


def _proved(rows: Sequence[bool]) -> bool:
    return bool(rows) and sum(rows) * 10 >= len(rows) * _MOST


def _column(uses: Dictionary[int, str], field: str) -> int | None:
    return next((column for column, name in uses.items() if name == field), None)
