"""What settles what: by number, by the only exact amount, oldest first only where agreed."""

import random

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY
from tests.support.books import day, post
from tieout import settings
from tieout.customers.models import CustomerAccount
from tieout.ledger import automatic
from tieout.ledger.inputs import ReferenceInput
from tieout.ledger.settling import Proposal, Side, propose
from tieout.money import Money


def side(n: int, number: str, amount: str, on: str = "2026-05-01", *says: str) -> Side:
    """An open item."""
    return Side(
        item_id=n,
        document_id=n,
        number=number,
        issued_on=day(on),
        due_on=day(on),
        open=Money.of(amount, "CNY"),
        says=says,
    )


def told(proposals: list[Proposal]) -> list[tuple[int, int, str, str, bool]]:
    return [
        (one.debit_item_id, one.credit_item_id, one.amount.plain, one.rule, one.is_certain)
        for one in proposals
    ]


def test_a_credit_settles_what_it_names_and_nothing_else() -> None:
    debits = [side(1, "INV-1043", "500.00"), side(2, "INV-1044", "500.00")]
    credits = [side(9, "PAY-1", "500.00", "2026-06-01", "for inv 1044")]

    found = propose(debits, credits, ["INV-1043", "INV-1044"])

    assert told(found) == [(2, 9, "500.00", "reference", True)]
    assert str(found[0].reason) == "It names INV-1044."


def test_who_names_what_is_settled_already_settles_no_stranger() -> None:
    """INV-1042 is paid; its second payment is not put on the invoice of the same amount."""
    debits = [side(1, "INV-1043", "500.00")]
    credits = [side(9, "PAY-1", "500.00", "2026-06-01", "INV-1042")]

    assert propose(debits, credits, ["INV-1042", "INV-1043"]) == []


def test_separators_make_no_difference_but_moved_ones_do() -> None:
    debits = [side(1, "INV-20240-01", "500.00")]
    same = [side(9, "", "200.00", "2026-06-01", "INV2024001")]
    other = [side(9, "", "200.00", "2026-06-01", "INV-2024-001")]

    assert len(propose(debits, same, ["INV-20240-01"])) == 1
    assert propose(debits, other, ["INV-20240-01"]) == []


def test_the_only_exact_amount_is_proposed_and_twins_are_not() -> None:
    debits = [side(1, "A-1001", "500.00"), side(2, "A-1002", "700.00"), side(3, "A-1003", "700.00")]
    credits = [side(8, "", "500.00", "2026-06-01"), side(9, "", "700.00", "2026-06-01")]

    assert told(propose(debits, credits, [])) == [(1, 8, "500.00", "exact_amount", True)]


def test_money_that_came_before_the_document_is_looked_at() -> None:
    debits = [side(1, "A-1001", "500.00", "2026-06-05")]
    credits = [side(8, "", "500.00", "2026-06-01")]

    assert told(propose(debits, credits, [])) == [(1, 8, "500.00", "exact_amount", False)]


def test_one_payment_names_several_and_all_are_settled() -> None:
    debits = [side(1, "INV-1043", "300.00"), side(2, "INV-1044", "200.00")]
    credits = [side(9, "", "500.00", "2026-06-01", "INV-1043, INV-1044")]

    assert told(propose(debits, credits, [])) == [
        (1, 9, "300.00", "reference", True),
        (2, 9, "200.00", "reference", True),
    ]


def test_it_is_not_certain_which_of_several_is_short() -> None:
    debits = [side(1, "INV-1043", "300.00"), side(2, "INV-1044", "200.00")]
    credits = [side(9, "", "450.00", "2026-06-01", "INV-1043, INV-1044")]

    assert [one[4] for one in told(propose(debits, credits, []))] == [False, False]


def test_oldest_first_only_where_it_was_agreed() -> None:
    debits = [side(1, "A-1001", "300.00", "2026-05-02"), side(2, "A-1002", "200.00", "2026-05-01")]
    credits = [side(9, "", "250.00", "2026-06-01")]

    assert propose(debits, credits, []) == []
    assert told(propose(debits, credits, [], oldest_first=True)) == [
        (2, 9, "200.00", "oldest_first", True),
        (1, 9, "50.00", "oldest_first", True),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_rows_changes_nothing(seed: int) -> None:
    debits = [side(n, f"INV-{1000 + n}", f"{n * 100}.00") for n in range(1, 8)]
    credits = [
        side(20, "", "300.00", "2026-06-01", "INV-1003"),
        side(21, "", "500.00", "2026-06-02"),
        side(22, "", "900.00", "2026-06-03", "INV-1001 INV-1007"),
    ]
    expected = told(propose(debits, credits, []))
    shuffled = random.Random(seed)
    shuffled.shuffle(debits)
    shuffled.shuffle(credits)

    assert told(propose(debits, credits, [])) == expected


def test_what_is_certain_is_settled_and_the_rest_stays_proposed(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-1043", "2026-05-01", "500.00")
    post(session, account, "invoice", "INV-1044", "2026-06-20", "700.00")
    post(
        session,
        account,
        "payment",
        "",
        "2026-06-01",
        "-500.00",
        references=(ReferenceInput("remittance", "INV-1043"),),
    )
    post(session, account, "payment", "", "2026-06-02", "-700.00")

    made = automatic.allocate_automatically(session, account.id, by=BY, at=AT)

    assert [(one.amount_minor, one.rule) for one in made] == [(50000, "reference")]
    [left] = automatic.proposals(session, account.id)
    assert not left.is_certain  # the money came before the invoice
    found = automatic.proposed(
        session, account.id, left.debit_item_id, left.credit_item_id, left.amount.minor
    )
    automatic.accept(session, found, by=BY, at=AT)
    with pytest.raises(automatic.NoLongerProposed):
        automatic.proposed(
            session, account.id, left.debit_item_id, left.credit_item_id, left.amount.minor
        )


def test_oldest_first_is_asked_of_customer_group_and_company(
    session: Session, account: CustomerAccount
) -> None:
    assert not automatic.wants_oldest_first(session, account.id)

    settings.write(session, automatic.OLDEST_FIRST, True, by=BY)
    assert automatic.wants_oldest_first(session, account.id)

    settings.write(
        session,
        automatic.OLDEST_FIRST,
        False,
        scope="customer",
        scope_id=account.customer_id,
        by=BY,
    )
    assert not automatic.wants_oldest_first(session, account.id)
