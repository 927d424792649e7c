"""A customer's ledger and a lock, typed at the terminal."""

import json
from pathlib import Path

import pytest

from tests.factories import make_customer
from tests.support.books import post, settle
from tests.tieout.cli.conftest import Type
from tieout import db
from tieout.config import load


@pytest.fixture
def books(harbour: Path) -> Path:
    """INV 1,000.00 of 1 May due 31 May; 600.00 of it paid on 10 June."""
    db.connect(load(harbour).database_url)
    with db.transaction() as session:
        account = make_customer(session, "M-0217")
        invoice = post(
            session, account, "invoice", "INV-1", "2026-05-01", "1000.00", due="2026-05-31"
        )
        payment = post(session, account, "payment", "PAY-1", "2026-06-10", "-600.00")
        settle(session, invoice, payment, "600.00")
    db.disconnect()
    return harbour


def test_a_ledger_as_at_two_days(type_in: Type, books: Path) -> None:
    may = type_in("ledger", "M-0217", "--on", "2026-05-31", "--json", "--data", books)
    june = type_in("ledger", "m-0217", "--on", "2026-06-30", "--json", "--data", books)

    assert may[0] == june[0] == 0, (may, june)
    [then], [now] = (json.loads(said)["accounts"] for _, said in (may, june))
    assert (then["closing"], then["ageing"]["not_due"]) == ("1000.00", "1000.00")
    assert then["open_items"][0]["days_overdue"] == 0
    assert (now["closing"], now["ageing"]["1-30"]) == ("400.00", "400.00")
    assert (now["open_items"][0]["open"], now["open_items"][0]["days_overdue"]) == ("400.00", 30)
    assert [row["balance"] for row in now["movements"]] == ["1000.00", "400.00"]


def test_for_people_it_is_a_table(type_in: Type, books: Path) -> None:
    end, said = type_in("ledger", "Customer M-0217", "--on", "2026-06-30", "--data", books)
    chinese = type_in(
        "--language", "zh", "ledger", "M-0217", "--on", "2026-06-30", "--data", books
    )[1]

    assert end == 0, said
    assert "2026-05-01  Invoice INV-1" in said
    assert "1,000.00" in said
    assert "30 days overdue" in said
    assert "逾期 30 天" in chinese


def test_what_was_not_known_then_is_left_out(type_in: Type, books: Path) -> None:
    words = ("ledger", "M-0217", "--on", "2026-06-30", "--known", "2026-06-30", "--json")

    end, said = type_in(*words, "--data", books)

    assert (end, json.loads(said)["accounts"][0]["closing"]) == (0, "0.00")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ledger", "M-9"), "There is no customer “M-9”"),
        (("ledger", "M-0217", "--account", "EUR"), "has no account in EUR. It has: CNY."),
        (("ledger", "M-0217", "--on", "June"), "“June” is no moment."),
        (("lock", "June"), "“June” is no day of the calendar."),
    ],
)
def test_what_cannot_be_is_said(type_in: Type, books: Path, words: tuple[str], said: str) -> None:
    end, heard = type_in(*words, "--data", books)

    assert end == 1
    assert said in heard


def test_a_period_is_locked_once(type_in: Type, books: Path) -> None:
    first = type_in("lock", "2026-06-30", "--data", books)
    again = type_in("lock", "2026-06-30", "--data", books)
    hard = type_in("lock", "2026-06-30", "--hard", "--data", books)

    assert first == (0, "The books are locked through 30 June 2026.\n")
    assert again[0] == 1
    assert "locked through 30 June 2026 already" in again[1]
    assert hard[0] == 0
