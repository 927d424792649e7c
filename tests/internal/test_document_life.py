"""One page tells a document's whole life, each entry a link to what it is about."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT
from tests.internal.conftest import Desk
from tests.support import imports
from tests.support.books import day
from tests.support.visitor import words_of
from tieout import db
from tieout.dunning.models import DunningCycle, Notice, NoticeItem
from tieout.i18n import Sentence
from tieout.identity.permissions import Role
from tieout.intake.models import ImportBatch
from tieout.ledger import history
from tieout.ledger.history import Step, whole_history
from tieout.ledger.models import Document
from tieout.reconciliation.models import MatchGroup, MatchGroupLine, TheirLine


def heard(_session: Session, document: Document) -> list[Step]:
    """What a plug-in knows of a document."""
    return [Step(AT, "scanned", Sentence("Scanned from paper"), text=document.number)]


def test_statement_answer_dispute_reminder_and_comparison_stand_in_it(desk: Desk) -> None:
    ids = desk.world.ids
    with db.transaction() as session:
        document = session.get_one(Document, ids["document_id"])
        _reminded(session, document)
        _compared(session, document, ids["reconciliation_id"])

    answer = desk.accountant.open(f"/desk/documents/{document.id}")

    page, told = answer.text, words_of(answer.text)
    for kind in ("statements/", "disputes/", "matching/"):
        assert f'<strong><a href="/desk/{kind}{ids[_ID[kind]]}">' in page, kind
    assert "On statement" in told
    assert "disputed in" in told
    assert "Named in reminder 2 with" in told
    assert "matched with R-77 of their book" in told
    steps = [step.at for step in whole_history(db.sessions(), document)]
    assert steps == sorted(steps)


_ID = {
    "statements/": "statement_id",
    "disputes/": "dispute_id",
    "matching/": "reconciliation_id",
}


def _reminded(session: Session, document: Document) -> None:
    cycle = DunningCycle(account_id=document.account_id, started_on=day("2026-06-20"))
    session.add(cycle)
    session.flush()
    notice = Notice(
        customer_id=document.customer_id,
        account_id=document.account_id,
        cycle_id=cycle.id,
        level=2,
        state="sent",
        currency=document.currency,
        planned_on=day("2026-06-25"),
        planned_at=AT - timedelta(days=7),
        sent_on=day("2026-06-25"),
        explanation={},
    )
    [item] = document.due_items
    notice.items.append(NoticeItem(due_item_id=item.id, level=2, amount_minor=100, days=12))
    session.add(notice)


def _compared(session: Session, document: Document, reconciliation_id: int) -> None:
    """Somebody accepted that it is R-77 of theirs."""
    ours = session.scalars(
        select(MatchGroupLine).where(
            MatchGroupLine.reconciliation_id == reconciliation_id,
            MatchGroupLine.document_id == document.id,
        )
    ).one()
    session.get_one(MatchGroup, ours.group_id).state = "accepted"
    line = TheirLine(
        customer_id=document.customer_id,
        account_id=document.account_id,
        fingerprint="7" * 64,
        occurrence=1,
        booked_on=document.issued_on,
        number="R-77",
        amount_minor=document.amount_minor,
        match_keys={},
    )
    session.add(line)
    session.flush()
    session.add(
        MatchGroupLine(
            reconciliation_id=reconciliation_id,
            group_id=ours.group_id,
            amount_minor=document.amount_minor,
            their_line_id=line.id,
        )
    )


def test_a_file_tells_from_its_row_onwards(desk: Desk) -> None:
    content = "客户编号,单据类型,单据号,日期,金额\nC-0001,发票,F-77,2026-06-15,88.00\n".encode()
    accountant, approver = desk.accountant, desk.world.staff(Role.APPROVER)
    batch = bring_in(content)

    with db.reading() as session:
        [document] = session.query(Document).filter_by(number="F-77")
        told = [step.kind for step in whole_history(session, document)]

    assert told[:2] == ["brought_in", "row_read"]
    assert told[-1] in ("file_done", "posted")
    for visitor in (accountant, approver):
        page = visitor.open(f"/desk/documents/{document.id}").text
        assert f'href="/desk/imports/{batch}/rows/2"' in page
        assert "C-0001 · 发票 · F-77 · 2026-06-15 · 88.00" in page


def bring_in(content: bytes) -> int:
    """Bring a file in, hand it in, post it; return its batch."""
    with db.transaction() as session:
        batch_id = imports.upload(session, content).id
    with db.transaction() as session:
        imports.submit(session, session.get_one(ImportBatch, batch_id))
    with db.transaction() as session:
        imports.approve(session, session.get_one(ImportBatch, batch_id))
    return batch_id


def test_others_may_tell_of_it_too(desk: Desk) -> None:
    address = f"{__name__}:heard"
    before = dict(history.TELLERS._addresses)
    history.TELLERS.register("paper", address)
    try:
        with db.reading() as session:
            document = session.get_one(Document, desk.invoice_id)
            told = [step.kind for step in whole_history(session, document)]
    finally:
        history.TELLERS._addresses.clear()
        history.TELLERS._addresses.update(before)

    assert "scanned" in told
