"""Rules a company, its groups and its customers can change."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post
from tests.tieout.reconciliation.books import compared
from tieout.audit.models import AuditEntry
from tieout.customers.models import CustomerAccount, CustomerGroup
from tieout.db import transaction
from tieout.errors import InvalidInput
from tieout.matching import PASSES, Difference, Rules
from tieout.reconciliation import agreeing, rule_choices, rule_sets, words
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.pass_names import PASS_NAMES
from tieout.reconciliation.picture import picture
from tieout.reconciliation.shown import ShownGroup


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer of a group."""
    factories.make_company(session)
    account = factories.make_customer(session)
    group = CustomerGroup(name="Chain stores")
    session.add(group)
    session.flush()
    account.customer.group_id = group.id
    return account


def choose(session: Session, scope: str = "company", scope_id: int = 0, **typed: str) -> None:
    """Choose rules as they would be typed."""
    wanted = {name: rule_choices.read(name, text) for name, text in typed.items()}
    rule_sets.write(session, wanted, scope=scope, scope_id=scope_id, by=BY, at=AT)


def everything(session: Session, made: Reconciliation) -> list[ShownGroup]:
    """All groups of a run."""
    return [*picture(session, made).groups, *agreeing.some(session, made, most=1000)]


def test_the_usual_values_are_those_of_the_engine() -> None:
    usual = {
        name: value for name, value in rule_choices.USUAL.items() if not name.startswith("pass_")
    }

    assert Rules.from_dict(usual) == Rules()
    assert set(rule_choices.CHOICES) <= set(rule_choices.USUAL)


def test_every_pass_has_a_name() -> None:
    assert list(PASS_NAMES) == [one.name for one in PASSES]


@pytest.mark.parametrize(
    ("name", "typed", "kept", "again"),
    [
        ("transit_days", "14", 14, "14"),
        ("discount_rates", "3, 1.5%", ["0.015", "0.03"], "1.5, 3"),
        ("max_bank_fee", "25.50", "25.50", "25.50"),
        ("tolerance_rate", "0.5", "0.005", "0.5"),
        ("clean", "re/2026/、sap-", ["RE/2026/", "SAP-"], "RE/2026/, SAP-"),
        ("tolerance_direction", "less", "less", "less"),
        ("pass_near_amount", "propose", "propose", "propose"),
    ],
)
def test_what_is_typed_is_kept_and_shown_again(
    name: str, typed: str, kept: object, again: str
) -> None:
    assert rule_choices.read(name, typed) == kept
    assert rule_choices.as_text(name, kept) == again


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("transit_days", "soon", "“soon” cannot be taken for"),
        ("transit_days", "-1", "from 0 to 366"),
        ("max_bank_fee", "NaN", "an amount such as"),
        ("tolerance_rate", "51", "from 0 to 50"),
        ("tolerance_rate", "0.00001", "from 0 to 50"),
        ("discount_rates", "2, 0", "above 0"),
        ("clean", "2026", "none of digits alone"),
        ("clean", "A", "2 to 40 signs"),
        ("pass_near_amount", "sometimes", "one of the three"),
    ],
)
def test_a_value_without_meaning_is_refused_in_a_sentence(name: str, typed: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rule_choices.read(name, typed)

    assert said in str(refused.value.sentence)


def test_the_customers_rule_counts_before_the_groups_and_the_companys(
    session: Session, account: CustomerAccount
) -> None:
    choose(session, transit_days="20", max_bank_fee="10", date_window="5")
    choose(session, "group", account.customer.group_id or 0, transit_days="30", max_bank_fee="15")
    choose(session, "customer", account.customer_id, transit_days="40")

    rules = rule_sets.rules_for(session, account, cutoff=AT.date()).rules

    assert (rules.transit_days, rules.max_bank_fee, rules.date_window) == (40, 1500, 5)


def test_rules_have_versions_and_the_same_again_makes_none(
    session: Session, account: CustomerAccount
) -> None:
    choose(session, transit_days="20")
    choose(session, transit_days="20")
    choose(session, transit_days="21")
    choose(session)

    found = rule_sets.versions(session, "company", 0)
    assert [(one.version, one.rules) for one in found] == [
        (3, {}),
        (2, {"transit_days": 21}),
        (1, {"transit_days": 20}),
    ]
    assert rule_sets.holding(session, account.customer) == {}


@pytest.mark.usefixtures("database")
def test_a_change_stands_in_the_trail_with_what_was_before() -> None:
    with transaction() as session:
        factories.make_company(session)
        choose(session, transit_days="20", max_bank_fee="10")
    with transaction() as session:
        choose(session, transit_days="21", max_bank_fee="10")
    with transaction() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "rules.written")
        ).all()
        assert len(entries) == 2


