"""The figures of the first page are added up by the database: the same as counted one by one."""

import itertools
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer, make_staff
from tests.support.books import given as document_of
from tests.support.books import post, settle
from tieout.customers.models import CustomerAccount
from tieout.ledger import ageing, allocation, disputed, posting
from tieout.ledger.aged_sums import company_total
from tieout.ledger.buckets import AgeingDoesNotAddUp
from tieout.ledger.inputs import DuePart
from tieout.ledger.models import AccountTotal, Document
from tieout.money import Money
from tieout.month_end import stages, waiting
from tieout.month_end.facts import Answered, Compared, Facts, Told
from tieout.periods import Period
from tieout.statements import answers, auditing, confirm, drafting, issuing, moves
from tieout.statements.confirm import Answer
from tieout.statements.evidence import Evidence
from tieout.statements.models import Confirmation, Statement, StatementSection

JUNE = Period.month(2026, 6)
ON = date(2026, 7, 2)
SAYS = Evidence(person="Wang Min", authority=True, wording="The balance is right.")


@pytest.fixture
def accounts(session: Session) -> list[CustomerAccount]:
    """Nine customers of two sales people, two of them in euro; each a little different."""
    make_company(session)
    chance = random.Random(11)
    owners = [make_staff(session, "sales", name=name).id for name in ("Lin Jie", "Gao Lei")]
    made = []
    for no in range(9):
        account = make_customer(session, f"M-{no:04}", "EUR" if no % 4 == 3 else "CNY")
        account.customer.owner_id = owners[no % 2]
        made.append(account)
        if no < 8:  # the last one has no document at all
            _book(session, account, no, chance)
    session.flush()
    return made


def _book(session: Session, account: CustomerAccount, no: int, chance: random.Random) -> None:
    bills: list[Document] = []
    for bill in range(5):
        on = date(2026, 2, 1) + timedelta(days=35 * bill + chance.randrange(9))
        due = on + timedelta(days=chance.choice((0, 30, 60)))
        amount = f"{chance.randrange(100, 90_000)}.{chance.randrange(100):02}"
        number = f"INV-{no}{bill}"
        bills.append(post(session, account, "invoice", number, f"{on}", amount, due=f"{due}"))
    paid = post(session, account, "payment", f"PAY-{no}", "2026-06-12", "-60.00")
    settle(session, bills[0], paid, "25.00")
    undone = settle(session, bills[1], paid, "15.00")
    if no % 2:
        allocation.undo(session, undone, by=BY, at=AT + timedelta(days=20))
    part = Money.of("40.00", account.currency)
    disputed.open_parts(
        session, bills[2], part, dispute_ref=f"D-{no}", on=date(2026, 6, 20 + no), at=AT
    )
    if no == 2:  # money kept back until a guarantee has run out
        kept = document_of(account, "invoice", "INV-KEPT", "2026-05-02", "1000.00")
        amounts = ("2026-06-01", "950.00", False), ("2027-05-02", "50.00", True)
        parts = tuple(
            DuePart(date.fromisoformat(day), Money.of(amount, "CNY"), retained)
            for day, amount, retained in amounts
        )
        posting.post(session, replace(kept, due=parts), by=BY, at=AT)
    if no == 4:  # in credit
        post(session, account, "credit_note", "CN-4", "2026-07-01", "-999999.00")


def test_the_ageing_of_all_is_the_last_line_of_the_ageing_of_each(
    session: Session, accounts: list[CustomerAccount]
) -> None:
    owners = (None, accounts[0].customer.owner_id)
    for text in ("2026-02-20", "2026-06-11", "2026-06-22", "2026-07-02", "2027-07-02"):
        day = date.fromisoformat(text)
        for currency, owner in itertools.product(("CNY", "EUR", "USD"), owners):
            plain = ageing.company_ageing(session, day, currency, bounds=(30, 60), owner_id=owner)
            total = company_total(session, day, currency, bounds=(30, 60), owner_id=owner)
            assert total == plain.total, (day, currency, owner)


def test_sums_of_the_database_age_as_the_items_one_by_one(
    session: Session, accounts: list[CustomerAccount]
) -> None:
    """Asked as known in a year, the same ageing is worked out item by item."""
    ever = AT + timedelta(days=365)
    for text in ("2026-02-20", "2026-06-11", "2026-06-22", "2026-07-02", "2027-07-02"):
        day = date.fromisoformat(text)
        for currency in ("CNY", "EUR"):
            summed = ageing.company_ageing(session, day, currency, bounds=(30, 60))
            assert summed == ageing.company_ageing(session, day, currency, ever, bounds=(30, 60))


def test_totals_that_are_not_the_documents_are_not_shown(
    session: Session, accounts: list[CustomerAccount]
) -> None:
    """Two wrong totals that balance each other are seen too."""
    for account, wrong in zip(accounts[:2], (100, -100), strict=True):
        session.get_one(AccountTotal, account.id).balance_minor += wrong
    session.flush()

    with pytest.raises(AgeingDoesNotAddUp):
        company_total(session, ON, "CNY")


