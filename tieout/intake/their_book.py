"""A customer's own ledger as its file has it: lines in their own sign, balances, problems; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.amounts import money_of, rounded_money
from tieout.intake.asides import Aside
from tieout.intake.fingerprints import fingerprints
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.parties import party_of
from tieout.intake.places import Problem
from tieout.intake.understanding import UnderstoodRow, understood
from tieout.intake.uploads import Inspected
from tieout.intake.values.text import shown
from tieout.money import Money

TOO_LARGE = N_("%(amount)s cannot be right. Check the amount.")
#: Larger amounts, in minor units, can only be mistakes; the books take none either.
_LARGEST = 10**15
OTHER_CURRENCY = N_(
    "This row is in %(row)s, but the account is kept in %(account)s. Leave it out, or hand in the "
    "ledger of the account in %(row)s."
)


@dataclass(frozen=True)
class TheirLine:
    """An entry of their book, with the amount in their own sign."""

    row_no: int
    booked_on: date
    #: Of the entry in their book.
    number: str
    #: The number of the document it is about, where a column says it.
    reference: str
    #: Their order.
    po: str
    description: str
    #: A `kinds.Kind`; empty where the file does not say.
    kind: str
    #: Debit above zero, credit below, as they book it.
    amount: Money
    #: In the document's own currency, where that is another.
    original: Money | None
    fingerprint: str
    #: 1, or 2 for a genuine twin …
    occurrence: int
    #: How many, for how much each, where the file says.
    quantity: Decimal | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True)
class RowProblem:
    """A row that could not be taken, and why."""

    row_no: int
    problem: Problem
    #: File, sheet, row, column, cause and remedy in one.
    sentence: Sentence


@dataclass(frozen=True)
class TheirLedger:
    """A customer's own ledger as the file has it, in their own sign."""

    filename: str
    sheet: str
    currency: str
    lines: tuple[TheirLine, ...]
    #: Before the first line and after the last, where rows or a balance column say so.
    opening: Money | None
    closing: Money | None
    problems: tuple[RowProblem, ...]
    #: Rows that are no entries, by number.
    asides: dict[int, Aside]
    #: Where entries of several companies stand in it: opening and closing of each.
    accounts: dict[str, tuple[Money | None, Money | None]] = field(default_factory=dict)

    @property
    def total(self) -> Money:
        """What the lines come to."""
        return Money.total((line.amount for line in self.lines), self.currency)

    @property
    def first_day(self) -> date | None:
        """The day of the earliest line."""
        return min((line.booked_on for line in self.lines), default=None)

    @property
    def last_day(self) -> date | None:
        """The day of the latest line."""
        return max((line.booked_on for line in self.lines), default=None)


@dataclass(frozen=True)
class TheirRows:
    """The rows of a customer's own ledger as they are understood, and the ledger they make."""

    rows: Sequence[UnderstoodRow]
    ledger: TheirLedger


def read_their_rows(inspected: Inspected, mapping: Mapping | None, currency: str) -> TheirRows:
    """Read a customer's own ledger for an account in a currency, row by row.

    Raises:
        ColumnMissing: no row can be read.
    """
    mapping = mapping or inspected.mapping
    rows = understood(inspected, mapping)
    return TheirRows(rows, ledger_of(inspected, mapping, rows, currency))


def read_their_ledger(inspected: Inspected, mapping: Mapping | None, currency: str) -> TheirLedger:
    """Read a customer's own ledger for an account in a currency.

    Raises:
        ColumnMissing: no row can be read.
    """
    return read_their_rows(inspected, mapping, currency).ledger


