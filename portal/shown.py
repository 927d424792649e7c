"""A statement as its page shows it: from what was frozen, with what was answered beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal import owed, words
from portal.answering import company_name
from portal.owed import Owed
from portal.shown_lines import (
    DeliveryRow,
    Line,
    OpenRow,
    deliveries_of,
    fixed_of,
    kind_name,
    lines_of,
)
from tieout import settings
from tieout.ledger import movements
from tieout.money import Money
from tieout.periods import Period
from tieout.rendering import formats
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.reports.data import SectionData, StatementData
from tieout.statements import answers, chain, evidence, queries
from tieout.statements.freeze import frozen
from tieout.statements.models import Confirmation, Statement
from tieout.statements.queries import Answered, Standing
from tieout.web.keeping import Shelf
from tieout.web.viewer import Viewer


@dataclass(frozen=True)
class Booked:
    """What the books learned after a statement was frozen."""

    kind: str
    number: str
    on: date
    amount: Money


@dataclass(frozen=True)
class Earlier:
    """The statement before, whose closing is this opening."""

    period: Period
    answer: Confirmation | None


@dataclass(frozen=True)
class Given:
    """The answer that counts, in the words of a page."""

    outcome: str
    #: Who gave it, with their position; and by name alone.
    by: str
    person: str
    answer: Confirmation
    stated: Money | None


@dataclass(frozen=True)
class Section:
    """One currency of a statement, ready to be shown."""

    id: int
    currency: str
    data: SectionData
    opening: Money
    charges: Money
    credits: Money
    closing: Money
    owed: Owed
    #: What is disputed now of what the statement shows, in the books' sign.
    held: Money
    lines: tuple[Line, ...]
    given: Given | None
    asks_again: bool
    #: What the books learned after it was frozen, where it was answered before.
    booked_since: tuple[Booked, ...]
    #: What is owed with it, turned for the reader as what the statement says.
    books_now: Money
    earlier: Earlier | None
    opens_on: date
    confirm_label: str
    open_rows: tuple[OpenRow, ...]
    #: Since when our bank account has been the same.
    pay_since: date | None
    deliveries: tuple[DeliveryRow, ...] = ()

    @property
    def delivered(self) -> Money:
        """What the deliveries that wait for their invoice come to."""
        return Money.total((one.amount for one in self.deliveries), self.currency)

    @property
    def waits(self) -> bool:
        """Whether an answer is wanted."""
        return self.given is None or self.asks_again

    @property
    def opening_row(self) -> dict[str, object]:
        """The first row of its lines."""
        row: dict[str, object] = {"on": self.opens_on, "balance": self.opening}
        if self.earlier is None:
            return row
        language = reader.get().language
        named = formats.period(self.earlier.period, language)
        row["note"] = gettext("closing balance of %(period)s", period=named)
        if self.earlier.answer is not None:
            zone = ZoneInfo(reader.get().zone)
            day = self.earlier.answer.answered_at.astimezone(zone).date()
            row["status"] = "confirmed"
            row["word"] = gettext("Confirmed %(day)s", day=formats.monthday(day, language))
        return row


@dataclass(frozen=True)
class Shown:
    """A statement, ready to be shown."""

    statement: Statement
    data: StatementData
    standing: Standing
    sections: tuple[Section, ...]
    company: str
    customer: str
    person: str
    as_at: date
    #: The version that took its place.
    current: Statement | None
    versions: Sequence[Statement]
    #: Whether the day to answer by is over.
    is_late: bool

    @property
    def is_hidden(self) -> bool:
        """Whether our figures are shown only after the customer has stated its own."""
        return self.standing.is_hidden

    def section(self, section_id: int) -> Section | None:
        """One of its currencies."""
        return next((one for one in self.sections if one.id == section_id), None)


def shown(session: Session, statement: Statement, viewer: Viewer) -> Shown:
    """Put a statement together for its page."""
    standing = queries.standing(session, statement)
    data = _data(statement)
    by_account = {one["account_id"]: one for one in data["sections"]}
    as_at = date.fromisoformat(data["as_at"])
    named = len(standing.sections) > 1
    replaced_by = statement.superseded_by_id
    current = session.get(Statement, replaced_by) if replaced_by else None
    return Shown(
        statement=statement,
        data=data,
        standing=standing,
        sections=tuple(
            _section(session, statement, one, by_account[one.section.account_id], as_at, named)
            for one in standing.sections
            if one.section.account_id in by_account
        ),
        company=company_name(session),
        customer=viewer.place.customer_name if viewer.place else "",
        person=viewer.place.contact_name if viewer.place else "",
        as_at=as_at,
        current=current,
        versions=_other_versions(session, statement),
        is_late=bool(statement.answer_by and statement.answer_by < settings.today(session)),
    )


#: What statements say that were looked at lately, in characters of it.
_DATA: Shelf[StatementData] = Shelf(8_000_000)


def _data(statement: Statement) -> StatementData:
    """What a statement says, read once and kept: it never changes."""
    found = _DATA.get(statement.sha256)
    if found is None:
        found = cast(StatementData, frozen(statement))
        _DATA.put(statement.sha256, found, len(statement.frozen))
    return found


def _other_versions(session: Session, statement: Statement) -> list[Statement]:
    if statement.version == 1 and statement.superseded_by_id is None:
        return []  # a second one would have taken its place
    return [one for one in session.scalars(queries.versions(statement)) if one.id != statement.id]


def _section(
    session: Session,
    statement: Statement,
    one: Answered,
    data: SectionData,
    as_at: date,
    named: bool,
) -> Section:
    section, currency = one.section, data["currency"]
    disputed = answers.disputed_documents(session, section.account_id, as_at)
    held = Money.total((part.amount for part in disputed), currency)
    turned = held if statement.kind == "receivable" else -held
    is_settled = one.is_given and not one.asks_again and _agreed(one)
    fixed = fixed_of(session, statement, section.id, data, as_at, is_settled=is_settled)
    owes = owed.disputed_since(fixed.owed, held)
    since = _since(session, statement, section.account_id, one)
    came = Money.total((entry.amount for entry in since), currency)
    return Section(
        id=section.id,
        currency=currency,
        data=data,
        opening=Money(data["opening"], currency),
        charges=Money(data["charges"], currency),
        credits=Money(data["credits"], currency),
        closing=Money(data["closing"], currency),
        owed=owes,
        held=held,
        lines=lines_of(session, section.id, fixed, {part.document_id for part in disputed}),
        given=_given(session, one) if one.is_given else None,
        asks_again=one.asks_again,
        booked_since=since,
        books_now=owes.amount + (came if statement.kind == "receivable" else -came),
        earlier=_earlier(session, statement, section.account_id),
        opens_on=statement.period_start,
        confirm_label=words.confirm_label(owes.amount, turned, as_at, named=named),
        open_rows=fixed.open_rows,
        pay_since=_pay_since(data),
        deliveries=deliveries_of(data),
    )


def _agreed(one: Answered) -> bool:
    outcomes = (answers.AGREED, answers.AGREED_EXCEPT)
    return one.answer is not None and one.answer.outcome in outcomes


def _given(session: Session, one: Answered) -> Given:
    answer = one.answer
    assert answer is not None  # noqa: S101 - is_given says so
    personal: Mapping[str, str | None] = evidence.told(session, answer.receipt, answer.evidence)[
        "personal"
    ]
    stated = answer.stated_minor
    return Given(
        outcome=answer.outcome,
        by=in_a_row(personal.get("person"), personal.get("position")),
        person=personal.get("person") or "–",
        answer=answer,
        stated=None if stated is None else Money(stated, answer.currency),
    )


def _pay_since(data: SectionData) -> date | None:
    pay_to = data.get("pay_to")
    since = pay_to.get("since") if pay_to else None
    return date.fromisoformat(since) if since else None


def _since(
    session: Session, statement: Statement, account_id: int, one: Answered
) -> tuple[Booked, ...]:
    if not one.asks_again:
        return ()
    late = movements.booked_late(session, account_id, _after(statement), statement.known_at)
    return tuple(
        Booked(kind_name(entry.kind), entry.number, entry.issued_on, entry.amount) for entry in late
    )


def _after(statement: Statement) -> date:
    """The first day the statement does not tell."""
    return date.fromordinal(statement.period_end.toordinal() + 1)


def _earlier(session: Session, statement: Statement, account_id: int) -> Earlier | None:
    last = chain.previous(session, account_id, statement.period_start)
    if last is None:
        return None
    before = session.get_one(Statement, last.statement_id)
    answer = next(
        (
            one.answer
            for one in queries.standing(session, before).sections
            if one.section.account_id == account_id
            and one.is_given
            and not one.asks_again
            and one.answer is not None
            and one.answer.outcome == answers.AGREED
        ),
        None,
    )
    return Earlier(Period(before.period_start, before.period_end), answer)
