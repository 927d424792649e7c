"""The whole company compared as one stored run: every account whose customer handed a book in.

An item is an account. Each is compared as far as their newest book reaches, for the company's
people alone: other accounts of ours are looked into, nobody is told. Where nothing but time has
passed, the comparison that is there is brought up to date, so that nights leave no heap behind.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.db.base import Json
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.ledger.models import Document
from tieout.reconciliation import comparing
from tieout.reconciliation.models import (
    MatchGroup,
    Reconciliation,
    RememberedDecision,
    RuleSet,
    TheirBook,
)
from tieout.reconciliation.vocabulary import PROPOSED
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.runs.work import Handler, LeftOut

#: The kind of run.
COMPANY = "matching"


class NothingToCompare(Conflict):
    """Nobody has handed a book in, or nothing has changed since."""

    message = N_(
        "There is nothing to compare: no customer's ledger is here, or nothing has changed since"
        " it was compared last."
    )


class NoBook(LeftOut):
    """An account whose customer's book is gone."""

    message = N_("No ledger of this customer is here.")


def start(
    session: Session,
    *,
    as_at: date,
    only_changed: bool = False,
    some: Collection[int] | None = None,
    by: Actor,
    at: datetime,
) -> Run:
    """Store the run over all accounts, or over those with something new; the one under way first.

    `some` are the accounts it keeps to.

    Raises:
        NothingToCompare: there is no account for it.
    """
    under_way = last(session)
    if under_way is not None and under_way.state in stored.OPEN:
        return under_way
    accounts = changed(session) if only_changed else list(session.scalars(_with_a_book()))
    if some is not None:
        accounts = [one for one in accounts if one in some]
    if not accounts:
        raise NothingToCompare
    stem = f"{COMPANY}:{as_at.isoformat()}:"
    count = session.scalar(select(func.count()).select_from(Run).where(Run.key.startswith(stem)))
    params: Json = {
        "as_at": as_at.isoformat(),
        "only_changed": only_changed,
        "by_id": by.id if by.kind == "staff" else None,
    }
    items = (f"account:{account_id}" for account_id in accounts)
    try:
        with session.begin_nested():
            return stored.create(
                session, COMPANY, f"{stem}{(count or 0) + 1}", items, params=params, by=by, at=at
            )
    except IntegrityError:  # somebody else began at the same moment: theirs counts
        found = last(session)
        if found is None:
            raise
        return found


def last(session: Session) -> Run | None:
    """The newest run over the company."""
    return session.scalars(history().limit(1)).first()


def history() -> Select[Run]:
    """Select the runs over the company, newest first."""
    return select(Run).where(Run.kind == COMPANY).order_by(Run.id.desc())


def changed(session: Session) -> list[int]:
    """The accounts with something new since they were compared last.

    New is a book or a document, a decision made or taken back, other rules; and whatever has
    never been compared.
    """
    newest = (
        select(Reconciliation.account_id, func.max(Reconciliation.made_at).label("at"))
        .group_by(Reconciliation.account_id)
        .subquery()
    )
    rules = session.execute(
        select(RuleSet.scope, RuleSet.scope_id, func.max(RuleSet.made_at)).group_by(
            RuleSet.scope, RuleSet.scope_id
        )
    ).all()
    since = {(scope, scope_id): at for scope, scope_id, at in rules}
    rows = session.execute(
        select(
            CustomerAccount.id,
            CustomerAccount.customer_id,
            Customer.group_id,
            newest.c.at,
            or_(
                newest.c.at.is_(None),
                exists().where(
                    TheirBook.account_id == CustomerAccount.id, TheirBook.uploaded_at > newest.c.at
                ),
                exists().where(
                    Document.account_id == CustomerAccount.id, Document.recorded_at > newest.c.at
                ),
                exists().where(
                    RememberedDecision.account_id == CustomerAccount.id,
                    or_(
                        RememberedDecision.decided_at > newest.c.at,
                        RememberedDecision.undone_at > newest.c.at,
                    ),
                ),
            ).label("is_new"),
        )
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .outerjoin(newest, newest.c.account_id == CustomerAccount.id)
        .where(CustomerAccount.id.in_(_with_a_book().order_by(None)))
        .order_by(Customer.code, CustomerAccount.id)
    )
    found = []
    for row in rows:
        scopes = (("company", 0), ("group", row.group_id), ("customer", row.customer_id))
        if row.is_new or any(scope in since and since[scope] > row.at for scope in scopes):
            found.append(row.id)
    return found


