"""The whole company compared from the command line."""

import json
from pathlib import Path

import pytest

from tests.factories import make_customer
from tests.support.books import post
from tests.tieout.cli.conftest import Type
from tests.tieout.reconciliation.books import hand_in
from tieout import db
from tieout.config import load


@pytest.fixture
def books(harbour: Path) -> Path:
    """A customer whose ledger of June is here; it misses seven yuan."""
    db.connect(load(harbour).database_url)
    with db.transaction() as session:
        account = make_customer(session, "M-0217")
        post(session, account, "invoice", "INV-1", "2026-06-01", "1000.00")
        hand_in(session, account, "2026-06-02  invoice  INV-1  993.00")
    db.disconnect()
    return harbour


def test_every_ledger_is_compared_and_what_is_open_is_said(type_in: Type, books: Path) -> None:
    end, said = type_in("reconcile", "--as-at", "2026-06-30", "--data", books)

    assert end == 0, said
    assert "Compared: 1, failed: 0, left: 0." in said
    assert "Customer M-0217, CNY: 1 open, 0.00 of 7.00 not explained" in said


def test_a_second_time_nothing_has_changed(type_in: Type, books: Path) -> None:
    type_in("reconcile", "--as-at", "2026-06-30", "--data", books)

    end, said = type_in("reconcile", "--changed", "--data", books)

    assert end == 1
    assert "nothing has changed since it was compared last" in said


def test_one_document_for_programs(type_in: Type, books: Path) -> None:
    end, said = type_in("reconcile", "--as-at", "2026-06-30", "--json", "--data", books)

    assert end == 0, said
    [account] = json.loads(said)["accounts"]
    assert account["difference"] == "7.00"
    assert account["as_at"] == "2026-06-02"


def test_a_day_that_is_none_is_refused(type_in: Type, books: Path) -> None:
    end, said = type_in("reconcile", "--as-at", "soon", "--data", books)

    assert end == 1
    assert "“soon” is no day of the calendar." in said
