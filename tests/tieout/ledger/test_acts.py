"""Acts of several documents, and what follows from a link; rates filled in; retention."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_customer
from tests.support.books import day, given, post, settle
from tieout import settings
from tieout.customers.models import CustomerAccount
from tieout.ledger import acts, ageing, balances, drafts, entering, linked, posting, reversing
from tieout.ledger.checks import check_books
from tieout.ledger.inputs import DocumentInput, DuePart
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.settings import rates

END = day("2026-12-31")


def owed(session: Session, account: CustomerAccount, on: date = END) -> str:
    return balances.balance(session, account.id, on).plain


def alone(session: Session) -> None:
    """This company leaves entering to one person."""
    settings.company(session).two_people = []
    session.flush()


def shared(account: CustomerAccount, *children: tuple[CustomerAccount, str]) -> list[DocumentInput]:
    payment = given(account, "payment", "TT-1", "2026-06-10", "-1000.00")
    halves = [
        half
        for child, amount in children
        for half in acts.share(payment, child.id, Money.of(amount, "CNY"), "from head office")
    ]
    return [payment, *halves]


def test_one_payment_pays_for_several_customers(session: Session, account: CustomerAccount) -> None:
    """Head office pays 1,000.00: 300.00 are for one shop, 450.00 for another, 250.00 stay."""
    one, two = make_customer(session, "SHOP-1"), make_customer(session, "SHOP-2")
    alone(session)
    post(session, one, "invoice", "INV-1", "2026-06-01", "300.00")

    made = entering.enter(session, *shared(account, (one, "300.00"), (two, "450.00")), by=BY, at=AT)

    assert isinstance(made, Document)
    assert [owed(session, it) for it in (account, one, two)] == ["-250.00", "0.00", "-450.00"]
    assert made.due_items[0].open_minor == 250_00
    assert len(acts.shares_of(session, made.id)) == 4
    assert check_books(session) == []

    reversing.reverse(session, made, reason="Booked twice.", by=BY, at=AT)

    assert [owed(session, it) for it in (account, one, two)] == ["0.00", "300.00", "0.00"]
    assert check_books(session) == []


def test_a_shared_payment_waits_for_a_second_person(
    session: Session, account: CustomerAccount
) -> None:
    shops = [make_customer(session, f"SHOP-{n}") for n in (1, 2, 3)]
    documents = shared(account, *((shop, "100.00") for shop in shops))

    draft = entering.enter(session, *documents, by=BY, at=AT)

    assert not isinstance(draft, Document)
    assert len(drafts.documents_of(draft)) == 7
    assert [owed(session, shop) for shop in shops] == ["0.00"] * 3
    drafts.approve(session, draft, digest=draft.content_digest, by=OTHER, at=AT)
    assert [owed(session, shop) for shop in shops] == ["-100.00"] * 3
    assert owed(session, account) == "-700.00"


def test_no_more_is_shared_out_than_came_in(session: Session, account: CustomerAccount) -> None:
    shop = make_customer(session, "SHOP-1")
    with pytest.raises(acts.SharesTooMuch):
        entering.enter(session, *shared(account, (shop, "1000.01")), by=BY, at=AT)


def test_a_bounced_payment_opens_what_it_had_settled(
    session: Session, account: CustomerAccount
) -> None:
    alone(session)
    invoice = post(session, account, "invoice", "INV-1", "2026-06-01", "800.00")
    payment = post(session, account, "payment", "TT-1", "2026-06-10", "-800.00")
    settle(session, invoice, payment, "800.00")

    bounce = given(account, "bounced_payment", "BP-1", "2026-06-15", "500.00")
    with pytest.raises(linked.LinkMissing):
        entering.enter(session, bounce, by=BY, at=AT)
    with pytest.raises(linked.WrongLink):
        entering.enter(session, replace(bounce, related_id=invoice.id), by=BY, at=AT)
    linked_one = replace(bounce, related_id=payment.id)
    with pytest.raises(linked.MoreThanLinked):
        too_much = replace(linked_one, amount=Money.of("800.01", "CNY"))
        entering.enter(session, too_much, by=BY, at=AT)
    entering.enter(session, linked_one, by=BY, at=AT)

    assert invoice.due_items[0].open_minor == 500_00
    assert payment.due_items[0].open_minor == 0
    assert balances.open_items(session, account.id, day("2026-06-14")) == []
    [item] = balances.open_items(session, account.id, day("2026-06-15"))
    assert (item.number, item.open.plain) == ("INV-1", "500.00")
    assert check_books(session) == []


def test_a_refund_uses_up_the_credit_it_pays_back(
    session: Session, account: CustomerAccount
) -> None:
    alone(session)
    note = post(session, account, "credit_note", "CN-1", "2026-06-01", "-120.00")

    made = entering.enter(
        session,
        given(account, "refund", "RF-1", "2026-06-05", "100.00", related_id=note.id),
        by=BY,
        at=AT,
    )

    assert isinstance(made, Document)
    assert made.due_items[0].open_minor == 0
    assert note.due_items[0].open_minor == 20_00
    with pytest.raises(linked.MoreThanLinked):
        again = given(account, "refund", "RF-2", "2026-06-06", "20.01", related_id=note.id)
        entering.enter(session, again, by=BY, at=AT)


def test_the_rate_of_the_day_fills_in_the_base_amount(
    session: Session, account: CustomerAccount
) -> None:
    foreign = make_customer(session, "E-1", "EUR")
    for on, rate in (("2026-06-01", "7.85"), ("2026-06-20", "7.90")):
        given_rate = rates.RateInput("EUR", day(on), Decimal(rate), "central bank")
        rates.add(session, given_rate, by=BY)

    before = post(session, foreign, "invoice", "INV-1", "2026-05-31", "100.00")
    within = post(session, foreign, "invoice", "INV-2", "2026-06-19", "100.00")
    agreed = post(session, foreign, "invoice", "INV-3", "2026-06-20", "100.00", rate=Decimal("8"))
    taken_back = reversing.reverse(session, within, on=day("2026-06-21"), by=BY, at=AT)

    assert (before.base_minor, before.rate) == (None, None)
    assert (within.base_minor, within.rate) == (785_00, "7.85")
    assert (agreed.base_minor, agreed.rate) == (800_00, "8")
    assert taken_back.base_minor == -785_00
    worth = rates.in_base(
        session, [Money.of("10.00", "EUR"), Money.of("5.00", "CNY"), Money.of("1", "JPY")], END
    )
    assert worth is not None
    assert (worth.total.plain, [one.plain for one in worth.without]) == ("84.00", ["1"])
    assert rates.in_base(session, [Money.of("5.00", "CNY")], END) is None


def test_retention_stands_apart_until_it_is_due(session: Session, account: CustomerAccount) -> None:
    """Of 10,000.00 billed, 500.00 are kept back until the end of the guarantee."""
    post(
        session,
        account,
        "invoice",
        "INV-1",
        "2026-01-31",
        "10000.00",
    )
    bill = given(account, "invoice", "INV-2", "2026-01-31", "10000.00")
    parts = (
        DuePart(day("2026-03-02"), Money.of("9500.00", "CNY")),
        DuePart(day("2027-01-31"), Money.of("500.00", "CNY"), is_retention=True),
    )
    bill = replace(bill, due=parts)
    assert DocumentInput.from_json(bill.to_json()) == bill
    posting.post(session, bill, by=BY, at=AT)

    aged = ageing.account_ageing(session, account.id, day("2026-02-15"))
    assert (aged.not_due.plain, aged.kept_back.plain) == ("20000.00", "500.00")
    later = ageing.account_ageing(session, account.id, day("2027-02-15"))
    assert later.kept_back.plain == "0.00"
    assert later.buckets[0].amount.plain == "500.00"
