"""Pages beside the books: prices, deliveries, rates, lists from files, bad debts, duplicates."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from sqlalchemy import func, select

from tests.factories import AT, BY, make_customer
from tests.internal.conftest import Desk
from tests.support.books import day, given, post
from tests.support.visitor import words_of
from tieout import db
from tieout.catalog import Product
from tieout.customers.models import Customer, CustomerAccount, CustomerMerge
from tieout.identity.permissions import Role
from tieout.ledger import posting
from tieout.ledger.beside import AgreedPrice, Delivery
from tieout.ledger.inputs import DuePart
from tieout.money import Money
from tieout.settings import ExchangeRate, rates


def last(
    model: type[AgreedPrice] | type[Delivery] | type[ExchangeRate] | type[CustomerMerge],
) -> int:
    with db.reading() as session:
        return session.scalar(select(func.max(model.id))) or 0


def test_a_price_is_noted_listed_and_ended(desk: Desk) -> None:
    with db.transaction() as session:
        session.add(Product(code="HT-9", name="Claw hammer"))
    form = {
        "product": "claw hammer",
        "customer": "M-0400",
        "currency": "CNY",
        "price": "12.50",
        "from_quantity": "100",
        "valid_from": "2026-01-01",
        "source": "K-17",
    }
    with db.reading() as session:
        code = session.get_one(Customer, desk.customer_id).code
    form = {**form, "customer": code, "product": "HT-9"}

    answer = desk.accountant.send("/desk/prices/new", form, page="/desk/prices/new")
    assert answer.status_code == 303, words_of(answer.text)
    page = words_of(desk.accountant.open("/desk/prices?q=HT-9").text)
    assert "Claw hammer" in page
    assert "12.5" in page
    table = desk.accountant.open("/desk/prices?q=HT-9&as=csv").data.decode("utf-8-sig")
    assert table.splitlines()[1].startswith(f"HT-9,Claw hammer,{code},,CNY,")
    again = desk.accountant.send("/desk/prices/new", form, page="/desk/prices/new")
    assert "is there already" in words_of(again.text)
    address = f"/desk/prices/{last(AgreedPrice)}"
    ended = desk.accountant.send(address, {"on": "2026-06-30"}, page=address)
    assert ended.status_code == 303
    assert "HT-9" not in words_of(desk.accountant.open("/desk/prices?q=HT").text)


def test_a_delivery_is_entered_shown_and_withdrawn(desk: Desk) -> None:
    address = f"/desk/deliveries/new?account={desk.account_id}"
    form = {"number": "DN-77", "delivered_on": "2026-06-20", "amount": "1,280.00"}

    assert desk.accountant.send(address, form, page=address).status_code == 303

    page = words_of(desk.accountant.open("/desk/deliveries").text)
    assert "DN-77" in page
    assert "2,880.00" in page  # with the two of the world, 800.00 each
    there = f"/desk/deliveries/{last(Delivery)}"
    withdrawn = desk.accountant.send(f"{there}/withdraw", {"why": "Came back."}, page=there)
    assert withdrawn.status_code == 303
    assert "Withdrawn" in words_of(desk.accountant.open(there).text)


def test_rates_are_added_corrected_and_taken_over(desk: Desk) -> None:
    form = {"currency": "usd", "on": "2026-06-30", "rate": "7.1", "source": "PBOC"}
    address = "/desk/rates/new"
    assert desk.accountant.send(address, form, page=address).status_code == 303
    assert desk.accountant.send(address, form, page=address).status_code == 409
    there = f"/desk/rates/{last(ExchangeRate)}"
    assert desk.accountant.send(there, {"rate": "7.12"}, page=there).status_code == 303
    assert "7.12" in words_of(desk.accountant.open("/desk/rates?currency=USD").text)

    listed = "币种,日期,汇率,来源\nUSD,2026-07-01,7.13,PBOC\nUSD,2026-06-30,7.12,PBOC\n"
    page = "/desk/lists/rates"
    file = {"file": (BytesIO(listed.encode()), "rates.csv")}
    assert desk.accountant.send(page, file, page=page).location == "/desk/rates"
    assert "1 added, 0 changed, 1 there already." in words_of(
        desk.accountant.open("/desk/rates").text
    )


def test_a_list_that_is_wrong_is_not_taken_over_at_all(desk: Desk) -> None:
    page = "/desk/lists/prices"
    wrong = "Product code,Unit price,Valid from\nNOPE,1.00,2026-01-01\n,2.00,2026-01-01\n"

    for content, said in (
        (wrong, "“Product code” is empty"),
        (
            "Product code,Unit price,Valid from\nNOPE,1.00,2026-01-01\n",
            "There is no product “NOPE”",
        ),
        ("A,B\n1,2\n", "has no row with the headings"),
        ("Product code,Unit price,Valid from\n", "Nothing was taken over"),
    ):
        file = {"file": (BytesIO(content.encode()), "list.csv")}
        answer = desk.accountant.send(page, file, page=page)
        assert answer.status_code == 400
        assert said in words_of(answer.text), words_of(answer.text)
    assert desk.accountant.send(page, {}, page=page).status_code == 400
    template = desk.accountant.open("/desk/lists/prices/template")
    assert template.data.startswith(b"PK")
    assert desk.accountant.open("/desk/lists/nothing").status_code == 404


def test_bad_debts_show_their_proof(desk: Desk) -> None:
    approver = desk.world.staff(Role.APPROVER)
    page = "/desk/bad-debts/rates"
    rates = {"valid_from": "2026-01-01", "rates": "1, 5, 10, 20, 50, 100, 30"}
    assert desk.accountant.send(page, rates, page=page).status_code == 403
    assert approver.send(page, rates, page=page).status_code == 303
    with db.reading() as session:
        code = session.get_one(Customer, desk.customer_id).code
    own = {"customer": code, "valid_from": "2026-01-01", "rate": "50", "why": "Insolvent."}
    assert approver.send("/desk/bad-debts/customer-rate", own, page=page).status_code == 303

    shown = words_of(desk.accountant.open("/desk/bad-debts?on=2026-07-02").text)

    assert "Insolvent." in shown
    assert "= closing" in shown
    assert "= balance" in shown
    assert desk.accountant.open("/desk/bad-debts?as=xlsx").data.startswith(b"PK")


def test_duplicates_are_merged_by_two_people_and_taken_back(desk: Desk) -> None:
    with db.transaction() as session:
        twin = make_customer(session, "TWIN-1")
        session.get_one(Customer, twin.customer_id).name = "明远五金有限公司"
        code = session.get_one(Customer, desk.customer_id).code
        twin_id = twin.customer_id
    approver = desk.world.staff(Role.APPROVER)
    assert "明远五金有限公司" in words_of(desk.accountant.open("/desk/customers/duplicates").text)
    page = "/desk/customers/duplicates/merge"
    form = {"customer": "TWIN-1", "into": code, "reason": "Entered twice."}

    answer = desk.accountant.send(page, form, page=page)

    assert answer.status_code == 303, words_of(answer.text)
    there = answer.location
    own = desk.accountant.send(f"{there}/approve", {}, page=there)
    assert own.status_code == 403
    waiting = words_of(approver.open("/desk/approvals").text)
    assert "Merge into 明远五金 明远五金有限公司" in waiting
    assert "customers to merge: 1" in words_of(approver.open("/desk/").text)
    assert approver.send(f"{there}/approve", {}, page=there).status_code == 303
    moved = desk.accountant.open(f"/desk/customers/{twin_id}")
    assert moved.location == f"/desk/customers/{desk.customer_id}"
    history = words_of(desk.accountant.open(f"/desk/customers/{twin_id}?history=1").text)
    assert "was merged into" in history
    refused = desk.accountant.open(f"/desk/documents/new?account={twin.id}")
    assert refused.status_code == 409
    assert approver.send(f"{there}/undo", {}, page=there).status_code == 303
    assert desk.accountant.open(f"/desk/customers/{twin_id}").status_code == 200


def test_retention_stands_in_a_column_of_its_own_until_it_is_released(desk: Desk) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, desk.account_id)
        bill = given(account, "invoice", "PB-3", "2026-06-01", "10000.00")
        parts = (
            DuePart(day("2026-06-20"), Money.of("9500.00", "CNY")),
            DuePart(day("2027-06-01"), Money.of("500.00", "CNY"), is_retention=True),
        )
        posting.post(session, replace(bill, due=parts), by=BY, at=AT)

    now = desk.accountant.open("/desk/reports/ageing?on=2026-07-01")
    released = words_of(desk.accountant.open("/desk/reports/ageing?on=2027-06-10").text)
    table = desk.accountant.open("/desk/reports/ageing?on=2026-07-01&as=csv").data

    assert "Retention, not due" in words_of(now.text)
    assert "Retention, not due" not in released
    head, first = table.decode("utf-8-sig").splitlines()[:2]
    assert head.startswith('Code,Customer,Not due,"Retention, not due",1')
    assert first.startswith("C-0001,明远五金,0.00,500.00,9500.00,400.00,")


def test_totals_in_base_currency_name_the_rate_and_what_has_none(desk: Desk) -> None:
    with db.transaction() as session:
        for code, currency, amount in (("G-1", "GBP", "100.00"), ("J-1", "JPY", "5000")):
            account = make_customer(session, code, currency)
            post(session, account, "invoice", f"INV-{code}", "2026-06-01", amount)
        rates.add(
            session,
            rates.RateInput("GBP", day("2026-06-01"), Decimal("7.85"), "Bank of China"),
            by=BY,
        )

    ledger = words_of(desk.accountant.open("/desk/ledger?from=2026-06-01&to=2026-06-01").text)
    aged = words_of(desk.accountant.open("/desk/reports/ageing?on=2026-06-05").text)

    for page in (ledger, aged):
        assert "GBP 100.00 at 7.85 of 1 June 2026 (Bank of China)." in page
        assert "JPY 5,000 is left out: no rate is known." in page
    assert "In CNY: 785.00, as at 2 July 2026." in ledger
    assert "In CNY: 9,865.00, as at 5 June 2026." in aged
    assert "Shown: 1 June to 1 June 2026" in ledger
