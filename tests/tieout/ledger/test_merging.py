"""Two customers that are one: what is open moves with its age, what was said stays, all undone."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_customer
from tests.support.books import day, post, settle
from tieout import settings
from tieout.customers import Directory, find_customer
from tieout.customers.duplicates import alike, core, proposals
from tieout.customers.memberships import acting, join
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerMerge
from tieout.ledger import ageing, balances, deliveries, merging
from tieout.ledger.checks import check_books
from tieout.ledger.deliveries import DeliveryInput
from tieout.ledger.models import DisputedPart
from tieout.money import Money

TODAY = day("2026-07-02")


@pytest.fixture
def twin(session: Session, account: CustomerAccount) -> CustomerAccount:
    """The same company once more, under another code."""
    made = make_customer(session, "M-0999")
    made.customer.name = "Mingyuan Hardware Co., Ltd."
    account.customer.name = "Ming Yuan Hardware Limited"
    session.flush()
    return made


def owed(session: Session, account: CustomerAccount) -> str:
    return balances.balance(session, account.id, day("2026-12-31")).plain


def merged(session: Session, twin: CustomerAccount, account: CustomerAccount) -> CustomerMerge:
    made = merging.propose(
        session, twin.customer, account.customer, reason="Entered twice.", on=TODAY, by=BY, at=AT
    )
    merging.approve(session, made, on=TODAY, by=OTHER, at=AT)
    return made


def test_what_is_open_moves_with_its_age_and_back(
    session: Session, account: CustomerAccount, twin: CustomerAccount
) -> None:
    """1,000.00 due in May, of which 400.00 are paid; 50.00 of credit; the twin knows a buyer."""
    invoice = post(session, twin, "invoice", "INV-7", "2026-05-01", "1000.00", due="2026-05-31")
    payment = post(session, twin, "payment", "TT-7", "2026-06-01", "-450.00")
    settle(session, invoice, payment, "400.00")
    post(session, account, "invoice", "INV-1", "2026-06-30", "10.00")
    deliveries.add(
        session,
        DeliveryInput(twin.id, "DN-1", day("2026-06-20"), Money.of("77.00", "CNY")),
        by=BY,
        at=AT,
    )

    made = merged(session, twin, account)

    assert (owed(session, twin), owed(session, account)) == ("0.00", "560.00")
    aged = ageing.account_ageing(session, account.id, TODAY)
    assert [aged.buckets[1].amount.plain, aged.unapplied.plain] == ["600.00", "-50.00"]
    assert [one.number for one in deliveries.waiting(session, account.id, TODAY)] == ["DN-1"]
    assert find_customer(session, "M-0999") is account.customer
    assert Directory.of(session).one("M-0999") == account.customer_id
    assert Directory.of(session).one("mingyuan hardware co., ltd.") == account.customer_id
    assert "Mingyuan Hardware Co., Ltd." in account.customer.aliases
    assert check_books(session) == []
    with pytest.raises(merging.MergedAlready):
        merging.propose(session, twin.customer, account.customer, reason="", on=TODAY, by=BY, at=AT)

    merging.undo(session, made, on=TODAY, by=OTHER, at=AT)

    assert (owed(session, twin), owed(session, account)) == ("550.00", "10.00")
    assert [one.number for one in deliveries.waiting(session, twin.id, TODAY)] == ["DN-1"]
    assert account.customer.aliases == []
    assert find_customer(session, "M-0999") is twin.customer
    assert check_books(session) == []


def test_whoever_signed_in_for_the_duplicate_reads_both_and_nobody_else_does(
    session: Session, account: CustomerAccount, twin: CustomerAccount
) -> None:
    ours, theirs = (
        session.scalars(select(Contact).where(Contact.customer_id == one.customer_id)).one()
        for one in (account, twin)
    )
    stranger = make_customer(session, "X-1")
    reader, other = join(session, theirs, by=BY, at=AT), join(session, ours, by=BY, at=AT)
    outsider = session.scalars(
        select(Contact).where(Contact.customer_id == stranger.customer_id)
    ).one()
    third = join(session, outsider, by=BY, at=AT)

    made = merged(session, twin, account)

    def reads(login_id: int) -> set[int]:
        return {one.customer_id for one in acting(session, login_id)}

    assert reads(reader.id) == {twin.customer_id, account.customer_id}
    assert reads(other.id) == {account.customer_id}
    assert reads(third.id) == {stranger.customer_id}
    merging.undo(session, made, on=TODAY, by=OTHER, at=AT)
    assert reads(reader.id) == {twin.customer_id}


def test_two_people_and_no_open_dispute(
    session: Session, account: CustomerAccount, twin: CustomerAccount
) -> None:
    invoice = post(session, twin, "invoice", "INV-7", "2026-05-01", "1000.00")
    part = DisputedPart(
        due_item_id=invoice.due_items[0].id,
        dispute_ref="D-1",
        amount_minor=1,
        effective_on=TODAY,
        recorded_at=AT,
    )
    session.add(part)
    session.flush()
    with pytest.raises(merging.DisputesOpen):
        merged(session, twin, account)
    part.ended_on, part.ended_at = TODAY, AT
    session.flush()
    made = merging.propose(
        session, twin.customer, account.customer, reason="", on=TODAY, by=BY, at=AT
    )
    with pytest.raises(merging.SecondPersonNeeded):
        merging.approve(session, made, on=TODAY, by=BY, at=AT)
    with pytest.raises(merging.MergeProposed):
        merging.propose(
            session, twin.customer, account.customer, reason="", on=TODAY, by=OTHER, at=AT
        )
    merging.turn_down(session, made, by=OTHER, at=AT)
    assert proposals(session) == []
    settings.company(session).two_people = []
    assert (
        merging.propose(
            session, twin.customer, account.customer, reason="", on=TODAY, by=BY, at=AT
        ).state
        == merging.MERGED
    )


def test_duplicates_are_proposed_with_reasons(
    session: Session, account: CustomerAccount, twin: CustomerAccount
) -> None:
    third = make_customer(session, "M-0300")
    third.customer.name, third.customer.tax_id = "海港五金有限公司", "91330100MA"
    fourth = make_customer(session, "M-0301")
    fourth.customer.name, fourth.customer.tax_id = "海港五金", "91330100ma"
    session.flush()

    found = {(one.one_id, one.other_id): one for one in proposals(session)}

    assert set(found) == {
        (account.customer_id, twin.customer_id),
        (third.customer_id, fourth.customer_id),
    }
    assert found[third.customer_id, fourth.customer_id].score == 99
    merging.keep_apart(session, account.customer, twin.customer, by=BY, at=AT)
    assert len(proposals(session)) == 1


def test_names_are_compared_without_their_legal_form() -> None:
    assert core("Mingyuan Hardware Co., Ltd.") == core("MINGYUAN HARDWARE Limited") != ""
    assert core("海港工具有限公司") == core("海港工具（股份有限公司）") == "海港工具"
    assert alike("mingyuanhardware", "mingyuanhardwaer") >= 80
    assert alike("mingyuan", "harbour") < 50


def test_customers_that_share_nothing_are_not_proposed(
    session: Session, account: CustomerAccount
) -> None:
    make_customer(session, "B-1").customer.name = "Entirely Other Trading"
    session.flush()
    assert proposals(session) == []
    assert session.scalars(select(Customer)).all()
