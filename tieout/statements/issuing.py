"""From an approved statement to one that stands: numbered, frozen, on its way to people."""

import secrets
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.ledger import totals
from tieout.money import Money
from tieout.settings import Company, banks
from tieout.statements import asking, delivery, drafting, moves, templates
from tieout.statements.figures import Figures
from tieout.statements.freeze import CompanyHead, CustomerHead, Header, PayTo, Silence, freeze
from tieout.statements.models import Statement, StatementSection

#: Without letters and digits that are taken for one another.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Days to answer, unless the company says otherwise.
ANSWER_DAYS = 10


class LaterStatementIssued(Conflict):
    """A statement that a later one already builds on."""

    message = N_(
        "Statement %(later)s already begins where %(number)s ends. Issue a new version of"
        " %(later)s, or let the correction stand there under “earlier dates, booked late”."
    )


class LaterOneOpensElsewhere(Conflict):
    """A statement that would not close where a later one, issued before it, opens."""

    message = N_(
        "Statement %(later)s was issued already and opens with %(opening)s, but this earlier one"
        " would close at %(closing)s. Excuse this one: what came late stands on the next statement"
        " under “earlier dates, booked late”."
    )


class CorrectionThere(Conflict):
    """A second correction of the same statement."""

    message = N_("A new version of statement %(number)s is being made already. Look at that one.")


def issue(session: Session, statement: Statement, *, by: Actor, at: datetime) -> Statement:
    """Number a statement, freeze it, and queue it for its contacts.

    A new version takes the place of the one before it.

    Raises:
        EarlierStatementOpen: the statement before is not issued yet.
        LaterOneOpensElsewhere: a later one was issued before it, and opens with another balance.
        FiguresDoNotTie: two figures that must be equal are not.
    """
    drafting.hold(session, statement)
    state = moves.after(statement.state, "issue", statement.number)
    drafting.check_nothing_before(session, statement)
    company = settings.company(session)
    on = at.astimezone(ZoneInfo(company.time_zone)).date()
    totals.hold(session, [account.id for account in statement.customer.accounts])
    figures = drafting.figures_of(session, statement)
    _check_next_opens_here(session, statement, figures)
    if statement.answer_by is None and statement.request != asking.NEGATIVE:
        days = settings.read(session, "statement_answer_days", ANSWER_DAYS)
        statement.answer_by = on + timedelta(days=days)
    number = statement.number or settings.next_number(session, "statement", on)
    freeze(session, statement, _header(session, statement, company, figures, number, on), figures)
    statement.state = state
    statement.issued_at = at
    _replace_earlier(session, statement)
    session.flush()
    audit.record(
        session,
        by,
        "statement.issued",
        statement,
        after={"number": number, "version": statement.version, "sha256": statement.sha256},
    )
    delivery.queue(session, statement)
    events.publish(session, events.StatementIssued(statement.id))
    return statement


def supersede(
    session: Session, statement: Statement, *, reason: str, by: Actor, at: datetime
) -> Statement:
    """Draft a new version of an issued statement; it takes its place once it is issued.

    Raises:
        LaterStatementIssued: a later statement builds on this one.
        CorrectionThere: a new version is being made already.
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise drafting.ReasonMissing
    drafting.hold(session, statement)
    moves.after(statement.state, "supersede", statement.number)
    _check_is_last(session, statement)
    made = Statement(
        customer_id=statement.customer_id,
        kind=statement.kind,
        number=statement.number,
        version=_next_version(session, statement),
        period_start=statement.period_start,
        period_end=statement.period_end,
        request=statement.request,
        known_at=at,
        prepared_by=by.label,
        prepared_by_id=by.id if by.kind == "staff" else None,
        reason=reason.strip(),
        supersedes_id=statement.id,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "statement.correction_drafted",
        made,
        after={"number": made.number, "version": made.version, "reason": made.reason},
    )
    return made


def new_code() -> str:
    """A code nobody can guess, to be typed from paper: "7K4M-2QXD-9FHP"."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _check_is_last(session: Session, statement: Statement) -> None:
    later = session.scalar(
        select(Statement.number)
        .where(
            Statement.customer_id == statement.customer_id,
            Statement.kind == statement.kind,
            Statement.state == moves.ISSUED,
            Statement.period_start > statement.period_end,
        )
        .limit(1)
    )
    if later is not None:
        raise LaterStatementIssued(number=statement.number, later=later)
    there = session.scalar(
        select(Statement.id).where(
            Statement.supersedes_id == statement.id, Statement.state != moves.EXCUSED
        )
    )
    if there is not None:
        raise CorrectionThere(number=statement.number)


