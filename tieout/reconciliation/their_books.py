"""Their books: each line of a customer's ledger once, however often it is handed in.

A line is known by what it says (account, day, number, description, amount) and by which of
several equal ones it is. What a person decides about it therefore holds for the next upload.
"""

import base64
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.db import bulk
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.ledger.match_keys import KEYS_FORM
from tieout.reconciliation.models import TheirBook, TheirBookLine, TheirLine

#: What a line is known by, and which of several equal ones it is, from 1.
Identity = tuple[str, int]
#: Rows read or written in one go: databases limit how many values a statement may carry.
_CHUNK = 500
_WRITTEN = (
    "customer_id", "account_id", "fingerprint", "occurrence", "booked_on", "number",
    "description", "kind", "amount_minor", "original_currency", "original_minor", "match_keys",
)  # fmt: skip


class NothingInTheirBook(InvalidInput):
    """A file without a line that could be compared."""

    message = N_(
        "%(file)s holds no line that could be compared. Choose the file or the columns that hold"
        " dates and amounts; nothing was compared."
    )


@dataclass(frozen=True)
class LedgerLine:
    """A line of their ledger as it was read; the amount is signed, in minor units."""

    #: The row in their file.
    row_no: int
    on: date
    amount: int
    #: What kind of document it says it is, in the words of our ledger; empty where it does not.
    kind: str = ""
    number: str = ""
    po: str = ""
    description: str = ""
    original_currency: str | None = None
    original: int | None = None
    #: How many, for how much each, in millionths; where the file says.
    quantity: int | None = None
    unit_price: int | None = None

    def turned(self) -> "LedgerLine":
        """The same line with the other sign."""
        original = None if self.original is None else -self.original
        return replace(self, amount=-self.amount, original=original)

    @cached_property
    def fingerprint(self) -> str:
        """What the line is known by."""
        parts = (
            self.on.isoformat(),
            str(self.amount),
            _folded(self.number),
            _folded(self.description),
            self.original_currency or "",
            "" if self.original is None else str(self.original),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class ReadLedger:
    """A customer's ledger as it was read, in one sign throughout."""

    filename: str
    lines: tuple[LedgerLine, ...]
    #: What stood before its first line and after its last, where the file says.
    opening: int | None = None
    closing: int | None = None
    first_day: date | None = None
    last_day: date | None = None

    def turned(self) -> "ReadLedger":
        """The same ledger with the other sign."""
        return replace(
            self,
            lines=tuple(line.turned() for line in self.lines),
            opening=None if self.opening is None else -self.opening,
            closing=None if self.closing is None else -self.closing,
        )


def keep(
    session: Session,
    account: CustomerAccount,
    batch_id: int,
    ledger: ReadLedger,
    *,
    was_mirrored: bool,
    by: Actor,
    at: datetime,
) -> tuple[TheirBook, list[int]]:
    """Keep a ledger that was read, its lines in our sign; known lines are recognised.

    Returns the book, and the id of each of its lines in the order of the file.

    Raises:
        NothingInTheirBook: it has no lines.
    """
    if not ledger.lines:
        raise NothingInTheirBook(file=ledger.filename)
    first_day, last_day = days_of(ledger)
    book = TheirBook(
        customer_id=account.customer_id,
        account_id=account.id,
        batch_id=batch_id,
        filename=ledger.filename,
        opening_minor=ledger.opening,
        closing_minor=ledger.closing,
        first_day=first_day,
        last_day=last_day,
        was_mirrored=was_mirrored,
        uploaded_at=at,
        uploaded_by=by.label,
    )
    session.add(book)
    session.flush()
    ids = _enter(session, account, book, ledger.lines)
    audit.record(
        session,
        by,
        "their_book.kept",
        book,
        after={
            "file": ledger.filename,
            "lines": len(ledger.lines),
            "was_mirrored": was_mirrored,
            "digest": audit.digest_of_rows(line.fingerprint for line in ledger.lines),
        },
    )
    return book, ids


def days_of(ledger: ReadLedger) -> tuple[date, date]:
    """The first and last day of a ledger, as it says itself or its lines do."""
    days = [line.on for line in ledger.lines]
    return ledger.first_day or min(days), ledger.last_day or max(days)


def turn(session: Session, book: TheirBook, *, by: Actor) -> None:
    """Read a book with the other sign."""
    account = session.get_one(CustomerAccount, book.account_id)
    lines = [line.turned() for line in lines_of(session, book.id)]
    session.execute(delete(TheirBookLine).where(TheirBookLine.book_id == book.id))
    book.opening_minor = None if book.opening_minor is None else -book.opening_minor
    book.closing_minor = None if book.closing_minor is None else -book.closing_minor
    book.was_mirrored = not book.was_mirrored
    _enter(session, account, book, lines)
    audit.record(session, by, "their_book.turned", book, after={"was_mirrored": book.was_mirrored})


def lines_of(session: Session, book_id: int) -> list[LedgerLine]:
    """The lines of a book, in the order of their file."""
    query = (
        select(
            TheirLine,
            TheirBookLine.row_no,
            TheirBookLine.quantity_micro,
            TheirBookLine.unit_price_micro,
        )
        .join(TheirBookLine, TheirBookLine.line_id == TheirLine.id)
        .where(TheirBookLine.book_id == book_id)
        .order_by(TheirBookLine.row_no)
    )
    return [
        LedgerLine(
            row_no=row_no,
            on=line.booked_on,
            amount=line.amount_minor,
            kind=line.kind,
            number=line.number,
            po=str(line.match_keys.get("po", "")),
            description=line.description,
            original_currency=line.original_currency,
            original=line.original_minor,
            quantity=quantity,
            unit_price=unit_price,
        )
        for line, row_no, quantity, unit_price in session.execute(query)
    ]


def kept_number(line: LedgerLine) -> str:
    """The number of a line as it is stored."""
    return line.number[:120]


def kept_keys(line: LedgerLine, keys: bytes) -> dict[str, object]:
    """The matching keys of a line as they are stored."""
    return {"keys": base64.b64encode(keys).decode(), "po": line.po, "form": KEYS_FORM}


def stored_keys(match_keys: dict[str, object]) -> bytes:
    """The matching keys of a stored line."""
    return base64.b64decode(str(match_keys["keys"]))


def identities(lines: Iterable[LedgerLine]) -> list[Identity]:
    """What each line is known by, and which of several equal ones it is."""
    seen: Counter[str] = Counter()
    found: list[Identity] = []
    for line in lines:
        fingerprint = line.fingerprint
        seen[fingerprint] += 1
        found.append((fingerprint, seen[fingerprint]))
    return found


def _enter(
    session: Session, account: CustomerAccount, book: TheirBook, lines: Sequence[LedgerLine]
) -> list[int]:
    """Note which lines a book has; lines seen for the first time are written. Their ids."""
    of_lines = identities(lines)
    known = known_lines(session, account.id, of_lines)
    fresh = [
        (identity, line)
        for identity, line in zip(of_lines, lines, strict=True)
        if identity not in known
    ]
    if fresh:
        _write(session, account, fresh)
        known |= known_lines(session, account.id, [identity for identity, _ in fresh])
    bulk.insert_rows(
        session,
        TheirBookLine,
        ("book_id", "line_id", "row_no", "quantity_micro", "unit_price_micro"),
        (
            (book.id, known[identity], line.row_no, line.quantity, line.unit_price)
            for identity, line in zip(of_lines, lines, strict=True)
        ),
    )
    return [known[identity] for identity in of_lines]


def _write(
    session: Session,
    account: CustomerAccount,
    fresh: Sequence[tuple[Identity, LedgerLine]],
) -> None:
    keys = keys_of_lines([line for _, line in fresh])
    bulk.insert_rows(
        session,
        TheirLine,
        _WRITTEN,
        (
            (
                account.customer_id,
                account.id,
                fingerprint,
                occurrence,
                line.on,
                kept_number(line),
                line.description,
                line.kind,
                line.amount,
                line.original_currency,
                line.original,
                kept_keys(line, key),
            )
            for ((fingerprint, occurrence), line), key in zip(fresh, keys, strict=True)
        ),
    )


def keys_of_lines(lines: Sequence[LedgerLine]) -> list[bytes]:
    """The matching keys of lines that are not stored yet."""
    from tieout.matching.keys import Keys  # numpy is loaded when a book is first kept

    return Keys.of(
        [line.number for line in lines],
        [line.po for line in lines],
        [line.description for line in lines],
    ).rows()


def known_lines(
    session: Session, account_id: int, of_lines: Iterable[Identity]
) -> dict[Identity, int]:
    """The ids of lines that were handed in before; with them, of all their equals."""
    wanted, found = sorted({fingerprint for fingerprint, _ in of_lines}), {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(TheirLine.fingerprint, TheirLine.occurrence, TheirLine.id).where(
            TheirLine.account_id == account_id,
            TheirLine.fingerprint.in_(wanted[start : start + _CHUNK]),
        )
        for fingerprint, occurrence, line_id in session.execute(query):
            found[fingerprint, occurrence] = line_id
    return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())
