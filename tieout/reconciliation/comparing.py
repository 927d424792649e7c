"""Comparing our book with theirs: a stored run that explains the difference to the last cent."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.matching import is_mirrored
from tieout.money import decimals_of
from tieout.reconciliation import (
    columns,
    habits,
    outcomes,
    rule_sets,
    storing,
    their_books,
    touched,
)
from tieout.reconciliation.models import Reconciliation, TheirBook
from tieout.reconciliation.run import REACH_DAYS, Run
from tieout.reconciliation.their_books import ReadLedger
from tieout.statements.models import Statement, StatementSection


class StatementOfAnother(InvalidInput):
    """A statement that says nothing about the account whose book was handed in."""

    message = N_(
        "Statement %(number)s says nothing about this account. Choose a statement in the currency"
        " of the ledger."
    )


def compare(
    session: Session,
    book: TheirBook,
    *,
    as_at: date,
    statement_id: int | None = None,
    flipped: bool | None = None,
    is_internal: bool = False,
    done: tuple[rule_sets.Chosen, Run] | None = None,
    by: Actor,
    at: datetime,
) -> Reconciliation:
    """Compare our book with theirs, as at a day; with a statement, as known when it was made.

    An internal comparison looks into the accounts of other customers, too, and is told to
    nobody: it is for the company's people alone. `done` is what it comes to, where that was worked
    out before.

    Raises:
        StatementOfAnother: the statement has no section for the account.
    """
    account = session.get_one(CustomerAccount, book.account_id)
    if flipped is not None and flipped != book.was_mirrored:
        turn(session, book, by=by)
    known_at = at if statement_id is None else known_at_of(session, statement_id, account, as_at)
    zone = ZoneInfo(settings.company(session).time_zone)
    made = Reconciliation(
        receipt=settings.next_number(session, "receipt", at.astimezone(zone).date()),
        customer_id=account.customer_id,
        account_id=account.id,
        book_id=book.id,
        statement_id=statement_id,
        currency=account.currency,
        as_at=as_at,
        known_at=known_at,
        rules={},
        our_balance_minor=0,
        their_balance_minor=0,
        unexplained_minor=0,
        is_internal=is_internal,
        made_at=at,
        made_by=by.label,
    )
    session.add(made)
    session.flush()
    if done is None:
        recompute(session, made)
    else:
        _store(session, made, *done)
    audit.record(
        session,
        by,
        "reconciliation.made",
        made,
        after={"receipt": made.receipt, "book_id": book.id, "as_at": as_at, **_figures(made)},
    )
    if not is_internal:
        events.publish(session, events.BookCompared(made.id))
    return made


def turn(session: Session, book: TheirBook, *, by: Actor) -> None:
    """Read a book with the other sign, and compare again wherever it was compared."""
    their_books.turn(session, book, by=by)
    query = select(Reconciliation).where(Reconciliation.book_id == book.id)
    for made in session.scalars(query.order_by(Reconciliation.id)):
        recompute(session, made)


def again(session: Session, made: Reconciliation, *, by: Actor) -> None:
    """Compare all lines of both books again, as they were known, with what was decided since.

    A decision works out only what it touches; this is the whole of it.
    """
    before = {"unexplained": made.unexplained_minor, "open": made.open_groups}
    recompute(session, made)
    after = {"unexplained": made.unexplained_minor, "open": made.open_groups}
    audit.record(session, by, "reconciliation.refreshed", made, before=before, after=after)


def recompute(session: Session, made: Reconciliation) -> None:
    """Compare again what was compared, with what people have decided since.

    Both books are read as they were known then, so only decisions change anything.
    """
    account = session.get_one(CustomerAccount, made.account_id)
    chosen = rule_sets.rules_for(session, account, cutoff=made.as_at)
    _store(session, made, chosen, outcomes.outcome(session, made, chosen))


def _store(session: Session, made: Reconciliation, chosen: rule_sets.Chosen, done: Run) -> None:
    account = session.get_one(CustomerAccount, made.account_id)
    digits = decimals_of(account.currency)
    made.rules = {**chosen.stored, "in_full": chosen.rules.to_dict(minor_digits=digits)}
    storing.store(session, made, done, rule_sets.decisions(session, account.id))
    habits.learn(session, account, done, at=made.made_at)
    session.flush()


def after_decision(
    session: Session, made: Reconciliation, ours: Collection[int], theirs: Collection[int]
) -> None:
    """Bring what was decided about up to date, and whatever else was made of the same books.

    `touched` says what is looked at again, and what stands until the books are next compared.
    """
    touched.work_out(session, made, ours, theirs)
    query = select(Reconciliation).where(
        Reconciliation.account_id == made.account_id,
        Reconciliation.book_id == made.book_id,
        Reconciliation.as_at == made.as_at,
        Reconciliation.id != made.id,
    )
    for other in session.scalars(query.order_by(Reconciliation.id)):
        touched.work_out(session, other, ours, theirs)


def _figures(made: Reconciliation) -> dict[str, object]:
    return {
        "ours": made.our_balance_minor,
        "theirs": made.their_balance_minor,
        "unexplained": made.unexplained_minor,
    }


def known_at_of(
    session: Session, statement_id: int, account: CustomerAccount, as_at: date
) -> datetime:
    """When a statement was made: what is compared with it is our book as known then.

    Raises:
        StatementOfAnother: it has no section for the account, or is of another day.
    """
    statement = session.get_one(Statement, statement_id)
    section = select(StatementSection.id).where(
        StatementSection.statement_id == statement_id, StatementSection.account_id == account.id
    )
    if session.scalar(section) is None or statement.period_end != as_at:
        raise StatementOfAnother(number=statement.number or "")
    return statement.known_at


def is_turned(
    session: Session,
    account: CustomerAccount,
    ledger: ReadLedger,
    *,
    as_at: date,
    at: datetime,
) -> bool:
    """Whether a ledger stands in the customer's sign; nothing decided about its lines counts."""
    since = min(line.on for line in ledger.lines) - timedelta(days=REACH_DAYS)
    ours = columns.our_movements(
        session, account, since=since, as_at=as_at, known_at=at, later_known_at=at
    )
    theirs = columns.read_lines(ledger.lines, account.id)
    rules = rule_sets.rules_for(session, account, cutoff=as_at).rules
    return is_mirrored(ours, theirs, replace(rules, fixed=(), rejected=frozenset()))
