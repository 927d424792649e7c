"""Entering by hand: checks that ask, a payment for several, retention, what is linked."""

from decimal import Decimal

from sqlalchemy import func, select

from tests.factories import AT, BY, make_customer
from tests.internal.conftest import Desk
from tests.support.books import day
from tests.support.visitor import words_of
from tieout import db
from tieout.audit.models import AuditEntry
from tieout.catalog import ProductInput, add_product
from tieout.customers.models import CustomerAccount
from tieout.ledger import balances, prices
from tieout.ledger.models import Document, DocumentDraft
from tieout.ledger.prices import PriceInput


def shop(code: str, parent: int) -> CustomerAccount:
    with db.transaction() as session:
        made = make_customer(session, code)
        made.customer.parent_id = parent
        session.flush()
        session.expunge_all()
        return made


def hammer() -> None:
    with db.transaction() as session:
        made = add_product(session, ProductInput("HT-1", "Claw hammer", unit="pcs"), by=BY)
        agreed = PriceInput(made.id, "CNY", Decimal(10), day("2026-01-01"))
        prices.add(session, agreed, by=BY, at=AT)


def test_a_check_asks_and_a_tick_answers(desk: Desk, one_person: None) -> None:
    hammer()
    address = f"/desk/documents/new?account={desk.account_id}"
    form = {
        "kind": "invoice",
        "number": "INV-0800",
        "issued_on": "2026-06-20",
        "side": "1",
        "lines-0-code": "Claw hammer",
        "lines-0-quantity": "5",
        "lines-0-unit_price": "11",
    }

    asked = desk.accountant.send(address, form, page=address)

    assert asked.status_code == 400
    words = words_of(asked.text)
    assert "HT-1: invoiced at 11 a unit, agreed 10 from 1 January 2026 on" in words
    assert "Take it as it is: Prices as agreed" in words
    answer = desk.accountant.send(address, {**form, "taken": "agreed_price"}, page=address)
    assert answer.status_code == 303, words_of(answer.text)
    with db.reading() as session:
        note = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "entry.taken_as_it_is")
        ).one()
        assert note.changes["after"]["checks"] == ["agreed_price"]


def test_products_are_found_while_typing_at_their_price(desk: Desk) -> None:
    hammer()
    address = f"/desk/products/offered?account={desk.account_id}&q="
    assert 'data-price="10"' in desk.accountant.open(f"{address}hammer").text
    assert "HT-1" not in desk.accountant.open(f"{address}drill").text
    assert desk.accountant.open("/desk/products/offered?account=999&q=x").status_code == 404


def test_a_payment_is_shared_out_over_the_shops(desk: Desk, one_person: None) -> None:
    one, two = shop("SHOP-1", desk.customer_id), shop("SHOP-2", desk.customer_id)
    address = f"/desk/documents/shared-payment?account={desk.account_id}"
    page = desk.accountant.open(address).text
    assert 'value="SHOP-1"' in page
    assert 'value="SHOP-2"' in page
    form = {"amount": "1,000.00", "issued_on": "2026-06-20", "number": "TT-9"}

    missing = desk.accountant.send(address, form, page=address)
    unknown = desk.accountant.send(
        address, {**form, "shares-0-customer": "X", "shares-0-amount": "1"}, page=address
    )
    shares = {
        "shares-0-customer": "SHOP-1",
        "shares-0-amount": "300.00",
        "shares-1-customer": "SHOP-2",
        "shares-1-amount": "250.00",
        "shares-1-words": "June rent",
    }
    answer = desk.accountant.send(address, {**form, **shares}, page=address)

    assert "Name at least one other customer" in words_of(missing.text)
    assert "There is no customer “X”" in words_of(unknown.text)
    assert answer.status_code == 303, words_of(answer.text)
    with db.reading() as session:

        def owed(account_id: int) -> str:
            return balances.balance(session, account_id, day("2026-12-31")).plain

        assert (owed(one.id), owed(two.id)) == ("-300.00", "-250.00")
    shown = words_of(desk.accountant.open(answer.location).text)
    assert "Payment TT-9" in shown
    assert "250.00" in shown


def test_a_shared_payment_is_read_before_it_is_approved(desk: Desk) -> None:
    shop("SHOP-1", desk.customer_id)
    address = f"/desk/documents/shared-payment?account={desk.account_id}"
    form = {
        "amount": "1,000.00",
        "issued_on": "2026-06-20",
        "number": "TT-9",
        "shares-0-customer": "SHOP-1",
        "shares-0-amount": "300.00",
    }
    answer = desk.accountant.send(address, form, page=address)
    with db.reading() as session:
        assert (
            answer.location == f"/desk/drafts/{session.scalar(select(func.max(DocumentDraft.id)))}"
        )
    words = words_of(desk.accountant.open(answer.location).text)
    assert "Draft: payment for several customers" in words
    assert "TT-9 → SHOP-1" in words


def test_retention_and_a_bounce(desk: Desk, one_person: None) -> None:
    address = f"/desk/documents/new?account={desk.account_id}"
    form = {
        "kind": "invoice",
        "number": "INV-0801",
        "issued_on": "2026-06-20",
        "side": "1",
        "amount": "1000.00",
        "due-0-due_on": "2026-07-20",
        "due-0-amount": "950.00",
        "due-1-due_on": "2027-06-20",
        "due-1-amount": "50.00",
        "due-1-is_retention": "y",
    }
    assert desk.accountant.send(address, form, page=address).status_code == 303
    with db.reading() as session:
        made = session.scalars(select(Document).where(Document.number == "INV-0801")).one()
        assert [item.is_retention for item in made.due_items] == [False, True]

    bounce = {"kind": "bounced_payment", "issued_on": "2026-06-25", "side": "1", "amount": "600.00"}
    lonely = desk.accountant.send(address, {**bounce, "number": "BP-1"}, page=address)
    assert "name the payment that bounced" in words_of(lonely.text)
    linked = {**bounce, "number": "BP-1", "related": "PAY-0101"}
    assert desk.accountant.send(address, linked, page=address).status_code == 303
    shown = words_of(desk.accountant.open(f"/desk/documents/{desk.invoice_id}").text)
    assert "1 of 1 31 May 2026 1,000.00 1,000.00" in shown