def compare_one(session: Session, run: Run, item: RunItem, at: datetime) -> Json:
    """Compare one account with the newest book of its customer.

    Raises:
        NoBook: there is none.
    """
    account = account_of(session, item)
    book = session.scalars(
        select(TheirBook)
        .where(TheirBook.account_id == account.id)
        .order_by(TheirBook.id.desc())
        .limit(1)
    ).first()
    if book is None:
        raise NoBook
    by, as_at = actor_of(run), _as_at(session, run, book)
    made = everywhere(session, book, as_at, by=by, at=at)
    waiting = session.scalar(
        select(func.count())
        .select_from(MatchGroup)
        .where(MatchGroup.reconciliation_id == made.id, MatchGroup.state == PROPOSED)
    )
    return {
        "reconciliation_id": made.id,
        "customer_id": account.customer_id,
        "customer": account.customer.name,
        "currency": made.currency,
        "as_at": made.as_at.isoformat(),
        "difference": made.our_balance_minor - made.their_balance_minor,
        "unexplained": made.unexplained_minor,
        "open": made.open_groups,
        "proposals": waiting or 0,
    }


def everywhere(
    session: Session, book: TheirBook, as_at: date, *, by: Actor, at: datetime
) -> Reconciliation:
    """Compare a book for our people alone, looking into our other accounts, too.

    The comparison that is there already is brought up to date.
    """
    made = _there(session, book, as_at)
    if made is None:
        return comparing.compare(session, book, as_at=as_at, is_internal=True, by=by, at=at)
    _again(session, made, by=by, at=at)
    return made


#: Does an item; for pages, workers and commands.
HANDLER: Handler = compare_one


def actor_of(run: Run) -> Actor:
    """Whoever began a run: each item is done in their name."""
    person = run.params.get("by_id")
    return Actor("system" if person is None else "staff", person, run.started_by)


def day_of(run: Run) -> date:
    """The day a run compares at."""
    return date.fromisoformat(str(run.params["as_at"]))


def account_of(session: Session, item: RunItem) -> CustomerAccount:
    """The account an item is about."""
    return session.get_one(CustomerAccount, int(item.key.partition(":")[2]))


def _as_at(session: Session, run: Run, book: TheirBook) -> date:
    """The day asked for, or as far as the book reaches where that is earlier."""
    compared = session.scalar(
        select(func.max(Reconciliation.as_at)).where(Reconciliation.book_id == book.id)
    )
    wanted = day_of(run)
    reaches = max((day for day in (compared, book.last_day) if day is not None), default=wanted)
    return min(wanted, reaches)


def _there(session: Session, book: TheirBook, as_at: date) -> Reconciliation | None:
    return session.scalars(
        select(Reconciliation)
        .where(
            Reconciliation.book_id == book.id,
            Reconciliation.as_at == as_at,
            Reconciliation.is_internal,
        )
        .order_by(Reconciliation.id.desc())
        .limit(1)
    ).first()


def _again(session: Session, made: Reconciliation, *, by: Actor, at: datetime) -> None:
    """Bring a comparison up to what is known now."""
    made.known_at = made.made_at = at
    made.made_by = by.label
    comparing.again(session, made, by=by)


def _with_a_book() -> Select[int]:
    """The accounts whose customer has handed a book in."""
    return (
        select(CustomerAccount.id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(exists().where(TheirBook.account_id == CustomerAccount.id))
        .order_by(Customer.code, CustomerAccount.id)
    )
