"""Reading disputes: the work list, one timeline, and how many wait for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from tieout.attachments import Attachment
from tieout.customers.models import Customer
from tieout.customers.names import folded
from tieout.disputes import moves, words
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.i18n import Sentence
from tieout.ledger.models import Document
from tieout.ledger.numbers import number_key
from tieout.ledger.queries import DocumentSearch, amount_limits
from tieout.money import Money
from tieout.statements.models import StatementLine

#: Parts of the work list: what waits for us, what we promised and did not do, and so on.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "live": moves.LIVE,
    "with_us": moves.WITH_US,
    "late": moves.WITH_US,
    "with_customer": (moves.ANSWERED,),
    "to_approve": (moves.ACCEPTING,),
    "ended": moves.ENDED,
}
#: How a list may be ordered; "-age" begins at the other end.
ORDERS = ("age", "amount", "customer", "answer_by")
#: In a search: disputes nobody in particular cares for.
NOBODY = 0


@dataclass(frozen=True)
class DisputeSearch:
    """What someone is looking for; everything left out matches everything."""

    #: One of `GROUPS`.
    group: str = ""
    #: One of `moves.STATES`.
    state: str = ""
    reason: str = ""
    customer_id: int | None = None
    account_id: int | None = None
    document_id: int | None = None
    #: `NOBODY` for those without one.
    assignee_id: int | None = None
    #: In receipt, document number, customer.
    keyword: str = ""
    #: In units of each dispute's currency; both included.
    least: Decimal | None = None
    most: Decimal | None = None
    #: Raised on this day or before.
    raised_by: date | None = None
    #: The day on which "late" is asked.
    today: date | None = None
    #: One of `ORDERS`, from the other end with a minus before it.
    order: str = "age"


@dataclass(frozen=True)
class Waiting:
    """How many disputes are open, and how many we promised to have answered."""

    open: int
    with_us: int
    late: int
    #: The day the oldest of those that wait for us was raised.
    oldest: date | None
    #: What is disputed, one sum a currency.
    amounts: tuple[Money, ...]


@dataclass(frozen=True)
class Step:
    """One step of a timeline."""

    entry_id: int
    at: datetime
    who: str
    #: staff, customer, system.
    side: str
    kind: str
    act: Sentence
    text: str
    is_internal: bool
    #: Entries that hold a file, with its name.
    files: tuple[tuple[int, str], ...] = ()


def disputes(search: DisputeSearch) -> Select[Dispute]:
    """Select the disputes someone is looking for, with their documents."""
    query = (
        select(Dispute)
        .join(Customer, Customer.id == Dispute.customer_id)
        .options(
            joinedload(Dispute.document),
            contains_eager(Dispute.customer),
            joinedload(Dispute.assignee),
        )
    )
    for condition in _conditions(search):
        query = query.where(condition)
    return query.order_by(*_order(search.order))


def count(session: Session, query: Select[Dispute]) -> int:
    """How many disputes a query finds."""
    found = query.order_by(None).with_only_columns(
        func.count(Dispute.id), maintain_column_froms=True
    )
    return int(session.scalar(found) or 0)


def sums(session: Session, query: Select[Dispute]) -> list[Money]:
    """What the disputes a query finds add up to, one sum a currency."""
    found = query.order_by(None).with_only_columns(
        Dispute.currency, func.sum(Dispute.amount_minor), maintain_column_froms=True
    )
    rows = session.execute(found.group_by(Dispute.currency).order_by(Dispute.currency))
    return [Money(int(total), currency) for currency, total in rows]


def waiting(session: Session, on: date, where: ColumnElement[bool] | None = None) -> Waiting:
    """How many disputes wait, of all customers or those a condition leaves."""
    rows = session.execute(
        select(Dispute.state, Dispute.currency, Dispute.amount_minor, Dispute.raised_on).where(
            Dispute.state.in_(moves.LIVE), true() if where is None else where
        )
    ).all()
    late = select(func.count(Dispute.id)).where(is_late(on), true() if where is None else where)
    with_us = [row for row in rows if row.state in moves.WITH_US]
    currencies = sorted({row.currency for row in rows})
    return Waiting(
        open=len(rows),
        with_us=len(with_us),
        late=int(session.scalar(late) or 0),
        oldest=min((row.raised_on for row in with_us), default=None),
        amounts=tuple(
            Money(sum(row.amount_minor for row in rows if row.currency == code), code)
            for code in currencies
        ),
    )


def is_late(on: date) -> ColumnElement[bool]:
    """We promised an answer by a day that is over."""
    return and_(Dispute.state.in_(moves.WITH_US), Dispute.answer_by < on)


def timeline(session: Session, dispute: Dispute, *, internal: bool) -> list[Step]:
    """What happened, oldest first; what only staff see is left out unless `internal`."""
    rows = session.execute(
        select(DisputeEntry, Attachment.filename)
        .outerjoin(Attachment, Attachment.id == DisputeEntry.attachment_id)
        .where(DisputeEntry.dispute_id == dispute.id)
        .where(true() if internal else DisputeEntry.is_internal.is_(False))
        .order_by(DisputeEntry.id)
    ).all()
    steps: list[Step] = []
    for entry, filename in rows:
        files = ((entry.id, filename),) if filename is not None else ()
        if entry.kind == "file" and steps:
            last = steps.pop()
            steps.append(replace(last, files=last.files + files))
        else:
            steps.append(replace(_step(dispute, entry), files=files))
    return steps


def statement_id(session: Session, dispute: Dispute) -> int | None:
    """The statement whose line was disputed, if it was one."""
    if dispute.statement_line_id is None:
        return None
    return session.get_one(StatementLine, dispute.statement_line_id).section.statement_id


def of_documents(session: Session, document_ids: list[int]) -> dict[int, list[Dispute]]:
    """The disputes that are still talked about, by the document they are about."""
    found: dict[int, list[Dispute]] = {}
    query = select(Dispute).where(
        Dispute.document_id.in_(document_ids), Dispute.state.in_(moves.LIVE)
    )
    for dispute in session.scalars(query.order_by(Dispute.id)):
        found.setdefault(dispute.document_id, []).append(dispute)
    return found


def of_account(session: Session, account_id: int) -> dict[int, list[Dispute]]:
    """The disputes about an account that are still talked about, by the document."""
    found: dict[int, list[Dispute]] = {}
    query = select(Dispute).where(Dispute.account_id == account_id, Dispute.state.in_(moves.LIVE))
    for dispute in session.scalars(query.order_by(Dispute.id)):
        found.setdefault(dispute.document_id, []).append(dispute)
    return found


def _step(dispute: Dispute, entry: DisputeEntry) -> Step:
    return Step(
        entry_id=entry.id,
        at=entry.at,
        who=entry.author,
        side=entry.side,
        kind=entry.kind,
        act=words.act_of(dispute, entry),
        text=entry.text,
        is_internal=entry.is_internal,
    )


def _conditions(search: DisputeSearch) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.group:
        found.append(Dispute.state.in_(GROUPS[search.group]))
    if search.group == "late":
        if search.today is None:
            raise ValueError("a search for what is late needs a day")
        found.append(is_late(search.today))
    if search.assignee_id is not None:
        nobody = search.assignee_id == NOBODY
        found.append(
            Dispute.assignee_id.is_(None) if nobody else Dispute.assignee_id == search.assignee_id
        )
    for column, wanted in (
        (Dispute.state, search.state),
        (Dispute.reason, search.reason),
        (Dispute.customer_id, search.customer_id),
        (Dispute.account_id, search.account_id),
        (Dispute.document_id, search.document_id),
    ):
        if wanted:
            found.append(column == wanted)
    if search.raised_by is not None:
        found.append(Dispute.raised_on <= search.raised_by)
    if search.least is not None or search.most is not None:
        found.append(_amount(search))
    if search.keyword.strip():
        found.append(_keyword(search.keyword.strip()))
    return found


def _amount(search: DisputeSearch) -> ColumnElement[bool]:
    """Amounts between so many units of whatever currency a dispute is in."""
    limits = amount_limits(DocumentSearch(least=search.least, most=search.most))
    return or_(
        *(
            and_(Dispute.currency.in_(codes), Dispute.amount_minor.between(least, most))
            for (least, most), codes in limits
        )
    )


def _keyword(text: str) -> ColumnElement[bool]:
    key = number_key(text)
    documents = select(Document.id).where(
        or_(
            Document.number.icontains(text, autoescape=True),
            *([Document.number_key.contains(key, autoescape=True)] if key else []),
        )
    )
    return or_(
        Dispute.receipt.icontains(text, autoescape=True),
        Customer.search_key.contains(folded(text), autoescape=True),
        Dispute.document_id.in_(documents),
    )


def _order(order: str) -> tuple[ColumnElement[Any], ...]:
    name, falls = order.removeprefix("-"), order.startswith("-")
    column: ColumnElement[Any] = {
        "age": Dispute.raised_at,
        "amount": Dispute.amount_minor,
        "customer": Customer.name,
        "answer_by": Dispute.answer_by,
    }[name].expression
    ordered = column.desc() if falls else column.asc()
    # amounts of two currencies say nothing beside one another
    before = (Dispute.currency.asc(),) if name == "amount" else ()
    by_age = Dispute.id.desc() if falls and name == "age" else Dispute.id.asc()
    return (*before, ordered, by_age)