def ledger_of(
    inspected: Inspected, mapping: Mapping, rows: Sequence[UnderstoodRow], currency: str
) -> TheirLedger:
    """Make a ledger of rows that are understood."""
    lines: list[TheirLine] = []
    problems: list[RowProblem] = []
    marks = fingerprints(BatchKind.THEIR_LEDGER, rows)
    balances: dict[int, Decimal] = {}
    for row, mark in zip(rows, marks, strict=True):
        if row.aside is not None:
            continue
        made = _line(mapping, row, currency, mark)
        if isinstance(made, Problem):
            sentence = made.placed(inspected.filename, inspected.sheet, row.number)
            problems.append(RowProblem(row.number, made, sentence))
            continue
        lines.append(made)
        if (balance := _balance(row)) is not None:
            balances[row.number] = balance
    party = party_of(inspected)
    accounts: dict[str, tuple[Money | None, Money | None]] = {}
    if len({party.get(line.row_no, "") for line in lines}) > 1:
        accounts = _accounts(rows, lines, balances, party, currency)
        opening, closing = _together(accounts, currency)
    else:
        opening, closing = _stated(rows, lines, balances, currency)
    return TheirLedger(
        filename=inspected.filename,
        sheet=inspected.sheet,
        currency=currency,
        lines=tuple(lines),
        opening=opening,
        closing=closing,
        problems=tuple(problems),
        asides={row.number: row.aside for row in rows if row.aside is not None},
        accounts=accounts,
    )


def _accounts(
    rows: Sequence[UnderstoodRow],
    lines: Sequence[TheirLine],
    balances: dict[int, Decimal],
    party: dict[int, str],
    currency: str,
) -> dict[str, tuple[Money | None, Money | None]]:
    """Opening and closing balance of each company, by what its own rows say."""
    found = {}
    for name in dict.fromkeys(party.get(line.row_no, "") for line in lines):
        its = [line for line in lines if party.get(line.row_no, "") == name]
        own = [row for row in rows if party.get(row.number, "") == name]
        held = {line.row_no: balances[line.row_no] for line in its if line.row_no in balances}
        found[name] = _stated(own, its, held, currency)
    return found


def _together(
    accounts: dict[str, tuple[Money | None, Money | None]], currency: str
) -> tuple[Money | None, Money | None]:
    """What all accounts begin and end with; nothing where one does not say it."""
    openings, closings = zip(*accounts.values(), strict=True)
    sums = []
    for values in (openings, closings):
        said = [value for value in values if value is not None]
        sums.append(Money.total(said, currency) if len(said) == len(values) else None)
    return sums[0], sums[1]


def _line(
    mapping: Mapping, row: UnderstoodRow, currency: str, mark: tuple[str, int]
) -> TheirLine | Problem:
    if row.problems:
        return row.problems[0]
    booked_on, signed = row.day("date"), row.number_of("_signed")
    if booked_on is None or signed is None:
        return Problem(Sentence(N_("There is no day or no amount. Add them and upload again.")))
    said = row.text("currency") or mapping.currency
    if said and said != currency:
        return Problem(Sentence(OTHER_CURRENCY, {"row": said, "account": currency}), "currency")
    try:
        amount = money_of(mapping, signed, currency)
        original = _original(row, currency)
    except InvalidInput as error:
        return Problem(error.sentence, "amount", _letters(mapping))
    for money in (amount, original):
        if money is not None and abs(money.minor) > _LARGEST:
            return Problem(Sentence(TOO_LARGE, {"amount": abs(money)}), "amount")
    return TheirLine(
        row_no=row.number,
        booked_on=booked_on,
        number=row.text("number"),
        reference=row.text("reference"),
        po=row.text("po"),
        description=row.text("description") or _beside_kind(mapping, row),
        kind=row.text("kind"),
        amount=amount,
        original=original,
        fingerprint=mark[0],
        occurrence=mark[1],
        quantity=row.number_of("quantity"),
        unit_price=row.number_of("unit_price"),
    )


def _beside_kind(mapping: Mapping, row: UnderstoodRow) -> str:
    """What the column of kinds says beyond the kind: “Payment on Invoice # INV-0020”."""
    column = mapping.column("kind")
    if column is None or column.index >= len(row.cells):
        return ""
    text = " ".join(shown(row.cells[column.index]).split())
    return text if any(map(str.isdigit, text)) else ""


def _letters(mapping: Mapping) -> str:
    columns = (mapping.column(name) for name in ("amount", "debit", "credit"))
    return next((column.letters for column in columns if column), "")


def _original(row: UnderstoodRow, currency: str) -> Money | None:
    amount, code = row.number_of("original_amount"), row.text("original_currency")
    if amount is None or not code or code == currency:
        return None
    signed = row.number_of("_signed")
    found = Money.of(amount, code)
    if signed is not None and (signed < 0) != (found.minor < 0):
        return -found  # the paper's amount stands on the side of the entry
    return found


