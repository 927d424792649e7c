"""The statements of a month as two stored runs: everybody's draft, then everybody's issue.

The first person's run drafts a statement for whoever has anything to say, and keeps its figures as
the preview. The second run is the second person's: each draft is approved as it was looked at, and
issued, in one transaction a statement.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.db.base import Json
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger.models import AccountTotal
from tieout.periods import Period
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.runs.work import Handler, InOneStep, LeftOut, Together
from tieout.statements import asking, drafting, family, issuing, moves
from tieout.statements.figures import Figures
from tieout.statements.models import Statement
from tieout.statements.prepare import prepare_many

#: The kinds of run.
DRAFTS, ISSUE = "statement_drafts", "statement_issue"
KINDS = (DRAFTS, ISSUE)

#: What a draft's preview warns of.
NO_ADDRESS, LATE, NO_CLAUSE = "no_address", "late", "no_clause"
PROBLEMS = {
    NO_ADDRESS: N_("nobody there receives statements: add a contact with an address"),
    LATE: N_("has entries dated earlier that no statement has shown yet"),
    NO_CLAUSE: N_("asked in any case: no contract clause on file lets silence count"),
}


class NothingToSay(LeftOut):
    """A customer without movements, and nothing owed."""

    message = N_("No movements and nothing owed: there is nothing to say.")


class StandsAlready(LeftOut):
    """A statement that has been issued or excused."""

    message = N_("The statement of this period is issued or excused already.")


class NothingToIssue(Conflict):
    """A month without drafts."""

    message = N_("There is no draft for %(period)s. Prepare the statements first.")


class PeriodNotOver(InvalidInput):
    """Statements of days that are still to come."""

    message = N_("%(period)s is not over yet. Its statements can be issued from %(day)s on.")


class OneAfterAnother(Conflict):
    """Two statements of one customer: the second begins where the first ends."""

    message = N_("Two statements of one customer are issued one after the other.")


class PreparedAnew(Conflict):
    """A draft that is not the one that was approved."""

    message = N_("This draft was prepared anew after it was approved. Look at it again.")


def begin_drafts(
    session: Session,
    period: Period,
    *,
    kind: str = "receivable",
    request: str = "",
    customers: Collection[int] | None = None,
    scope: str = "",
    by: Actor,
    at: datetime,
) -> Run:
    """Store the run that drafts statements; the one of the same `scope` under way, if there is.

    Everybody's, or those of `customers`; asked as was chosen for each, or all by one `request`.

    Raises:
        UnknownRequest: there is no such way to ask.
    """
    if request and request not in asking.REQUESTS:
        raise asking.UnknownRequest(request=request, known=", ".join(asking.REQUESTS))
    items = [
        f"customer:{customer_id}"
        for customer_id in session.scalars(_holders(kind))
        if customers is None or customer_id in customers
    ]
    said = {"request": request, "scope": scope}
    return _begin(session, DRAFTS, period, kind, items, said, by=by, at=at)


def begin_issue(
    session: Session,
    period: Period,
    *,
    kind: str = "receivable",
    customers: Collection[int] | None = None,
    scope: str = "",
    by: Actor,
    at: datetime,
) -> Run:
    """Store the run that approves and issues drafts as they stand now: all, or `customers`'.

    Raises:
        PeriodNotOver: more may still happen in it.
        NothingToIssue: there is no draft.
        SecondPersonNeeded: whoever prepared one may not approve it.
    """
    today = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
    if today <= period.end:
        raise PeriodNotOver(period=period, day=period.end + timedelta(days=1))
    rows = [
        row
        for row in session.execute(drafts(period, kind))
        if customers is None or row.customer_id in customers
    ]
    if not rows:
        raise NothingToIssue(period=period.code)
    two = settings.needs_two_people(session, "statement")
    prepared = {row.prepared_by_id for row in rows if row.state == moves.DRAFT}
    if two and prepared and (by.kind != "staff" or by.id in prepared):
        raise drafting.SecondPersonNeeded
    items = [f"statement:{row.id}" for row in rows]
    return _begin(session, ISSUE, period, kind, items, {"scope": scope}, by=by, at=at)


def drafts(period: Period, kind: str = "receivable") -> Select[int, str, int | None, int]:
    """Select the statements of a period that are still being made, with who prepared them."""
    return (
        select(Statement.id, Statement.state, Statement.prepared_by_id, Statement.customer_id)
        .where(
            Statement.kind == kind,
            Statement.period_start == period.start,
            Statement.period_end == period.end,
            Statement.state.in_(moves.OPEN),
        )
        .order_by(Statement.id)
    )


def of_period(
    session: Session, run_kind: str, period: Period, kind: str = "receivable"
) -> Run | None:
    """The latest run of a kind for a period."""
    return session.scalar(
        select(Run)
        .where(Run.kind == run_kind, Run.key.startswith(_stem(run_kind, period, kind)))
        .order_by(Run.id.desc())
        .limit(1)
    )


def history() -> Select[Run]:
    """Select the statement runs, newest first."""
    return select(Run).where(Run.kind.in_(KINDS)).order_by(Run.id.desc())


def draft_one(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
    """Draft the statement of one customer, or bring its draft up to date.

    Raises:
        NothingToSay, StandsAlready: nothing has to be done.
    """
    period, kind, by = period_of(run), str(run.params["kind"]), actor_of(run)
    customer = session.get_one(Customer, _id_of(item))
    wanted = str(run.params.get("request", ""))
    request = asking.allowed(session, customer, wanted) if wanted else ""
    statement = drafting.same_period(session, customer.id, period, kind)
    if statement is None:
        statement = drafting.draft(
            session, customer, period, kind=kind, request=request, by=by, at=at
        )
    elif statement.state in moves.OPEN:
        drafting.refresh(session, statement, request=request, by=by, at=at)
    else:
        raise StandsAlready
    figures = drafting.figures_of(session, statement)
    if figures.is_empty:
        raise NothingToSay
    getters = family.getters(session, customer.id)
    return _preview(statement, customer, figures, wanted, getters)


def issue_one(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
    """Approve one draft as it was looked at, and issue it.

    Raises:
        PreparedAnew: it is not what was looked at.
        StandsAlready: somebody else was faster.
    """
    statement, by = session.get_one(Statement, _id_of(item)), actor_of(run)
    drafting.hold(session, statement)
    if statement.state not in moves.OPEN:
        raise StandsAlready
    if statement.known_at > run.created_at:
        raise PreparedAnew
    if statement.state == moves.DRAFT:
        drafting.check_nothing_before(session, [statement])
        drafting.approve_held(session, statement, by=by, at=at)
    issuing.issue_held(session, [statement], by=by, at=at)
    return {"statement_id": statement.id, "number": statement.number}


def draft_some(
    session: Session, run: Run, items: Sequence[RunItem], at: datetime
) -> list[Json | LeftOut]:
    """Draft the statements of some customers, or bring their drafts up to date.

    Raises:
        TieoutError: about whichever cannot be drafted.
    """
    period, kind, by = period_of(run), str(run.params["kind"]), actor_of(run)
    ids = [_id_of(item) for item in items]
    customers = {
        one.id: one for one in session.scalars(select(Customer).where(Customer.id.in_(ids)))
    }
    wanted = str(run.params.get("request", ""))
    requests = (
        {one.id: asking.allowed(session, one, wanted) for one in customers.values()}
        if wanted
        else asking.requests_for(session, customers.values())
    )
    there = drafting.same_period_of(session, ids, period, kind)
    stands = {one for one, made in there.items() if made.state not in moves.OPEN}
    figures = prepare_many(session, customers, period, kind=kind, known_at=at)
    said = {one: told for one, told in figures.items() if not (one in stands or told.is_empty)}
    for customer_id in said.keys() & there.keys():
        request = requests[customer_id] if wanted else ""
        drafting.refresh(session, there[customer_id], request=request, by=by, at=at)
    new = {one: requests[one] for one in ids if one in said and one not in there}
    made = drafting.add(session, new, period, kind=kind, by=by, at=at)
    drafts = {one.customer_id: one for one in made} | there
    getters = family.getters_of(session, said)
    return [
        StandsAlready()
        if one in stands
        else _preview(drafts[one], customers[one], said[one], wanted, getters[one])
        if one in said
        else NothingToSay()
        for one in ids
    ]


def issue_some(
    session: Session, run: Run, items: Sequence[RunItem], at: datetime
) -> list[Json | LeftOut]:
    """Approve some drafts as they were looked at, and issue them.

    Raises:
        TieoutError: about whichever cannot be issued.
    """
    by, ids = actor_of(run), [_id_of(item) for item in items]
    statements = {one.id: one for one in drafting.held(session, ids)}
    wanted = [one for one in statements.values() if one.state in moves.OPEN]
    if any(one.known_at > run.created_at for one in wanted):
        raise PreparedAnew
    if len({one.customer_id for one in wanted}) < len(wanted):
        raise OneAfterAnother
    with session.no_autoflush:  # each row is written once, with all that becomes of it
        for one in wanted:
            if one.state == moves.DRAFT:
                drafting.approve_held(session, one, by=by, at=at)
        if wanted:
            issuing.issue_held(session, wanted, by=by, at=at)
    issued = {one.id for one in wanted}
    return [
        {"statement_id": one, "number": statements[one].number}
        if one in issued
        else StandsAlready()
        for one in ids
    ]


_ONE: Mapping[str, InOneStep] = {DRAFTS: draft_one, ISSUE: issue_one}
_SOME = {DRAFTS: draft_some, ISSUE: issue_some}
#: Does items of either kind of run; for pages, workers and commands.
HANDLER: Handler = Together(
    one=lambda session, run, item, at: _ONE[run.kind](session, run, item, at),
    many=lambda session, run, items, at: _SOME[run.kind](session, run, items, at),
)


def period_of(run: Run) -> Period:
    """The period a run is for."""
    return Period.parse(str(run.params["period"]))


def actor_of(run: Run) -> Actor:
    """Whoever began a run: each item is done in their name."""
    person = run.params.get("by_id")
    return Actor("system" if person is None else "staff", person, run.started_by)


def _begin(
    session: Session,
    run_kind: str,
    period: Period,
    kind: str,
    items: list[str],
    said: Mapping[str, str],
    *,
    by: Actor,
    at: datetime,
) -> Run:
    there = of_period(session, run_kind, period, kind)
    if there is not None and there.state in stored.OPEN and _scope(there) == said["scope"]:
        return there
    stem = _stem(run_kind, period, kind)
    count = select(func.count()).select_from(Run).where(Run.key.startswith(stem))
    key = f"{stem}{session.execute(count).scalar_one() + 1}"
    params = {
        "period": period.code,
        "kind": kind,
        "by_id": by.id if by.kind == "staff" else None,
        **{name: value for name, value in said.items() if value},
    }
    try:
        with session.begin_nested():
            return stored.create(session, run_kind, key, items, params=params, by=by, at=at)
    except IntegrityError:  # somebody else began at the same moment: theirs counts
        found = of_period(session, run_kind, period, kind)
        if found is None:
            raise
        return found


def _scope(run: Run) -> str:
    return str(run.params.get("scope", ""))


def _stem(run_kind: str, period: Period, kind: str) -> str:
    return f"{run_kind}:{kind}:{period.code}:"


def _holders(kind: str) -> Select[int]:
    """The customers who have an account with anything in it."""
    accounts = (
        select(CustomerAccount.customer_id)
        .join(AccountTotal, AccountTotal.account_id == CustomerAccount.id)
        .where(CustomerAccount.kind == kind, AccountTotal.documents > 0)
    )
    return select(Customer.id).where(Customer.id.in_(accounts)).order_by(Customer.code)


def _id_of(item: RunItem) -> int:
    return int(item.key.partition(":")[2])


def _preview(
    statement: Statement,
    customer: Customer,
    figures: Figures,
    wanted: str,
    getters: Sequence[Contact],
) -> Json:
    problems = [] if any(one.email for one in getters) else [NO_ADDRESS]
    if any(section.late for section in figures.sections):
        problems.append(LATE)
    if wanted not in ("", statement.request):
        problems.append(NO_CLAUSE)
    return {
        "request": statement.request,
        "statement_id": statement.id,
        "customer_id": statement.customer_id,
        "customer": customer.name,
        "sections": [
            {
                "currency": section.currency,
                "opening": section.opening.minor,
                "charges": section.charges.minor,
                "credits": section.credits.minor,
                "closing": section.closing.minor,
            }
            for section in figures.sections
        ],
        "problems": problems,
    }


def receives(session: Session, customer_id: int) -> bool:
    """Whether anybody gets a customer's statements by mail."""
    return any(one.email for one in family.getters(session, customer_id))
