"""Answering a statement: the balance of a currency, or single lines, with evidence.

An answer binds to what the person saw: the version, its hash, the balance and its currency.
The latest answer counts; the earlier ones stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_, Sentence
from tieout.money import Money
from tieout.statements import answers, delivery, drafting, evidence, moves
from tieout.statements.evidence import Evidence
from tieout.statements.models import (
    Confirmation,
    LineAnswer,
    Statement,
    StatementLine,
    StatementSection,
)


class NotIssued(Conflict):
    """A statement that nobody was asked about."""

    message = N_("This statement has not been issued, so it cannot be answered.")


class StatementSuperseded(Conflict):
    """An answer to a version that no longer counts."""

    message = N_(
        "Version %(version)s of statement %(number)s has been replaced by version %(current)s."
        " Look at the new one and answer there; nothing was recorded."
    )


class StatementDiffers(Conflict):
    """An answer to something else than what stands."""

    message = N_(
        "What you saw is not statement %(number)s as it stands. Open it again and answer there;"
        " nothing was recorded."
    )


class BalanceDiffers(Conflict):
    """An answer to another balance than the statement's."""

    message = N_(
        "You answered for %(seen)s, but statement %(number)s says %(balance)s. Open it again and"
        " answer there; nothing was recorded."
    )


class DisputesDiffer(Conflict):
    """An answer to another disputed part than there is now."""

    message = N_(
        "You answered with %(seen)s in dispute, but now %(disputed)s is. Look at the figures again"
        " and answer anew; nothing was recorded."
    )


class AnsweredMeanwhile(Conflict):
    """Another answer came in after the page was opened, which its reader has not seen."""

    message = N_(
        "While your page was open, %(person)s answered: %(outcome)s (%(receipt)s). Look at that"
        " answer first; if it is not right, answer anew. Nothing of yours was recorded."
    )


class NoSuchSection(NotFound):
    """A section of another statement."""

    message = N_("This statement has no such currency.")


class NoSuchLine(NotFound):
    """A line of another statement."""

    message = N_("This statement has no such line.")


class NoLines(InvalidInput):
    """Lines to be confirmed, but none chosen."""

    message = N_("Choose at least one line.")


class OwnBalanceWanted(InvalidInput):
    """A blank request answered with a yes or no."""

    message = N_("Here you are asked for your own balance: give the figure your books show.")


class LineDisputed(Conflict):
    """A line that is disputed cannot be confirmed."""

    message = N_("%(number)s is disputed. Withdraw the dispute first, then confirm the line.")


@dataclass(frozen=True)
class Answer:
    """What a person answers about one currency of a statement, and what they saw."""

    section_id: int
    #: The version and the hash of what was shown.
    version: int
    sha256: str
    agrees: bool
    evidence: Evidence
    #: The figure on the button; None where the figures were hidden (a blank request).
    balance: Money | None = None
    #: What the button said is in dispute; None where it said nothing.
    disputed: Money | None = None
    #: The balance in the customer's own books; needed for a blank request.
    stated: Money | None = None
    note: str = ""
    #: The reference of the answer that was shown; "" where there was none, None if unknown.
    shown: str | None = None


