"""A row says the first row of its document; the document says it back, whatever came before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, select, text

from tests.factories import BY, make_company, make_customer
from tests.support.imports import post, upload
from tieout import db
from tieout.intake import queries, staging
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.states import BATCH_STATES, BatchState, RowState, word_of_row
from tieout.operations import migrate

HEADINGS = "Customer code,Type,Number,Date,Currency,Line amount"
SALES = f"""{HEADINGS}
M-0217,Invoice,INV-1,2026-05-01,CNY,10.00
M-0217,Invoice,INV-2,2026-05-02,CNY,20.00
M-0217,Invoice,INV-1,2026-05-01,CNY,30.00
"""
WAITING = f"""{HEADINGS}
M-0217,Invoice,INV-3,2026-05-03,CNY,5.00
M-9,Invoice,INV-4,2026-05-03,CNY,5.00
"""


def staged(database: Engine) -> Sequence[Any]:
    with database.connect() as connection:
        columns = (StagedRow.batch_id, StagedRow.row_no, StagedRow.state, StagedRow.first_row)
        return connection.execute(select(*columns).order_by(StagedRow.id)).all()


def became(database: Engine) -> Sequence[Any]:
    """The rows as they said their documents before."""
    query = (
        "SELECT row_no, state, number FROM staged_rows"
        " LEFT JOIN documents ON documents.id = document_id ORDER BY staged_rows.id"
    )
    with database.connect() as connection:
        return connection.execute(text(query)).all()


def test_rows_of_before_are_given_their_first_row_and_back(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
        make_customer(session, "M-0217")
        posted = post(session, upload(session, SALES)).id
        upload(session, WAITING)
    now = staged(database)
    assert [row[2:] for row in now] == [
        *(("ready", 2), ("ready", 3), ("ready", 2)),
        *(("ready", 2), ("decision", None)),
    ]

    migrate.downgrade(database, "0019")
    assert [tuple(row) for row in became(database)] == [
        *((2, "posted", "INV-1"), (3, "posted", "INV-2"), (4, "posted", "INV-1")),
        *((2, "ready", None), (3, "decision", None)),
    ]
    migrate.upgrade(database)

    assert staged(database) == now
    with db.reading() as session:
        batch = session.get_one(ImportBatch, posted)
        found = queries.documents_of(session, batch, batch.rows)
        assert {row: one.number for row, one in found.items()} == {
            2: "INV-1",
            3: "INV-2",
            4: "INV-1",
        }


def test_rows_of_a_discarded_import_became_nothing(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
        make_customer(session, "M-0217")
        batch = upload(session, SALES)
        staging.discard(session, batch, by=BY)

        assert queries.documents_of(session, batch, batch.rows) == {}


def test_a_row_is_called_ready_only_while_it_may_still_be_posted() -> None:
    called = {state: word_of_row(state, RowState.READY) for state in BATCH_STATES}
    ended = {BatchState.POSTED, BatchState.UNDONE, BatchState.DISCARDED}

    assert {state for state in called if called[state] != "Ready to post"} == ended
    assert len(set(called.values())) == len(ended) + 1
