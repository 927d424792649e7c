"""Scenes of trade between two books: how real companies book one event, each in its own way.

Every scene gives groups of lines with their type; `matching_worlds.py` mixes them into its worlds.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Protocol

from matching_lines import CUTOFF, Customer, Group, Line

_ZH_MONTHS = "一二三四五六七八九十"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class Making(Protocol):
    """What a scene needs of the maker of a world."""

    chance: Random

    def document(self, customer: Customer, kind: str, on: date, amount: int = 0) -> Line:
        """A line of our book; some amount where none is given."""

    def theirs(self, customer: Customer, ours: Line) -> Line:
        """The same line as the customer books it."""

    def voucher(self, customer: Customer) -> str:
        """The next number of the customer's own."""

    def agreeing(self, ours: Line, theirs: Line) -> str:
        """The type of an equal pair."""

    def alone(self, ours: list[Line], theirs: list[Line]) -> Group:
        """A line only one book has."""


Scene = Callable[[Making, Customer, date], list[Group]]


def _later(on: date, days: int) -> date:
    return min(on + timedelta(days), CUTOFF)


def _copy(line: Line, **other: object) -> Line:
    return Line(**{**vars(line), **other})  # type: ignore[arg-type]


def _named(customer: Customer) -> bool:
    return customer.style not in ("nothing", "order")


def _pair(make: Making, customer: Customer, ours: Line) -> Group:
    theirs = make.theirs(customer, ours)
    return make.agreeing(ours, theirs), [ours], [theirs]


