"""Where each account stands in a month, what closing waits for, and closing by two people."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer, make_staff
from tests.support.books import post
from tieout.customers.models import CustomerAccount
from tieout.dunning.models import PromiseToPay
from tieout.ledger import locks
from tieout.ledger.locks import PeriodLocked
from tieout.money import Money
from tieout.month_end import closing, conditions, stages, waiting
from tieout.periods import Period
from tieout.statements import confirm, drafting, issuing
from tieout.statements.confirm import Answer
from tieout.statements.evidence import Evidence
from tieout.statements.models import Statement

JUNE = Period.month(2026, 6)
ON = date(2026, 7, 2)
SAYS = Evidence(person="Wang Min", authority=True, wording="The balance is right.")


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer who owes 1,000.00 of June."""
    make_company(session, two_people=("period_close",))
    made = make_customer(session)
    post(session, made, "invoice", "INV-1", "2026-06-03", "1000.00")
    return made


def issue(session: Session, account: CustomerAccount) -> Statement:
    made = drafting.draft(session, account.customer, JUNE, by=BY, at=AT)
    drafting.approve(session, made, by=OTHER, at=AT)
    return issuing.issue(session, made, by=OTHER, at=AT)


def answer(session: Session, statement: Statement, *, agrees: bool, stated: str = "") -> None:
    section = statement.sections[0]
    given = Answer(
        section_id=section.id,
        version=statement.version,
        sha256=statement.sha256 or "",
        agrees=agrees,
        evidence=SAYS,
        balance=Money(section.closing_minor, section.currency),
        stated=Money.of(stated, section.currency) if stated else None,
    )
    confirm.confirm(session, statement, given, by=BY, at=AT)


def standing(session: Session) -> stages.Standing:
    [one] = stages.standings(session, JUNE, "CNY")
    return one


def words(session: Session) -> list[str]:
    return [
        "–" if cell is None else str(cell.words or cell.status or "done")
        for cell in standing(session).cells
    ]


def test_an_account_goes_through_the_stages_one_after_another(
    session: Session, account: CustomerAccount
) -> None:
    assert words(session) == ["done", "done", "not prepared", "–", "–", "–", "–"]

    statement = issue(session, account)
    assert words(session) == ["done", "done", "2026-07-02", "no answer", "–", "–", "–"]

    answer(session, statement, agrees=True)
    assert words(session)[3:] == ["agreed", "0.00", "done", "ready"]


def test_who_disagrees_has_to_be_matched(session: Session, account: CustomerAccount) -> None:
    answer(session, issue(session, account), agrees=False, stated="900.00")

    assert words(session)[3:] == ["disagreed", "to be matched", "–", "–"]
    assert stages.outcomes([standing(session)], "CNY")["disagreed"] == (1, Money.of("1000", "CNY"))


def test_a_customer_without_an_address_is_named(session: Session, account: CustomerAccount) -> None:
    account.customer.contacts[0].email = ""
    session.flush()

    assert words(session)[2] == "no address"


def test_who_has_nothing_to_hear_stands_nowhere(session: Session, account: CustomerAccount) -> None:
    make_customer(session, "M-0999")

    assert [one.code for one in stages.standings(session, JUNE, "CNY")] == ["M-0217"]


def test_closing_waits_for_every_statement(session: Session, account: CustomerAccount) -> None:
    with pytest.raises(closing.CannotCloseYet, match="every statement is issued or excused"):
        closing.ask(session, JUNE, by=BY, at=AT)


def test_two_people_close_and_the_books_are_locked(
    session: Session, account: CustomerAccount
) -> None:
    issue(session, account)
    asked = closing.ask(
        session, JUNE, general_ledger={"CNY": Money.of("1000.00", "CNY")}, by=BY, at=AT
    )

    with pytest.raises(closing.SecondPersonNeeded):
        closing.close(session, asked, by=BY, at=AT)
    closing.close(session, asked, by=OTHER, at=AT)

    assert locks.locked_through(session) == date(2026, 6, 30)
    assert words(session)[6] == "–"  # nobody has answered; what was closed stays closed
    with pytest.raises(PeriodLocked):
        post(session, account, "invoice", "INV-2", "2026-06-20", "1.00")
    with pytest.raises(closing.ClosedAlready):
        closing.ask(session, JUNE, by=BY, at=AT)


def test_a_general_ledger_that_says_otherwise_stops_it(
    session: Session, account: CustomerAccount
) -> None:
    issue(session, account)

    with pytest.raises(closing.DiffersFromGeneralLedger):
        closing.ask(session, JUNE, general_ledger={"CNY": Money.of("999.00", "CNY")}, by=BY, at=AT)


def test_a_close_that_was_refused_can_be_asked_for_again(
    session: Session, account: CustomerAccount
) -> None:
    issue(session, account)
    asked = closing.ask(session, JUNE, by=BY, at=AT)
    closing.refuse(session, asked, note="The bank file is missing.", by=OTHER, at=AT)

    assert closing.ask(session, JUNE, by=BY, at=AT).state == "asked"


def test_what_was_booked_since_is_told_apart(session: Session, account: CustomerAccount) -> None:
    issue(session, account)
    later = AT + timedelta(hours=3)
    post(session, account, "invoice", "INV-7", "2026-06-29", "50.00", at=later)

    [total] = conditions.control_totals(session, JUNE)

    assert (total.ledger, total.told, total.since) == tuple(
        Money.of(text, "CNY") for text in ("1050.00", "1000.00", "50.00")
    )
    assert total.ties


def test_today_counts_what_waits(session: Session, account: CustomerAccount) -> None:
    issue(session, account)
    account.credit_limit_minor = 90000
    session.add(
        PromiseToPay(
            customer_id=account.customer_id,
            account_id=account.id,
            amount_minor=40000,
            pay_on=date(2026, 6, 20),
            state="broken",
            given_by="Wang Min",
            given_at=AT,
            judged_on=ON,
        )
    )
    post(session, account, "payment", "PAY-1", "2026-06-25", "-10.00")

    unanswered = waiting.unanswered(session, ON)
    assert (unanswered.count, unanswered.amounts) == (1, (Money.of("1000.00", "CNY"),))
    over = waiting.over_limit(session)
    assert (over.count, [str(one) for one in over.why]) == (
        1,
        [f"above the limit by {Money.of('90.00', 'CNY')}"],
    )
    assert waiting.promises(session, ON).amounts == (Money.of("400.00", "CNY"),)
    unapplied = waiting.unapplied(session)
    assert (unapplied.count, unapplied.oldest) == (1, date(2026, 6, 25))
    assert waiting.approvals(session).count == 0


def test_sales_count_their_own_customers_alone(session: Session, account: CustomerAccount) -> None:
    issue(session, account)
    mine = make_staff(session, "sales", name="Lin Jie")

    assert waiting.unanswered(session, ON, waiting.own_customers(mine.id)).count == 0
    account.customer.owner_id = mine.id
    session.flush()
    assert waiting.unanswered(session, ON, waiting.own_customers(mine.id)).count == 1
