"""All there is about one customer beside its books: for one page, each list the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from tieout.audit.models import AuditEntry, AuditPersonal
from tieout.customers.models import Customer
from tieout.disputes.models import Dispute
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.dunning.models import PromiseToPay
from tieout.messages.models import Address, Message
from tieout.messages.queries import MessageSearch, messages
from tieout.money import Money
from tieout.statements import answers, auditing
from tieout.statements.models import Statement, StatementSection

#: How much of each list one page shows.
_SOME = 8


@dataclass(frozen=True)
class StatedBalance:
    """One currency of a statement: what it closed at, and what came back."""

    statement: Statement
    closing: Money
    #: An outcome of an answer, or the statement's own state.
    state: str


@dataclass(frozen=True)
class Change:
    """A change of the customer, an account or a contact, as the trail has it."""

    entry: AuditEntry
    who: str


@dataclass(frozen=True)
class CustomerPage:
    """What one page says of a customer beside its books."""

    statements: Sequence[StatedBalance]
    disputes: Sequence[Dispute]
    promises: Sequence[PromiseToPay]
    messages: Sequence[Message]
    #: By contact.
    addresses: Mapping[int, Sequence[Address]]
    changes: Sequence[Change]


def customer_page(session: Session, customer: Customer) -> CustomerPage:
    """Gather what one page says of a customer."""
    return CustomerPage(
        statements=_statements(session, customer.id),
        disputes=open_disputes(session, customer.id),
        promises=_promises(session, customer.id),
        messages=session.scalars(
            messages(MessageSearch(customer_id=customer.id)).limit(_SOME)
        ).all(),
        addresses=_addresses(session, customer.id),
        changes=_changes(session, customer),
    )


def open_disputes(session: Session, customer_id: int) -> Sequence[Dispute]:
    """The disputes of a customer nobody has decided yet, the oldest first."""
    return session.scalars(disputes(DisputeSearch(customer_id=customer_id, group="live"))).all()


def _statements(session: Session, customer_id: int) -> list[StatedBalance]:
    query = (
        select(StatementSection)
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(Statement.customer_id == customer_id, Statement.state != "superseded")
        .options(selectinload(StatementSection.statement))
        .order_by(Statement.period_end.desc(), Statement.id.desc(), StatementSection.currency)
    )
    sections = session.scalars(query.limit(_SOME)).all()
    given = answers.current_by_section(session, [section.id for section in sections])
    held = auditing.held(session, [section.statement for section in sections])
    said = {
        one.section_id: auditing.WITH_AUDITOR if one.statement_id in held else one.outcome
        for one in given.values()
    }
    return [
        StatedBalance(
            section.statement,
            Money(section.closing_minor, section.currency),
            _state(section.statement, said.get(section.id, "")),
        )
        for section in sections
    ]


def _state(statement: Statement, outcome: str) -> str:
    if outcome:
        return outcome
    return "not_answered" if statement.state == "issued" else statement.state


def _promises(session: Session, customer_id: int) -> Sequence[PromiseToPay]:
    query = select(PromiseToPay).where(PromiseToPay.customer_id == customer_id)
    newest = query.order_by((PromiseToPay.state == "open").desc(), PromiseToPay.id.desc())
    return session.scalars(newest.limit(_SOME)).all()


def _addresses(session: Session, customer_id: int) -> Mapping[int, Sequence[Address]]:
    query = select(Address).where(
        Address.customer_id == customer_id, Address.person_kind == "contact"
    )
    found: dict[int, list[Address]] = {}
    for address in session.scalars(query.order_by(Address.channel, Address.id)):
        found.setdefault(address.person_id, []).append(address)
    return found


def _changes(session: Session, customer: Customer) -> list[Change]:
    subjects: list[ColumnElement[bool]] = [
        and_(AuditEntry.object_type == kind, AuditEntry.object_id.in_([str(id_) for id_ in ids]))
        for kind, ids in (
            ("Customer", [customer.id]),
            ("CustomerAccount", [account.id for account in customer.accounts]),
            ("Contact", [contact.id for contact in customer.contacts]),
        )
    ]
    query = select(AuditEntry).where(or_(*subjects)).order_by(AuditEntry.seq.desc()).limit(20)
    entries = session.scalars(query).all()
    named = select(AuditPersonal.seq, AuditPersonal.value).where(
        AuditPersonal.seq.in_([entry.seq for entry in entries]), AuditPersonal.name == "actor"
    )
    who: dict[int, str] = {seq: value or "" for seq, value in session.execute(named)}
    return [
        Change(entry, who.get(entry.seq, str((entry.changes.get("after") or {}).get("by", ""))))
        for entry in entries
    ]
