"""Searching at the terminal, and making the index anew."""

import json
from pathlib import Path

from sqlalchemy import text

from tests.factories import make_customer
from tests.support.books import post
from tests.tieout.cli.conftest import Type
from tieout import db
from tieout.ledger import search_index


def test_what_the_index_lacks_is_told_and_put_right(type_in: Type, harbour: Path) -> None:
    with db.transaction() as session:
        account = make_customer(session, "M-0217")
        post(session, account, "invoice", "INV-0611", "2026-06-03", "1000.00")
        post(session, account, "payment", "PAY-0101", "2026-06-12", "-250.00")
    assert type_in("search", "06", "--data", harbour)[1].split() == [
        *("2026-06-03", "INV-0611", "CNY", "1000.00", "Customer", "M-0217")
    ]
    with db.transaction() as session:
        session.execute(
            text(f"INSERT INTO {search_index.TABLE} (document_terms) VALUES ('delete-all')")
        )
        session.execute(text("DELETE FROM document_texts"))

    lacking = type_in("doctor", "--data", harbour)[1]
    nothing = type_in("search", "0611", "--data", harbour)
    rebuilt = type_in("search", "--rebuild", "--data", harbour)
    again = type_in("search", "--rebuild", "--data", harbour)
    found = type_in("search", "m-02", "--json", "--data", harbour)

    assert "Searching does not find 2 of 2 documents. Run: tieout search --rebuild" in lacking
    assert nothing[0] == 1
    assert rebuilt == again == (0, "2 documents are indexed.\n")
    told = json.loads(found[1])
    assert [one["number"] for one in told["documents"]] == ["INV-0611", "PAY-0101"]
    assert told["customers"][0]["code"] == "M-0217"
    assert type_in("search", "zq", "--data", harbour)[0] == 1
    assert "Searching knows all 2 documents." in type_in("doctor", "--data", harbour)[1]
