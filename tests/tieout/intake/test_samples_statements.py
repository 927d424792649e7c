"""Bank statements of some twenty banks: every number, through the intake of the pages."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.support.samples import expected, names, report


def amounts(found: dict[str, Any], direction: str) -> tuple[int, Decimal]:
    """How many entries came in or went out, and their sum over all currencies.

    The house never adds currencies; the numbers the samples expect do.
    """
    moved = [one for one in found["movements"] if one["direction"] == direction]
    return sum(one["count"] for one in moved), sum(
        (Decimal(one["amount"]) for one in moved), Decimal(0)
    )


def ties(found: dict[str, Any]) -> Counter[bool]:
    """How many statements tie and how many do not."""
    return Counter(one["ties"] for one in found["controls"] if one["kind"] == "balance")


def total(sums: dict[str, str]) -> Decimal:
    """A sum over currencies, as the samples have it."""
    return sum((Decimal(one) for one in sums.values()), Decimal(0))


@pytest.mark.parametrize("name", names("bank-mt940"))
def test_mt940(books: Session, sample_data: Path, name: str) -> None:
    wanted = expected(sample_data, "bank-mt940")["files"][name]

    found = report(books, sample_data / "bank-mt940" / name)

    statements = found["details"]["statements"]
    assert found["reading"]["importer"] == "mt940"
    assert found["reading"]["encoding"] == wanted["encoding"]
    assert found["file"]["size"] == wanted["bytes"]
    assert found["rows"]["read"] == wanted["transactions"]
    assert [one["account"] for one in statements] == wanted["accounts"]
    assert len(statements) == wanted["statements"]
    came_in, credit = amounts(found, "in")
    went_out, debit = amounts(found, "out")
    assert (came_in, went_out) == (wanted["credits"], wanted["debits"])
    assert (credit, debit) == (Decimal(wanted["credit_sum"]), Decimal(wanted["debit_sum"]))
    assert credit - debit == Decimal(wanted["net"])
    currencies = {one["currency"] for one in found["movements"]}
    assert currencies == set(wanted["currencies"])
    stated = [balance for one in statements for balance in one["balances"]]
    for side, codes in (("opening", ("60F", "60M")), ("closing", ("62F", "62M"))):
        said = [
            (one["code"], one["currency"], Decimal(one["amount"]))
            for one in stated
            if one["code"] in codes
        ]
        assert said == [signed_balance(text) for text in wanted[side]]
    tie = ties(found)
    assert tie.total() == wanted["statements_with_both_balances"]
    assert tie[True] == wanted["statements_where_opening_plus_movements_equals_closing"]
    assert found["rows"]["refused"] == 0


def signed_balance(text: str) -> tuple[str, str, Decimal]:
    """ "60F C 070903 EUR 766656.49": code, currency, amount with its sign."""
    code, side, _day, currency, amount = text.split()
    return code, currency, Decimal(amount) if side == "C" else -Decimal(amount)


@pytest.mark.parametrize("name", names("bank-camt"))
def test_camt(books: Session, sample_data: Path, name: str) -> None:
    wanted = expected(sample_data, "bank-camt")["files"][name]

    found = report(books, sample_data / "bank-camt" / name)

    assert found["reading"]["importer"] == "camt"
    for one, of in zip(found["details"]["statements"], wanted["statements"], strict=True):
        assert (one["kind"], one["number"], one["account"]) == (of["kind"], of["id"], of["account"])
        assert one["bookings"] == of["entries"]
        assert one["transactions"] == of["transaction_details"]
        assert one["reversals"] == of["reversal_entries"]
        assert one["currencies"] == of["currencies"]
        assert total(one["credit_sums"]) == Decimal(of["credit_sum"])
        assert total(one["debit_sums"]) == Decimal(of["debit_sum"])
        assert [
            (b["code"], b["currency"], Decimal(b["amount"]), b["on"]) for b in one["balances"]
        ] == [
            (code, currency, Decimal(amount) * (1 if side == "CRDT" else -1), on)
            for code, side, currency, amount, on in of["balances"]
        ]
        if "opening_plus_entries_equals_closing" in of:
            assert ties(found)[True] == int(of["opening_plus_entries_equals_closing"])


def test_what_is_only_announced_is_not_money(books: Session, sample_data: Path) -> None:
    found = report(books, sample_data / "bank-camt" / "camt052.v4.xml")

    assert found["rows"]["left_out"] == 1
    assert "only announces it (PDNG)" in found["problems"][0]["sentence"]


@pytest.mark.parametrize("name", names("bank-ofx"))
def test_ofx(books: Session, sample_data: Path, name: str) -> None:
    wanted = expected(sample_data, "bank-ofx")["files"][name]

    found = report(books, sample_data / "bank-ofx" / name)

    statements = found["details"]["statements"]
    assert found["reading"]["importer"] == "ofx"
    assert found["rows"]["read"] == wanted["transactions"]
    assert [one["account"] for one in statements] == wanted["accounts"]
    ledger = [b["amount"] for s in statements for b in s["balances"] if b["code"] == "LEDGERBAL"]
    assert [Decimal(one) for one in ledger] == [Decimal(one) for one in wanted["ledger"]]
    if "amount_problem" in wanted:
        # "$120" is no amount in OFX: the row is refused with its place, nothing else is lost.
        [problem] = [one for one in found["problems"] if one["field"] == "amount"]
        assert "$120" in problem["sentence"]
        assert found["rows"]["refused"] == 1
        return
    _, credit = amounts(found, "in")
    _, debit = amounts(found, "out")
    assert (credit, debit) == (Decimal(wanted["credit_sum"]), Decimal(wanted["debit_sum"]))
    assert credit - debit == Decimal(wanted["net"])
    days = (wanted["date_min"] or "", wanted["date_max"] or "")
    assert (found["dates"]["from"], found["dates"]["to"]) == tuple(map(with_strokes, days))
    assert sum(one["fitids"] for one in statements) == wanted["distinct_fitids"]
    if wanted["transactions"]:
        assert {one["currency"] for one in found["movements"]} == set(wanted["currency"])


def with_strokes(day: str) -> str:
    """20260630 as 2026-06-30."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


@pytest.mark.parametrize("name", names("bank-bai2"))
def test_bai2(books: Session, sample_data: Path, name: str) -> None:
    wanted = expected(sample_data, "bank-bai2")["files"][name]

    found = report(books, sample_data / "bank-bai2" / name)

    details = found["details"]
    assert found["reading"]["importer"] == "bai2"
    assert details["groups"] == wanted["groups"]
    assert len(details["statements"]) == wanted["accounts"]
    assert details["continuations"] == wanted["continuations"]
    assert details["type_codes"] == wanted["type_codes"]
    assert found["rows"]["read"] == wanted["transactions"]
    # The samples count in minor units; all their currencies have two decimals.
    assert amounts(found, "in")[1] * 100 == wanted["credit_sum_minor_units"]
    assert amounts(found, "out")[1] * 100 == wanted["debit_sum_minor_units"]
    trailers = [one["trailer_total"] for one in details["statements"]]
    assert trailers == wanted["account_trailer_totals"]
    of_trailers = [one for one in found["controls"] if one["label"] in ("49", "98", "99")]
    assert all(one["ties"] for one in of_trailers)
    [last] = wanted["file_trailer"]
    _, stated, groups, records = last.rstrip("/").split(",")
    of_file = [Decimal(one["expected"]) for one in of_trailers if one["label"] == "99"]
    assert of_file == [Decimal(stated), Decimal(records), Decimal(groups)]