def answer(session: Session, statement: Statement, stated: str = "") -> None:
    section = statement.sections[0]
    told = Answer(
        section_id=section.id,
        version=statement.version,
        sha256=statement.sha256 or "",
        agrees=not stated,
        evidence=SAYS,
        balance=Money(section.closing_minor, section.currency),
        stated=Money.of(stated, section.currency) if stated else None,
    )
    confirm.confirm(session, statement, told, by=BY, at=AT)


@pytest.fixture
def june(session: Session, accounts: list[CustomerAccount]) -> list[CustomerAccount]:
    """Some have their statement, some have answered, one has no address."""
    for no, account in enumerate(accounts[:7]):
        made = drafting.draft(session, account.customer, JUNE, by=BY, at=AT)
        if no == 6:
            continue
        drafting.approve(session, made, by=OTHER, at=AT)
        issuing.issue(session, made, by=OTHER, at=AT)
        made.answer_by = ON + timedelta(days=no - 2)
        if no < 3:
            answer(session, made, "1.00" if no == 2 else "")
    accounts[7].customer.contacts[0].email = ""
    for no, account in enumerate(accounts):
        account.credit_limit_minor = 0 if no % 3 else None
    session.flush()
    return accounts


def test_the_stages_counted_are_the_stages_of_each(
    session: Session, june: list[CustomerAccount]
) -> None:
    for currency in ("CNY", "EUR"):
        for owner in (None, june[0].customer.owner_id):
            each = stages.standings(session, JUNE, currency, owner_id=owner)
            total, through = stages.counted(session, JUNE, currency, owner_id=owner)
            assert (total, through) == (len(each), stages.counts(each))
    assert len(stages.standings(session, JUNE, "CNY")) == 6


def test_who_has_not_answered_is_counted_as_one_by_one(
    session: Session, june: list[CustomerAccount]
) -> None:
    answered = set(session.scalars(select(Confirmation.section_id)))
    rows = [
        (statement, section)
        for statement, section in session.execute(
            select(Statement, StatementSection).join(
                StatementSection, StatementSection.statement_id == Statement.id
            )
        )
        if statement.state == "issued" and section.id not in answered
    ]

    found = waiting.unanswered(session, ON)

    assert found.count == len({statement.customer_id for statement, _ in rows}) == 3
    assert found.amounts == waiting.sums(
        Money(section.closing_minor, section.currency) for _, section in rows
    )
    late = {one.customer_id for one, _ in rows if one.answer_by and one.answer_by < ON}
    assert [one.facts for one in found.why] == ([{"count": len(late)}] if late else [{}])
    assert found.oldest == date(2026, 7, 2)


def test_who_is_over_the_limit_is_counted_as_one_by_one(
    session: Session, june: list[CustomerAccount]
) -> None:
    over = [
        (account, balance)
        for account in june
        if account.credit_limit_minor is not None
        and (total := session.get(AccountTotal, account.id)) is not None
        and (balance := total.balance_minor) > account.credit_limit_minor
    ]

    found = waiting.over_limit(session)

    assert found.count == len(over)
    assert found.amounts == waiting.sums(Money(owed, one.currency) for one, owed in over)


@dataclass
class Row:
    """An account of a customer."""

    account_id: int
    customer_id: int
    code: str = "M"
    name: str = "M"
    owner_id: int | None = None


SOME = st.frozensets(st.integers(1, 6))
COUNTS = st.dictionaries(st.integers(1, 6), st.integers(0, 2))
ZERO = Money.zero("CNY")


@given(
    st.builds(
        Facts,
        pending=SOME,
        rows_to_put_right=COUNTS,
        statements=st.dictionaries(
            st.integers(1, 6),
            st.builds(
                Told,
                id=st.integers(1, 9),
                state=st.sampled_from(sorted({*moves.FROZEN, moves.DRAFT, moves.EXCUSED})),
                issued_on=st.sampled_from([None, date(2026, 7, 1), ON]),
                is_changed=st.booleans(),
            ),
        ),
        reachable=SOME,
        undelivered=SOME,
        told=st.just(frozenset()),
        answers=st.dictionaries(
            st.integers(1, 6),
            st.builds(
                Answered,
                outcome=st.sampled_from([*answers.GIVEN, answers.DEEMED, auditing.WITH_AUDITOR]),
                is_off=st.booleans(),
            ),
        ),
        compared=st.dictionaries(
            st.integers(1, 6),
            st.builds(
                Compared,
                reconciliation_id=st.integers(1, 9),
                unexplained=st.sampled_from([ZERO, Money(5, "CNY"), Money(-7, "CNY")]),
                proposals=st.integers(0, 2),
            ),
        ),
        disputes=COUNTS,
        drafts=COUNTS,
        is_closed=st.booleans(),
    )
)
def test_accounts_that_are_alike_are_through_with_the_same(known: Facts) -> None:
    rows = [Row(no, 1 + no % 6) for no in range(1, 7)]
    each = [stages._standing(row, ZERO, known) for row in rows]

    assert stages.through(rows, known) == stages.counts(each)
