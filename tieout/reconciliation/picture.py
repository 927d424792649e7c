"""Reading a stored run for pages and papers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tieout.customers.models import Customer, CustomerAccount
from tieout.ledger.models import Document
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation.models import (
    MatchGroup,
    MatchGroupLine,
    Reconciliation,
    TheirBook,
    TheirBookLine,
    TheirLine,
)
from tieout.reconciliation.priced import Apart
from tieout.reconciliation.shown import ALONE, Picture, ShownGroup, ShownLine
from tieout.reconciliation.vocabulary import PROPOSED

#: Lines read in one go: databases limit how many values a statement may carry.
_CHUNK = 500


def picture(session: Session, made: Reconciliation) -> Picture:
    """Read everything of a run but what simply agrees, which is only counted."""
    book = session.get_one(TheirBook, made.book_id)
    currency = made.currency
    agreeing = select(MatchGroup.id).where(MatchGroup.reconciliation_id == made.id, ~is_shown())
    matched, amount = session.execute(
        select(func.count(), func.coalesce(func.sum(MatchGroupLine.amount_minor), 0)).where(
            MatchGroupLine.group_id.in_(agreeing), MatchGroupLine.their_line_id.is_not(None)
        )
    ).one()
    lines_read = session.scalar(select(func.count()).where(TheirBookLine.book_id == book.id))
    query = select(MatchGroup).where(MatchGroup.reconciliation_id == made.id, is_shown())
    return Picture(
        number=made.receipt,
        currency=currency,
        as_at=made.as_at,
        ours=Money(made.our_balance_minor, currency),
        theirs=Money(made.their_balance_minor, currency),
        opening=Money(made.opening_difference_minor, currency),
        unexplained=Money(made.unexplained_minor, currency),
        last_agreed=made.last_agreed_on,
        groups=drawn_by(session, made, query),
        matched=matched,
        matched_amount=Money(int(amount), currency),
        lines_read=lines_read or 0,
        filename=book.filename,
    )


def is_shown() -> ColumnElement[bool]:
    """The group leaves something, waits for somebody, or has lines of one book alone."""
    ours, theirs = aliased(MatchGroupLine), aliased(MatchGroupLine)
    both = and_(
        exists().where(ours.group_id == MatchGroup.id, ours.document_id.is_not(None)),
        exists().where(theirs.group_id == MatchGroup.id, theirs.their_line_id.is_not(None)),
    )
    return or_(
        MatchGroup.residual_minor != 0,
        MatchGroup.state == PROPOSED,
        MatchGroup.difference == str(Difference.UNEXPLAINED),
        and_(MatchGroup.difference.in_([str(one) for one in ALONE]), ~both),
    )


def drawn_by(
    session: Session, made: Reconciliation, query: Select[MatchGroup]
) -> tuple[ShownGroup, ...]:
    """The groups a query finds, with their lines, by number."""
    groups = session.scalars(query.order_by(None).order_by(MatchGroup.no)).all()
    ids = query.with_only_columns(MatchGroup.id).subquery()
    wanted = select(ids.c.id)
    ours = _our_lines(session, made, wanted)
    theirs = _their_lines(session, made, wanted)
    is_payable = session.get_one(CustomerAccount, made.account_id).kind == "payable"
    return tuple(
        drawn(
            made,
            group,
            tuple(ours[group.id]),
            tuple(theirs[group.id]),
            is_payable=is_payable,
        )
        for group in groups
    )


def drawn(
    made: Reconciliation,
    group: MatchGroup,
    ours: tuple[ShownLine, ...],
    theirs: tuple[ShownLine, ...],
    *,
    is_payable: bool = False,
) -> ShownGroup:
    """A group as it is shown, with its lines."""
    proof, currency = group.proof, made.currency
    return ShownGroup(
        no=group.no,
        seen=proof["lines"],
        difference=Difference(group.difference),
        found_by=group.found_by,
        state=group.state,
        acts=group.acts,
        residual=Money(group.residual_minor, currency),
        only_ours=Money(proof.get("only_ours", 0), currency),
        only_theirs=Money(proof.get("only_theirs", 0), currency),
        value=Money(proof.get("value", 0), currency),
        as_at=made.as_at,
        ours=ours,
        theirs=theirs,
        detail=proof.get("detail", ""),
        numbers=tuple(proof.get("numbers", (0, 0, 0))),
        shared=proof.get("shared", 0),
        gap=proof.get("gap", 0),
        rivals=proof.get("rivals", 0),
        our_repeats=frozenset(proof.get("our_repeats", ())),
        their_repeats=frozenset(proof.get("their_repeats", ())),
        decided_by=group.decided_by or "",
        decided_at=group.decided_at,
        reason=group.decision_reason,
        is_payable=is_payable,
        transit_days=int(made.rules.get("in_full", {}).get("transit_days", 10)),
        priced=tuple(Apart.read(one) for one in proof.get("priced", ())),
    )


def lines_by_id(
    session: Session, made: Reconciliation, ours: Sequence[int], theirs: Sequence[int]
) -> dict[tuple[bool, int], ShownLine]:
    """Lines of both books, by side (True for ours) and id; amounts as the run counts them."""
    found: dict[tuple[bool, int], ShownLine] = {}
    for start in range(0, len(ours), _CHUNK):
        some = ours[start : start + _CHUNK]
        counted = _counted(session, made, some)
        rows = session.execute(_documents().where(Document.id.in_(some)))
        for row in rows:
            line = _our_line(made, row)
            found[True, line.id] = replace(line, amount=counted.get(line.id, line.amount))
    for start in range(0, len(theirs), _CHUNK):
        query = _lines_of_theirs(made).where(TheirLine.id.in_(theirs[start : start + _CHUNK]))
        for row in session.execute(query):
            found[False, row.id] = _their_line(made, row)
    return found


def _counted(session: Session, made: Reconciliation, ids: Sequence[int]) -> dict[int, Money]:
    """What of our documents the run counts: of an open item, what was open."""
    query = select(MatchGroupLine.document_id, MatchGroupLine.amount_minor).where(
        MatchGroupLine.reconciliation_id == made.id, MatchGroupLine.document_id.in_(ids)
    )
    return {
        row.document_id: Money(row.amount_minor, made.currency) for row in session.execute(query)
    }


def _our_lines(
    session: Session, made: Reconciliation, wanted: Select[int]
) -> defaultdict[int, list[ShownLine]]:
    query = (
        _documents()
        .add_columns(MatchGroupLine.group_id, MatchGroupLine.amount_minor.label("counted"))
        .join(MatchGroupLine, MatchGroupLine.document_id == Document.id)
        .where(MatchGroupLine.group_id.in_(wanted))
        .order_by(Document.issued_on, Document.id)
    )
    found: defaultdict[int, list[ShownLine]] = defaultdict(list)
    for row in session.execute(query):
        line = _our_line(made, row)
        found[row.group_id].append(replace(line, amount=Money(row.counted, made.currency)))
    return found


def _their_lines(
    session: Session, made: Reconciliation, wanted: Select[int]
) -> defaultdict[int, list[ShownLine]]:
    query = (
        _lines_of_theirs(made)
        .add_columns(MatchGroupLine.group_id)
        .join(MatchGroupLine, MatchGroupLine.their_line_id == TheirLine.id)
        .where(MatchGroupLine.group_id.in_(wanted))
        .order_by(TheirLine.booked_on, TheirBookLine.row_no)
    )
    found: defaultdict[int, list[ShownLine]] = defaultdict(list)
    for row in session.execute(query):
        found[row.group_id].append(_their_line(made, row))
    return found


def _documents() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.id,
            Document.issued_on,
            Document.number,
            Document.kind,
            Document.description,
            Document.amount_minor,
            Document.account_id,
            Customer.name.label("customer"),
        )
        .join(CustomerAccount, CustomerAccount.id == Document.account_id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
    )


def _our_line(made: Reconciliation, row: Row[Any]) -> ShownLine:
    return ShownLine(
        row.id,
        row.issued_on,
        row.number,
        row.kind,
        row.description,
        Money(row.amount_minor, made.currency),
        elsewhere="" if row.account_id == made.account_id else row.customer,
    )


def _lines_of_theirs(made: Reconciliation) -> Select[*tuple[Any, ...]]:
    return select(
        TheirLine.id,
        TheirLine.booked_on,
        TheirLine.number,
        TheirLine.kind,
        TheirLine.description,
        TheirLine.amount_minor,
        TheirBookLine.row_no,
    ).join(
        TheirBookLine,
        and_(TheirBookLine.line_id == TheirLine.id, TheirBookLine.book_id == made.book_id),
    )


def _their_line(made: Reconciliation, row: Row[Any]) -> ShownLine:
    return ShownLine(
        row.id,
        row.booked_on,
        row.number,
        row.kind,
        row.description,
        Money(row.amount_minor, made.currency),
        row.row_no,
    )
