"""What settles what: by number, by the only exact amount, oldest first only where agreed."""

import random
from itertools import combinations

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY
from tests.support.books import day, post
from tieout import settings
from tieout.customers.models import CustomerAccount
from tieout.ledger import automatic
from tieout.ledger.inputs import ReferenceInput
from tieout.ledger.models import Document, DueItem
from tieout.ledger.settling import Proposal, Side, propose
from tieout.ledger.subsets import Steps, only_subset
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


@pytest.mark.parametrize(
    ("ours", "bank", "settled"),
    [
        ("INV-1043", "INV-1043", True),
        ("INV-1043", "inv1043", True),
        ("INV-1043", "FT 26052 INV-1043", False),
        ("100234", "100234", False),
        ("INV-1043", "NONREF", False),
    ],
)
def test_a_bank_reference_says_something_where_all_of_it_is_ours(
    session: Session, account: CustomerAccount, ours: str, bank: str, settled: bool
) -> None:
    post(session, account, "invoice", ours, "2026-05-01", "500.00")
    said = (ReferenceInput("bank", bank),)
    post(session, account, "payment", "", "2026-06-01", "-300.00", references=said)

    made = automatic.allocate_automatically(session, account.id, by=BY, at=AT)

    assert [one.amount_minor for one in made] == ([30000] if settled else [])


def test_a_payment_by_the_number_of_an_invoice_settles_it(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-1043", "2026-05-01", "500.00")
    post(session, account, "invoice", "INV-1044", "2026-05-01", "300.00")
    post(session, account, "payment", "INV-1043", "2026-06-01", "-300.00")

    made = automatic.allocate_automatically(session, account.id, by=BY, at=AT)

    [one] = made
    settled = session.get_one(DueItem, one.debit_item_id)
    assert session.get_one(Document, settled.document_id).number == "INV-1043"


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


def test_the_only_documents_that_add_up_are_settled_together() -> None:
    debits = [side(1, "A-1001", "300.00"), side(2, "A-1002", "450.00"), side(3, "A-1003", "520.00")]
    credits = [side(9, "", "820.00", "2026-06-01")]

    found = propose(debits, credits, [])

    assert told(found) == [
        (1, 9, "300.00", "exact_subset", True),
        (3, 9, "520.00", "exact_subset", True),
    ]
    assert str(found[0].reason) == (
        "A-1001, A-1003 are the only open documents that add up to exactly CNY 820.00."
    )


def test_where_two_sets_add_up_neither_is_proposed() -> None:
    amounts = ("300.00", "500.00", "200.00", "600.00")
    debits = [side(n, f"A-100{n}", amount) for n, amount in enumerate(amounts)]
    credits = [side(9, "", "800.00", "2026-06-01")]

    assert propose(debits, credits, []) == []


def test_two_payments_that_want_the_same_documents_settle_none() -> None:
    debits = [side(1, "A-1001", "300.00"), side(2, "A-1002", "450.00")]
    credits = [side(8, "", "750.00", "2026-06-01"), side(9, "", "750.00", "2026-06-02")]

    assert propose(debits, credits, []) == []


def test_a_set_with_a_later_document_is_looked_at() -> None:
    debits = [side(1, "A-1001", "300.00"), side(2, "A-1002", "450.00", "2026-06-05")]
    credits = [side(9, "", "750.00", "2026-06-01")]

    assert [one.is_certain for one in propose(debits, credits, [])] == [False, False]


def test_among_many_round_amounts_a_set_that_fits_is_only_proposed() -> None:
    debits = [side(n, f"A-10{n:02d}", f"{2**n}.00") for n in range(14)]
    credits = [side(99, "", "4099.00", "2026-06-01")]

    found = propose(debits, credits, [])

    assert [one.amount.plain for one in found] == ["1.00", "2.00", "4096.00"]
    assert {one.is_certain for one in found} == {False}


def test_a_remittance_that_says_how_much_is_for_what_settles_just_that() -> None:
    debits = [side(1, "INV-1043", "500.00"), side(2, "INV-1044", "1500.00")]
    says = "INV-1043 CNY 400.00; INV 1044: 1,250.50"
    credits = [side(9, "PAY-1", "1650.50", "2026-06-01", says)]

    found = propose(debits, credits, ["INV-1043", "INV-1044"])

    assert told(found) == [
        (1, 9, "400.00", "remittance", True),
        (2, 9, "1250.50", "remittance", True),
    ]
    assert str(found[1].reason) == "It says CNY 1,250.50 for INV-1044."


def test_a_remittance_that_does_not_add_up_is_no_list() -> None:
    debits = [side(1, "INV-1043", "500.00"), side(2, "INV-1044", "1500.00")]
    credits = [side(9, "PAY-1", "1650.50", "2026-06-01", "INV-1043 400.00, INV-1044 1,200.00")]

    found = propose(debits, credits, ["INV-1043", "INV-1044"])

    assert {(one.rule, one.is_certain) for one in found} == {("reference", False)}


@pytest.mark.parametrize("seed", range(20))
def test_one_set_alone_is_found_and_several_are_not(seed: int) -> None:
    """Against looking through every set there is."""
    chance = random.Random(seed)
    amounts = [chance.randrange(1, 60) for _ in range(chance.randrange(1, 11))]
    wanted = chance.randrange(1, sum(amounts) + 1)
    fitting = [
        places
        for size in range(1, len(amounts) + 1)
        for places in combinations(range(len(amounts)), size)
        if sum(amounts[place] for place in places) == wanted
    ]

    found = only_subset(amounts, wanted)

    assert (found.places if found else None) == (fitting[0] if len(fitting) == 1 else None)


def test_too_many_sums_are_given_up_at_once() -> None:
    chance = random.Random(7)

    assert only_subset([chance.randrange(1, 10**9) for _ in range(400)], 10**11) is None


def test_all_but_one_of_many_are_found() -> None:
    chance = random.Random(7)
    amounts = [chance.randrange(10_000, 10**9) for _ in range(60)]

    found = only_subset(amounts, sum(amounts) - amounts[17])

    assert found is not None
    assert found.places == (*range(17), *range(18, 60))


def test_many_payments_without_a_number_cost_a_bounded_search() -> None:
    """A thousand documents and three hundred payments that none of them explains."""
    chance = random.Random(7)
    steps = Steps(100_000)
    amounts = [chance.randrange(10_000, 10**7) for _ in range(1000)]

    found = [only_subset(amounts, chance.randrange(10_000, 10**7), steps) for _ in range(300)]

    assert steps.left > -(1 << 17)
    assert not any(found)


def test_nothing_is_found_once_the_search_is_used_up() -> None:
    steps = Steps(1)

    assert only_subset([300, 500, 400], 800, steps) is None
    assert steps.left < 0
    found = only_subset([300, 500, 400], 800)
    assert found is not None
    assert found.places == (0, 1)