def _check_next_opens_here(session: Session, statement: Statement, figures: Figures) -> None:
    """See that the next statement, where one was issued before this, opens where this closes."""
    for section in figures.sections:
        following = session.execute(
            select(Statement.number, StatementSection.opening_minor)
            .join(StatementSection, StatementSection.statement_id == Statement.id)
            .where(
                StatementSection.account_id == section.account_id,
                Statement.state == moves.ISSUED,
                Statement.period_start > statement.period_end,
            )
            .order_by(Statement.period_start, Statement.id)
            .limit(1)
        ).first()
        if following is not None and following.opening_minor != section.closing.minor:
            raise LaterOneOpensElsewhere(
                later=following.number,
                opening=Money(following.opening_minor, section.currency),
                closing=section.closing,
            )


def _next_version(session: Session, statement: Statement) -> int:
    last = select(func.max(Statement.version)).where(Statement.number == statement.number)
    return session.execute(last).scalar_one() + 1


def _replace_earlier(session: Session, statement: Statement) -> None:
    if statement.supersedes_id is None:
        return
    earlier = session.get_one(Statement, statement.supersedes_id)
    earlier.state = moves.after(earlier.state, "supersede", earlier.number)
    earlier.superseded_by_id = statement.id


def _header(
    session: Session,
    statement: Statement,
    company: Company,
    figures: Figures,
    number: str,
    on: date,
) -> Header:
    customer = statement.customer
    return Header(
        number=number,
        version=statement.version,
        request=statement.request,
        issued_on=on,
        answer_by=statement.answer_by,
        company=_company(company),
        customer=_customer(customer),
        audit_head=audit.head(session),
        verify_code=new_code(),
        pay_to={
            section.currency: account
            for section in figures.sections
            if (account := _pay_to(session, section.currency, on)) is not None
        },
        silence=_silence(session, statement),
        look=templates.look_for(session, customer),
    )


def _silence(session: Session, statement: Statement) -> Silence | None:
    """What lets the customer's silence count, where it was asked so.

    Raises:
        NoClause: the contract's clause is no longer on file.
    """
    if statement.request != asking.NEGATIVE:
        return None
    clause = asking.clause_of(session, statement.customer_id)
    if clause is None:
        raise drafting.NoClause(customer=statement.customer.name)
    return Silence(clause.words, clause.days)


def _company(company: Company) -> CompanyHead:
    return CompanyHead(
        name=company.name,
        name_zh=company.name_zh,
        address=company.address,
        tax_id=company.tax_id,
        phone=company.contact_phone,
        email=company.contact_email,
        contact=company.contact_name,
    )


def _customer(customer: Customer) -> CustomerHead:
    return CustomerHead(
        code=customer.code,
        name=customer.name,
        address=customer.address,
        tax_id=customer.tax_id,
    )


def _pay_to(session: Session, currency: str, on: date) -> PayTo | None:
    """Our account in a currency that is valid on a day, and that a second person approved."""
    account = banks.on_day(session, currency, on)
    if account is None:
        return None
    return PayTo(
        bank=account.bank,
        holder=account.holder,
        number=account.number,
        swift=account.swift,
        since=account.valid_from,
    )
