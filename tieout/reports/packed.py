"""Answers and disputes as they go into packs: tables to read, and JSON that leaves nothing out."""

import json
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from tieout.attachments import Attachment
from tieout.db.base import Base
from tieout.disputes import moves
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.queries import timeline
from tieout.disputes.reasons import REASONS
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext
from tieout.statements import evidence
from tieout.statements.answers import OUTCOMES
from tieout.statements.models import Confirmation, LineAnswer, Statement, StatementLine

T = TypeVar("T", bound=Base)


def answers_table(session: Session, found: Sequence[Confirmation]) -> TableDefinition:
    """Answers about balances; one that was replaced later says by which."""
    statements = _by_id(session, Statement, {one.statement_id for one in found})
    receipts = {one.id: one.receipt for one in found}
    return TableDefinition(
        name=gettext("Answers"),
        columns=(
            Column("receipt", gettext("Reference number")),
            Column("at", gettext("Answered"), Kind.MOMENT),
            Column("statement", gettext("Statement")),
            Column("version", gettext("Version"), Kind.NUMBER),
            Column("currency", gettext("Currency")),
            Column("outcome", gettext("Answer")),
            Column("balance", gettext("Balance"), Kind.MONEY),
            Column("disputed", gettext("Disputed"), Kind.MONEY),
            Column("stated", gettext("Own balance"), Kind.MONEY),
            Column("note", gettext("Note")),
            Column("replaced", gettext("Replaced by")),
            Column("sha256", "SHA-256"),
        ),
        rows=tuple(
            Row(
                (
                    one.receipt,
                    one.answered_at,
                    statements[one.statement_id].number or "",
                    statements[one.statement_id].version,
                    one.currency,
                    gettext(OUTCOMES[one.outcome]),
                    Money(one.balance_minor, one.currency),
                    Money(one.disputed_minor, one.currency),
                    None if one.stated_minor is None else Money(one.stated_minor, one.currency),
                    one.note,
                    receipts.get(one.replaced_by_id or 0, ""),
                    statements[one.statement_id].sha256 or "",
                )
            )
            for one in found
        ),
    )


def answer_json(session: Session, answer: Confirmation) -> bytes:
    """An answer with all of its evidence, the person as far as not erased."""
    return _json(
        {
            "receipt": answer.receipt,
            "outcome": answer.outcome,
            "currency": answer.currency,
            "balance_minor": answer.balance_minor,
            "disputed_minor": answer.disputed_minor,
            "stated_minor": answer.stated_minor,
            "note": answer.note,
            "answered_at": answer.answered_at.isoformat(),
            "evidence": evidence.told(session, answer.receipt, answer.evidence),
        }
    )


def lines_table(session: Session, found: Sequence[LineAnswer]) -> TableDefinition:
    """What was answered about single lines."""
    lines = _by_id(session, StatementLine, {one.line_id for one in found})
    return TableDefinition(
        name=gettext("Answers to lines"),
        columns=(
            Column("receipt", gettext("Reference number")),
            Column("at", gettext("Answered"), Kind.MOMENT),
            Column("statement", gettext("Statement")),
            Column("document", gettext("Our document")),
            Column("currency", gettext("Currency")),
            Column("amount", gettext("Amount"), Kind.MONEY),
            Column("answer", gettext("Answer")),
        ),
        rows=tuple(_line_row(one, lines[one.line_id]) for one in found),
    )


def disputes_table(session: Session, found: Sequence[Dispute]) -> TableDefinition:
    """Disputes with what came of them."""
    documents = _by_id(session, Document, {one.document_id for one in found})
    return TableDefinition(
        name=gettext("Disputes"),
        columns=(
            Column("receipt", gettext("Reference number")),
            Column("raised", gettext("Raised"), Kind.MOMENT),
            Column("document", gettext("Our document")),
            Column("currency", gettext("Currency")),
            Column("amount", gettext("Disputed"), Kind.MONEY),
            Column("expected", gettext("Expected"), Kind.MONEY),
            Column("reason", gettext("Reason")),
            Column("state", gettext("State")),
            Column("accepted", gettext("Accepted"), Kind.MONEY),
            Column("answer_by", gettext("Answer by"), Kind.DATE),
            Column("resolved", gettext("Decided"), Kind.MOMENT),
        ),
        rows=tuple(
            Row(
                (
                    one.receipt,
                    one.raised_at,
                    documents[one.document_id].number,
                    one.currency,
                    Money(one.amount_minor, one.currency),
                    _money(one.expected_minor, one.currency),
                    gettext(REASONS.get(one.reason, one.reason)),
                    gettext(moves.NAMES[one.state]),
                    _money(one.accepted_minor, one.currency),
                    one.answer_by,
                    one.resolved_at,
                )
            )
            for one in found
        ),
    )


def dispute_json(session: Session, dispute: Dispute, *, internal: bool) -> bytes:
    """A dispute with its timeline; what only staff see is left out unless `internal`."""
    return _json(
        {
            "receipt": dispute.receipt,
            "document": session.get_one(Document, dispute.document_id).number,
            "currency": dispute.currency,
            "amount_minor": dispute.amount_minor,
            "expected_minor": dispute.expected_minor,
            "accepted_minor": dispute.accepted_minor,
            "reason": dispute.reason,
            "state": dispute.state,
            "raised_at": dispute.raised_at.isoformat(),
            "answer_by": dispute.answer_by.isoformat(),
            "timeline": [
                {
                    "at": step.at.isoformat(),
                    "who": step.who,
                    "side": step.side,
                    "what": gettext(step.act.text, **step.act.facts),
                    "text": step.text,
                    "files": [name for _, name in step.files],
                    **({"internal": step.is_internal} if internal else {}),
                }
                for step in timeline(session, dispute, internal=internal)
            ],
        }
    )


def dispute_files(session: Session, dispute: Dispute, *, internal: bool) -> Sequence[Attachment]:
    """The files on a dispute's timeline; those only staff see are left out unless `internal`."""
    query = (
        select(Attachment)
        .join(DisputeEntry, DisputeEntry.attachment_id == Attachment.id)
        .where(DisputeEntry.dispute_id == dispute.id)
        .order_by(Attachment.id)
    )
    if not internal:
        query = query.where(DisputeEntry.is_internal.is_(False))
    return session.scalars(query).all()


def _line_row(one: LineAnswer, line: StatementLine) -> Row:
    statement, currency = line.section.statement, line.section.currency
    return Row(
        (
            one.receipt,
            one.answered_at,
            statement.number or "",
            line.number,
            currency,
            Money(line.amount_minor, currency),
            _line_answer(one.answer),
        )
    )


def _line_answer(answer: str) -> str:
    named = {
        "confirmed": gettext("Confirmed"),
        "disputed": gettext("Disputed"),
        "withdrawn": gettext("Withdrawn"),
    }
    return named.get(answer, answer)


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _by_id(session: Session, model: type[T], ids: set[int]) -> dict[int, T]:
    found: dict[int, T] = {}
    key, wanted = inspect(model).primary_key[0], sorted(ids)
    for start in range(0, len(wanted), 500):
        query = select(model).where(key.in_(wanted[start : start + 500]))
        found.update({int(one.id): one for one in session.scalars(query)})  # type: ignore[attr-defined] # each of ours has one
    return found
