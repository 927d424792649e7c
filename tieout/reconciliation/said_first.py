"""What has to be known before any figure of a comparison: a result without it would be wrong."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout.i18n import Sentence
from tieout.intake.amounts import rounded_money
from tieout.intake.controls import Control, ControlKind
from tieout.money import Money
from tieout.reconciliation import sentences as say
from tieout.reconciliation.models import (
    MatchGroupLine,
    Reconciliation,
    TheirBook,
    TheirBookLine,
    TheirLine,
)
from tieout.reconciliation.queries import batch_of

#: Companies named in a sentence; the others are counted.
_NAMED = 3


def warnings(session: Session, made: Reconciliation) -> tuple[Sentence, ...]:
    """Say what the file says of itself that its entries do not, and what else makes one doubt."""
    book = session.get_one(TheirBook, made.book_id)
    return (
        *_stated(session, made, book),
        *_not_reached(session, made, book),
        *_several(session, made, book),
        *_repeated(session, made, book),
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
