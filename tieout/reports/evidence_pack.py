"""An auditor's evidence pack: what was sent, what came back, what did not, and what was paid since.

Every file of it is proven by the manifest (`tieout.rendering.packing`). The SHA-256 of each
`statements/….json` is the hash printed on that statement and bound to each of its answers.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import attachments
from tieout.attachments import Attachment
from tieout.customers.models import Customer, CustomerAccount
from tieout.db import reading
from tieout.disputes.models import Dispute
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.month_end.moved import GROUPS
from tieout.periods import Period
from tieout.rendering import csv, excel
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext
from tieout.reports import packed
from tieout.reports.frozen import certificate_print, statement_print
from tieout.reports.making import made
from tieout.statements import auditing, evidence, queries
from tieout.statements.answers import NO_ANSWER, OUTCOMES
from tieout.statements.models import (
    Confirmation,
    LineAnswer,
    Statement,
    StatementLine,
    StatementSection,
)
from tieout.statements.queries import Answered, Standing

#: A name in the pack, and how its content is made when its turn comes.
File = tuple[str, Callable[[], bytes]]


@dataclass(frozen=True)
class Scope:
    """What a pack is about."""

    period: Period
    kind: str = "receivable"
    #: Of the accounts drawn; None for all.
    accounts: Collection[int] | None = None
    #: Whose customers; None for everybody's.
    owner_id: int | None = None
    #: Whether whoever gets it may read what is the auditor's alone yet.
    hears_first: bool = False


@dataclass(frozen=True)
class Printing:
    """How its papers are written."""

    language: str
    zone: str
    base_url: str
    at: datetime


def standings(session: Session, scope: Scope) -> list[Standing]:
    """The statements of a pack with their answers, every version that was issued."""
    query = queries.issued().where(
        Statement.period_start == scope.period.start,
        Statement.period_end == scope.period.end,
        Statement.kind == scope.kind,
    )
    if scope.owner_id is not None:
        query = query.where(
            Statement.customer_id.in_(
                select(Customer.id).where(Customer.owner_id == scope.owner_id)
            )
        )
    there = session.scalars(query).all()
    unheard = frozenset() if scope.hears_first else auditing.held(session, there)
    found = queries.standings(session, there, unheard=unheard)
    if scope.accounts is None:
        return found
    drawn = set(scope.accounts)
    return [one for one in found if drawn & {each.section.account_id for each in one.sections}]


def unanswered(found: Sequence[Standing]) -> list[tuple[Standing, Answered]]:
    """What nobody has answered: silence by contract among it, for it is no answer."""
    return [
        (one, each) for one in found if one.is_open for each in one.sections if not each.is_given
    ]


def contents(session: Session, scope: Scope, printing: Printing) -> list[File]:
    """Every file of a pack, in its order; what is read from the books is read now."""
    found = standings(session, scope)
    accounts = {each.section.account_id for one in found for each in one.sections}
    if scope.accounts is not None:
        accounts &= set(scope.accounts)
    customers = {one.statement.customer_id for one in found}
    return [
        *_statements(found, printing),
        *_answers(session, [one.statement.id for one in found if _is_heard(one)], printing),
        *_table(_silent(found), "no answer", printing),
        *_table(_receipts(session, scope.period, accounts), "receipts after cut-off", printing),
        *_disputes(session, customers, accounts, printing),
    ]


def _is_heard(one: Standing) -> bool:
    return not any(each.is_with_auditor for each in one.sections)


def _statements(found: Sequence[Standing], printing: Printing) -> Iterator[File]:
    for one in found:
        statement = one.statement
        name = f"statements/{statement.number}-v{statement.version}"
        yield f"{name}.json", partial(_given, statement.frozen.encode())
        data = statement_print(
            statement,
            language=printing.language,
            zone=printing.zone,
            base_url=printing.base_url,
            printed_at=printing.at,
        )
        yield f"{name}.pdf", partial(made, "statement.pdf", data)


def _answers(session: Session, statements: Sequence[int], printing: Printing) -> Iterator[File]:
    found = session.scalars(
        select(Confirmation)
        .where(Confirmation.statement_id.in_(statements))
        .order_by(Confirmation.id)
    ).all()
    yield from _table(packed.answers_table(session, found), "answers", printing)
    lines = session.scalars(
        select(LineAnswer)
        .join(StatementLine, StatementLine.id == LineAnswer.line_id)
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .where(StatementSection.statement_id.in_(statements))
        .order_by(LineAnswer.id)
    ).all()
    yield from _table(packed.lines_table(session, lines), "answers to lines", printing)
    for one in found:
        yield f"answers/{one.receipt}.json", partial(_given, packed.answer_json(session, one))
        data = certificate_print(
            session,
            one,
            language=printing.language,
            zone=printing.zone,
            base_url=printing.base_url,
            printed_at=printing.at,
        )
        yield f"answers/{one.receipt}.pdf", partial(made, "certificate.pdf", data)
        for file in evidence.files(session, one.customer_id, one.evidence):
            yield _file(file, f"answers/{one.receipt}")


def _disputes(
    session: Session, customers: Collection[int], accounts: Collection[int], printing: Printing
) -> Iterator[File]:
    found = session.scalars(
        select(Dispute)
        .where(Dispute.customer_id.in_(customers), Dispute.account_id.in_(accounts))
        .order_by(Dispute.id)
    ).all()
    yield from _table(packed.disputes_table(session, found), "disputes", printing)
    for one in found:
        told = packed.dispute_json(session, one, internal=True)
        yield f"disputes/{one.receipt}.json", partial(_given, told)
        for file in packed.dispute_files(session, one, internal=True):
            yield _file(file, f"disputes/{one.receipt}")


def _silent(found: Sequence[Standing]) -> TableDefinition:
    """Whoever has not answered, with what was asked and how often it was sent."""
    rows = unanswered(found)
    names = {one.statement.customer_id: one.statement.customer for one, _ in rows}
    return TableDefinition(
        name=gettext("No answer"),
        columns=(
            Column("code", gettext("Code")),
            Column("customer", gettext("Customer")),
            Column("statement", gettext("Statement")),
            Column("currency", gettext("Currency")),
            Column("balance", gettext("Balance"), Kind.MONEY),
            Column("answer_by", gettext("Answer by"), Kind.DATE),
            Column("standing", gettext("Standing")),
        ),
        rows=tuple(
            Row(
                (
                    names[one.statement.customer_id].code,
                    names[one.statement.customer_id].name,
                    one.statement.number or "",
                    each.section.currency,
                    Money(each.section.closing_minor, each.section.currency),
                    one.statement.answer_by,
                    _answer_of(each),
                )
            )
            for one, each in rows
        ),
    )


def _answer_of(one: Answered) -> str:
    outcome = one.answer.outcome if one.answer is not None else NO_ANSWER
    return gettext(OUTCOMES[outcome])


def _receipts(session: Session, period: Period, accounts: Collection[int]) -> TableDefinition:
    """Every payment dated after the cut-off."""
    rows = session.execute(
        select(Document, Customer.code, Customer.name)
        .join(CustomerAccount, CustomerAccount.id == Document.account_id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(
            Document.account_id.in_(accounts),
            Document.issued_on > period.end,
            Document.kind.in_(GROUPS["payments"]),
        )
        .order_by(Customer.code, Document.issued_on, Document.id)
    )
    return TableDefinition(
        name=gettext("Receipts after the cut-off"),
        columns=(
            Column("code", gettext("Code")),
            Column("customer", gettext("Customer")),
            Column("date", gettext("Date"), Kind.DATE),
            Column("number", gettext("Number")),
            Column("currency", gettext("Currency")),
            Column("amount", gettext("Amount"), Kind.MONEY),
            Column("recorded", gettext("Recorded"), Kind.MOMENT),
        ),
        rows=tuple(
            Row(
                (
                    code,
                    name,
                    one.issued_on,
                    one.number,
                    one.currency,
                    Money(-one.amount_minor, one.currency),
                    one.recorded_at,
                )
            )
            for one, code, name in rows
        ),
    )


def _table(table: TableDefinition, name: str, printing: Printing) -> Iterator[File]:
    yield f"{name}.csv", partial(_given, csv.write(table))
    yield f"{name}.xlsx", partial(_given, excel.workbook(table.name, [table], at=printing.at))


def _file(file: Attachment, folder: str) -> File:
    return f"{folder}/{file.filename}", partial(_opened, file.id)


def _opened(attachment_id: int) -> bytes:
    """A file that was found above, read when the page's own session is over."""
    with reading() as session:
        return attachments.content_of(session.get_one(Attachment, attachment_id))


def _given(content: bytes) -> bytes:
    return content
