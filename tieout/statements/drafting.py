"""From nothing to an approved statement: drafted, looked at, approved by a second person.

A draft holds no figures: it names a moment, and the figures are those of the books as known then.
So whoever looks at it sees the same as whoever approves it, and the same is frozen.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tieout import audit, settings
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.errors import Conflict, InvalidInput, NotAllowed
from tieout.i18n import N_
from tieout.periods import Period
from tieout.statements import asking, moves
from tieout.statements.figures import Figures
from tieout.statements.models import Statement
from tieout.statements.prepare import KINDS, UnknownKind, prepare_many

POSITIVE, NEGATIVE, BLANK = asking.POSITIVE, asking.NEGATIVE, asking.BLANK
REQUESTS = asking.REQUESTS


class StatementThere(Conflict):
    """A second statement of the same customer and period."""

    message = N_(
        "%(customer)s has a statement for %(period)s already (%(number)s). Look at that one, or"
        " issue a new version of it."
    )


class NoClause(NotAllowed):
    """Silence may only count where a contract says so."""

    message = N_(
        "%(customer)s has no contract clause on file that lets silence count. Ask for an answer in"
        " any case, or put the clause on file first."
    )


class EarlierStatementOpen(Conflict):
    """An earlier period is not issued yet."""

    message = N_(
        "The statement of %(customer)s for %(period)s is not issued yet. Issue or excuse that one"
        " first: its closing is the opening of this one."
    )


class SecondPersonNeeded(NotAllowed):
    """Whoever prepared a statement may not approve it."""

    message = N_(
        "You prepared this statement yourself. Ask somebody else to approve it: this company wants"
        " two people for it."
    )


class ReasonMissing(InvalidInput):
    """Something that has to be explained, without a reason."""

    message = N_("Say why; the reason is kept with the statement.")


def draft(
    session: Session,
    customer: Customer,
    period: Period,
    *,
    kind: str = "receivable",
    request: str = "",
    answer_by: date | None = None,
    by: Actor,
    at: datetime,
) -> Statement:
    """Draft a statement of the books as they are known now.

    Without a `request` the customer is asked as was chosen for it.

    Raises:
        StatementThere: there is one for the period.
        NoClause: silence was to count, but no contract says so.
    """
    if kind not in KINDS:
        raise UnknownKind(kind=kind)
    there = same_period(session, customer.id, period, kind)
    if there is not None:
        raise StatementThere(
            customer=customer.name, period=period.code, number=there.number or f"#{there.id}"
        )
    request = request or asking.request_for(session, customer)
    check_request(session, customer, request)
    requests = {customer.id: request}
    [made] = add(session, requests, period, kind=kind, answer_by=answer_by, by=by, at=at)
    return made


def add(
    session: Session,
    requests: Mapping[int, str],
    period: Period,
    *,
    kind: str,
    answer_by: date | None = None,
    by: Actor,
    at: datetime,
) -> list[Statement]:
    """Add the drafts of customers that have none for the period, each asked by its request."""
    made = [
        Statement(
            customer_id=customer_id,
            kind=kind,
            period_start=period.start,
            period_end=period.end,
            request=request,
            answer_by=answer_by,
            known_at=at,
            prepared_by=by.label,
            prepared_by_id=_staff_id(by),
        )
        for customer_id, request in requests.items()
    ]
    session.add_all(made)
    session.flush()
    for one in made:
        after = {"customer_id": one.customer_id, "period": period.code, "kind": kind}
        audit.record(session, by, "statement.drafted", one, after={**after, "request": one.request})
    return made


def figures_of(session: Session, statement: Statement, *, take_late: bool = True) -> Figures:
    """The figures of a statement that is still being made, as it will be frozen.

    Raises:
        FiguresDoNotTie: two figures that must be equal are not.
    """
    return figures_of_all(session, [statement], take_late=take_late)[statement.id]


def figures_of_all(
    session: Session, statements: Collection[Statement], *, take_late: bool = True
) -> dict[int, Figures]:
    """The same for each of some statements: those made of one moment's books by one reading."""
    alike: dict[tuple[date, date, str, datetime], list[Statement]] = defaultdict(list)
    for one in statements:
        alike[one.period_start, one.period_end, one.kind, one.known_at].append(one)
    found: dict[int, Figures] = {}
    for (start, end, kind, known_at), some in alike.items():
        made = prepare_many(
            session,
            {one.customer_id for one in some},
            Period(start, end),
            kind=kind,
            known_at=known_at,
            take_late=take_late,
        )
        found |= {one.id: made[one.customer_id] for one in some}
    return found


def period_of(statement: Statement) -> Period:
    """The days a statement is about."""
    return Period(statement.period_start, statement.period_end)


def hold(session: Session, statement: Statement) -> None:
    """Let nobody else change a statement until this transaction ends, and see it as it is."""
    session.refresh(statement, with_for_update=True)


