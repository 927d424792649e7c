"""Month ends: statements drafted, approved and issued, and what customers answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from tieout.customers.models import Contact
from tieout.demo import cast
from tieout.demo.cast import Partner
from tieout.demo.dates import ZONE
from tieout.demo.setting_up import Cast
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import confirm, drafting, issuing
from tieout.statements.evidence import Evidence
from tieout.statements.models import Confirmation, Statement

WORDING = {
    "en": "The balance is right, and I may sign for our company.",
    "zh": "余额无误，本人有权代表本公司签字。",
}


def draft(session: Session, made: Cast, month: Period, *, at: datetime) -> None:
    """The accountant drafts the month's statements."""
    for partner in cast.PARTNERS:
        drafting.draft(
            session, made.customers[partner.code], month, kind=partner.kind, by=made.chen, at=at
        )


def issue(session: Session, made: Cast, month: Period, *, at: datetime) -> None:
    """A second person approves and issues them."""
    for partner in cast.PARTNERS:
        statement = of_month(session, made, partner, month)
        drafting.approve(session, statement, by=made.zhou, at=at)
        issuing.issue(session, statement, by=made.zhou, at=at)


def of_month(session: Session, made: Cast, partner: Partner, month: Period) -> Statement:
    """The statement of a month that counts."""
    customer = made.customers[partner.code]
    found = drafting.same_period(session, customer.id, month, partner.kind)
    assert found is not None  # noqa: S101 - it was drafted before
    return found


def answer(
    session: Session,
    made: Cast,
    partner: Partner,
    month: Period,
    *,
    stated: str = "",
    note: str = "",
    at: datetime,
) -> list[Confirmation]:
    """Somebody of the customer's answers each currency: agrees, or states another balance."""
    statement = of_month(session, made, partner, month)
    actor, contact = made.of(partner)
    session.refresh(statement)
    answers = []
    for section in statement.sections:
        given = confirm.Answer(
            section_id=section.id,
            version=statement.version,
            sha256=str(statement.sha256),
            agrees=not stated,
            balance=Money(section.closing_minor, section.currency),
            stated=Money.of(stated, section.currency) if stated else None,
            note=note,
            evidence=_evidence(partner, contact),
        )
        answers.append(confirm.confirm(session, statement, given, by=actor, at=at))
    return answers


def confirm_lines(
    session: Session, made: Cast, partner: Partner, month: Period, count: int, *, at: datetime
) -> None:
    """Somebody of the customer's has begun to tick lines."""
    statement = of_month(session, made, partner, month)
    actor, contact = made.of(partner)
    session.refresh(statement)
    lines = [line.id for line in statement.sections[0].lines[:count]]
    given = _evidence(partner, contact)
    confirm.confirm_lines(
        session,
        statement,
        lines,
        given,
        version=statement.version,
        sha256=str(statement.sha256),
        by=actor,
        at=at,
    )


def correct(
    session: Session, made: Cast, partner: Partner, month: Period, reason: str, *, at: datetime
) -> None:
    """A new version takes the place of what was issued."""
    statement = of_month(session, made, partner, month)
    new = issuing.supersede(session, statement, reason=reason, by=made.chen, at=at)
    drafting.approve(session, new, by=made.zhou, at=at)
    issuing.issue(session, new, by=made.zhou, at=at)


def _evidence(partner: Partner, contact: Contact) -> Evidence:
    return Evidence(
        person=contact.name,
        position=contact.position,
        authority=True,
        method="password",
        wording=WORDING[partner.language],
        time_zone=ZONE.key,
    )