def deposit(make: Making, customer: Customer, on: date) -> list[Group]:
    """Three tenths before the invoice, the rest a month after it; both name the order."""
    invoice = make.document(customer, "invoice", _later(on, 20))
    invoice.foreign = 0
    first = make.document(customer, "payment", on, -(invoice.amount * 3 // 10))
    rest = make.document(customer, "payment", _later(on, 50), -invoice.amount - first.amount)
    groups = []
    for line, words in ((first, "deposit"), (invoice, ""), (rest, "balance")):
        name, ours, theirs = _pair(make, customer, line)
        if words and _named(customer):
            theirs[0].says = f"{words} {invoice.po} {theirs[0].says}"
        groups.append((name, ours, theirs))
    return groups


def rent(make: Making, customer: Customer, on: date) -> list[Group]:
    """The same amount every month; once it is forgotten, once it is booked twice."""
    chance = make.chance
    amount = chance.randrange(800, 20_000) * 100
    lag = chance.randrange(9)
    forgotten, twice = chance.sample(range(12), 2)
    groups: list[Group] = []
    for month in range(12):
        ours = make.document(customer, "invoice", date(2026, month + 1, 1), amount)
        ours.foreign, ours.says = 0, f"rent {_MONTHS[month]} 2026"
        theirs = make.theirs(customer, ours)
        theirs.on = ours.on + timedelta(lag + chance.randrange(3))
        if not _named(customer):
            theirs.says = chance.choice(
                (f"{month + 1}月租金", f"rent {_MONTHS[month][:3]}", "rent")
            )
        if month == forgotten:
            groups.append(make.alone([ours], []))
        elif month == twice:
            again = _copy(theirs, on=_later(theirs.on, chance.randrange(4)))
            groups.append(("duplicate_in_theirs", [ours], [theirs, again]))
        else:
            groups.append((make.agreeing(ours, theirs), [ours], [theirs]))
    return groups


def instalments(make: Making, customer: Customer, on: date) -> list[Group]:
    """One invoice, paid in three equal parts a month apart, each of them naming it."""
    invoice = make.document(customer, "invoice", on)
    invoice.foreign, invoice.amount = 0, invoice.amount // 3 * 3
    groups = [_pair(make, customer, invoice)]
    for part in range(3):
        paid = make.document(customer, "payment", _later(on, 30 * (part + 1)), -invoice.amount // 3)
        name, ours, theirs = _pair(make, customer, paid)
        if _named(customer):
            theirs[0].says += f" instalment {part + 1}/3 of {invoice.reference}"
        groups.append((name, ours, theirs))
    return groups


def spread_credit(make: Making, customer: Customer, on: date) -> list[Group]:
    """A credit note of ours, in their book taken off two or three invoices."""
    chance = make.chance
    invoices = [
        make.document(customer, "invoice", _later(on, step)) for step in range(chance.randint(2, 3))
    ]
    parts = [-int(line.amount * chance.uniform(0.05, 0.3)) for line in invoices]
    credit = make.document(customer, "credit_note", _later(on, 12), sum(parts))
    groups = [_pair(make, customer, line) for line in invoices]
    whole = make.theirs(customer, credit)
    pieces = [_copy(whole, amount=part, foreign=0) for part in parts]
    if _named(customer):
        for piece, line in zip(pieces, invoices, strict=True):
            piece.says = f"{credit.reference} against {line.reference}"
    return [*groups, ("split", [credit], pieces)]


def paid_with_discount(make: Making, customer: Customer, on: date) -> list[Group]:
    """One transfer for several invoices, each booked by them in full: a discount was taken."""
    chance = make.chance
    invoices = [
        make.document(customer, "invoice", _later(on, step * 2))
        for step in range(chance.randint(2, 5))
    ]
    groups = [_pair(make, customer, line) for line in invoices]
    whole = sum(line.amount for line in invoices)
    rate = chance.choice((1, 2, 3))
    paid = make.document(customer, "payment", _later(on, 25), -(whole - (whole * rate + 50) // 100))
    theirs = make.theirs(customer, paid)
    parts = [_copy(theirs, amount=-line.amount, foreign=0) for line in invoices]
    if customer.style != "nothing":
        for part, line in zip(parts, invoices, strict=True):
            part.says = f"{theirs.says} {line.reference}".strip()
    return [*groups, ("short_payment_discount", [paid], parts)]


def paid_less_fee(make: Making, customer: Customer, on: date) -> list[Group]:
    """Several payments of theirs come as one, less what the bank kept."""
    chance = make.chance
    amounts = [max(20_000, int(chance.lognormvariate(12.3, 1.0))) for _ in range(2)]
    fee = chance.choice((500, 1_000, 1_500, 2_500, 4_500))
    paid = make.document(customer, "payment", on, -(sum(amounts) - fee))
    theirs = make.theirs(customer, paid)
    return [("bank_fee", [paid], [_copy(theirs, amount=-each, foreign=0) for each in amounts])]


def net_and_tax(make: Making, customer: Customer, on: date) -> list[Group]:
    """Goods and tax on two lines of theirs; rounded by line, it may be a cent or two apart."""
    chance = make.chance
    ours = make.document(customer, "invoice", on)
    ours.foreign = 0
    net = (ours.amount * 100 + 56) // 113
    theirs = make.theirs(customer, ours)
    cents = chance.choice((0, 0, 0, 1, -1, 2))
    name = "tax_rounding" if cents else "split"
    lines = [_copy(theirs, amount=net), _copy(theirs, amount=ours.amount - net + cents)]
    if customer.style == "nothing":
        lines[0].says, lines[1].says = "goods", "input tax 13%"
    return [(name, [ours], lines)]


def retention(make: Making, customer: Customer, on: date) -> list[Group]:
    """They set a twentieth of the invoice aside on a line of its own."""
    ours = make.document(customer, "invoice", on)
    ours.foreign = 0
    theirs = make.theirs(customer, ours)
    kept = ours.amount // 20
    return [
        ("split", [ours], [_copy(theirs, amount=ours.amount - kept), _copy(theirs, amount=kept)])
    ]


def revaluation(make: Making, customer: Customer, on: date) -> list[Group]:
    """Our exchange difference at the end of a month, taken back on the next day."""
    end = (on.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    amount = make.chance.randint(-90_000, 90_000) or 500
    line = make.document(customer, "adjustment", end, amount)
    line.says, line.po, line.foreign = "unrealised exchange difference", "", 0
    back = _copy(line, on=_later(end, 1), amount=-amount, reference=f"{line.reference}R")
    return [make.alone([line], []), make.alone([back], [])]


def returned(make: Making, customer: Customer, on: date) -> list[Group]:
    """Goods sent back: their debit note comes first, under a number of theirs."""
    credit = make.document(customer, "credit_note", _later(on, 9))
    theirs = make.theirs(customer, credit)
    theirs.on = on
    theirs.reference = f"DN{make.voucher(customer)}"
    if _named(customer):
        theirs.says = f"return, your {credit.reference}"
    name = "ref_format" if _named(customer) else make.agreeing(credit, theirs)
    return [(name, [credit], [theirs])]


def cash_on_delivery(make: Making, customer: Customer, on: date) -> list[Group]:
    """Delivered and paid on one day under one number; some never enter their book."""
    invoice = make.document(customer, "invoice", on)
    invoice.foreign = 0
    paid = _copy(invoice, kind="payment", amount=-invoice.amount, po="", says="cash on delivery")
    if make.chance.random() < 0.3:
        return [make.alone([invoice], []), make.alone([paid], [])]
    groups = []
    for line in (invoice, paid):
        theirs = make.theirs(customer, _copy(line, says=f"cash {line.reference}"))
        theirs.on = on
        if customer.style in ("same", "other"):
            theirs.reference = make.theirs(customer, _copy(line, kind="invoice")).reference
        groups.append((make.agreeing(line, theirs), [line], [theirs]))
    return groups


def whole_month(make: Making, customer: Customer, on: date) -> list[Group]:
    """All deliveries of a fortnight as one line of theirs at its end."""
    chance = make.chance
    start = on.replace(day=chance.choice((1, 15)))
    several = [
        make.document(customer, "invoice", start + timedelta(chance.randrange(13)))
        for _ in range(chance.randint(4, 9))
    ]
    theirs = make.theirs(customer, several[0])
    theirs.on = start + timedelta(13)
    theirs.amount, theirs.foreign = sum(line.amount for line in several), 0
    theirs.reference = make.voucher(customer)
    theirs.po = ""
    theirs.says = f"{on.month}月货款汇总"
    if _named(customer):
        theirs.says = ", ".join(line.reference for line in several)
    return [("merged", several, [theirs])]


def misread_number(make: Making, customer: Customer, on: date) -> list[Group]:
    """A scanned number: O for 0, I for 1, S for 5."""
    ours = make.document(customer, "invoice", on)
    theirs = make.theirs(customer, ours)
    theirs.reference = ours.reference.translate(str.maketrans({"0": "O", "1": "I", "5": "S"}))
    theirs.po = theirs.says = ""
    return [("ref_format", [ours], [theirs])]


def swapped_number(make: Making, customer: Customer, on: date) -> list[Group]:
    """Two neighbouring digits of the number have changed places."""
    ours = make.document(customer, "invoice", on)
    theirs = make.theirs(customer, ours)
    digits = list(ours.reference)
    places = [
        at
        for at in range(len(digits) - 5, len(digits) - 1)
        if digits[at] != digits[at + 1] and (digits[at] + digits[at + 1]).isdigit()
    ]
    if not places:
        return [_pair(make, customer, ours)]
    at = make.chance.choice(places)
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    theirs.reference, theirs.po, theirs.says = "".join(digits), "", ""
    return [("ref_mismatch", [ours], [theirs])]


def other_number(make: Making, customer: Customer, on: date) -> list[Group]:
    """They write the number of our next document, which they book as well."""
    first = make.document(customer, "invoice", on)
    second = make.document(customer, "invoice", on)
    groups = [_pair(make, customer, line) for line in (first, second)]
    if customer.style not in ("same", "other"):
        return groups
    theirs = groups[0][2][0]
    theirs.reference, theirs.po, theirs.says = groups[1][2][0].reference, "", ""
    return [("ref_mismatch", [first], [theirs]), groups[1]]


def strangers(make: Making, customer: Customer, on: date) -> list[Group]:
    """Two documents of one amount that have nothing to do with one another, each in one book."""
    ours = make.document(customer, "invoice", on)
    if not _named(customer):
        return [_pair(make, customer, ours)]
    other = make.document(
        customer, "invoice", _later(on, 1 + make.chance.randrange(3)), ours.amount
    )
    return [make.alone([ours], []), make.alone([], [make.theirs(customer, other)])]


def paid_by_words(make: Making, customer: Customer, on: date) -> list[Group]:
    """Payments that name their invoices in free text, as people write it."""
    chance = make.chance
    invoices = [
        make.document(customer, "invoice", _later(on, step)) for step in range(chance.randint(2, 4))
    ]
    groups = [_pair(make, customer, line) for line in invoices]
    paid = [
        make.document(customer, "payment", _later(on, 20 + step), -line.amount)
        for step, line in enumerate(invoices)
    ]
    numbers = [line.reference for line in invoices]
    for line, number in zip(paid, numbers, strict=True):
        line.says = chance.choice(("收到货款 {0}", "receipt {0}", "{0}回款")).format(number)
    total = make.theirs(customer, paid[-1])
    total.amount, total.reference = sum(line.amount for line in paid), make.voucher(customer)
    total.says = chance.choice(
        ("付{0}等发票货款", "支付 {0} 款项", "payment of invoices {0}", "pmt {0}")
    ).format(chance.choice(("、", ", ", " & ")).join(numbers))
    return [*groups, ("merged", paid, [total])]


def netted(make: Making, customer: Customer, on: date) -> list[Group]:
    """What they sold us is set off: two lines of ours, one of theirs."""
    paid = make.document(customer, "payment", on)
    offset = make.document(customer, "payment", on, -max(500, abs(paid.amount) // 4))
    offset.says = f"set off {paid.says}"
    theirs = make.theirs(customer, paid)
    theirs.amount += offset.amount
    return [("merged", [paid, offset], [theirs])]


def again_next_month(make: Making, customer: Customer, on: date) -> list[Group]:
    """A line entered once more a month later, or twice more."""
    ours = make.document(customer, "invoice", on)
    theirs = make.theirs(customer, ours)
    late = [_copy(theirs, on=_later(theirs.on, days)) for days in (30, 61)]
    if not _named(customer):
        return [(make.agreeing(ours, theirs), [ours], [theirs])]
    return [("duplicate_in_theirs", [ours], [theirs, *late[: make.chance.randint(1, 2)]])]


def at_year_end(make: Making, customer: Customer, on: date) -> list[Group]:
    """Around the cut-off: sent and not there, paid and not there, and just before that."""
    chance = make.chance
    day = CUTOFF - timedelta(chance.randrange(25))
    if chance.random() < 0.5:
        return [make.alone([make.document(customer, "invoice", day)], [])]
    return [make.alone([], [make.theirs(customer, make.document(customer, "payment", day))])]


SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        deposit, rent, instalments, spread_credit, paid_with_discount, paid_less_fee, net_and_tax,
        retention, revaluation, returned, cash_on_delivery, whole_month, misread_number,
        swapped_number, paid_by_words, netted, again_next_month, at_year_end,
        other_number, strangers,
    )
}  # fmt: skip
#: Those that are mistakes in numbers alone, and not how companies trade.
MISTAKEN = ("other_number", "strangers")
