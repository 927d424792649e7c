"""Freezing a statement: canonical JSON and its SHA-256, and the rows derived from it.

The JSON is the truth. Sections and lines stand in tables of their own so that answers and
disputes can point at them; they are written in the same transaction and never change.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout.audit import Head
from tieout.audit.trail import canonical
from tieout.db import bulk
from tieout.db.base import Json
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.statements.figures import FigureLine, Figures, Movement, OpenLine, SectionFigures
from tieout.statements.models import Statement, StatementLine, StatementSection

#: Of the JSON itself: what reads it later knows what to expect.
FORMAT = 1


class AlreadyFrozen(Conflict):
    """A statement that stands for ever."""

    message = N_("Statement %(number)s is issued and stands. Issue a new version instead.")


class NotFrozen(Conflict):
    """A statement that has no fixed figures yet."""

    message = N_("This statement has not been issued yet, so it has no fixed figures.")


@dataclass(frozen=True)
class CompanyHead:
    """Us, as printed at the top."""

    name: str
    name_zh: str = ""
    address: str = ""
    tax_id: str = ""
    phone: str = ""
    email: str = ""
    contact: str = ""


@dataclass(frozen=True)
class CustomerHead:
    """The customer, as printed at the top."""

    code: str
    name: str
    address: str = ""
    tax_id: str = ""


@dataclass(frozen=True)
class PayTo:
    """The account of ours the customer pays into, and since when."""

    bank: str
    holder: str
    number: str
    swift: str
    since: date


@dataclass(frozen=True)
class Silence:
    """The clause by which silence counts, and the days after proven delivery it takes."""

    clause: str
    days: int


@dataclass(frozen=True)
class Look:
    """The template a statement was issued with: it says how it is printed, never what."""

    id: int
    name: str
    version: int


@dataclass(frozen=True)
class Header:
    """Everything a statement says beside its figures."""

    number: str
    version: int
    request: str
    issued_on: date
    answer_by: date | None
    company: CompanyHead
    customer: CustomerHead
    audit_head: Head
    verify_code: str
    #: By currency.
    pay_to: dict[str, PayTo]
    #: Of a negative request alone.
    silence: Silence | None = None
    look: Look | None = None


def freeze(session: Session, made: Sequence[tuple[Statement, Header, Figures]]) -> None:
    """Fix what statements say, and write the rows that are derived from it.

    Raises:
        AlreadyFrozen: one was fixed before.
    """
    for statement, header, figures in made:
        if statement.sha256 is not None:
            raise AlreadyFrozen(number=statement.number)
        content = canonical(as_json(header, figures))
        statement.frozen = content.decode()
        statement.sha256 = hashlib.sha256(content).hexdigest()
        statement.verify_code = header.verify_code
        statement.number = header.number
    session.flush()
    _write_sections(session, [(one, part) for one, _, told in made for part in told.sections])
    for statement, _, _ in made:
        session.expire(statement, ["sections"])


def frozen(statement: Statement) -> Json:
    """What a statement says, as it was fixed.

    Raises:
        NotFrozen: it is still being made.
    """
    if statement.sha256 is None:
        raise NotFrozen
    content: Json = json.loads(statement.frozen)
    return content


def is_genuine(statement: Statement) -> bool:
    """Whether what is stored is still what was fixed."""
    made = hashlib.sha256(statement.frozen.encode()).hexdigest()
    return statement.sha256 is not None and made == statement.sha256


def as_json(header: Header, figures: Figures) -> Json:
    """Put a statement into the plain values its hash is made of; amounts in minor units."""
    return {
        "format": FORMAT,
        "number": header.number,
        "version": header.version,
        "kind": figures.kind,
        "request": header.request,
        "issued_on": header.issued_on.isoformat(),
        "answer_by": _day(header.answer_by),
        "period": {
            "start": figures.period.start.isoformat(),
            "end": figures.period.end.isoformat(),
        },
        "as_at": figures.period.end.isoformat(),
        "known_at": _moment(figures.known_at),
        "company": asdict(header.company),
        "customer": asdict(header.customer),
        "audit_head": asdict(header.audit_head),
        "verify_code": header.verify_code,
        **({"silence": asdict(header.silence)} if header.silence else {}),
        **({"template": asdict(header.look)} if header.look else {}),
        "sections": [_section(made, header.pay_to.get(made.currency)) for made in figures.sections],
    }


def content_digest(movement: Movement) -> str:
    """SHA-256 of what a customer sees of a document: unchanged, it stays confirmed."""
    return hashlib.sha256(canonical(_movement(movement))).hexdigest()


def _section(made: SectionFigures, pay_to: PayTo | None) -> Json:
    return {
        "account_id": made.account_id,
        "currency": made.currency,
        "opening": made.opening.minor,
        "closing": made.closing.minor,
        "charges": made.charges.minor,
        # as it is printed: opening + charges − credits = closing
        "credits": -made.credits.minor,
        "overdue": made.overdue.minor,
        "not_due": made.not_due.minor,
        "disputed": made.disputed.minor,
        "unapplied": made.unapplied.minor,
        "ageing": [{"key": b.key, "amount": b.amount.minor} for b in made.ageing],
        "lines": [_line(line) for line in made.lines],
        "open_items": [_open_line(item) for item in made.open_items],
        **_deliveries(made),
        "pay_to": None if pay_to is None else {**asdict(pay_to), "since": _day(pay_to.since)},
    }


def _deliveries(made: SectionFigures) -> Json:
    """What is delivered and not invoiced; statements without any say nothing of it."""
    if not made.deliveries:
        return {}
    return {
        "deliveries": [
            {
                "number": one.number,
                "date": one.delivered_on.isoformat(),
                "order": one.order_number,
                "description": one.description,
                "amount": one.amount.minor,
            }
            for one in made.deliveries
        ]
    }


def _line(line: FigureLine) -> Json:
    return {
        "no": line.no,
        **_movement(line.movement),
        "balance": line.balance.minor,
        "late": line.movement.is_late,
    }


def _movement(movement: Movement) -> Json:
    return {
        "document_id": movement.document_id,
        "date": movement.issued_on.isoformat(),
        "due_on": _day(movement.due_on),
        "kind": movement.kind,
        "number": movement.number,
        "reference": movement.reference,
        "description": movement.description,
        "amount": movement.amount.minor,
    }


def _open_line(item: OpenLine) -> Json:
    return {
        "document_id": item.document_id,
        "number": item.number,
        "kind": item.kind,
        "date": item.issued_on.isoformat(),
        "due_on": _day(item.due_on),
        "amount": item.amount.minor,
        "open": item.open.minor,
        "disputed": item.disputed.minor,
        "days": item.days,
        **({"retention": True} if item.is_retention else {}),
    }


def _write_sections(session: Session, parts: Sequence[tuple[Statement, SectionFigures]]) -> None:
    sections = [
        StatementSection(
            statement_id=statement.id,
            customer_id=statement.customer_id,
            account_id=made.account_id,
            currency=made.currency,
            opening_minor=made.opening.minor,
            charges_minor=made.charges.minor,
            credits_minor=made.credits.minor,
            closing_minor=made.closing.minor,
            overdue_minor=made.overdue.minor,
            not_due_minor=made.not_due.minor,
            disputed_minor=made.disputed.minor,
            unapplied_minor=made.unapplied.minor,
        )
        for statement, made in parts
    ]
    session.add_all(sections)
    session.flush()
    rows = (
        row
        for section, (_, made) in zip(sections, parts, strict=True)
        for row in _line_rows(section, made.lines)
    )
    bulk.insert_rows(session, StatementLine, _LINE, rows)


#: The columns of a line, as `_line_rows` gives them.
_LINE = (
    "section_id",
    "customer_id",
    "no",
    "document_id",
    "issued_on",
    "due_on",
    "kind",
    "number",
    "reference",
    "description",
    "amount_minor",
    "balance_minor",
    "is_late",
    "content_digest",
)


def _line_rows(
    section: StatementSection, lines: Iterable[FigureLine]
) -> Iterable[tuple[object, ...]]:
    for line in lines:
        movement = line.movement
        yield (
            section.id,
            section.customer_id,
            line.no,
            movement.document_id,
            movement.issued_on,
            movement.due_on,
            movement.kind,
            movement.number,
            movement.reference,
            movement.description,
            movement.amount.minor,
            line.balance.minor,
            movement.is_late,
            content_digest(movement),
        )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: datetime) -> str:
    return moment.isoformat()