def held(session: Session, statement_ids: Collection[int]) -> list[Statement]:
    """The same for some statements, in the order of their ids, with their customers."""
    query = select(Statement).where(Statement.id.in_(list(statement_ids))).order_by(Statement.id)
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    customers = select(Customer).where(Customer.id.in_({one.customer_id for one in found}))
    kept = session.scalars(customers.options(selectinload(Customer.accounts))).all()
    session.info["customers"] = kept  # a session holds weakly, and would read them one by one
    return list(found)


def refresh(
    session: Session, statement: Statement, *, request: str = "", by: Actor, at: datetime
) -> None:
    """Take in what the books have learned meanwhile; it has to be approved again.

    Raises:
        NoClause: it is to be asked for anew, and silence was to count without a contract.
    """
    hold(session, statement)
    if request:
        check_request(session, statement.customer, request)
        statement.request = request
    before = statement.known_at
    statement.state = moves.after(statement.state, "refresh", statement.number)
    statement.known_at = at
    statement.prepared_by, statement.prepared_by_id = by.label, _staff_id(by)
    statement.approved_by, statement.approved_at = "", None
    session.flush()
    audit.record(
        session,
        by,
        "statement.refreshed",
        statement,
        before={"known_at": before},
        after={"known_at": at},
    )


def approve(
    session: Session,
    statement: Statement,
    *,
    take_late: bool = True,
    by: Actor,
    at: datetime,
) -> None:
    """Approve a draft as it was looked at.

    Raises:
        SecondPersonNeeded: the preparer may not approve it.
        EarlierStatementOpen: the statement before is not issued yet.
        EarlierEntriesCameLate: late entries are not to be taken (`take_late`), but there are some.
    """
    hold(session, statement)
    _approved(session, statement, by)
    check_nothing_before(session, [statement])
    figures_of(session, statement, take_late=take_late)
    approve_held(session, statement, by=by, at=at)
    session.flush()


def approve_held(session: Session, statement: Statement, *, by: Actor, at: datetime) -> None:
    """Approve a draft that is held, and whose figures are worked out where it is issued.

    Raises:
        SecondPersonNeeded: the preparer may not approve it.
    """
    statement.state = _approved(session, statement, by)
    statement.approved_by, statement.approved_at = by.label, at
    audit.record(
        session, by, "statement.approved", statement, after={"known_at": statement.known_at}
    )


def _approved(session: Session, statement: Statement, by: Actor) -> str:
    """The state of a statement once somebody has approved it, who may."""
    state = moves.after(statement.state, "approve", statement.number)
    two = settings.needs_two_people(session, "statement")
    if two and (by.kind != "staff" or by.id == statement.prepared_by_id):
        raise SecondPersonNeeded
    return state


def excuse(session: Session, statement: Statement, *, reason: str, by: Actor, at: datetime) -> None:
    """Let a customer go without a statement for a period, and say why.

    Raises:
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise ReasonMissing
    hold(session, statement)
    statement.state = moves.after(statement.state, "excuse", statement.number)
    statement.reason = reason.strip()
    session.flush()
    audit.record(session, by, "statement.excused", statement, after={"reason": reason, "at": at})


def same_period(session: Session, customer_id: int, period: Period, kind: str) -> Statement | None:
    """The statement of a customer and period that counts, if there is one."""
    return same_period_of(session, [customer_id], period, kind).get(customer_id)


def same_period_of(
    session: Session, customer_ids: Collection[int], period: Period, kind: str
) -> dict[int, Statement]:
    """The same of each of some customers that has one."""
    query = select(Statement).where(
        Statement.customer_id.in_(list(customer_ids)),
        Statement.kind == kind,
        Statement.period_start == period.start,
        Statement.period_end == period.end,
        Statement.state != moves.SUPERSEDED,
    )
    return {one.customer_id: one for one in session.scalars(query.order_by(Statement.id))}


def check_request(session: Session, customer: Customer, request: str) -> None:
    """Refuse a way to ask that does not exist, or that no contract allows.

    Raises:
        UnknownRequest, NoClause: the customer cannot be asked like that.
    """
    if request not in REQUESTS:
        raise asking.UnknownRequest(request=request, known=", ".join(REQUESTS))
    if request == NEGATIVE and asking.clause_of(session, customer.id) is None:
        raise NoClause(customer=customer.name)


def check_nothing_before(session: Session, statements: Collection[Statement]) -> None:
    """Refuse to go on while a statement of an earlier period is still being made.

    Raises:
        EarlierStatementOpen: it names the period.
    """
    begins = {(one.customer_id, one.kind): one.period_start for one in statements}
    query = select(Statement).where(
        Statement.customer_id.in_({one.customer_id for one in statements}),
        Statement.state.in_(moves.OPEN),
        Statement.period_end < max(begins.values()),
    )
    for one in session.scalars(query.order_by(Statement.period_end)):
        begin = begins.get((one.customer_id, one.kind))
        if begin is not None and one.period_end < begin:
            raise EarlierStatementOpen(customer=one.customer.name, period=period_of(one).code)


def _staff_id(by: Actor) -> int | None:
    return by.id if by.kind == "staff" else None