def confirm(
    session: Session, statement: Statement, answer: Answer, *, by: Actor, at: datetime
) -> Confirmation:
    """Record what a customer answers about the balance of a currency.

    The same answer given twice is one answer: the first is returned.

    Raises:
        StatementSuperseded, StatementDiffers, BalanceDiffers, DisputesDiffer: it is not about
            what stands.
        AnsweredMeanwhile: somebody gave another answer, which was not shown yet.
        OwnBalanceWanted: a blank request needs a figure.
        NoPerson, NoAuthority, NoWording: it would show nothing later.
    """
    answer.evidence.checked()
    _check_seen(session, statement, answer.version, answer.sha256)
    section = session.get(StatementSection, answer.section_id)
    if section is None or section.statement_id != statement.id:
        raise NoSuchSection
    closing = Money(section.closing_minor, section.currency)
    _check_balance(statement, answer, closing)
    disputed = answers.disputed_documents(session, section.account_id, statement.period_end)
    outcome = _outcome(statement, answer, disputed)
    if outcome != answers.AGREED_EXCEPT:
        disputed = []
    earlier = answers.current(session, section.id)
    left_out = Money.total((one.amount for one in disputed), section.currency)
    if answer.agrees and answer.disputed not in (None, left_out):
        raise DisputesDiffer(seen=answer.disputed, disputed=left_out)
    made = Confirmation(
        receipt="",
        customer_id=statement.customer_id,
        statement_id=statement.id,
        section_id=section.id,
        contact_id=contact_of(by),
        outcome=outcome,
        currency=section.currency,
        balance_minor=section.closing_minor,
        disputed_minor=left_out.minor,
        stated_minor=None if answer.stated is None else answer.stated.minor,
        note=answer.note.strip(),
        answered_at=at,
    )
    files = list(answer.evidence.files)
    if earlier is not None and _says_the_same(statement, earlier, made, files):
        return earlier
    _check_shown(session, answer, earlier)
    made.receipt = next_receipt(session, at)
    made.evidence = evidence.keep(
        session,
        answer.evidence,
        receipt=made.receipt,
        contact_id=made.contact_id,
        at=at,
        number=statement.number,
        version=statement.version,
        sha256=statement.sha256,
        balance=closing.plain,
        currency=section.currency,
        disputed=[{"number": one.number, "amount": one.amount.plain} for one in disputed],
    )
    session.add(made)
    session.flush()
    if earlier is not None:
        earlier.replaced_by_id = made.id
        session.flush()
    note_seen(session, statement, by, answer.evidence, at)
    audit.record(
        session,
        by,
        "statement.answered",
        made,
        before={"receipt": earlier.receipt, "outcome": earlier.outcome} if earlier else None,
        after={
            "receipt": made.receipt,
            "statement": statement.number,
            "version": statement.version,
            "sha256": statement.sha256,
            "outcome": outcome,
            "balance": closing.plain,
            "disputed": left_out.plain,
            "stated": None if answer.stated is None else answer.stated.plain,
            "currency": section.currency,
        },
        personal={"person": answer.evidence.person, "position": answer.evidence.position},
    )
    events.publish(session, events.StatementAnswered(made.id))
    return made


def confirm_lines(
    session: Session,
    statement: Statement,
    line_ids: Sequence[int],
    given: Evidence,
    *,
    version: int,
    sha256: str,
    by: Actor,
    at: datetime,
) -> str:
    """Record that a customer agrees to single lines; return the receipt.

    That is no answer to the balance. Lines confirmed before stay as they are; where all are,
    the receipt of then is returned.

    Raises:
        StatementSuperseded, StatementDiffers: it is not about what stands.
        LineDisputed: one of them is disputed.
    """
    given.checked()
    _check_seen(session, statement, version, sha256)
    lines = lines_of(session, statement, line_ids)
    states = answers.line_states(session, lines)
    for line in lines:
        if states[line.id].answer == answers.DISPUTED:
            raise LineDisputed(number=line.number)
    new = [line for line in lines if states[line.id].answer != answers.CONFIRMED]
    if not new:
        return states[lines[-1].id].receipt
    receipt = next_receipt(session, at)
    kept = evidence.keep(
        session,
        given,
        receipt=receipt,
        contact_id=contact_of(by),
        at=at,
        number=statement.number,
        version=statement.version,
        sha256=statement.sha256,
        lines=[{"no": line.no, "digest": line.content_digest} for line in new],
    )
    answer_lines(
        session,
        new,
        answers.CONFIRMED,
        receipt=receipt,
        kept=kept,
        contact_id=contact_of(by),
        at=at,
    )
    note_seen(session, statement, by, given, at)
    audit.record(
        session,
        by,
        "statement.lines_confirmed",
        statement,
        after={"receipt": receipt, "lines": [line.no for line in new]},
        personal={"person": given.person, "position": given.position},
    )
    events.publish(session, events.LinesConfirmed(statement.id, receipt))
    return receipt


