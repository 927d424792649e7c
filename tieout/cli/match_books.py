"""Reading the two books `tieout match` compares, as columns of integers.

A file whose headings are the ones `FIELDS` names is taken as it is, however long; any other is
recognised as a customer's ledger is, headings and figures in any usual form.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

import numpy as np

from tieout.cli.match_book import (
    Book,
    BookUnreadable,
    Columns,
    Customers,
    document_currency,
    kind_code,
)
from tieout.cli.match_plain import read_plain
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.matching import NO_AMOUNT
from tieout.money import Money, decimals_of

#: Headings that are taken as they are; those with a star must be there.
FIELDS = (
    "line_id*", "customer", "date*", "doc_type", "reference", "po_number", "description",
    "doc_currency", "doc_amount", "amount*",
)  # fmt: skip
_NEEDED = frozenset(name.rstrip("*") for name in FIELDS if name.endswith("*"))


class NoSuchBook(InvalidInput):
    """A file that is not there."""

    message = N_("There is no file %(path)s.")


#: Minor units beyond which an amount can only be a mistake.
_LARGEST = 10**15


class NoWorkbook(InvalidInput):
    """A sheet of files that have none."""

    message = N_("Neither “%(ours)s” nor “%(theirs)s” has sheets. Leave --sheet out.")


NOT_A_DAY = N_("“%(text)s” is no day of the calendar. Write it like 2026-06-30.")
NOT_AN_AMOUNT = N_("“%(text)s” is not an amount. Write it like 1234.56.")
TWICE = N_("The line number “%(text)s” stands there twice. Give every line a number of its own.")


def read_book(path: Path, customers: Customers, currency: str, sheet: str = "") -> Book:
    """Read one book, of a workbook the sheet named.

    Raises:
        NoSuchBook, BookUnreadable, Unreadable: with the reason in one sentence.
    """
    if not path.is_file():
        raise NoSuchBook(path=path)
    if sheet:
        from tieout.cli.match_recognised import as_recognised

        return as_recognised(path, customers, currency, sheet)
    plain = read_plain(path, _NEEDED, customers.number, decimals_of(currency))
    if plain is not None and np.abs(plain.lines.amount).max(initial=0) <= _LARGEST:
        return Book(
            path.name,
            plain.lines,
            plain.ids,
            plain.numbers,
            plain.kinds,
            plain.descriptions,
            range(2, len(plain.ids) + 2),
            currency=currency,
        )
    rows = _rows(path)
    headings = [cell.strip().lower().removeprefix("\ufeff") for cell in next(rows, [])]
    if set(headings) >= _NEEDED:
        return _as_named(path.name, headings, rows, customers, currency)
    # What it takes to recognise any file is loaded only for a file that needs it.
    from tieout.cli.match_recognised import as_recognised

    return as_recognised(path, customers, currency)


def is_workbook(path: Path) -> bool:
    """Whether a file has sheets."""
    with path.open("rb") as file:
        return file.read(4).startswith((b"PK", b"\xd0\xcf"))


def read_both(
    ours: Path, theirs: Path, customers: Customers, currency: str, sheet: str = ""
) -> tuple[Book, Book]:
    """Read both books; where a sheet is named, that one of each workbook that has it.

    Raises:
        NoSuchBook, BookUnreadable, Unreadable, NoWorkbook: with the reason in one sentence.
    """
    if not sheet:
        return read_book(ours, customers, currency), read_book(theirs, customers, currency)
    from tieout.intake.reading.errors import NoSuchSheet

    refused: InvalidInput = NoWorkbook(ours=ours.name, theirs=theirs.name)
    books, is_found = [], False
    for path in (ours, theirs):
        has_sheets = path.is_file() and is_workbook(path)
        try:
            books.append(read_book(path, customers, currency, sheet if has_sheets else ""))
            is_found |= has_sheets
        except NoSuchSheet as error:
            refused = error
            books.append(read_book(path, customers, currency))
    if not is_found:
        raise refused
    return books[0], books[1]


def _rows(path: Path) -> Iterator[list[str]]:
    if is_workbook(path):
        from tieout.intake.reading import open_file
        from tieout.intake.values.text import shown

        with open_file(path) as reading:
            for row in reading.rows():
                yield [shown(cell) for cell in row.cells]
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield from csv.reader(text)
    except (UnicodeDecodeError, csv.Error):
        return  # another encoding: recognised below


def _as_named(
    file: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    customers: Customers,
    currency: str,
) -> Book:
    """Take a file whose columns have the names we give them."""
    decimals = decimals_of(currency)
    place = {name: at for at, name in enumerate(headings)}
    columns, seen = Columns(), set()

    def written(row: Sequence[str], name: str) -> str:
        at = place.get(name, -1)
        return row[at] if 0 <= at < len(row) else ""

    def cell(row: Sequence[str], name: str) -> str:
        return written(row, name).strip()

    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        line_id = cell(row, "line_id")
        if line_id in seen:
            raise _wrong(file, number, TWICE, line_id)
        seen.add(line_id)
        amount, original = cell(row, "amount"), cell(row, "doc_amount")
        try:
            columns.day.append(_day(cell(row, "date")))
        except ValueError as error:
            raise _wrong(file, number, NOT_A_DAY, cell(row, "date")) from error
        try:
            columns.amount.append(_kept(_minor(amount, decimals), amount))
            columns.doc_amount.append(
                _kept(_minor(original, 2), original) if original else NO_AMOUNT
            )
        except ValueError as error:
            raise _wrong(file, number, NOT_AN_AMOUNT, amount) from error
        kind, description = cell(row, "doc_type"), cell(row, "description")
        columns.id.append(line_id)
        columns.customer.append(customers.number(cell(row, "customer")))
        columns.kind.append(kind_code(kind, description))
        columns.currency.append(document_currency(cell(row, "doc_currency")))
        columns.number.append(written(row, "reference"))
        columns.po.append(cell(row, "po_number"))
        columns.description.append(description)
        columns.kind_word.append(kind)
        columns.row.append(number)
        columns.price(_decimal(cell(row, "quantity")), _decimal(cell(row, "unit_price")))
    return columns.book(file, currency)


def _kept(minor: int, text: str) -> int:
    """An amount that can be added up; any larger one is a mistake."""
    if abs(minor) > _LARGEST:
        raise ValueError(text)
    return minor


def _wrong(file: str, row: int, text: str, said: str) -> BookUnreadable:
    return BookUnreadable(file=file, row=row, what=Sentence(text, {"text": said}))


def _decimal(text: str) -> Decimal | None:
    """A figure beside the amount; what is none says nothing."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


@lru_cache(maxsize=4096)
def _day(text: str) -> int:
    return date.fromisoformat(text[:10]).toordinal()


def _minor(text: str, decimals: int) -> int:
    """A plain decimal amount in minor units, quickly; anything else the exact way."""
    body = text[1:] if text[:1] in ("-", "+") else text
    whole, _, part = body.partition(".")
    if whole.isdecimal() and whole.isascii() and len(part) <= decimals:
        digits = part.ljust(decimals, "0")
        if not digits or (digits.isdecimal() and digits.isascii()):
            value = int(whole + digits)
            return -value if text.startswith("-") else value
    try:
        return Money.of(text, {0: "JPY", 2: "CNY", 3: "KWD"}.get(decimals, "CNY")).minor
    except InvalidInput as error:
        raise ValueError(text) from error
