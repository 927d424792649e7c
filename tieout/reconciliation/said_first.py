"""What has to be known before any figure of a comparison: a result without it would be wrong."""

from collections.abc import Iterator

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from tieout.i18n import Sentence
from tieout.intake.amounts import rounded_money
from tieout.intake.controls import Control, ControlKind
from tieout.intake.places import kept_sentence
from tieout.ledger.models import Document
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import doubts
from tieout.reconciliation import sentences as say
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    TheirBook,
    TheirBookLine,
    TheirLine,
)
from tieout.reconciliation.queries import batch_of

#: Companies named in a sentence; the others are counted.
_NAMED = 3
#: Entries that agree to every day and number before a ledger is taken for our own.
_COPIED = 5


def warnings(session: Session, made: Reconciliation) -> tuple[Sentence, ...]:
    """Say what the file says of itself that its entries do not, and what else makes one doubt."""
    book = session.get_one(TheirBook, made.book_id)
    return (
        *_stated(session, made, book),
        *_not_reached(session, made, book),
        *_several(session, made, book),
        *_repeated(session, made, book),
        *doubts.of_reading(book.filename, _said_in_reading(session, made)),
        *_looks(session, made, book),
        *_agrees(session, made, book),
    )


def _stated(session: Session, made: Reconciliation, book: TheirBook) -> Iterator[Sentence]:
    if book.closing_minor is None:
        return
    lines = session.scalar(
        select(func.coalesce(func.sum(TheirLine.amount_minor), 0))
        .join(TheirBookLine, TheirBookLine.line_id == TheirLine.id)
        .where(TheirBookLine.book_id == book.id)
    )
    found = (book.opening_minor or 0) + int(lines or 0)
    if found != book.closing_minor:
        turned = -1 if book.was_mirrored else 1  # as the file itself has it
        yield Sentence(
            say.STATED,
            {
                "file": book.filename,
                "stated": Money(turned * book.closing_minor, made.currency),
                "found": Money(turned * found, made.currency),
                "gap": Money(abs(found - book.closing_minor), made.currency),
            },
        )


def _not_reached(session: Session, made: Reconciliation, book: TheirBook) -> Iterator[Sentence]:
    """Sums and balances inside the file that its entries do not come to; the first is enough."""
    controls = [
        Control.from_json(one) for one in batch_of(session, made).reading.get("controls", ())
    ]
    closing = abs(book.closing_minor) if book.closing_minor is not None else None
    for one in controls:
        if one.ties or not one.row or one.kind == ControlKind.COUNT:
            continue
        stated, found = (
            rounded_money(figure, made.currency) for figure in (one.expected, one.found)
        )
        if stated == found or abs(stated).minor == closing:  # said by its closing balance
            continue
        facts = {"row": one.row, "file": book.filename, "stated": stated, "found": found}
        yield Sentence(say.NOT_REACHED, facts)
        return


def _repeated(session: Session, made: Reconciliation, book: TheirBook) -> Iterator[Sentence]:
    found = batch_of(session, made).totals.get("repeated")
    if found:
        rows = ", ".join(str(row) for row in found["rows"][:_NAMED])
        if len(found["rows"]) > _NAMED:
            rows += " …"
        facts = {"number": found["number"], "file": book.filename, "rows": rows}
        yield Sentence(say.REPEATED, facts)


def _several(session: Session, made: Reconciliation, book: TheirBook) -> Iterator[Sentence]:
    totals = batch_of(session, made).totals
    if "party" in totals:
        yield Sentence(say.ONE_OF_SEVERAL, {"file": book.filename, "name": totals["party"]})
        return
    parties = totals.get("parties", [])
    if len(parties) > 1:
        names = ", ".join(parties[:_NAMED])
        if len(parties) > _NAMED:
            names += f" … ({len(parties)})"
        yield Sentence(say.SEVERAL, {"file": book.filename, "names": names})


def _agrees(session: Session, made: Reconciliation, book: TheirBook) -> Iterator[Sentence]:
    if book.first_day is not None and book.first_day > made.as_at:
        facts = {"file": book.filename, "day": made.as_at, "first": book.first_day}
        yield Sentence(say.NOTHING_YET, facts)
        return
    if _is_empty(session, made):
        yield Sentence(say.OURS_EMPTY, {"file": book.filename, "day": made.as_at})
        return
    of_both = (
        select(MatchGroupLine.group_id)
        .where(MatchGroupLine.reconciliation_id == made.id)
        .group_by(MatchGroupLine.group_id)
        .having(
            func.count(MatchGroupLine.document_id) > 0,
            func.count(MatchGroupLine.their_line_id) > 0,
        )
        .limit(1)
    )
    if session.scalar(of_both) is None:
        yield Sentence(say.NOTHING_AGREES, {"file": book.filename})