def answer_lines(
    session: Session,
    lines: Sequence[StatementLine],
    answer: str,
    *,
    receipt: str,
    kept: dict[str, object],
    contact_id: int | None,
    at: datetime,
) -> None:
    """Write what is answered about lines; disputes use it too."""
    if lines:
        session.execute(
            insert(LineAnswer),
            [
                {
                    "customer_id": line.customer_id,
                    "line_id": line.id,
                    "contact_id": contact_id,
                    "answer": answer,
                    "receipt": receipt,
                    "evidence": kept,
                    "answered_at": at,
                }
                for line in lines
            ],
        )


def lines_of(
    session: Session, statement: Statement, line_ids: Sequence[int]
) -> list[StatementLine]:
    """Lines of a statement, in its order.

    Raises:
        NoLines, NoSuchLine: none were named, or one is not of this statement.
    """
    wanted = set(line_ids)
    if not wanted:
        raise NoLines
    found = session.scalars(
        select(StatementLine)
        .join(StatementSection, StatementSection.id == StatementLine.section_id)
        .where(StatementSection.statement_id == statement.id, StatementLine.id.in_(wanted))
        .order_by(StatementLine.section_id, StatementLine.no)
    ).all()
    if len(found) != len(wanted):
        raise NoSuchLine
    return list(found)


def contact_of(by: Actor) -> int | None:
    """The contact who acts, if it is one."""
    return by.id if by.kind == "contact" else None


def next_receipt(session: Session, at: datetime) -> str:
    """The next number that customers see, dated by the company's calendar."""
    zone = ZoneInfo(settings.company(session).time_zone)
    return settings.next_number(session, "receipt", at.astimezone(zone).date())


def _check_seen(session: Session, statement: Statement, version: int, sha256: str) -> None:
    drafting.hold(session, statement)
    if statement.state == moves.SUPERSEDED:
        current = session.get_one(Statement, statement.superseded_by_id)
        raise StatementSuperseded(
            number=statement.number, version=statement.version, current=current.version
        )
    if statement.state != moves.ISSUED:
        raise NotIssued
    if (version, sha256) != (statement.version, statement.sha256):
        raise StatementDiffers(number=statement.number)


def _check_balance(statement: Statement, answer: Answer, closing: Money) -> None:
    blank = statement.request == drafting.BLANK
    if blank and (answer.stated is None or answer.agrees):
        raise OwnBalanceWanted
    if answer.balance is None and not blank:
        raise StatementDiffers(number=statement.number)
    if answer.balance is not None and answer.balance != closing:
        raise BalanceDiffers(seen=answer.balance, number=statement.number, balance=closing)
    if answer.stated is not None:
        closing - answer.stated  # refuses another currency


def _check_shown(session: Session, answer: Answer, earlier: Confirmation | None) -> None:
    if answer.shown is None or earlier is None or earlier.outcome not in answers.GIVEN:
        return
    if earlier.receipt != answer.shown:
        personal = evidence.told(session, earlier.receipt, earlier.evidence)["personal"]
        raise AnsweredMeanwhile(
            person=personal.get("person") or "–",
            outcome=Sentence(answers.OUTCOMES[earlier.outcome]),
            receipt=earlier.receipt,
        )


def _outcome(
    statement: Statement, answer: Answer, disputed: Sequence[answers.DisputedDocument]
) -> str:
    if statement.request == drafting.BLANK:
        return answers.OWN_BALANCE
    if not answer.agrees:
        return answers.DISAGREED
    return answers.AGREED_EXCEPT if disputed else answers.AGREED


def _says_the_same(
    statement: Statement, earlier: Confirmation, made: Confirmation, files: list[str]
) -> bool:
    same = all(
        getattr(earlier, name) == getattr(made, name)
        for name in ("outcome", "disputed_minor", "stated_minor", "note")
    )
    nothing_new = not files or files == earlier.evidence.get("files")
    return same and nothing_new and not answers.asks_again(statement, earlier)


def note_seen(
    session: Session, statement: Statement, by: Actor, given: Evidence, at: datetime
) -> None:
    """Note that whoever answers has seen the statement; disputes use it too."""
    contact = session.get(Contact, by.id) if by.kind == "contact" and by.id else None
    if contact is None:
        return
    reached = delivery.delivery_to(session, statement, contact)
    proof = "post" if given.method.startswith("link") else "sign_in"
    delivery.mark_viewed(session, reached, proof=proof, by=by, at=at)