def _balance(row: UnderstoodRow) -> Decimal | None:
    """The running balance after a row, in the sense of debit less credit."""
    value = row.number_of("balance")
    if value is None:
        return None
    side = row.text("_balance_side") or (
        row.text("direction") if "amount" not in row.values else ""
    )
    return -value if side == "credit" else value


def _stated(
    rows: Sequence[UnderstoodRow],
    lines: Sequence[TheirLine],
    balances: dict[int, Decimal],
    currency: str,
) -> tuple[Money | None, Money | None]:
    """Opening and closing balance as rows say them, else as the running balance does."""
    total = sum((line.amount.decimal for line in lines), Decimal(0))
    sense = _sense(lines, balances)

    def fitness(found: tuple[Decimal | None, Decimal | None]) -> tuple[Decimal, Decimal]:
        opening, closing = found
        apart = Decimal(0) if closing is None else abs((opening or 0) + total - closing)
        return apart, abs(opening or Decimal(0))

    # A supplier's account may show what is owed as a plain figure: where no two balances follow
    # one another, the sense that comes out is taken.
    tried = [_said(rows, lines, balances, way) for way in ((sense,) if sense else (1, -1))]
    # Books are closed by the balance on the other side: “By closing balance” in the credit.
    tried += [
        (opening, -closing)
        for opening, closing in tried
        if closing and (opening or 0) + total == -closing
    ]
    opening, closing = min(tried, key=fitness)
    return _as_money(opening, currency), _as_money(closing, currency)


def _said(
    rows: Sequence[UnderstoodRow],
    lines: Sequence[TheirLine],
    balances: dict[int, Decimal],
    sense: int,
) -> tuple[Decimal | None, Decimal | None]:
    """Opening and closing balance, with the balances read in a sense."""
    opening, closing = _by_balances(lines, balances, sense)
    # What a page carries forward to the next closes nothing.
    between = range(_first_row(lines), max((line.row_no for line in lines), default=0))
    for row in rows:
        if row.aside not in (Aside.OPENING, Aside.CLOSING):
            continue
        value = _balance(row)
        if value is not None:
            value *= sense
        else:
            value = row.number_of("_signed")
        if value is None:
            continue
        if row.aside == Aside.OPENING and (opening is None or row.number < _first_row(lines)):
            opening = value
        if row.aside == Aside.CLOSING and row.number not in between:
            closing = value
    return opening, closing


def _first_row(lines: Sequence[TheirLine]) -> int:
    return min((line.row_no for line in lines), default=0)


def _as_money(value: Decimal | None, currency: str) -> Money | None:
    return None if value is None else rounded_money(value, currency)


def _steps(
    lines: Sequence[TheirLine], balances: dict[int, Decimal]
) -> list[tuple[Decimal, Decimal, Decimal, Decimal]]:
    """Pairs of neighbouring lines with both balances: balance, amount, balance, amount."""
    rows = [
        (balances[line.row_no], line.amount.decimal) for line in lines if line.row_no in balances
    ]
    return [(b0, a0, b1, a1) for (b0, a0), (b1, a1) in pairwise(rows)]


def _sense(lines: Sequence[TheirLine], balances: dict[int, Decimal]) -> int:
    """−1 where balances run against debit less credit, as a supplier's may; 0 where none say."""
    with_it = against = 0
    for b0, a0, b1, a1 in _steps(lines, balances):
        with_it += b1 - b0 == a1 or b0 - b1 == a0
        against += b1 - b0 == -a1 or b0 - b1 == -a0
    if against == with_it:
        return 0
    return -1 if against > with_it else 1


def _by_balances(
    lines: Sequence[TheirLine], balances: dict[int, Decimal], sense: int
) -> tuple[Decimal | None, Decimal | None]:
    """What a running balance proves; nothing where it does not run with the amounts."""
    if not lines or len(balances) < len(lines):
        return None, None
    turned = {row: value * sense for row, value in balances.items()}
    steps = _steps(lines, turned)
    down = sum(1 for b0, _, b1, a1 in steps if b1 - b0 == a1)
    up = sum(1 for b0, a0, b1, _ in steps if b0 - b1 == a0)
    if steps and max(down, up) * 10 < len(steps) * 8:
        return None, None
    first, last = (lines[0], lines[-1]) if down >= up else (lines[-1], lines[0])
    return turned[first.row_no] - first.amount.decimal, turned[last.row_no]
