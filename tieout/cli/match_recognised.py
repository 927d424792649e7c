"""A book in any usual shape, recognised as intake does: headings, sign and figures."""

from collections.abc import Iterator
from pathlib import Path

from tieout.cli.match_book import (
    Book,
    BookUnreadable,
    Columns,
    Customers,
    document_currency,
    kind_code,
)
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake import no_ledger
from tieout.intake.described import ColumnMissing
from tieout.intake.kinds import BatchKind
from tieout.intake.line_numbers import repeated
from tieout.intake.parties import party_of
from tieout.intake.their_book import OTHER_CURRENCY, read_their_ledger
from tieout.intake.uploads import Inspected, inspect
from tieout.matching import NO_AMOUNT
from tieout.reconciliation import doubts
from tieout.reconciliation.sentences import OTHER_SHEETS, REPEATED

BESIDE = N_(
    "Only sheet “%(sheet)s” of “%(file)s” was compared; there are entries in %(others)s, too. Put"
    " all of them into one sheet, or choose the other one with --sheet."
)
#: Rows named in a sentence.
_NAMED = 3


class OtherCurrency(InvalidInput):
    """A book of another currency."""

    message = N_(
        "“%(file)s”, row %(row)s is in %(found)s, the comparison in %(currency)s. Compare each"
        " currency by itself: leave the other rows out, or say --currency %(found)s."
    )


class NotALedger(InvalidInput):
    """A file no column of which is known."""

    message = N_(
        "“%(file)s” could not be read as a ledger: its columns do not say enough. Each entry needs"
        " a whole date, with its year, such as 2026-06-30, and an amount; head the columns “Date”,"
        " “Number” and “Amount” (or “Debit” and “Credit”) and compare again."
    )


class NoEntries(InvalidInput):
    """A file without an entry."""

    message = N_(
        "“%(file)s” holds no entry, only headings, totals or notes. Export the single entries, each"
        " with its date and amount; nothing was compared."
    )


def as_recognised(path: Path, customers: Customers, currency: str, sheet: str = "") -> Book:
    """Read a file as intake does: headings and figures in any usual form."""
    inspected = inspect(path.read_bytes(), path.name, BatchKind.THEIR_LEDGER, sheet=sheet)
    if (refused := no_ledger.cause(inspected)) is not None:
        raise refused
    try:
        ledger = read_their_ledger(inspected, None, currency)
    except ColumnMissing as error:
        raise NotALedger(file=path.name) from error
    party = party_of(inspected)
    if ledger.problems and ledger.problems[0].problem.sentence.text == OTHER_CURRENCY:
        raise OtherCurrency(
            file=path.name,
            row=ledger.problems[0].row_no,
            found=ledger.problems[0].problem.sentence.facts["row"],
            currency=currency,
        )
    if ledger.problems:
        raise BookUnreadable(
            file=path.name,
            row=ledger.problems[0].row_no,
            what=ledger.problems[0].problem.sentence,
        )
    if not ledger.lines:
        raise NoEntries(file=path.name)
    columns = Columns()
    for line in ledger.lines:
        columns.id.append(str(line.row_no))
        columns.customer.append(customers.number(party.get(line.row_no, "")))
        columns.day.append(line.booked_on.toordinal())
        columns.kind.append(kind_code(line.kind, line.description))
        columns.amount.append(line.amount.minor)
        columns.currency.append(document_currency(line.original.currency if line.original else ""))
        columns.doc_amount.append(line.original.minor if line.original else NO_AMOUNT)
        columns.number.append(line.reference or line.number)
        columns.own_number.append(line.number if line.reference else "")
        columns.po.append(line.po)
        columns.description.append(line.description)
        columns.kind_word.append(line.kind)
        columns.row.append(line.row_no)
        columns.price(line.quantity, line.unit_price)
    book = columns.book(
        path.name,
        currency,
        opening=ledger.opening.minor if ledger.opening else 0,
        closing=ledger.closing.minor if ledger.closing is not None else None,
    )
    book.openings = {
        customers.number(name): opening.minor
        for name, (opening, _) in ledger.accounts.items()
        if opening is not None
    }
    book.closings = {
        customers.number(name): closing.minor
        for name, (_, closing) in ledger.accounts.items()
        if closing is not None
    }
    book.doubts = (
        *_repeated(path.name, inspected),
        *(_with_option(one) for one in doubts.of_reading(path.name, inspected.warnings)),
    )
    return book


def _with_option(said: Sentence) -> Sentence:
    return Sentence(BESIDE, said.facts) if said.text == OTHER_SHEETS else said


def _repeated(file: str, inspected: Inspected) -> Iterator[Sentence]:
    """A line number that stands twice, as a line exported twice has."""
    found = repeated(inspected)
    if found is not None:
        number, rows = found
        named = ", ".join(map(str, rows[:_NAMED])) + (" …" if len(rows) > _NAMED else "")
        yield Sentence(REPEATED, {"number": number, "file": file, "rows": named})
