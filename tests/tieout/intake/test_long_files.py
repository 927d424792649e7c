"""Files of any length: read a part at a time, cancelled, gone on with after a crash."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tieout import audit, db, runs
from tieout.audit.models import AuditEntry
from tieout.intake import approving, batches, correcting, staging, undoing, uploads
from tieout.intake.controls import Control
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, ImportPlan, StagedRow
from tieout.intake.parts import cutting, whole
from tieout.intake.parts import runs as long_files
from tieout.intake.staging import FileWaiting
from tieout.intake.states import BatchState
from tieout.ledger.models import Document
from tieout.runs import stored
from tieout.runs.models import Run, RunItem
from tieout.runs.work import LEASE, claim

HEADINGS = "Customer code,Type,Number,Date,Currency,Product code,Quantity,Unit price"


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of six rows."""
    monkeypatch.setattr(uploads, "PART", 6)
    monkeypatch.setattr(whole, "PART", 6)
    monkeypatch.setattr(batches, "FEW_PARTS", 1)


@pytest.fixture
def company(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
        make_customer(session)


def line(number: str, product: str = "P-1", quantity: int = 1, price: str = "10.00") -> str:
    return f"M-0217,Invoice,{number},2026-06-01,CNY,{product},{quantity},{price}"


def sales(*lines: str) -> bytes:
    return ("\n".join((HEADINGS, *lines)) + "\n").encode()


#: Ten documents of three lines each.
MANY = sales(*(line(f"INV-{n}", f"P-{part}") for n in range(10) for part in range(3)))


def taken_in(content: bytes | Path) -> int:
    """Hand a file in; a long one still has to be read."""
    inspected = uploads.beginning(content, "sales.csv", BatchKind.DOCUMENTS)
    with db.transaction() as session:
        return staging.take_in(session, content, inspected, by=BY, at=AT).id


def run_id(batch_id: int) -> int:
    with db.reading() as session:
        run = long_files.run_of(session, session.get_one(ImportBatch, batch_id))
        assert run is not None
        return run.id


def read(batch_id: int, owner: str = "worker", stop: Callable[[], bool] = lambda: False) -> int:
    return runs.work_through(run_id(batch_id), owner, long_files.HANDLER, stop=stop)


def staged(content: bytes) -> int:
    batch_id = taken_in(content)
    read(batch_id)
    return batch_id


def after(items: int) -> Callable[[], bool]:
    """Stop once so many items are done."""
    left = iter(range(items))
    return lambda: next(left, None) is None


def state(batch_id: int) -> tuple[str, int, int]:
    """Where a batch stands, its parts and its rows."""
    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        query = select(func.count()).where(StagedRow.batch_id == batch_id)
        return batch.state, batch.parts, session.scalar(query) or 0


def totals(batch_id: int) -> dict[str, Any]:
    with db.reading() as session:
        return dict(session.get_one(ImportBatch, batch_id).totals)


def parts(batch_id: int) -> list[list[int]]:
    """The numbers of the rows of each part."""
    with db.reading() as session:
        query = select(StagedRow.part, StagedRow.row_no).where(StagedRow.batch_id == batch_id)
        found: dict[int, list[int]] = {}
        for part, row in session.execute(query.order_by(StagedRow.part, StagedRow.row_no)):
            found.setdefault(part, []).append(row)
        return list(found.values())


def posted(batch_id: int) -> int:
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        digest = str(batch.content_digest)
        approving.submit(session, batch, digest=digest, by=BY, at=AT)
        approving.approve(session, batch, digest=digest, by=OTHER, at=AT)
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Document)) or 0


def test_a_long_file_is_read_in_parts_and_posted_as_one(company: None) -> None:
    batch_id = taken_in(MANY)
    assert state(batch_id) == ("reading", 1, 0)

    read(batch_id)

    assert state(batch_id) == ("staged", 5, 30)
    assert totals(batch_id)["read"] == totals(batch_id)["ready"] == 30
    assert totals(batch_id)["things"] == 10
    assert totals(batch_id)["sums"] == {"CNY": 30000}
    assert posted(batch_id) == 10
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        assert undoing.undo(session, batch, reason="Wrong month", by=OTHER, at=AT) == 10


