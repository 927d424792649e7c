"""The groups of a run that simply agree: searched, counted, and read some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout.ledger.models import Document
from tieout.money import decimals_of
from tieout.reconciliation import picture
from tieout.reconciliation.models import MatchGroup, MatchGroupLine, Reconciliation, TheirLine
from tieout.reconciliation.shown import ShownGroup


@dataclass(frozen=True)
class Sought:
    """What somebody looks for among them; everything left out matches everything."""

    difference: str = ""
    #: An amount in whole units that a line comes to at least, its sign left aside.
    least: Decimal | None = None
    #: The latest day of a line.
    until: date | None = None
    keyword: str = ""


EVERYTHING = Sought()


def count(session: Session, made: Reconciliation, sought: Sought = EVERYTHING) -> int:
    """How many groups agree."""
    query = _query(made, sought).with_only_columns(func.count()).order_by(None)
    return session.scalar(query) or 0


def some(
    session: Session,
    made: Reconciliation,
    sought: Sought = EVERYTHING,
    *,
    begin: int = 0,
    most: int = 50,
) -> Sequence[ShownGroup]:
    """Read groups that agree, in their order."""
    query = _query(made, sought).order_by(MatchGroup.no).limit(most).offset(begin)
    return picture.drawn_by(session, made, query)


def types(session: Session, made: Reconciliation) -> list[str]:
    """The types there are among them, in the order of the alphabet."""
    query = select(MatchGroup.difference).where(
        MatchGroup.reconciliation_id == made.id, ~picture.is_shown()
    )
    return list(session.scalars(query.distinct().order_by(MatchGroup.difference)))


def documents(session: Session, made: Reconciliation) -> set[int]:
    """Our documents that simply agree with their book, by id."""
    query = (
        select(MatchGroupLine.document_id)
        .join(MatchGroup, MatchGroup.id == MatchGroupLine.group_id)
        .where(
            MatchGroup.reconciliation_id == made.id,
            ~picture.is_shown(),
            MatchGroupLine.document_id.is_not(None),
        )
    )
    return {one for one in session.scalars(query) if one is not None}


def _query(made: Reconciliation, sought: Sought) -> Select[MatchGroup]:
    query = select(MatchGroup).where(MatchGroup.reconciliation_id == made.id, ~picture.is_shown())
    if sought.difference:
        query = query.where(MatchGroup.difference == sought.difference)
    if sought.least is not None or sought.until is not None or sought.keyword:
        query = query.where(or_(_of_ours(made, sought), _of_theirs(made, sought)))
    return query


def _of_ours(made: Reconciliation, sought: Sought) -> ColumnElement[bool]:
    lines = select(MatchGroupLine.id).join(Document, Document.id == MatchGroupLine.document_id)
    said = Document.number, Document.description
    return _among(lines, made, sought, Document.issued_on, *said)


def _of_theirs(made: Reconciliation, sought: Sought) -> ColumnElement[bool]:
    lines = select(MatchGroupLine.id).join(TheirLine, TheirLine.id == MatchGroupLine.their_line_id)
    said = TheirLine.number, TheirLine.description
    return _among(lines, made, sought, TheirLine.booked_on, *said)


def _among(
    lines: Select[int],
    made: Reconciliation,
    sought: Sought,
    on: InstrumentedAttribute[date],
    *said: InstrumentedAttribute[str],
) -> ColumnElement[bool]:
    """One of these lines is what is sought, by its day and what it says."""
    lines = _large(lines, made, sought).where(MatchGroupLine.group_id == MatchGroup.id)
    if sought.until is not None:
        lines = lines.where(on <= sought.until)
    if sought.keyword:
        words = (text.icontains(sought.keyword, autoescape=True) for text in said)
        lines = lines.where(or_(*words, *_amount(made, sought.keyword)))
    return exists(lines)


def _large(lines: Select[int], made: Reconciliation, sought: Sought) -> Select[int]:
    if sought.least is None:
        return lines
    least = int(sought.least.scaleb(decimals_of(made.currency)))
    return lines.where(func.abs(MatchGroupLine.amount_minor) >= least)


def _amount(made: Reconciliation, keyword: str) -> list[ColumnElement[bool]]:
    """Lines of an amount that was typed, with or without its commas."""
    text = keyword.replace(",", "").replace("\u2212", "-")
    whole, _, part = text.removeprefix("-").partition(".")
    digits = decimals_of(made.currency)
    if not (whole.isascii() and whole.isdecimal() and len(whole) < 13) or len(part) > digits:
        return []
    if part and not (part.isascii() and part.isdecimal()):
        return []
    minor = int(whole + part.ljust(digits, "0"))
    return [func.abs(MatchGroupLine.amount_minor) == minor]
