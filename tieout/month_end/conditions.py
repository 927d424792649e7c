"""What closing a period waits for: each condition in words, with what is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.ledger import balances
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.month_end import facts, stages
from tieout.periods import Period
from tieout.reconciliation.models import Reconciliation
from tieout.statements import moves
from tieout.statements.models import Statement, StatementSection

#: The setting that says from where on an unexplained difference needs a note, in whole units.
LIMIT = "close_difference_limit"
DEFAULT_LIMIT = "100"
#: The note itself hangs on the comparison.
NOTE, NOTE_SCOPE = "difference_note", "reconciliation"


class NoNote(InvalidInput):
    """An empty note."""

    message = N_("Write what is known about the difference, and who looks into it.")


@dataclass(frozen=True)
class Condition:
    """One thing that must hold before a period closes."""

    holds: bool
    words: Sentence
    #: What somebody has to look at: imports, statement, differences.
    target: str = ""
    left: int = 0


@dataclass(frozen=True)
class ControlTotal:
    """What the ledger says accounts add up to, against what statements told them."""

    ledger: Money
    #: Closings of issued statements.
    told: Money
    #: Balances of accounts no statement speaks of.
    untold: Money
    #: Booked after the statements were frozen; the next ones show it.
    since: Money

    @property
    def rest(self) -> Money:
        """What the ledger says and nothing explains."""
        return self.ledger - self.told - self.untold - self.since

    @property
    def ties(self) -> bool:
        """Whether the ledger is what was told, and what is still to be."""
        return not self.rest


@dataclass(frozen=True)
class Difference:
    """An unexplained difference above the limit, and what is noted about it."""

    reconciliation_id: int
    customer_id: int
    customer: str
    unexplained: Money
    note: str


def conditions(session: Session, period: Period, kind: str = "receivable") -> list[Condition]:
    """Say what closing a period waits for, in the order it is shown."""
    found = [
        _control_total(one)
        for one in control_totals(session, period, kind)
        if one.ledger or one.told
    ]
    return [*found, _imports(session), _statements(session, period, kind), _notes(session, period)]


def control_totals(
    session: Session, period: Period, kind: str = "receivable"
) -> list[ControlTotal]:
    """Hold the ledger against the statements of a period, a currency at a time."""
    issued = (
        Statement.kind == kind,
        Statement.period_start == period.start,
        Statement.period_end == period.end,
        Statement.state == moves.ISSUED,
    )
    sections = select(StatementSection.account_id, StatementSection.closing_minor).join(
        Statement, Statement.id == StatementSection.statement_id
    )
    told = {row.account_id: row.closing_minor for row in session.execute(sections.where(*issued))}
    late = _booked_since(session, period, issued)
    found = []
    for currency in stages.currencies(session, kind):
        accounts = select(CustomerAccount.id).where(
            CustomerAccount.currency == currency, CustomerAccount.kind == kind
        )
        owed = balances.balances(session, period.end, accounts=accounts)
        ids = set(session.scalars(accounts))
        found.append(
            ControlTotal(
                ledger=Money.total(owed.values(), currency),
                told=Money(sum(minor for one, minor in told.items() if one in ids), currency),
                untold=Money.total((m for one, m in owed.items() if one not in told), currency),
                since=Money(late.get(currency, 0), currency),
            )
        )
    return found


def differences(session: Session, period: Period) -> list[Difference]:
    """The unexplained differences above the limit, the largest first."""
    limit = limit_of(session)
    compared = facts.compared(session, period)
    above = {
        one.reconciliation_id: one.unexplained
        for one in compared.values()
        if abs(one.unexplained.decimal) > limit
    }
    rows = session.execute(
        select(Reconciliation.id, Customer.id.label("customer_id"), Customer.name)
        .join(Customer, Customer.id == Reconciliation.customer_id)
        .where(Reconciliation.id.in_(above))
    )
    found = [
        Difference(
            row.id,
            row.customer_id,
            row.name,
            above[row.id],
            settings.read(session, NOTE, "", scope=NOTE_SCOPE, scope_id=row.id),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-abs(one.unexplained.decimal), one.customer))


def note(session: Session, reconciliation: Reconciliation, text: str, *, by: Actor) -> None:
    """Note what is known about an unexplained difference.

    Raises:
        NoNote: nothing was written.
    """
    if not text.strip():
        raise NoNote
    settings.write(session, NOTE, text.strip(), scope=NOTE_SCOPE, scope_id=reconciliation.id, by=by)


def limit_of(session: Session) -> Decimal:
    """From where on an unexplained difference needs a note, in whole units of its currency."""
    try:
        return Decimal(str(settings.read(session, LIMIT, DEFAULT_LIMIT)))
    except InvalidOperation:
        return Decimal(DEFAULT_LIMIT)


def unmet(found: Sequence[Condition]) -> Condition | None:
    """The first condition that does not hold."""
    return next((one for one in found if not one.holds), None)


def _booked_since(
    session: Session, period: Period, issued: tuple[ColumnElement[bool], ...]
) -> dict[str, int]:
    """What was booked into told days after each statement was frozen, by currency."""
    rows = session.execute(
        select(Document.currency, func.sum(Document.amount_minor))
        .join(StatementSection, StatementSection.account_id == Document.account_id)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(
            *issued,
            Document.issued_on <= period.end,
            Document.recorded_at > Statement.known_at,
        )
        .group_by(Document.currency)
    )
    return {row[0]: int(row[1]) for row in rows}


def _control_total(one: ControlTotal) -> Condition:
    if not one.ties:
        words = N_("the control total does not tie: %(rest)s of the ledger is explained by nothing")
        return Condition(False, Sentence(words, {"rest": one.rest}), "changed", 1)
    told = {"ledger": one.ledger, "told": one.told, "untold": one.untold, "since": one.since}
    if one.untold and one.since:
        words = N_(
            "the control total ties: ledger %(ledger)s = statements %(told)s + without a statement"
            " %(untold)s + booked since %(since)s"
        )
    elif one.untold:
        words = N_(
            "the control total ties: ledger %(ledger)s = statements %(told)s + without a statement"
            " %(untold)s"
        )
    elif one.since:
        words = N_(
            "the control total ties: ledger %(ledger)s = statements %(told)s + booked since"
            " %(since)s"
        )
    else:
        words = N_("the control total ties: ledger %(ledger)s = statements %(told)s")
    return Condition(True, Sentence(words, told))


def _imports(session: Session) -> Condition:
    pending = facts.pending_imports(session)
    return Condition(pending == 0, Sentence(N_("no import is pending")), "imports", pending)


def _statements(session: Session, period: Period, kind: str) -> Condition:
    left = sum(
        1
        for currency in stages.currencies(session, kind)
        for row in stages.standings(session, period, currency, kind=kind)
        if row.outcome == stages.NOT_ISSUED
    )
    return Condition(
        left == 0, Sentence(N_("every statement is issued or excused")), "statement", left
    )


def _notes(session: Session, period: Period) -> Condition:
    left = sum(1 for one in differences(session, period) if not one.note)
    words = Sentence(
        N_("each unexplained difference above %(limit)s has a note"), {"limit": limit_of(session)}
    )
    return Condition(left == 0, words, "differences", left)
