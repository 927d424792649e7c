"""Messages about statements: the statement itself, the copy of an answer, what changed since."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import pages, readers
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, Plain, Print, Ready
from tieout import settings
from tieout.audit import SYSTEM
from tieout.customers.models import Contact
from tieout.db.base import Json
from tieout.i18n import N_, Sentence
from tieout.identity.tokens import Purpose
from tieout.messages.models import Message
from tieout.statements import answers, delivery, evidence
from tieout.statements.following_up import handled_by
from tieout.statements.freeze import frozen
from tieout.statements.models import Confirmation, LineAnswer, Statement, StatementLine
from tieout.statements.moves import ISSUED as IS_ISSUED

#: Open items a mail names before it says how many more there are.
NAMED = 12
#: Whether the PDF goes with the mail; otherwise the page has it.
ATTACH_PDF = "statement_mail_pdf"

SUPERSEDED = N_("A new version has taken the place of this statement.")


class Issued(Plain):
    """A statement on its way to the people it is for."""

    is_wish = True

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what stands on the statement."""
        statement = session.get_one(Statement, message.subject_id)
        if statement.state != IS_ISSUED:
            return NotAtAll(Sentence(SUPERSEDED))
        contact = session.get(Contact, message.contact_id) if message.contact_id else None
        if contact is not None and not contact.receives_statements:
            facts = {"name": contact.name}
            return NotAtAll(Sentence(N_("%(name)s receives no statements any more."), facts))
        content = frozen(statement)
        links = {"statement": statement_link(statement.id)}
        return Ready(figures_of(content), links, self._files(session, message, content))

    def settled(self, session: Session, message: Message, at: datetime) -> None:
        """Note on the statement how it reached this person."""
        if message.contact_id is None:  # a group was told: no person was reached
            return
        statement = session.get_one(Statement, message.subject_id)
        contact = session.get_one(Contact, message.contact_id)
        row = delivery.delivery_to(session, statement, contact)
        if message.state == "sent":
            delivery.mark_sent(session, row)
        elif message.reason and not _others(session, message):
            delivery.mark_failed(session, row, Sentence.from_json(message.reason))

    def arrived(self, session: Session, message: Message, at: datetime) -> None:
        """A notice of delivery proves that it arrived; that nobody has looked yet, too."""
        if message.contact_id is None:
            return
        statement = session.get_one(Statement, message.subject_id)
        contact = session.get_one(Contact, message.contact_id)
        row = delivery.delivery_to(session, statement, contact)
        delivery.mark_delivered(session, row, proof="dsn", by=SYSTEM, at=at)

    def _files(self, session: Session, message: Message, content: Json) -> tuple[Print, ...]:
        is_blank = content["request"] == "blank"
        if is_blank or not settings.read(session, ATTACH_PDF, True):
            return ()
        data = {
            "language": message.language,
            "zone": readers.of(session, message).zone,
            "verify_url": pages.VERIFY.format(code=content["verify_code"]),
            "statement": content,
        }
        return (Print("statement.pdf", f"{content['number']}.pdf", data),)


class Answered(Plain):
    """The copy of an answer, with the reference number."""

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say what was answered."""
        statement = session.get_one(Statement, message.subject_id)
        figures = self._lines(session, message) or self._balance(session, message)
        figures["number"] = statement.number
        figures["period"] = _period(statement)
        return Ready(figures, {"statement": statement_link(statement.id)})

    def _balance(self, session: Session, message: Message) -> Json:
        answer = session.get_one(Confirmation, message.payload["confirmation_id"])
        return {
            "what": "balance",
            "receipt": answer.receipt,
            "outcome": answer.outcome,
            "outcome_words": answers.OUTCOMES[answer.outcome],
            "balance": cash(answer.balance_minor, answer.currency),
            "disputed": cash(answer.disputed_minor, answer.currency),
            "stated": None
            if answer.stated_minor is None
            else cash(answer.stated_minor, answer.currency),
            "note": answer.note,
            "answered_at": answer.answered_at.isoformat(),
            "person_answered": _person(session, answer),
            "handled_by": handled_by(session, answer).isoformat(),
        }

    def _lines(self, session: Session, message: Message) -> Json | None:
        receipt = message.payload.get("receipt")
        if receipt is None:
            return None
        rows = session.execute(
            select(StatementLine, LineAnswer)
            .join(LineAnswer, LineAnswer.line_id == StatementLine.id)
            .where(LineAnswer.receipt == receipt)
            .order_by(StatementLine.section_id, StatementLine.no)
        ).all()
        first = rows[0].LineAnswer
        lines = [
            {
                "number": row.StatementLine.number,
                "amount": cash(row.StatementLine.amount_minor, row.StatementLine.section.currency),
            }
            for row in rows
        ]
        return {
            "what": "lines",
            "receipt": receipt,
            "lines": lines,
            "answered_at": first.answered_at.isoformat(),
            "person_answered": _person(session, first),
        }


class LinkAgain(Plain):
    """A new link to a statement, because the old one has expired."""

    patience = timedelta(days=1)

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Name the statement and nothing of what is on it."""
        statement = session.get_one(Statement, message.subject_id)
        figures = {"number": statement.number, "period": _period(statement)}
        return Ready(figures, {"statement": statement_link(statement.id)})