def test_a_tolerance_writes_off_what_nothing_proves(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-1", "2026-06-01", "1000.00")
    post(session, account, "invoice", "INV-2", "2026-06-02", "1000.00")
    theirs = "2026-06-03  invoice  INV-1  996.37\n2026-06-04  invoice  INV-2  993.63"
    before = compared(session, account, theirs)
    assert {one.difference for one in everything(session, before)} == {
        Difference.PRICE_OR_QUANTITY_DIFFERENCE
    }

    choose(session, tolerance="5", tolerance_rate="1", tolerance_cap="4")
    after = compared(session, account, theirs)

    found = {one.main.number: one for one in everything(session, after)}
    assert found["INV-1"].difference is Difference.TAX_ROUNDING
    assert found["INV-1"].detail == "tolerated"
    assert found["INV-2"].difference is Difference.PRICE_OR_QUANTITY_DIFFERENCE


def test_a_tolerance_may_go_one_way_only(session: Session, account: CustomerAccount) -> None:
    post(session, account, "invoice", "INV-1", "2026-06-01", "1000.00")
    post(session, account, "invoice", "INV-2", "2026-06-02", "1000.00")
    theirs = "2026-06-03  invoice  INV-1  996.37\n2026-06-04  invoice  INV-2  1004.41"
    choose(session, tolerance="5", tolerance_direction="more")

    made = compared(session, account, theirs)

    found = {one.main.number: one.difference for one in everything(session, made)}
    assert found["INV-1"] is Difference.PRICE_OR_QUANTITY_DIFFERENCE
    assert found["INV-2"] is Difference.TAX_ROUNDING


def test_tax_in_one_book_alone_is_named_by_its_rate(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-2026-0001", "2026-06-01", "1130.00")
    choose(session, tax_rates="13")

    made = compared(session, account, "2026-06-03  invoice  INV-2026-0001  1000.00")

    [group] = everything(session, made)
    assert group.detail == "tax"
    assert str(words.what(group, staff=True)) == (
        "Invoice INV-2026-0001 differs by the tax of 13 %."
    )
    assert "Ours holds the tax of 130.00, theirs does not" in str(words.why(group, staff=True))


def test_tax_withheld_from_a_payment_is_named_by_its_rate(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "payment", "PAY-2026-0001", "2026-06-01", "-900.00")
    choose(session, withholding_rates="10", discount_rates="2", max_bank_fee="5")

    made = compared(session, account, "2026-06-01  payment  PAY-2026-0001  -1000.00")

    [group] = everything(session, made)
    assert group.detail == "withheld"
    assert "10 % of 1,000.00 was withheld" in str(words.why(group, staff=True))


def test_a_pass_may_only_propose_or_not_run_at_all(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-1", "2026-06-01", "777.00")
    theirs = "2026-06-02  invoice  -  777.00"
    [usual] = everything(session, compared(session, account, theirs))

    choose(session, pass_amount_and_date="propose")
    [proposed] = everything(session, compared(session, account, theirs))
    choose(session, pass_amount_and_date="off", pass_amount_and_far_date="off")
    apart = everything(session, compared(session, account, theirs))

    assert (usual.found_by, usual.is_proposed) == ("amount_and_date", False)
    assert (proposed.found_by, proposed.is_proposed) == ("amount_and_date", True)
    assert len(apart) == 2


def test_parts_of_references_are_left_out_before_numbers_are_compared(
    session: Session, account: CustomerAccount
) -> None:
    post(session, account, "invoice", "INV-2210427", "2026-06-18", "500.00")
    theirs = "2026-06-20  invoice  SAP9932210427  480.00"
    before = everything(session, compared(session, account, theirs))

    choose(session, clean="SAP993")
    [after] = everything(session, compared(session, account, theirs))

    assert len(before) == 2
    assert after.difference is Difference.PRICE_OR_QUANTITY_DIFFERENCE
