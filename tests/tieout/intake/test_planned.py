"""What posting writes is worked out when a long file is read; what changes since is noticed."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.tieout.intake.test_prepared import (
    CODES,
    account_of,
    add_a_product,
    another_currency,
    close_the_account,
    invoice,
    lock_june,
    post_the_same_rows,
    rename_the_customer,
    sales,
    standing,
    switch_a_check,
    take_a_number,
)
from tieout import audit, db, runs, settings
from tieout.customers.models import CustomerAccount
from tieout.errors import Conflict
from tieout.intake import approving, batches, correcting, planned, staging, uploads
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, ImportPlan, SeenRow, StagedRow
from tieout.intake.parts import runs as long_files
from tieout.intake.parts import whole
from tieout.ledger.checks import check_books
from tieout.ledger.models import Document, DocumentLine, DueItem
from tieout.settings import rates
from tieout.settings.models import ExchangeRate


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of six rows."""
    monkeypatch.setattr(uploads, "PART", 6)
    monkeypatch.setattr(whole, "PART", 6)


@pytest.fixture
def batch_id(database: Engine) -> int:
    """Twenty invoices in several parts that wait for approval."""
    with db.transaction() as session:
        make_company(session)
        for code in CODES:
            make_customer(session, code)
    return take_in(sales(1, 20))


def take_in(content: str) -> int:
    """Take a file in, in parts, and hand it on for approval."""
    inspected = uploads.beginning(content.encode(), "sales.csv", BatchKind.DOCUMENTS)
    with db.transaction() as session:
        batch = staging.take_in(session, content.encode(), inspected, by=BY, at=AT)
        run = long_files.due(session, batch, by=BY, at=AT)
        assert run is not None
    runs.work_through(run.id, "worker", long_files.HANDLER)
    hand_on(batch.id)
    return batch.id


def hand_on(batch_id: int) -> None:
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        approving.submit(session, batch, digest=str(batch.content_digest), by=BY, at=AT)


