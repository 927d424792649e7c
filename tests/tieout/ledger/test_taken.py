"""Numbers in use are found by their index, however many documents there are."""

from typing import Any

from sqlalchemy import Engine, event

from tests.factories import make_company, make_customer
from tests.support.books import post
from tieout import db
from tieout.intake.judging.books import seen_before
from tieout.ledger import taken


def test_no_table_is_gone_through_for_a_few_numbers(sqlite_url: str) -> None:
    engine = db.connect(sqlite_url)
    asked = list[tuple[str, Any]]()
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    with db.reading() as session:
        taken.standing(session, [(1, "invoice", "INV-1"), (1, "invoice", "发票-2")])
        seen_before(session, "documents", ["ab", "cd"])
        plans = [
            str(step[3])
            for said, given in list(asked)
            if said.startswith("SELECT")
            for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)
        ]

    assert len([plan for plan in plans if plan.startswith("SEARCH")]) == 3
    assert all("json_each" in plan or "anon" in plan for plan in plans if plan.startswith("SCAN"))


def test_numbers_are_told_with_their_kind_and_account(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
        one, other = make_customer(session), make_customer(session, "M-0231")
        there = post(session, one, "invoice", "发票-“1”'", "2026-05-01", "10.00")
        post(session, other, "invoice", "INV-2", "2026-05-01", "20.00")
        keys = [
            *((one.id, kind, there.number) for kind in ("invoice", "credit_note")),
            (one.id, "invoice", "INV-2"),
            (other.id, "invoice", "INV-2"),
        ]
        found = taken.standing(session, keys)

        assert set(found) == {keys[0], keys[3]}
        assert found[keys[0]].document_id == there.id
