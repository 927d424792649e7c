"""The lines of both books as columns of integers, read without entities."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.db import bulk
from tieout.ledger import balances
from tieout.ledger.as_of import stands
from tieout.ledger.match_keys import KEYS_FORM
from tieout.ledger.models import Document, DocumentKind
from tieout.matching import NO_AMOUNT, Line, Lines, currency_code, kind_of
from tieout.matching.keys import Keys
from tieout.reconciliation.cleaning import AS_WRITTEN, Cleaning, Texts, with_clean_numbers
from tieout.reconciliation.kinds import kind_for
from tieout.reconciliation.models import TheirBook, TheirBookLine, TheirLine
from tieout.reconciliation.our_keys import keys_of_documents, texts_of
from tieout.reconciliation.run import REACH_DAYS
from tieout.reconciliation.their_books import (
    LedgerLine,
    identities,
    kept_keys,
    kept_number,
    keys_of_lines,
    known_lines,
    stored_keys,
)

#: Rows read in one go: databases limit how many values a statement may carry.
_CHUNK = 500
#: Above every id there is.
_TO_COME = 2**62


def their_lines(session: Session, book: TheirBook, cleaning: Cleaning = AS_WRITTEN) -> Lines:
    """The lines of their book."""
    query = (
        _stored_lines()
        .join(TheirBookLine, TheirBookLine.line_id == TheirLine.id)
        .where(TheirBookLine.book_id == book.id)
    )
    return _theirs([_Theirs(*row) for row in session.execute(query)], book.account_id, cleaning)


def lines_to_come(
    session: Session,
    account_id: int,
    lines: Sequence[LedgerLine],
    cleaning: Cleaning = AS_WRITTEN,
) -> tuple[Lines, list[int]]:
    """The lines of a ledger before it is kept, as `their_lines` will read them then.

    What was handed in before has its id; what was not is numbered above all ids. With them, the
    place of each in the ledger.
    """
    of_lines = identities(lines)
    known = known_lines(session, account_id, of_lines)
    there: dict[int, _Theirs] = {}
    wanted = sorted(known[identity] for identity in of_lines if identity in known)
    for start in range(0, len(wanted), _CHUNK):
        query = _stored_lines().where(TheirLine.id.in_(wanted[start : start + _CHUNK]))
        there |= {row.id: _Theirs(*row) for row in session.execute(query)}
    fresh = [line for identity, line in zip(of_lines, lines, strict=True) if identity not in known]
    keys = iter(keys_of_lines(fresh))
    rows: list[tuple[_Theirs, int]] = []
    for place, (identity, line) in enumerate(zip(of_lines, lines, strict=True)):
        if identity in known:
            rows.append((there[known[identity]], place))
        else:
            rows.append((_Theirs.to_come(_TO_COME + place, line, next(keys)), place))
    rows.sort(key=lambda row: row[0].id)
    found = _theirs([row for row, _ in rows], account_id, cleaning)
    return found, [place for _, place in rows]


class _Theirs(NamedTuple):
    """A line of their book as it is stored, or will be."""

    id: int
    booked_on: date
    amount_minor: int
    kind: str
    number: str
    description: str
    original_currency: str | None
    original_minor: int | None
    match_keys: dict[str, Any]

    @classmethod
    def to_come(cls, number: int, line: LedgerLine, keys: bytes) -> "_Theirs":
        """A line that is not stored yet."""
        return cls(
            number,
            line.on,
            line.amount,
            line.kind,
            kept_number(line),
            line.description,
            line.original_currency,
            line.original,
            kept_keys(line, keys),
        )


def _stored_lines() -> Select[*tuple[Any, ...]]:
    return select(
        TheirLine.id,
        TheirLine.booked_on,
        TheirLine.amount_minor,
        TheirLine.kind,
        TheirLine.number,
        TheirLine.description,
        TheirLine.original_currency,
        TheirLine.original_minor,
        TheirLine.match_keys,
    ).order_by(TheirLine.id)


def _theirs(rows: Sequence[_Theirs], account_id: int, cleaning: Cleaning) -> Lines:
    lines = Lines(
        id=_column(row.id for row in rows),
        customer=np.full(len(rows), account_id),
        day=_column(row.booked_on.toordinal() for row in rows),
        kind=_column(_kind_named(row.kind) or kind_of("", row.description) for row in rows),
        amount=_column(row.amount_minor for row in rows),
        currency=_column(_currency(row.original_currency or "") for row in rows),
        doc_amount=_column(
            NO_AMOUNT if row.original_minor is None else row.original_minor for row in rows
        ),
        keys=Keys.from_rows(_keys(rows)),
    )
    touched = {
        row.id: Texts(
            "" if cleaning.drops_theirs else row.number,
            str(row.match_keys.get("po", "")),
            row.description,
        )
        for row in rows
        if cleaning.drops_theirs or cleaning.touches(row.number)
    }
    return with_clean_numbers(lines, touched, cleaning)


def _keys(rows: Sequence[_Theirs]) -> Iterator[bytes]:
    """The keys of stored lines; made anew where they were stored in an earlier form."""
    earlier = [row for row in rows if row.match_keys.get("form") != KEYS_FORM]
    made = Keys.of(
        [row.number for row in earlier],
        [str(row.match_keys.get("po", "")) for row in earlier],
        [row.description for row in earlier],
    ).rows()
    anew = dict(zip((row.id for row in earlier), made, strict=True))
    return (anew.get(row.id) or stored_keys(row.match_keys) for row in rows)


def read_lines(lines: Sequence[LedgerLine], account_id: int) -> Lines:
    """The lines of a ledger that was only read so far, numbered in the order of its file."""
    return Lines.of(
        Line(
            id=place,
            customer=account_id,
            on=line.on,
            amount=line.amount,
            kind=kind_of(line.kind, line.description),
            reference=line.number,
            po=line.po,
            description=line.description,
            currency=line.original_currency or "",
            doc_amount=line.original,
        )
        for place, line in enumerate(lines)
    )


def our_movements(
    session: Session,
    account: CustomerAccount,
    *,
    since: date | None,
    as_at: date,
    known_at: datetime,
    later_known_at: datetime,
    openings_after: date | None = None,
    cleaning: Cleaning = AS_WRITTEN,
) -> Lines:
    """Our documents from a day on: up to the cut-off as known then, and a while beyond it.

    Our own opening balances up to `openings_after` are left out: their file's opening stands
    against them.
    """
    later = (
        (Document.issued_on > as_at)
        & (Document.issued_on <= as_at + timedelta(days=REACH_DAYS))
        & (Document.recorded_at <= later_known_at)
    )
    query = _documents(account.id, or_(stands(as_at, known_at), later))
    if since is not None:
        query = query.where(Document.issued_on >= since)
    if openings_after is not None:
        query = query.where(
            or_(Document.kind != DocumentKind.OPENING_BALANCE, Document.issued_on > openings_after)
        )
    return _clean(session, session.execute(query).all(), account.id, None, cleaning)


def our_open_items(
    session: Session,
    account: CustomerAccount,
    *,
    on: date,
    known_at: datetime,
    cleaning: Cleaning = AS_WRITTEN,
) -> Lines:
    """What of our documents was open at the end of a day, one line a document."""
    open_minor = balances.open_by_document(session, account.id, on, known_at)
    query = _documents(account.id, stands(on, known_at))
    rows = [row for row in session.execute(query) if row.id in open_minor]
    return _clean(session, rows, account.id, open_minor, cleaning)


def their_lines_of(
    session: Session, account_id: int, ids: Collection[int], cleaning: Cleaning = AS_WRITTEN
) -> Lines:
    """Some lines of their books, by id."""
    query = _stored_lines().where(bulk.among(session, TheirLine.id, ids))
    return _theirs([_Theirs(*row) for row in session.execute(query)], account_id, cleaning)


def our_lines_of(
    session: Session, amounts: Mapping[int, int], cleaning: Cleaning = AS_WRITTEN
) -> Lines:
    """Some documents of ours, each in its own account with what of it is compared."""
    query = documents().where(bulk.among(session, Document.id, amounts))
    rows = session.execute(query).all()
    lines = _clean(session, rows, 0, dict(amounts), cleaning)
    return replace(lines, customer=_column(row.account_id for row in rows))


def joined(one: Lines, other: Lines) -> Lines:
    """Two sets of lines as one."""
    first, second = one, other
    columns = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in ("id", "customer", "day", "kind", "amount", "currency", "doc_amount")
    }
    return Lines(**columns, keys=Keys.joined([first.keys, second.keys]))


def _clean(
    session: Session,
    rows: Sequence[Row[Any]],
    account_id: int,
    open_minor: dict[int, int] | None,
    cleaning: Cleaning,
) -> Lines:
    lines = _ours(session, rows, account_id, open_minor)
    touched = [row for row in rows if cleaning.touches(row.number)]
    return with_clean_numbers(lines, texts_of(session, touched), cleaning) if touched else lines


def _documents(account_id: int, condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return documents().where(Document.account_id == account_id, condition)


def documents() -> Select[*tuple[Any, ...]]:
    """Select what of a document is compared."""
    return select(
        Document.id,
        Document.account_id,
        Document.issued_on,
        Document.kind,
        Document.amount_minor,
        Document.number,
        Document.description,
        Document.original_currency,
        Document.original_minor,
        Document.match_keys,
    ).order_by(Document.id)


def of_accounts(session: Session, rows: Sequence[Row[Any]]) -> Lines:
    """Documents of several accounts as lines, each in its own account."""
    lines = _ours(session, rows, 0)
    return replace(lines, customer=_column(row.account_id for row in rows))


def _ours(
    session: Session,
    found: Sequence[Row[Any]],
    account_id: int,
    open_minor: dict[int, int] | None = None,
) -> Lines:
    is_whole = [open_minor is None or open_minor[row.id] == row.amount_minor for row in found]

    return Lines(
        id=_column(row.id for row in found),
        customer=np.full(len(found), account_id),
        day=_column(row.issued_on.toordinal() for row in found),
        kind=_column(kind_for(row.kind) for row in found),
        amount=_column(
            row.amount_minor if open_minor is None else open_minor[row.id] for row in found
        ),
        currency=_column(_currency(row.original_currency or "") for row in found),
        doc_amount=_column(
            row.original_minor if row.original_minor is not None and whole else NO_AMOUNT
            for row, whole in zip(found, is_whole, strict=True)
        ),
        keys=Keys.from_rows(keys_of_documents(session, found)),
    )


def _column(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(values, np.int64)


@lru_cache(maxsize=1024)
def _kind_named(named: str) -> int:
    """What a document type says alone, 0 where it says nothing; each is looked at once."""
    return int(kind_of(named))


_currency = lru_cache(maxsize=256)(currency_code)
