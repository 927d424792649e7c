"""The statements staff look for: of a month, by state, by answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tieout.customers.models import Customer
from tieout.customers.names import folded
from tieout.customers.queries import visible_to
from tieout.ledger import balances
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import answers, auditing, moves
from tieout.statements.models import (
    Confirmation,
    Statement,
    StatementDelivery,
    StatementSection,
)

#: What a list may be narrowed to by answer, beside the outcomes themselves.
CHANGED, UNDELIVERED = "changed", "undelivered"
NARROWED = (*answers.OUTCOMES, CHANGED, UNDELIVERED)


@dataclass(frozen=True)
class StatementSearch:
    """What someone is looking for; everything left out matches everything."""

    period: Period | None = None
    #: One of `moves.STATES`.
    state: str = ""
    #: One of `NARROWED`.
    answer: str = ""
    customer_id: int | None = None
    #: In number, customer.
    keyword: str = ""
    kind: str = ""
    #: Whose customers; None: everybody's.
    owner_id: int | None = None


def statements(search: StatementSearch) -> Select[Statement]:
    """Select the statements someone is looking for, the latest period first."""
    query = visible_to(
        select(Statement).join(Customer, Customer.id == Statement.customer_id), search.owner_id
    ).options(joinedload(Statement.customer), selectinload(Statement.sections))
    for condition in _conditions(search):
        query = query.where(condition)
    return query.order_by(Statement.period_end.desc(), Customer.name, Statement.id.desc())


def periods(session: Session) -> Sequence[Period]:
    """The periods there are statements of, the latest first."""
    rows = session.execute(
        select(Statement.period_start, Statement.period_end)
        .distinct()
        .order_by(Statement.period_end.desc(), Statement.period_start.desc())
        .limit(60)
    )
    return [Period(row.period_start, row.period_end) for row in rows]


def counts(session: Session, search: StatementSearch) -> dict[str, int]:
    """How many statements are in each state, the state itself aside."""
    found = (
        statements(search)
        .order_by(None)
        .options()
        .with_only_columns(Statement.state, func.count(), maintain_column_froms=True)
        .group_by(Statement.state)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def deliveries(session: Session, statement_ids: Sequence[int]) -> dict[int, list[str]]:
    """The states of each statement's deliveries."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(StatementDelivery.statement_id, StatementDelivery.state)
        .where(StatementDelivery.statement_id.in_(statement_ids))
        .order_by(StatementDelivery.id)
    )
    for statement_id, state in rows:
        found.setdefault(statement_id, []).append(state)
    return found


@dataclass(frozen=True)
class Changed:
    """A currency of an issued statement whose balance the books no longer say."""

    statement: Statement
    stated: Money
    now: Money

    @property
    def difference(self) -> Money:
        """What has come since: now less what was stated."""
        return self.now - self.stated


def changed_since(session: Session, search: StatementSearch) -> list[Changed]:
    """What the books have learned since statements were issued, a currency a row."""
    query = statements(search).where(Statement.changed_since_at.is_not(None))
    found = []
    for statement in session.scalars(query):
        for section in statement.sections:
            now = balances.balance(session, section.account_id, statement.period_end)
            stated = Money(section.closing_minor, section.currency)
            if now != stated:
                found.append(Changed(statement, stated, now))
    return found


def _conditions(search: StatementSearch) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.period is not None:
        found += [
            Statement.period_start >= search.period.start,
            Statement.period_end <= search.period.end,
        ]
    for column, wanted in ((Statement.state, search.state), (Statement.kind, search.kind)):
        if wanted:
            found.append(column == wanted)
    if search.customer_id is not None:
        found.append(Statement.customer_id == search.customer_id)
    if search.answer:
        found += [Statement.state == moves.ISSUED, _answered(search.answer)]
    if word := search.keyword.strip():
        named = Customer.search_key.contains(folded(word), autoescape=True)
        found.append(named | Statement.number.icontains(word, autoescape=True))
    return found


def _answered(wanted: str) -> ColumnElement[bool]:
    answer = (
        select(Confirmation.id)
        .where(
            Confirmation.section_id == StatementSection.id, Confirmation.replaced_by_id.is_(None)
        )
        .correlate(StatementSection)
    )
    section = StatementSection.statement_id == Statement.id
    if wanted in answers.OUTCOMES and wanted != answers.NO_ANSWER:  # which, is the auditor's
        section = section & ~auditing.is_held()
    if wanted == answers.NO_ANSWER:
        return exists().where(section, ~answer.exists())
    if wanted == UNDELIVERED:
        return exists().where(
            StatementDelivery.statement_id == Statement.id, StatementDelivery.state == "failed"
        )
    if wanted == CHANGED:
        return Statement.changed_since_at.is_not(None) & exists().where(section, answer.exists())
    return exists().where(section, answer.where(Confirmation.outcome == wanted).exists())
