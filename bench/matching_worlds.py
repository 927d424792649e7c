"""Two books with a known truth: worlds from plain to nasty, of any size, the same for a seed.

    python bench/matching_worlds.py FOLDER --lines 20000 --world nasty --seed 7

writes `ours.csv`, `theirs.csv` (in their sign), `truth.csv` (group, side, line, type) and
`meta.json` (the rules both books are compared by).
"""

import argparse
import csv
import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from matching_lines import CUTOFF, Customer, Group, Line
from matching_scenes import MISTAKEN, SCENES

RULES = {
    "cutoff": CUTOFF.isoformat(),
    "transit_days": 10,
    "discount_rates": [0.01, 0.02, 0.03],
    "max_bank_fee": "50.00",
    "tax_rounding_max": "0.05",
    "wrong_period_min_days": 25,
}
HEADINGS = (
    "line_id", "customer", "date", "doc_type", "reference", "po_number", "description",
    "doc_currency", "doc_amount", "amount",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """How two companies keep their books, and what goes wrong between them."""

    #: How our documents are numbered.
    numbers: str = "yearly"
    #: Shares of customers who write our number so, in this order: as it is, in another form, only
    #: in the words, only the order, nothing of it.
    styles: tuple[float, ...] = (0.45, 0.35, 0.1, 0.05, 0.05)
    monthly: float = 0.05
    #: Share of amounts that many documents have.
    common_amounts: float = 0.02
    #: Share of all lines that are one customer's.
    largest: float = 0.0
    foreign: float = 0.1
    lines_per_customer: int = 250
    #: Share of documents in a style of their own, as several clerks of one customer write.
    mixed: float = 0.0
    #: How many of a thousand documents each thing happens to.
    errors: dict[str, float] = field(default_factory=dict)
    #: How many of a thousand events each scene is (`matching_scenes`).
    scenes: dict[str, float] = field(default_factory=dict)


_USUAL = {
    "missing_in_theirs": 12, "missing_in_ours": 8, "amount_transposition": 5, "amount_typo": 5,
    "sign_reversed": 3, "duplicate_in_theirs": 6, "duplicate_in_ours": 3, "split": 12,
    "merged": 12, "many_to_many": 4, "short_payment_discount": 8, "bank_fee": 8,
    "tax_rounding": 8, "fx_rounding": 6, "price_or_quantity_difference": 5, "wrong_customer": 4,
    "wrong_period": 5,
}  # fmt: skip
_TRADE = dict.fromkeys([name for name in SCENES if name not in MISTAKEN], 25.0)
WORLDS = {
    "plain": World(errors=_USUAL),
    # Numbers that begin again every day, half of the customers write nothing of them.
    "daily": World(
        numbers="daily", styles=(0.1, 0.3, 0.1, 0.1, 0.4), monthly=0.2, common_amounts=0.05,
        errors=_USUAL,
    ),
    # A shop of many small fees: amounts come again and again.
    "shop": World(
        numbers="short", styles=(0.6, 0.2, 0.1, 0.0, 0.1), common_amounts=0.5,
        lines_per_customer=80, errors={**_USUAL, "many_to_many": 1, "wrong_period": 1},
    ),
    # Everything at once, twice as often.
    "nasty": World(
        numbers="daily", styles=(0.05, 0.25, 0.15, 0.15, 0.4), monthly=0.3, common_amounts=0.15,
        largest=0.1, foreign=0.3, errors={name: 2 * often for name, often in _USUAL.items()},
    ),
    # What companies really do to one another, with a few mistakes; half of them write our numbers.
    "trade": World(
        styles=(0.3, 0.25, 0.15, 0.05, 0.25), monthly=0.0, lines_per_customer=150,
        errors=_USUAL, scenes=_TRADE,
    ),
    # The same, and nobody writes anything of ours.
    "silent": World(
        styles=(0.0, 0.0, 0.0, 0.1, 0.9), lines_per_customer=100, errors=_USUAL,
        scenes=_TRADE,
    ),
    # Numbers that begin again every day, many common amounts, and once a month booked.
    "bazaar": World(
        numbers="daily", styles=(0.2, 0.3, 0.15, 0.1, 0.25), monthly=0.2, common_amounts=0.1,
        foreign=0.3, lines_per_customer=200, errors=_USUAL, scenes=_TRADE,
    ),
    # Dated numbers that begin again daily, customers who write nothing of them, books of once a
    # month, a tenth of all lines one customer's, lines netted, strangers of equal amounts.
    "hard": World(
        numbers="daily", styles=(0.1, 0.35, 0.1, 0.1, 0.35), monthly=0.2, common_amounts=0.05,
        largest=0.1, mixed=0.3, errors={name: 1.5 * often for name, often in _USUAL.items()},
        scenes={
            "netted": 20, "strangers": 20, "swapped_number": 8, "other_number": 8,
            "spread_credit": 8, "whole_month": 4, "paid_by_words": 4,
        },
    ),
    # The same, all of it one customer's.
    "crowded": World(
        numbers="daily", styles=(0.1, 0.35, 0.1, 0.1, 0.35), monthly=0.0, common_amounts=0.05,
        largest=1.0, mixed=1.0, errors={name: 1.5 * often for name, often in _USUAL.items()},
        scenes={"netted": 20, "strangers": 20, "swapped_number": 8, "other_number": 8},
    ),
    # All of it one customer's, who writes nothing of our numbers.
    "dense": World(
        numbers="daily", styles=(0.0, 0.0, 0.0, 0.0, 1.0), monthly=0.0, common_amounts=0.15,
        largest=1.0, foreign=0.3, errors={name: 2 * often for name, often in _USUAL.items()},
    ),
}  # fmt: skip
#: A payment that is a little short is a discount or a fee before anything else.
_OF_INVOICES = (
    "tax_rounding", "fx_rounding", "price_or_quantity_difference", "amount_transposition",
    "amount_typo",
)  # fmt: skip
_LETTERS = {"invoice": "INV", "payment": "RC", "credit_note": "CN", "adjustment": "ADJ"}
_STYLES = ("same", "other", "words", "order", "nothing")


class Maker:
    """Makes the groups of a world, one document or settlement after another."""

    def __init__(self, world: World, lines: int, seed: int) -> None:
        self.world, self.lines = world, lines
        self.chance = Random(seed)  # noqa: S311 - seeded on purpose
        count = max(2, lines // world.lines_per_customer)
        self.customers = [self._customer(number) for number in range(count)]
        #: Who writes the event that is being made.
        self.writer = self.customers[0]
        self.serial = 0
        self.today = dict.fromkeys(range(366), 0)
        self.own = dict.fromkeys(range(count), 0)
        self.names, self.weights = list(world.errors), list(world.errors.values())
        self.wrong = sum(self.weights) / 1000
        self.staged = sum(world.scenes.values()) / 1000

    def _customer(self, number: int) -> Customer:
        chance = self.chance
        return Customer(
            number,
            chance.choices(_STYLES, self.world.styles)[0],
            chance.random() < self.world.monthly,
            chance.randrange(6),
            chance.choice(("", "/", " ", "_")),
        )

    def groups(self) -> list[Group]:
        """Until our book has its lines."""
        made: list[Group] = []
        count = 0
        while count < self.lines:
            chance = self.chance
            largest = chance.random() < self.world.largest
            customer = self.customers[0] if largest else chance.choice(self.customers)
            if self.world.mixed and chance.random() < self.world.mixed:
                style = chance.choices(_STYLES, self.world.styles)[0]
                customer = replace(customer, style=style)
            self.writer = customer
            if self.staged and chance.random() < self.staged:
                scene = chance.choices(list(self.world.scenes), list(self.world.scenes.values()))[0]
                on = date(2026, 1, 1) + timedelta(chance.randrange(300))
                groups = SCENES[scene](self, customer, on)
            else:
                wrong = chance.random() < self.wrong
                name = chance.choices(self.names, self.weights)[0] if wrong else "match"
                groups = [self._group(customer, name)]
            made += groups
            count += sum(len(group[1]) for group in groups)
        return made

    def document(self, customer: Customer, kind: str, on: date, amount: int = 0) -> Line:
        """A line of our book; some amount where none is given."""
        line = self._ours(customer, kind, (on - date(2026, 1, 1)).days)
        if amount:
            line.amount, line.foreign = amount, 0
        return line

    def voucher(self, customer: Customer) -> str:
        """The next number of the customer's own."""
        self.own[customer.number] += 1
        return f"V{self.own[customer.number]:05d}"

    def _group(self, customer: Customer, name: str) -> Group:
        kind = self.chance.choices(("invoice", "payment", "credit_note"), (60, 32, 8))[0]
        if name in ("short_payment_discount", "bank_fee"):
            kind = "payment"
        elif name in _OF_INVOICES:
            kind = "invoice"
        day = self.chance.randrange(365)
        if name == "missing_in_ours":
            return self.alone([], [self.theirs(customer, self._ours(customer, kind, day))])
        ours = self._ours(customer, kind, day, foreign=name == "fx_rounding")
        if name == "missing_in_theirs":
            return self.alone([ours], [])
        theirs = self.theirs(customer, ours)
        if name == "split":
            return name, [ours], self._parts(theirs)
        if name == "merged":
            return self._merged(customer, ours, day)
        if name == "many_to_many":
            return self._many(customer, ours, day)
        if name != "match":
            before = ours.amount, ours.foreign, theirs.amount, theirs.foreign
            if not self._spoilt(name, ours, theirs):
                ours.amount, ours.foreign, theirs.amount, theirs.foreign = before
                name = "match"
        more = {"duplicate_in_ours": [ours], "duplicate_in_theirs": [theirs]}.get(name, [])
        again = [self._again(line) for line in more]
        if name == "match":
            name = self.agreeing(ours, theirs)
        return (
            name,
            [ours, *(again if name == "duplicate_in_ours" else [])],
            [theirs, *(again if name == "duplicate_in_theirs" else [])],
        )

    def alone(self, ours: list[Line], theirs: list[Line]) -> Group:
        """A line only one book has."""
        line = (ours or theirs)[0]
        near = (CUTOFF - line.on).days <= RULES["transit_days"]
        paid = line.kind == "payment"
        if ours:
            name = "invoice_in_transit" if near and not paid else "missing_in_theirs"
        else:
            name = "payment_in_transit" if near and paid else "missing_in_ours"
        return name, ours, theirs

    def _amount(self) -> int:
        chance = self.chance
        if chance.random() < self.world.common_amounts:
            return chance.choice((12_000, 9_900, 49_900, 100_000, 250_000, 36_800))
        return max(500, int(chance.lognormvariate(12.3, 1.2)))

    def _ours(self, customer: Customer, kind: str, day: int, *, foreign: bool = False) -> Line:
        chance = self.chance
        on = date(2026, 1, 1) + timedelta(day)
        amount = self._amount()
        other = 0
        if foreign or (kind == "invoice" and chance.random() < self.world.foreign):
            amount, other = amount * 7, amount
        bank = f"TT{on:%Y%m%d}{chance.randrange(10**6):06d}" if kind == "payment" else ""
        return Line(
            customer.number,
            on,
            kind,
            self._number(kind, on, day),
            "" if kind == "payment" else f"PO-{chance.randrange(10**7, 10**8)}",
            f"received {bank}" if bank else "",
            amount if kind == "invoice" else -amount,
            other if kind == "invoice" else -other,
        )

    def _number(self, kind: str, on: date, day: int) -> str:
        letters = _LETTERS[kind]
        self.serial += 1
        if self.world.numbers == "daily":
            self.today[day] += 1
            return f"{letters}-{on:%Y%m%d}-{self.today[day]:04d}"
        if self.world.numbers == "short":
            return f"{letters}{self.serial:07d}"
        return f"{letters}-2026-{self.serial:07d}"

    def theirs(self, customer: Customer, ours: Line) -> Line:
        """The same document as the customer books it."""
        chance = self.chance
        on = ours.on + timedelta(chance.randint(0, customer.lag))
        if ours.kind == "payment":
            on = ours.on - timedelta(chance.randint(0, 3))
        elif customer.is_monthly:
            on = (on.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
        reference, po, says = self._written(customer, ours)
        return Line(
            customer.number, min(max(on, date(2026, 1, 1)), CUTOFF), ours.kind, reference, po, says,
            ours.amount, ours.foreign,
        )  # fmt: skip

    def _written(self, customer: Customer, ours: Line) -> tuple[str, str, str]:
        own = self.voucher(customer)
        if ours.kind == "payment":
            bank = ours.says.split()[-1]
            if customer.style == "nothing":
                return own, "", "bank transfer"
            if customer.style in ("same", "other"):
                return bank, "", ""
            return own, "", f"wire {bank}"
        match customer.style:
            case "same":
                return ours.reference, ours.po, ""
            case "other":
                return ours.reference.lower().replace("-", customer.separator), "", ""
            case "words":
                return own, "", f"re {ours.reference}"
            case "order":
                return own, ours.po, ""
        return own, "", "goods"

    def agreeing(self, ours: Line, theirs: Line) -> str:
        """The type of an equal pair."""
        if ours.reference == theirs.reference:
            return "match"
        return "ref_mismatch" if self.writer.style == "nothing" else "ref_format"

    def _again(self, line: Line) -> Line:
        on = min(line.on + timedelta(self.chance.randrange(9)), CUTOFF)
        return Line(**{**vars(line), "on": on})

    def _parts(self, line: Line) -> list[Line]:
        """One line in two or three."""
        chance = self.chance
        left, parts = line.amount, []
        for _ in range(chance.randint(1, 2)):
            some = int(left * chance.uniform(0.2, 0.7))
            parts.append(Line(**{**vars(line), "amount": some, "foreign": 0}))
            left -= some
        return [*parts, Line(**{**vars(line), "amount": left, "foreign": 0})]

    def _merged(self, customer: Customer, ours: Line, day: int) -> Group:
        """Two or three of ours, one of theirs that names them all where it names any."""
        several = [ours]
        for _ in range(self.chance.randint(1, 2)):
            several.append(
                self._ours(customer, ours.kind, min(day + self.chance.randrange(3), 364))
            )
        last = self.theirs(customer, several[-1])
        if ours.kind == "payment":
            for line in several:
                line.says = several[-1].says
        elif customer.style != "nothing":
            last.says = "; ".join(line.reference for line in several)
        last.amount, last.foreign = sum(line.amount for line in several), 0
        return "merged", several, [last]

    def _many(self, customer: Customer, ours: Line, day: int) -> Group:
        """Two of ours of one order, cut differently by them."""
        other = self._ours(customer, ours.kind, day)
        known = ours.says if ours.kind == "payment" else ""
        other.po, other.says = ours.po, known or other.says
        theirs = self.theirs(customer, ours)
        if customer.style != "nothing" and ours.kind != "payment":
            theirs.reference, theirs.po = f"V{day:05d}", ours.po
        total = ours.amount + other.amount
        first = int(total * self.chance.uniform(0.15, 0.85))
        cut = Line(**{**vars(theirs), "amount": first, "foreign": 0})
        rest = Line(**{**vars(theirs), "amount": total - first, "foreign": 0})
        return "many_to_many", [ours, other], [cut, rest]

    def _spoilt(self, name: str, ours: Line, theirs: Line) -> bool:
        """Whether a line could be made wrong in this way."""
        chance = self.chance
        sign = 1 if theirs.amount > 0 else -1
        size = abs(theirs.amount)
        match name:
            case "amount_transposition":
                wrong = _swapped(size, chance)
            case "amount_typo":
                wrong = _mistyped(size, chance)
            case "sign_reversed":
                theirs.amount, theirs.foreign = -theirs.amount, -theirs.foreign
                return True
            case "short_payment_discount":
                rate = chance.choice((100, 200, 300))
                short = size - (size * rate + 5_000) // 10_000
                ours.amount = sign * short
                return short < size
            case "bank_fee":
                if size > 10_000:
                    ours.amount -= sign * chance.choice((500, 1000, 1500, 2000, 3500, 5000))
                kept = size - abs(ours.amount)
                return size > 10_000 and all(
                    abs(kept - size * rate / 100) > 2 for rate in (1, 2, 3)
                )
            case "tax_rounding":
                theirs.foreign = ours.foreign = 0
                wrong = size + chance.choice((-5, -3, -2, -1, 1, 2, 4))
            case "fx_rounding":
                wrong = size + max(6, int(size * chance.uniform(0.0002, 0.004)))
            case "price_or_quantity_difference":
                theirs.foreign = ours.foreign = 0
                wrong = int(size * chance.uniform(0.6, 0.97))
            case "wrong_customer":
                theirs.customer = (theirs.customer + 1) % len(self.customers)
                return True
            case "wrong_period":
                if self.customers[ours.customer].is_monthly:
                    return False
                late = ours.on + timedelta(chance.randint(28, 70))
                theirs.on = min(theirs.on, late) if late > CUTOFF else late
                return late <= CUTOFF
            case _:
                return True
        theirs.amount = sign * wrong
        if name != "fx_rounding":
            theirs.foreign = 0 if theirs.amount != ours.amount else theirs.foreign
        return wrong not in (0, size) and (
            abs(wrong - size) > 5 or name in ("tax_rounding", "fx_rounding")
        )


def _swapped(size: int, chance: Random) -> int:
    digits = list(str(size))
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    places = [i for i in places if i > 0 or digits[1] != "0"]
    if not places:
        return size
    at = chance.choice(places)
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    return int("".join(digits))


def _mistyped(size: int, chance: Random) -> int:
    digits = list(str(size))
    at = chance.randrange(1, len(digits))
    if chance.random() < 0.3:
        return size * 10
    if chance.random() < 0.3:
        return int("".join(digits[:at] + digits[at + 1 :]))
    # Not by a few cents, which would be rounding.
    digits[at - 1] = str((int(digits[at - 1]) + chance.randint(2, 5)) % 10 or 1)
    return int("".join(digits))


def write(folder: Path, world: World, lines: int, seed: int) -> None:
    """Make a world, and write its four files."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(world, lines, seed)
    groups = maker.groups()
    truth: list[tuple[str, str, str, str]] = []
    for side, sign, letter in ((1, 1, "A"), (2, -1, "B")):
        rows = [(line, at) for at, group in enumerate(groups) for line in group[side]]
        Random(seed + side).shuffle(rows)  # noqa: S311 - seeded on purpose
        rows.sort(key=lambda row: row[0].on)
        name = ("ours", "theirs")[side - 1]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            for number, (line, at) in enumerate(rows, start=1):
                known = f"{letter}{number:08d}"
                truth.append((f"G{at:08d}", name, known, groups[at][0]))
                writer.writerow(
                    (
                        known, f"C{line.customer:06d}", line.on, line.kind, line.reference,
                        line.po, line.says, "USD" if line.foreign else "CNY",
                        plain(sign * line.foreign) if line.foreign else "",
                        plain(sign * line.amount),
                    )
                )  # fmt: skip
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("group_id", "side", "line_id", "difference_type"))
        out.writerows(truth)
    (folder / "meta.json").write_text(json.dumps(RULES, indent=1) + "\n", encoding="utf-8")


def plain(minor: int) -> str:
    """Minor units as a decimal number."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def main() -> None:
    """Write a world."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--lines", type=int, default=20_000)
    asked.add_argument("--world", choices=sorted(WORLDS), default="plain")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    write(given.folder, WORLDS[given.world], given.lines, given.seed)


if __name__ == "__main__":
    main()
