"""From an approved statement to one that stands: numbered, frozen, on its way to people."""

import secrets
from collections.abc import Mapping, Sequence
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


class PeriodNotOver(Conflict):
    """A statement of days that have not come: what they bring would be missing."""

    message = N_(
        "The period ends on %(end)s: what is booked until then would be missing. Issue it from"
        " that day on, or prepare one that ends today."
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
        PeriodNotOver: its last day has not come yet.
        EarlierStatementOpen: the statement before is not issued yet.
        LaterOneOpensElsewhere: a later one was issued before it, and opens with another balance.
        FiguresDoNotTie: two figures that must be equal are not.
    """
    drafting.hold(session, statement)
    issue_held(session, [statement], by=by, at=at)
    return statement


def issue_held(
    session: Session, statements: Sequence[Statement], *, by: Actor, at: datetime
) -> None:
    """The same for statements that are held, of as many customers: all of them, or none.

    Raises:
        TieoutError: as for one, about whichever cannot be issued.
    """
    states = {one.id: moves.after(one.state, "issue", one.number) for one in statements}
    on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
    for one in statements:
        if one.period_end > on:
            raise PeriodNotOver(end=one.period_end)
    drafting.check_nothing_before(session, statements)
    totals.hold(session, [one.id for each in statements for one in each.customer.accounts])
    figures = drafting.figures_of_all(session, statements)
    _check_next_opens_here(session, statements, figures)
    _say_by_when(session, statements, on)
    _number(session, statements, on)
    heads = _headers(session, statements, figures, on)
    for one in statements:
        one.state, one.issued_at = states[one.id], at
    freeze(session, [(one, heads[one.id], figures[one.id]) for one in statements])
    for one in statements:
        _replace_earlier(session, one)
        after = {"number": one.number, "version": one.version, "sha256": one.sha256}
        audit.record(session, by, "statement.issued", one, after=after)
    session.flush()
    delivery.queue_all(session, statements)
    for one in statements:
        events.publish(session, events.StatementIssued(one.id))


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


def _check_next_opens_here(
    session: Session, statements: Sequence[Statement], figures: Mapping[int, Figures]
) -> None:
    """See that the next statement, where one was issued before these, opens where they close."""
    ends = {
        section.account_id: (one.period_end, section.closing)
        for one in statements
        for section in figures[one.id].sections
    }
    if not ends:
        return
    query = (
        select(
            StatementSection.account_id,
            Statement.period_start,
            Statement.number,
            StatementSection.opening_minor,
        )
        .join(Statement, Statement.id == StatementSection.statement_id)
        .where(
            StatementSection.account_id.in_(list(ends)),
            Statement.state == moves.ISSUED,
            Statement.period_start > min(end for end, _ in ends.values()),
        )
        .order_by(Statement.period_start, Statement.id)
    )
    for account_id, begin, later, opening in session.execute(query):
        end, closing = ends.get(account_id, (begin, None))
        if begin <= end or closing is None:
            continue
        del ends[account_id]  # only the next one has to begin there
        if opening != closing.minor:
            raise LaterOneOpensElsewhere(
                later=later, opening=Money(opening, closing.currency), closing=closing
            )


def _say_by_when(session: Session, statements: Sequence[Statement], on: date) -> None:
    """Set the day to answer by, where silence may not count and none was said."""
    days = settings.read(session, "statement_answer_days", ANSWER_DAYS)
    for one in statements:
        if one.answer_by is None and one.request != asking.NEGATIVE:
            one.answer_by = on + timedelta(days=days)


def _number(session: Session, statements: Sequence[Statement], on: date) -> None:
    """Number what has no number yet; a new version keeps that of the one before."""
    new = [one for one in statements if not one.number]
    if new:
        numbers = settings.next_numbers(session, "statement", [on] * len(new))
        for one, number in zip(new, numbers, strict=True):
            one.number = number


def _next_version(session: Session, statement: Statement) -> int:
    last = select(func.max(Statement.version)).where(Statement.number == statement.number)
    return session.execute(last).scalar_one() + 1


def _replace_earlier(session: Session, statement: Statement) -> None:
    if statement.supersedes_id is None:
        return
    earlier = session.get_one(Statement, statement.supersedes_id)
    earlier.state = moves.after(earlier.state, "supersede", earlier.number)
    earlier.superseded_by_id = statement.id


def _headers(
    session: Session, statements: Sequence[Statement], figures: Mapping[int, Figures], on: date
) -> dict[int, Header]:
    company, head = _company(settings.company(session)), audit.head(session)
    looks = templates.looks_for(session, [one.customer for one in statements])
    used = {section.currency for one in statements for section in figures[one.id].sections}
    ours = {currency: _pay_to(session, currency, on) for currency in used}
    return {
        one.id: Header(
            number=one.number or "",
            version=one.version,
            request=one.request,
            issued_on=on,
            answer_by=one.answer_by,
            company=company,
            customer=_customer(one.customer),
            audit_head=head,
            verify_code=new_code(),
            pay_to={
                section.currency: account
                for section in figures[one.id].sections
                if (account := ours[section.currency]) is not None
            },
            silence=_silence(session, one),
            look=looks[one.customer_id],
        )
        for one in statements
    }


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
