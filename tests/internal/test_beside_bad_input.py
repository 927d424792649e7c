"""Prices, deliveries and rates entered wrongly: one sentence each, nothing lost."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from tests.internal.conftest import Desk
from tests.support.visitor import words_of
from tieout import db
from tieout.catalog import Product
from tieout.ledger.beside import AgreedPrice, Delivery
from tieout.settings import ExchangeRate

PRICE = {
    "product": "HT-9", "currency": "CNY", "price": "12.50", "valid_from": "2026-01-01",
    "source": "contract K-17",
}  # fmt: skip
RATE = {"currency": "USD", "on": "2026-06-30", "rate": "7.1", "source": "central bank K-17"}
DELIVERY = {"number": "DN-77 K-17", "delivered_on": "2026-06-20", "amount": "1,280.00"}

FORMS = [
    ("/desk/prices/new", PRICE, {"price": ""}, "Give the price", "请填写价格"),
    ("/desk/prices/new", PRICE, {"price": "-3"}, "", ""),
    (
        "/desk/prices/new",
        PRICE,
        {"valid_to": "2025-12-31"},
        "ends no earlier",
        "失效日不能早于生效日",
    ),
    ("/desk/prices/new", PRICE, {"currency": "XQX"}, "XQX", "XQX"),
    ("/desk/prices/new", PRICE, {"product": "NOPE"}, "NOPE", "NOPE"),
    ("/desk/rates/new", RATE, {"rate": "0"}, "is no rate", "不是汇率"),
    ("/desk/rates/new", RATE, {"rate": "-7.1"}, "", ""),
    ("/desk/rates/new", RATE, {"currency": "XQX"}, "XQX", "XQX"),
    ("/desk/rates/new", RATE, {"currency": "CNY"}, "own currency", "本位币"),
    ("/desk/rates/new", RATE, {"on": "2026-13-01"}, "", ""),
    ("/desk/deliveries/new", DELIVERY, {"amount": ""}, "Give the amount", "请填写金额"),
    ("/desk/deliveries/new", DELIVERY, {"amount": "-5"}, "", ""),
    ("/desk/deliveries/new", DELIVERY, {"delivered_on": "30.02.2026"}, "", ""),
]
DELIVERIES = "Customer,Delivery note,Delivered on,Amount\n"
LISTS = [
    (
        "prices",
        "Product code,Unit price,Valid from,Valid to\nHT-9,1.00,2026-06-01,2026-01-01\n",
        "row 2: A price is at least 0",
        "第 2 行",
    ),
    ("prices", "Product code,Unit price,Valid from\nHT-9,-1,2026-06-01\n", "row 2", "第 2 行"),
    (
        "prices",
        "Product code,Unit price,Valid from\nHT-9,1,2026-06-01\nHT-9,2,2026-06-01\n",
        "Row 2 is about the same",
        "与第 2 行",
    ),
    (
        "prices",
        "Product code,Unit price,Valid from\nHT-9,1,03/04/2026\n",
        "could be two different days",
        "两个不同的日期",
    ),
    (
        "prices",
        'Product code,Unit price,Valid from\nHT-9,"1,234",2026-06-01\n',
        "could be two different numbers",
        "两个不同的数",
    ),
    (
        "prices",
        "Product code,Unit price,Valid from,Currency\nHT-9,1,2026-06-01,XQX\n",
        "XQX",
        "XQX",
    ),
    ("rates", "Currency,Date,Rate,Source\nUSD,2026-06-30,0,PBOC\n", "is no rate", "不是汇率"),
    ("rates", "Currency,Date,Rate,Source\nUSD,2026-06-30,-7,PBOC\n", "is no rate", "不是汇率"),
    (
        "rates",
        "Currency,Date,Rate,Source\nUSD,2026-06-30,7.1,PBOC\nUSD,2026-06-30,7.2,PBOC\n",
        "Row 2 is about the same",
        "与第 2 行",
    ),
    (
        "deliveries",
        f"{DELIVERIES}C-0001,DN-1,2026-06-01,-5\n",
        "row 2",
        "第 2 行",
    ),
    (
        "deliveries",
        f"{DELIVERIES}C-0001,DN-1,2026-06-01,5\nC-0001,dn-1,2026-06-02,6\n",
        "Row 2 is about the same",
        "与第 2 行",
    ),
    ("deliveries", f"{DELIVERIES}NOPE,D,2026-06-01,5\n", "NOPE", "NOPE"),
]  # fmt: skip


def rows_kept() -> list[int]:
    with db.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (AgreedPrice, Delivery, ExchangeRate)
        ]


@pytest.fixture(autouse=True)
def _product(desk: Desk) -> None:
    with db.transaction() as session:
        session.add(Product(code="HT-9", name="Claw hammer"))


def test_a_form_filled_in_wrongly_comes_back_as_it_was(desk: Desk) -> None:
    before = rows_kept()
    for address, given, wrong, english, chinese in FORMS:
        page = address if "deliveries" not in address else f"{address}?account={desk.account_id}"
        for language, said in (("en", english), ("zh", chinese)):
            desk.accountant.choose(language)
            answer = desk.accountant.send(page, {**given, **wrong}, page=page)

            words = words_of(answer.text)
            assert answer.status_code == 400, (page, wrong, answer.status_code, words)
            assert said in words, (page, wrong, language, words)
            kept = next(value for value in given.values() if "K-17" in value)
            assert kept in answer.text, (page, wrong)
            assert "Traceback" not in answer.text
    assert rows_kept() == before


def test_a_list_with_a_wrong_row_is_refused_whole_and_names_the_row(desk: Desk) -> None:
    before = rows_kept()
    for kind, content, english, chinese in LISTS:
        page = f"/desk/lists/{kind}"
        for language, said in (("en", english), ("zh", chinese)):
            desk.accountant.choose(language)
            file = {"file": (BytesIO(content.encode()), "list.csv")}
            answer = desk.accountant.send(page, file, page=page)

            words = words_of(answer.text)
            assert answer.status_code == 400, (kind, content, answer.status_code, words)
            assert said in words, (kind, content, language, words)
            assert "list.csv" in words
    assert rows_kept() == before