def _said_in_reading(session: Session, made: Reconciliation) -> list[Sentence]:
    return [kept_sentence(one) for one in batch_of(session, made).reading.get("warnings", ())]


def sheets(session: Session, made: Reconciliation) -> list[str]:
    """The other sheets of a workbook that hold rows, one of which may be compared instead."""
    reading = batch_of(session, made).reading
    return doubts.sheets_beside(_said_in_reading(session, made), reading.get("sheets", ()))


def _looks(session: Session, made: Reconciliation, book: TheirBook) -> Iterator[Sentence]:
    """What the entries look like: without amounts, without signs, with a slip, or all our own."""
    file = {"file": book.filename}
    amounts = select(func.min(TheirLine.amount_minor), func.max(TheirLine.amount_minor))
    of_book = select(TheirBookLine.line_id).where(TheirBookLine.book_id == book.id)
    least, most = session.execute(amounts.where(TheirLine.id.in_(of_book))).one()
    if least == most == 0:
        yield Sentence(say.ALL_ZERO, file)
        return
    if (least > 0 or most < 0) and _has_reversed(session, made, of_book):
        yield Sentence(say.ONE_SIDE, file)
    far = doubts.far_day(_entries(session, book))
    if far is not None:
        yield Sentence(say.FAR_DAY, {**file, "row": far.row, "day": far.on})
    if made.our_balance_minor == made.their_balance_minor and _is_ours(session, made):
        yield Sentence(say.SAME_AS_OURS, file)


def _has_reversed(session: Session, made: Reconciliation, of_book: Select[int]) -> bool:
    """Whether a line stands on the other side than in our book, named so or by its number."""
    named = select(MatchGroup.id).where(
        MatchGroup.reconciliation_id == made.id,
        MatchGroup.difference == str(Difference.SIGN_REVERSED),
    )
    numbered = (
        select(Document.id)
        .join(TheirLine, Document.number == TheirLine.number)
        .where(
            Document.account_id == made.account_id,
            Document.amount_minor == -TheirLine.amount_minor,
            TheirLine.id.in_(of_book),
        )
    )
    return any(session.scalar(query.limit(1)) is not None for query in (named, numbered))


def _entries(session: Session, book: TheirBook) -> list[doubts.Entry]:
    """The days of a book, each with how often it occurs and the first of its rows."""
    query = (
        select(TheirLine.booked_on, func.min(TheirBookLine.row_no), func.count())
        .join(TheirBookLine, TheirBookLine.line_id == TheirLine.id)
        .where(TheirBookLine.book_id == book.id)
        .group_by(TheirLine.booked_on)
    )
    return [
        doubts.Entry(on, row) for on, row, count in session.execute(query) for _ in range(count)
    ]


def _is_ours(session: Session, made: Reconciliation) -> bool:
    """Whether every line of theirs is one of ours to the day and number, and there are some."""
    theirs = select(MatchGroupLine).where(MatchGroupLine.reconciliation_id == made.id).subquery()
    ours = select(MatchGroupLine).where(MatchGroupLine.reconciliation_id == made.id).subquery()
    count = session.scalar(
        select(func.count())
        .select_from(theirs)
        .join(TheirLine, TheirLine.id == theirs.c.their_line_id)
        .where(TheirLine.booked_on <= made.as_at)
    )
    if not count or count < _COPIED:
        return False
    same = session.scalar(
        select(func.count(func.distinct(theirs.c.id)))
        .join(TheirLine, TheirLine.id == theirs.c.their_line_id)
        .join(ours, ours.c.group_id == theirs.c.group_id)
        .join(
            Document,
            and_(
                Document.id == ours.c.document_id,
                Document.number == TheirLine.number,
                Document.issued_on == TheirLine.booked_on,
            ),
        )
        .where(ours.c.amount_minor == theirs.c.amount_minor, TheirLine.booked_on <= made.as_at)
    )
    return same == count


def _is_empty(session: Session, made: Reconciliation) -> bool:
    """Whether our book has nothing up to the cut-off."""
    has_ours = (
        select(MatchGroupLine.id)
        .where(MatchGroupLine.reconciliation_id == made.id, MatchGroupLine.document_id.is_not(None))
        .limit(1)
    )
    return not made.our_balance_minor and session.scalar(has_ours) is None


def parties(session: Session, made: Reconciliation) -> list[str]:
    """The companies one of whose entries may be compared alone, where the file holds several."""
    found = [str(name) for name in batch_of(session, made).totals.get("parties", [])]
    return found if len(found) > 1 else []