def approve(batch_id: int) -> None:
    """Prepare and post, as a page does."""
    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        digest = str(batch.content_digest)
        before = approving.prepare(session, batch, digest=digest)
    with before, db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        approving.approve(session, batch, digest=digest, by=OTHER, at=AT, prepared=before)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The parts that were judged once more."""
    parts, judge = list[int](), batches.judged_part

    def note(session: Session, batch: ImportBatch, part: int) -> object:
        parts.append(part)
        return judge(session, batch, part)

    monkeypatch.setattr(batches, "judged_part", note)
    return parts


def test_what_was_planned_is_posted_without_judging_it_again(
    batch_id: int, judged: list[int]
) -> None:
    approve(batch_id)

    assert judged == []
    with db.reading() as session:
        assert standing(session) == 20
        assert session.scalar(select(func.count()).select_from(SeenRow)) == 40
        assert session.scalar(select(func.count()).select_from(ImportPlan)) == 0


def test_a_file_that_is_read_at_once_is_planned_too(
    database: Engine, judged: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PART", 100)
    monkeypatch.setattr(planned, "FEW", 10)
    content = sales(1, 20).encode()
    with db.transaction() as session:
        make_company(session)
        for code in CODES:
            make_customer(session, code)
    inspected = uploads.beginning(content, "sales.csv", BatchKind.DOCUMENTS)
    with db.transaction() as session:
        batch_id = staging.take_in(session, content, inspected, by=BY, at=AT).id
    hand_on(batch_id)
    judged.clear()  # handed on, so short a file was judged once more

    approve(batch_id)

    assert judged == []
    with db.reading() as session:
        assert standing(session) == 20
        assert session.scalar(select(func.count()).select_from(ImportPlan)) == 0
        assert check_books(session) == []


def drawn(batch_id: int) -> list[object]:
    """All that posting would write and note."""
    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        with approving.prepare(session, batch, digest=str(batch.content_digest)) as found:
            pieces = [piece.to_plain() for piece in found.pieces(session)]
            plain = json.loads(json.dumps(pieces, sort_keys=True, default=bytes.hex))
            return [plain, found.rows, found.counts, found.account_ids, found.digest]


def test_a_plan_is_what_judging_again_comes_to(batch_id: int, judged: list[int]) -> None:
    planned = drawn(batch_id)
    assert judged == []
    with db.transaction() as session:
        session.execute(delete(ImportPlan))

    assert drawn(batch_id) == planned
    assert len(judged) > 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        lock_june,
        take_a_number,
        post_the_same_rows,
        rename_the_customer,
        close_the_account,
        switch_a_check,
    ],
)
def test_what_changes_after_it_was_read_is_noticed(
    batch_id: int, judged: list[int], meanwhile: Callable[[Session], None]
) -> None:
    with db.transaction() as session:
        meanwhile(session)

    with pytest.raises(Conflict):
        approve(batch_id)

    assert judged  # so that the page can say why
    with db.reading() as session:
        assert session.get_one(ImportBatch, batch_id).state == "submitted"
        assert standing(session) == 0
        assert check_books(session) == []


def test_longer_terms_are_in_the_books(batch_id: int, judged: list[int]) -> None:
    with db.transaction() as session:
        account = account_of(session, CODES[0])
        account.terms_days += 15
        audit.record(session, BY, "account.changed", account, after={"terms": account.terms_days})

    approve(batch_id)

    assert judged
    with db.reading() as session:
        terms = account_of(session, CODES[0]).terms_days
        query = select(Document.issued_on, DueItem.due_on).join(
            DueItem, DueItem.document_id == Document.id
        )
        account_id = account_of(session, CODES[0]).id
        found = session.execute(query.where(Document.account_id == account_id)).all()
        assert {(due - issued).days for issued, due in found} == {terms}


def test_an_account_that_counts_in_another_currency_since_gets_none_of_it(
    batch_id: int, judged: list[int]
) -> None:
    """The rows stay in their own: an account is opened for them, as for any first document."""
    with db.transaction() as session:
        another_currency(session)

    approve(batch_id)

    assert judged
    with db.reading() as session:
        query = select(Document.amount_minor, CustomerAccount.currency).join(CustomerAccount)
        found = session.execute(query).all()
        assert {currency for _, currency in found} == {"CNY"}
        assert standing(session) == 20
        assert check_books(session) == []


@pytest.mark.parametrize("has_plans", [True, False], ids=["kept plans", "judged anew"])
def test_a_rate_corrected_since_is_the_one_posted_with(
    database: Engine, judged: list[int], has_plans: bool
) -> None:
    """What a document comes to in base currency is by the rate of the day it is posted."""
    with db.transaction() as session:
        make_company(session)
        for code in CODES:
            make_customer(session, code, "USD")
        first = rates.RateInput("USD", date(2026, 5, 31), Decimal("7.10"), "bank")
        rate_id = rates.add(session, first, by=BY).id
    batch_id = take_in(sales(1, 20).replace(",CNY,", ",USD,"))
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ImportPlan))
        rates.correct(session, session.get_one(ExchangeRate, rate_id), Decimal("7.20"), by=OTHER)
        if not has_plans:
            session.execute(delete(ImportPlan))

    approve(batch_id)

    with db.reading() as session:
        found = session.execute(select(Document.amount_minor, Document.base_minor)).all()
        assert len(found) == 20
        assert [base for _, base in found] == [amount * 720 // 100 for amount, _ in found]
        assert check_books(session) == []


def test_a_product_added_since_is_on_the_lines(batch_id: int, judged: list[int]) -> None:
    with db.transaction() as session:
        add_a_product(session)

    approve(batch_id)

    assert judged
    with db.reading() as session:
        named = session.scalars(select(DocumentLine.product_id).where(DocumentLine.code == "P-1"))
        assert None not in set(named)


def test_what_has_nothing_to_do_with_it_leaves_the_plan(batch_id: int, judged: list[int]) -> None:
    with db.transaction() as session:
        settings.write(session, "statement_mail_pdf", False, by=BY)
        invoice(session, "INV-9999")

    approve(batch_id)

    assert judged == []


def test_a_row_left_out_since_is_left_out(batch_id: int, judged: list[int]) -> None:
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        approving.send_back(session, batch, note="One too many", by=OTHER)
        rows = select(StagedRow.row_no).where(StagedRow.group_key.endswith("INV-0020"))
        correcting.leave_out(session, batch, list(session.scalars(rows)), by=BY)
    hand_on(batch_id)
    judged.clear()

    approve(batch_id)

    assert len(set(judged)) == 1  # its own part alone
    with db.reading() as session:
        assert standing(session) == 19


@pytest.mark.parametrize("name", ["content", "facts", "seq"])
def test_a_plan_that_somebody_changed_in_the_database_is_not_posted(
    batch_id: int, name: str
) -> None:
    with db.transaction() as session:
        there = session.scalars(select(ImportPlan).order_by(ImportPlan.part)).all()
        value = {"content": there[1].content, "facts": there[1].facts, "seq": 1}[name]
        session.execute(
            update(ImportPlan).where(ImportPlan.id == there[0].id).values({name: value})
        )

    if name == "content":
        with pytest.raises(Conflict):
            approve(batch_id)
    else:  # it is no plan of ours, so the rows are judged
        approve(batch_id)
    with db.reading() as session:
        assert standing(session) in (0, 20)
        assert check_books(session) == []


def test_rows_discarded_keep_no_plan(batch_id: int) -> None:
    with db.transaction() as session:
        staging.discard(session, session.get_one(ImportBatch, batch_id), by=BY)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportPlan)) == 0


def test_days_stay_days(batch_id: int) -> None:
    approve(batch_id)
    with db.reading() as session:
        days = set(session.scalars(select(Document.issued_on)))
        assert all(isinstance(day, date) for day in days)


def test_posting_that_is_killed_leaves_the_books_as_they_were(
    database: Engine, batch_id: int, tmp_path: Path
) -> None:
    asked = [database.url.render_as_string(hide_password=False), str(tmp_path), str(batch_id)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_posting", *asked],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()

    with db.reading() as session:
        assert session.get_one(ImportBatch, batch_id).state == "submitted"
        assert standing(session) == 0
        assert session.scalar(select(func.count()).select_from(SeenRow)) == 0
        assert audit.verify(session) == []
    approve(batch_id)
    with db.reading() as session:
        assert standing(session) == 20
        assert check_books(session) == []
