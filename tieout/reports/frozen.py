"""What reports are made from, read from statements and answers as they were frozen."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, object_session

from tieout.attachments import Attachment
from tieout.disputes.models import Dispute
from tieout.disputes.reasons import REASONS
from tieout.i18n import N_, Sentence
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.reports.data import (
    AnswerData,
    CertificatePrint,
    DisputedData,
    FileData,
    LookData,
    SinceData,
    StatementPrint,
)
from tieout.statements import evidence, since, templates
from tieout.statements.freeze import frozen
from tieout.statements.models import Confirmation, Statement

#: How somebody came in, for whoever reads the evidence.
METHODS = {
    "link": N_("a link sent by mail"),
    "link_and_code": N_("a link and a code sent by mail"),
    "password": N_("a password"),
    "password_and_code": N_("a password and a code sent by mail"),
    "one_time_link": N_("a one-time link sent by mail"),
    "one_time_link_and_code": N_("a one-time link and a code sent by mail"),
    "second_factor": N_("a password and a code from an app"),
    "telegram": N_("a linked Telegram chat"),
    "staff": N_("the company's staff"),
    "paper": N_("paper"),
    "silence": N_("nobody: the agreed time has passed"),
}
CHANNELS = {
    "portal": N_("the customers' pages"),
    "telegram": "Telegram",
    "paper": N_("paper"),
    "staff": N_("the company's staff"),
}


def statement_print(
    statement: Statement, *, language: str, zone: str, base_url: str, printed_at: datetime
) -> StatementPrint:
    """What a statement's PDF, workbook and CSV are made from.

    Raises:
        NotFrozen: it is still being made.
    """
    return {
        "language": language,
        "zone": zone,
        "printed_at": printed_at.isoformat(),
        "verify_url": verify_url(base_url, statement),
        "statement": frozen(statement),  # type: ignore[typeddict-item] # as it was written
        "look": look_of(statement),
        "since": since_of(statement),
    }


def since_of(statement: Statement) -> list[SinceData]:
    """What came after a statement was issued, told beside it; its own figures stay as they are."""
    return [
        {
            "currency": one.currency,
            "stated": one.stated.minor,
            "now": one.now.minor,
            "entries": [
                {
                    "date": entry.issued_on.isoformat(),
                    "kind": entry.kind,
                    "number": entry.number,
                    "reference": entry.reference,
                    "recorded_at": entry.recorded_at.isoformat(),
                    "amount": entry.amount.minor,
                }
                for entry in one.entries
            ],
        }
        for one in since.changed(_session_of(statement), statement)
    ]


def _session_of(statement: Statement) -> Session:
    session = object_session(statement)
    if session is None:
        raise RuntimeError("a statement is printed from the session it was fetched in")
    return session


def look_of(statement: Statement) -> LookData | None:
    """The template a statement was issued with, its pictures opened; None for the usual look."""
    session = _session_of(statement)
    version = templates.version_of(session, statement)
    return None if version is None else templates.printed(session, version)  # type: ignore[return-value]


def certificate_print(
    session: Session,
    answer: Confirmation,
    *,
    language: str,
    zone: str,
    base_url: str,
    printed_at: datetime,
) -> CertificatePrint:
    """What the certificate of an answer is made from, the person as far as not erased."""
    statement = session.get_one(Statement, answer.statement_id)
    content = frozen(statement)
    kept = evidence.told(session, answer.receipt, answer.evidence)
    person = kept["personal"]
    return {
        "language": language,
        "zone": zone,
        "printed_at": printed_at.isoformat(),
        "verify_url": verify_url(base_url, statement),
        "receipt": answer.receipt,
        "company": content["company"],
        "customer": content["customer"],
        "statement_number": content["number"],
        "statement_version": content["version"],
        "statement_sha256": statement.sha256 or "",
        "as_at": content["as_at"],
        "answers": [_answer(session, answer)],
        "person": person.get("person") or "–",
        "position": person.get("position") or "",
        "signed_in": _words(METHODS, kept.get("method")),
        "answered_at": answer.answered_at.isoformat(),
        "address": person.get("address") or "",
        "user_agent": person.get("user_agent") or "",
        "channel": _words(CHANNELS, kept.get("channel")),
        "wording": str(kept.get("wording", "")),
        "note": answer.note,
        "files": files_of(session, answer),
        "audit_head": content.get("audit_head"),
    }


def files_of(session: Session, answer: Confirmation) -> list[FileData]:
    """The files handed in with an answer, by name."""
    digests = answer.evidence.get("files", [])
    query = select(Attachment.filename, Attachment.sha256).where(
        Attachment.customer_id == answer.customer_id,
        Attachment.purpose == "evidence",
        Attachment.sha256.in_(digests),
    )
    names = {row.sha256: row.filename for row in session.execute(query)} if digests else {}
    return [{"name": names.get(digest, "–"), "sha256": digest} for digest in digests]


def verify_url(base_url: str, statement: Statement) -> str:
    """Where anyone can check a statement."""
    return f"{base_url.rstrip('/')}/verify/{statement.verify_code}"


def _answer(session: Session, answer: Confirmation) -> AnswerData:
    disputed = answer.evidence.get("disputed", [])
    return {
        "currency": answer.currency,
        "outcome": answer.outcome,
        "balance": answer.balance_minor,
        "disputed": answer.disputed_minor,
        "stated": answer.stated_minor,
        "disputes": [_disputed(session, answer, one) for one in disputed],
    }


def _disputed(session: Session, answer: Confirmation, kept: Mapping[str, str]) -> DisputedData:
    """A document as the answer left it out, and the dispute about it at that moment."""
    dispute = session.scalars(
        select(Dispute)
        .join(Document, Document.id == Dispute.document_id)
        .where(
            Dispute.customer_id == answer.customer_id,
            Document.number == kept["number"],
            Document.currency == answer.currency,
            Dispute.raised_at <= answer.answered_at,
            or_(Dispute.resolved_at.is_(None), Dispute.resolved_at > answer.answered_at),
        )
        .order_by(Dispute.id.desc())
        .limit(1)
    ).first()
    return {
        "number": kept["number"],
        "amount": Money.of(kept["amount"], answer.currency).minor,
        "reason": _words(REASONS, dispute.reason if dispute else None),
        "receipt": dispute.receipt if dispute else "",
    }


def _words(known: Mapping[str, str], word: object) -> Sentence | str:
    text = known.get(str(word or ""))
    return Sentence(text) if text else str(word or "")