def test_a_short_file_is_taken_in_at_once(company: None) -> None:
    batch_id = taken_in(sales(*(line(f"INV-{n}") for n in range(6))))
    assert state(batch_id) == ("staged", 1, 6)


def test_what_is_counted_does_not_depend_on_the_parts(
    company: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts = totals(staged(MANY))
    with db.transaction() as session:
        staging.discard(session, session.scalars(select(ImportBatch)).one(), by=BY)
    monkeypatch.setattr(uploads, "PART", 20_000)
    assert totals(taken_in(MANY)) == in_parts


def test_rows_of_a_document_stand_in_one_part_wherever_they_are(company: None) -> None:
    rows = [line(f"INV-{n}", f"P-{part}") for part in range(3) for n in range(10)]
    batch_id = staged(sales(*rows))

    assert totals(batch_id)["things"] == 10
    for numbers in parts(batch_id):
        assert {(number - 2) % 10 for number in numbers if number < 12} == {
            (number - 2) % 10 for number in numbers if number >= 22
        }
    assert posted(batch_id) == 10


def test_twins_are_told_over_the_whole_file(company: None) -> None:
    twin = line("INV-0", "P-0")
    others = [line(f"INV-{n}") for n in range(1, 20)]
    batch_id = staged(sales(twin, *others[:10], twin, *others[10:], twin))
    with db.reading() as session:
        query = select(StagedRow.row_no, StagedRow.occurrence).where(StagedRow.occurrence > 1)
        assert {(row, which) for row, which in session.execute(query)} == {(13, 2), (23, 3)}
    assert posted(batch_id) == 20


def test_the_same_file_again_and_a_longer_one_bring_only_what_is_new(company: None) -> None:
    posted(staged(MANY))
    again = staged(MANY)
    assert totals(again)["repeated"] == 30
    assert totals(again)["things"] == 0

    shuffled = MANY.decode().splitlines()[1:][::-1]
    longer = staged(sales(*shuffled, line("INV-77")))
    assert totals(longer)["repeated"] == 30
    assert totals(longer)["ready"] == 1


def test_a_worker_that_is_gone_is_followed_by_another(company: None) -> None:
    batch_id = taken_in(MANY)
    read(batch_id, "first", after(3))
    long_files.forget_all()  # as if the process had ended
    there = parts(batch_id)
    assert len(there) == 2

    read(batch_id, "second")

    assert state(batch_id) == ("staged", 5, 30)
    assert parts(batch_id)[:2] == there
    assert totals(batch_id)["ready"] == 30


def test_one_worker_at_a_time_reads_a_file(company: None) -> None:
    batch_id = taken_in(MANY)
    number = run_id(batch_id)
    with db.transaction() as session:
        assert claim(session, number, "first", at=AT, alone=True) is not None
        assert claim(session, number, "second", at=AT, alone=True) is None
        assert runs.let_go(session, session.get_one(Run, number), "first") == 1
    read(batch_id, "second")
    assert state(batch_id)[0] == "staged"


def test_it_is_stopped_and_nothing_of_it_stays(company: None) -> None:
    batch_id = taken_in(MANY)
    read(batch_id, stop=after(3))
    reading = run_id(batch_id)
    with db.transaction() as session:
        staging.stop(session, session.get_one(ImportBatch, batch_id), by=BY, at=AT)
    assert state(batch_id) == ("discarded", 5, 12)

    assert read(batch_id) == 5  # a part at a time, so that nobody waits for all of them

    assert state(batch_id) == ("discarded", 5, 0)
    with db.reading() as session:
        assert session.get_one(Run, reading).state == "cancelled"
        assert session.scalar(select(func.count()).select_from(ImportPlan)) == 0
    assert state(taken_in(MANY))[0] == "reading"


def test_read_another_way_the_earlier_rows_go_part_by_part(company: None) -> None:
    batch_id = staged(MANY)
    inspected = uploads.beginning(MANY, "sales.csv", BatchKind.DOCUMENTS)
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        staging.remap(session, batch, inspected, inspected.mapping, by=BY, at=AT)
    assert state(batch_id) == ("reading", 5, 30)

    assert read(batch_id) == 5 + 1 + 5  # cleared, read, judged

    assert state(batch_id) == ("staged", 5, 30)
    assert posted(batch_id) == 10


def test_the_very_same_file_is_not_read_twice_at_once(company: None) -> None:
    taken_in(MANY)
    with pytest.raises(FileWaiting):
        taken_in(MANY)


def test_it_is_checked_again_part_by_part(company: None) -> None:
    unknown = [line(f"X-{n}").replace("M-0217", "M-0300") for n in range(8)]
    batch_id = staged(sales(*unknown, *(line(f"INV-{n}") for n in range(8))))
    assert totals(batch_id)["decision"] == 8
    with db.transaction() as session:
        make_customer(session, "M-0300")
        batch = session.get_one(ImportBatch, batch_id)
        staging.check_again(session, batch, by=BY)
        assert batch.state == BatchState.READING
    with db.transaction() as session:
        assert long_files.due(session, session.get_one(ImportBatch, batch_id), by=BY, at=AT)
    read(batch_id)
    assert state(batch_id)[0] == "staged"
    assert totals(batch_id)["ready"] == 16
    assert totals(batch_id)["decision"] == 0


def test_only_the_part_of_a_corrected_row_is_judged_anew(company: None) -> None:
    bad = line("INV-5").replace("2026-06-01", "some day")
    batch_id = staged(sales(bad, *(line(f"INV-{n}") for n in range(6, 20))))
    assert totals(batch_id)["refused"] == 1
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        before = batch.content_digest
        correcting.correct(session, batch, 2, {"date": "2026-06-02"}, by=BY)
        assert batch.totals["ready"] == 15
        assert batch.content_digest != before
        assert batches.digest_now(session, batch) == batch.content_digest
    assert posted(batch_id) == 15


def test_nothing_is_in_one_part_that_cannot_be(
    company: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "MOST_ROWS", 10)
    batch_id = taken_in(sales(*(line("INV-1", f"P-{n}") for n in range(30))))
    read(batch_id)
    with db.reading() as session:
        failed = session.scalars(stored.items(run_id(batch_id), "failed")).one()
        assert failed.reason is not None
        assert failed.reason["facts"]["number"] == "INV-1"
    assert state(batch_id)[0] == "reading"


def test_the_trail_says_what_was_read(company: None) -> None:
    staged(MANY)
    with db.reading() as session:
        query = select(AuditEntry.changes).where(AuditEntry.action == "import.read")
        assert session.scalars(query).one()["after"]["read"] == 30
        assert audit.trail.verify(session) == []


def test_what_a_file_says_of_itself_is_held_against_all_of_it(company: None) -> None:
    content = MANY + b"Total,,,,,,30,\n"
    batch_id = staged(content)
    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        controls = [Control.from_json(one) for one in batch.reading["controls"]]
        assert [(one.expected, one.ties) for one in controls] == [(Decimal(30), True)]
    assert totals(batch_id)["left_out"] == 1


def test_an_item_whose_lease_ran_out_is_done_once(company: None) -> None:
    batch_id = taken_in(MANY)
    read(batch_id, "first", after(2))
    with db.transaction() as session:  # killed in the middle of the next part
        item = session.scalars(
            select(RunItem).where(RunItem.run_id == run_id(batch_id), RunItem.state == "waiting")
        ).first()
        assert item is not None
        session.execute(
            update(RunItem)
            .where(RunItem.id == item.id)
            .values(state="running", lease_owner="first", lease_until=AT - LEASE, attempts=1)
        )
    read(batch_id, "second")
    assert state(batch_id) == ("staged", 5, 30)
