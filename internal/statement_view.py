"""A statement as its page on the workbench shows it: figures, people, answers, versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from internal.hearing import unheard
from internal.places import place
from internal.words import kind_word
from tieout import clock
from tieout.attachments import Attachment
from tieout.errors import NotFound, TieoutError
from tieout.i18n import Sentence
from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.reports.frozen import METHODS
from tieout.statements import (
    answers,
    delivery,
    drafting,
    evidence,
    links,
    moves,
    people,
    queries,
    silence,
)
from tieout.statements.asking import NEGATIVE
from tieout.statements.figures import DeliveryLine, SectionFigures
from tieout.statements.freeze import frozen
from tieout.statements.models import Confirmation, Statement, StatementLine
from tieout.statements.queries import Standing
from tieout.statements.since import Since, changed


@dataclass(frozen=True)
class Line:
    """One movement, with what was answered about it."""

    on: date
    kind: str
    number: str
    href: str
    reference: str
    note: str
    amount: Money
    balance: Money
    status: str = ""
    word: str = ""


@dataclass(frozen=True)
class Section:
    """One currency: from the opening to the closing balance."""

    currency: str
    opening: Money
    charges: Money
    #: Without its sign.
    credits: Money
    closing: Money
    lines: Sequence[Line]
    opening_on: date
    closing_on: date
    #: Delivered and not invoiced; never part of the balance.
    deliveries: Sequence[DeliveryLine] = ()

    @property
    def delivered(self) -> Money:
        """What they come to."""
        return Money.total((one.amount for one in self.deliveries), self.currency)


@dataclass(frozen=True)
class Answer:
    """What somebody answered, and what shows that they did."""

    confirmation: Confirmation
    words: str
    currency: str
    balance: Money
    disputed: Money
    stated: Money | None
    person: str
    position: str
    method: str
    wording: str
    address: str
    is_current: bool
    is_genuine: bool
    #: The signed or sealed copies handed in with it.
    files: list[Attachment]


@dataclass(frozen=True)
class Recipient:
    """Whom it went to, and how far it has come with them."""

    delivery_id: int
    name: str
    email: str
    state: str
    #: When it came that far, and why it did not come further, as far as there is more to say.
    words: str
    can_be_sent_again: bool
    #: Whether the link of a mail to them still works.
    has_link: bool


@dataclass(frozen=True)
class Shown:
    """Everything the page says."""

    standing: Standing
    sections: Sequence[Section]
    #: Why there are no figures.
    problem: str
    recipients: Sequence[Recipient]
    answers: Sequence[Answer]
    versions: Sequence[Statement]
    #: What came since it was issued, a currency each.
    since: Sequence[Since]
    #: Where silence counts by contract: from when, or why not yet.
    silence: str
    #: A newer version that is being made.
    correction: Statement | None

    @property
    def is_being_made(self) -> bool:
        """Whether nobody has been told yet."""
        return self.standing.statement.state in moves.OPEN


def shown(session: Session, statement: Statement) -> Shown:
    """Put everything together for the page."""
    sections, problem = _sections(session, statement)
    versions = list(session.scalars(queries.versions(statement))) if statement.number else []
    silent = unheard(session, [statement])
    given = [] if silent else people.answers_of(session, statement.id)
    sent_to = people.recipients(session, statement.id)
    contacts = [one.contact for one in sent_to]
    holders = links.holders(session, statement, contacts, clock.now()) if sent_to else set()
    return Shown(
        standing=queries.standing(session, statement, unheard=silent),
        sections=sections,
        problem=problem,
        recipients=[_recipient(statement, one, holders) for one in sent_to],
        answers=[_answer(session, one) for one in given],
        versions=versions,
        since=changed(session, statement),
        silence=_silence(session, statement),
        correction=people.correction_of(session, statement.id),
    )


def _silence(session: Session, statement: Statement) -> str:
    """From when silence counts, of an issued statement that asks only who does not agree."""
    if statement.request != NEGATIVE or statement.state != moves.ISSUED:
        return ""
    since = silence.counts_from(session, statement)
    if since is None:
        return gettext("not yet: no delivery is proven")
    return gettext("from %(day)s", day=formats.weekday_day(since, reader.get().language))


def _sections(session: Session, statement: Statement) -> tuple[list[Section], str]:
    if statement.sha256 is not None:
        return [_told(session, statement, at) for at in range(len(statement.sections))], ""
    if statement.state == moves.EXCUSED:
        return [], ""
    try:
        figures = drafting.figures_of(session, statement)
    except TieoutError as error:
        return [], reader.get().sentence(error.sentence)
    return [_drafted(statement, one) for one in figures.sections], ""


def _drafted(statement: Statement, made: SectionFigures) -> Section:
    return Section(
        currency=made.currency,
        opening=made.opening,
        charges=made.charges,
        credits=-made.credits,
        closing=made.closing,
        lines=[
            Line(
                on=line.movement.issued_on,
                kind=kind_word(line.movement.kind),
                number=line.movement.number,
                href=place(f"documents/{line.movement.document_id}"),
                reference=line.movement.reference,
                note=_late(line.movement.is_late) or line.movement.description,
                amount=line.movement.amount,
                balance=line.balance,
            )
            for line in made.lines
        ],
        opening_on=statement.period_start,
        closing_on=statement.period_end,
        deliveries=made.deliveries,
    )


def _told(session: Session, statement: Statement, at: int) -> Section:
    section = statement.sections[at]
    code = section.currency
    states = answers.line_states(session, section.lines)
    return Section(
        currency=code,
        opening=Money(section.opening_minor, code),
        charges=Money(section.charges_minor, code),
        credits=-Money(section.credits_minor, code),
        closing=Money(section.closing_minor, code),
        lines=[_line(line, code, states[line.id]) for line in section.lines],
        opening_on=statement.period_start,
        closing_on=statement.period_end,
        deliveries=_delivered(statement, section.account_id, code),
    )


def _delivered(statement: Statement, account_id: int, currency: str) -> list[DeliveryLine]:
    """What the statement, as it was frozen, tells beside the balance."""
    told = [one for one in frozen(statement)["sections"] if one["account_id"] == account_id]
    return [
        DeliveryLine(
            one["number"],
            date.fromisoformat(one["date"]),
            one["order"],
            one["description"],
            Money(one["amount"], currency),
        )
        for section in told
        for one in section.get("deliveries", [])
    ]


def _line(line: StatementLine, currency: str, state: answers.LineState) -> Line:
    carried = gettext("Confirmed earlier") if state.is_carried else ""
    return Line(
        on=line.issued_on,
        kind=kind_word(line.kind),
        number=line.number,
        href=place(f"documents/{line.document_id}"),
        reference=line.reference,
        note=_late(line.is_late) or line.description,
        amount=Money(line.amount_minor, currency),
        balance=Money(line.balance_minor, currency),
        status="" if state.answer == answers.UNANSWERED else state.answer,
        word=carried if state.answer == answers.CONFIRMED else "",
    )


def _late(is_late: bool) -> str:
    return gettext("earlier date, booked late") if is_late else ""


def _answer(session: Session, one: Confirmation) -> Answer:
    told = evidence.told(session, one.receipt, one.evidence)
    person = told.get("personal") or {}
    method = METHODS.get(str(told.get("method")), str(told.get("method") or ""))
    return Answer(
        confirmation=one,
        words=gettext(answers.OUTCOMES[one.outcome]),
        currency=one.currency,
        balance=Money(one.balance_minor, one.currency),
        disputed=Money(one.disputed_minor, one.currency),
        stated=None if one.stated_minor is None else Money(one.stated_minor, one.currency),
        person=person.get("person") or "–",
        position=person.get("position") or "",
        method=gettext(method) if method else "",
        wording=str(told.get("wording") or ""),
        address=person.get("address") or "",
        is_current=one.replaced_by_id is None,
        is_genuine=evidence.is_genuine(session, one.receipt, one.evidence),
        files=evidence.files(session, one.customer_id, one.evidence),
    )


def _recipient(statement: Statement, one: people.Recipient, holders: set[int]) -> Recipient:
    row = one.delivery
    words = gettext(delivery.NAMES[row.state]) if one.has_answered else ""
    if row.state == delivery.FAILED and row.reason:
        words = reader.get().sentence(Sentence.from_json(row.reason))
    elif row.proof:
        words = gettext(delivery.PROOFS[row.proof])
    when = row.viewed_at or row.delivered_at
    if when is not None:
        words = in_a_row(words, reader.get().fact(when))
    return Recipient(
        delivery_id=row.id,
        name=one.contact.name,
        email=one.contact.email,
        state="answered" if one.has_answered else row.state,
        words=words,
        can_be_sent_again=statement.state == moves.ISSUED and row.state == delivery.FAILED,
        has_link=one.contact.id in holders,
    )


def handed_in(session: Session, statement: Statement, attachment_id: int) -> Attachment:
    """A file that was handed in with an answer to a statement.

    Raises:
        NotFound: no answer to it came with such a file.
    """
    if unheard(session, [statement]):
        raise NotFound
    for answer in people.answers_of(session, statement.id):
        for file in evidence.files(session, statement.customer_id, answer.evidence):
            if file.id == attachment_id:
                return file
    raise NotFound