class ChangedSince(Plain):
    """The books no longer say what was confirmed; the customer is asked to look again."""

    is_wish = True

    def prepare(self, session: Session, message: Message, at: datetime) -> Ready | NotAtAll:
        """Say which answer it is about, as long as nobody has answered anew."""
        statement = session.get_one(Statement, message.subject_id)
        if statement.state != IS_ISSUED:
            return NotAtAll(Sentence(SUPERSEDED))
        confirmed = session.scalars(
            select(Confirmation)
            .where(Confirmation.statement_id == statement.id, Confirmation.replaced_by_id.is_(None))
            .order_by(Confirmation.id)
        ).all()
        figures: Json = {
            "number": statement.number,
            "period": _period(statement),
            "as_at": statement.period_end.isoformat(),
            "answers": [
                {
                    "balance": cash(one.balance_minor, one.currency),
                    "receipt": one.receipt,
                    "answered_at": one.answered_at.isoformat(),
                }
                for one in confirmed
            ],
        }
        return Ready(figures, {"statement": statement_link(statement.id)})


def statement_link(statement_id: int) -> Link:
    """The link that opens one statement for one person."""
    signed_in = pages.STATEMENT_SIGNED_IN.format(id=statement_id)
    return Link(pages.STATEMENT, Purpose.STATEMENT, statement_id, signed_in=signed_in)


def figures_of(content: Json) -> Json:
    """What a message says of a frozen statement; a blank one asks before it shows."""
    is_blank = content["request"] == "blank"
    return {
        "number": content["number"],
        "version": content["version"],
        "kind": content["kind"],
        "request": content["request"],
        "period": content["period"],
        "as_at": content["as_at"],
        "answer_by": content["answer_by"],
        "sections": [] if is_blank else [_section(section) for section in content["sections"]],
    }


def _section(section: Json) -> Json:
    currency = section["currency"]
    sums = ("opening", "charges", "credits", "closing", "overdue", "not_due", "disputed")
    open_items: list[Json] = section["open_items"]
    return {
        "currency": currency,
        **{name: cash(section[name], currency) for name in sums},
        "unapplied": cash(section["unapplied"], currency),
        "items": [
            {
                "number": item["number"],
                "due_on": item["due_on"],
                "days": item["days"],
                "open": cash(item["open"], currency),
                "is_disputed": bool(item["disputed"]),
            }
            for item in open_items[:NAMED]
        ],
        "more": max(0, len(open_items) - NAMED),
        "pay_to": section["pay_to"],
    }


def _person(session: Session, answer: Confirmation | LineAnswer) -> str:
    """Who answered, unless that was erased."""
    said = evidence.told(session, answer.receipt, answer.evidence)["personal"]
    return str(said.get("person") or "")


def _period(statement: Statement) -> dict[str, Any]:
    return {
        "start": statement.period_start.isoformat(),
        "end": statement.period_end.isoformat(),
    }


def _others(session: Session, message: Message) -> bool:
    """Whether the same person gets the same statement by another message."""
    alive = select(Message.id).where(
        Message.kind == message.kind,
        Message.subject_id == message.subject_id,
        Message.contact_id == message.contact_id,
        Message.id != message.id,
        Message.state.in_(("waiting", "sending", "sent")),
    )
    return session.scalar(alive.limit(1)) is not None


ISSUED = Issued()
ANSWERED = Answered()
LINK_AGAIN = LinkAgain()
CHANGED_SINCE = ChangedSince()
