"""Rows are written a column at a time, and stand in their table as each was judged."""

from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import rows, upload
from tieout.intake import batches, staged

HEAD = "Number,Date,Due date,Type,Customer code,Currency,Amount,Tax\n"
#: Ready, worth a look, refused, not readable, of nobody, and no entry at all.
MIXED = (
    "N-1,2026-06-29,,Invoice,M-0217,CNY,113.00,13.00\n"
    "N-2,2026-06-29,,Invoice,M-0217,CNY,0.00,\n"
    "N-3,2026-06-29,2026-06-01,Invoice,M-0217,CNY,5.00,\n"
    "N-4,2026-06-99,,Invoice,M-0217,CNY,„5,\n"
    "N-5,2026-06-29,,Invoice,无此客户,CNY,5.00,\n"
    "Total,,,,,,123.00,\n"
)
PLAIN = "N-1,2026-06-29,,Invoice,M-0217,CNY,113.00,13.00\n"


def test_rows_stand_as_each_was_judged(session: Session) -> None:
    make_company(session)
    make_customer(session)
    for lines in (MIXED, PLAIN):
        batch = upload(session, HEAD + lines)

        there = [
            [row.row_no, *(getattr(row, name) for name in staged.STORED)]
            for row in rows(session, batch)
        ]

        judgement = batches.judged_part(session, batch, 1)
        assert there == [[row.number, *staged.stored(row)] for row in judgement.rows]
        assert {row.batch_id for row in rows(session, batch)} == {batch.id}
        assert len(there) == lines.count("\n")
