"""Rows judged before the transaction that posts them: what changes in between is noticed."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.imports import submit, upload
from tieout import audit, catalog, db, settings
from tieout.customers.models import Customer, CustomerAccount
from tieout.errors import Conflict, TieoutError
from tieout.intake import approving, batches
from tieout.intake.judging import chosen
from tieout.intake.models import ImportBatch, SeenRow
from tieout.intake.preparing import Prepared
from tieout.ledger import locks, posting
from tieout.ledger.checks import check_books
from tieout.ledger.models import Document, DocumentKind, DocumentLine
from tieout.money import Money

HEAD = "Customer code,Type,Number,Date,Currency,Product code,Line amount\n"
CODES = ("M-0217", "M-0221")
JUNE = date(2026, 6, 30)


def sales(first: int, last: int) -> str:
    """Invoices of two lines, each customer in turn."""
    return HEAD + "".join(
        f"{CODES[number % 2]},Invoice,INV-{number:04},2026-06-{number % 28 + 1:02},CNY,P-{line},"
        f"{number}.50\n"
        for number in range(first, last + 1)
        for line in (1, 2)
    )


@pytest.fixture
def batch_id(database: Engine) -> int:
    """Twenty invoices that wait for approval."""
    with db.transaction() as session:
        make_company(session)
        for code in CODES:
            make_customer(session, code)
        batch = upload(session, sales(1, 20))
        submit(session, batch)
        return batch.id


def prepared(batch_id: int) -> Prepared:
    """Judge it, as a page does before it posts."""
    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        return approving.prepare(session, batch, digest=batch.content_digest or "")


def approve(batch_id: int, before: Prepared) -> None:
    """Post what was prepared."""
    with before, db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        approving.approve(
            session, batch, digest=batch.content_digest or "", by=OTHER, at=AT, prepared=before
        )


def account_of(session: Session, code: str) -> CustomerAccount:
    """The account of a customer."""
    query = select(CustomerAccount).join(Customer).where(Customer.code == code)
    return session.scalars(query).one()


def invoice(session: Session, number: str) -> None:
    """Post an invoice by hand."""
    given = posting.DocumentInput(
        account_id=account_of(session, CODES[1]).id,
        kind=DocumentKind.INVOICE,
        number=number,
        issued_on=date(2026, 6, 5),
        amount=Money(9900, "CNY"),
    )
    posting.post(session, given, by=BY, at=AT)


def lock_june(session: Session) -> None:
    """Lock the month."""
    locks.lock(session, JUNE, by=OTHER, at=AT)


def take_a_number(session: Session) -> None:
    """Post another invoice under a number of the file."""
    invoice(session, "INV-0001")


def post_the_same_rows(session: Session) -> None:
    """Post another file that holds some of the rows."""
    other = upload(session, sales(1, 3), name="other.csv")
    submit(session, other)
    approving.approve(session, other, digest=other.content_digest or "", by=OTHER, at=AT)


def rename_the_customer(session: Session) -> None:
    """Give a customer another code, so that rows of the file are nobody's any more."""
    customer = account_of(session, CODES[0]).customer
    customer.code = "M-9999"
    audit.record(session, BY, "customer.changed", customer, after={"code": customer.code})


def close_the_account(session: Session) -> None:
    """Merge a customer away: what names them is somebody else's."""
    kept, gone = account_of(session, CODES[1]), account_of(session, CODES[0])
    gone.customer.code, gone.customer.name = "old", "old"
    kept.customer.aliases = [*kept.customer.aliases, CODES[0]]
    audit.record(session, BY, "merge.approved", kept.customer, after={"gone": gone.customer_id})


def leave_the_customer(session: Session) -> None:
    """Say that a customer is dealt with no more."""
    customer = account_of(session, CODES[0]).customer
    customer.is_active = False
    audit.record(session, BY, "customer.changed", customer, after={"is_active": False})


def another_currency(session: Session) -> None:
    """Let an account count in another currency than the rows."""
    account = account_of(session, CODES[0])
    account.currency = "EUR"
    audit.record(session, BY, "account.changed", account, after={"currency": "EUR"})


def switch_a_check(session: Session) -> None:
    """Ask a person about every document that is not of today."""
    chosen.choose(session, "date_old", "decision", "0", by=BY)


def add_a_product(session: Session) -> None:
    """Give a code on the lines a product of its own."""
    catalog.add_product(session, catalog.ProductInput("P-1", "Valve"), by=BY)


def standing(session: Session) -> int:
    """How many invoices of the file stand in the books."""
    query = select(func.count()).where(Document.source.startswith("import:1:"))
    return session.scalar(query) or 0


def test_what_was_prepared_is_posted_as_it_is(batch_id: int) -> None:
    before = prepared(batch_id)

    approve(batch_id, before)

    with db.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        assert batch.totals["documents"] == 20
        assert batch.totals["posted"] == batch.totals["read"] == 40
        assert session.scalar(select(func.count()).select_from(SeenRow)) == 40
        assert standing(session) == 20
        assert check_books(session) == []
        [entry] = [
            one
            for one in session.scalars(select(audit.models.AuditEntry))
            if one.action == "import.posted"
        ]
        assert entry.changes["after"]["rows"] == before.rows


@pytest.mark.parametrize(
    "meanwhile",
    [
        lock_june,
        take_a_number,
        post_the_same_rows,
        rename_the_customer,
        close_the_account,
        leave_the_customer,
        switch_a_check,
    ],
)
def test_what_changes_in_between_is_noticed(
    batch_id: int, meanwhile: Callable[[Session], None]
) -> None:
    before = prepared(batch_id)
    with db.transaction() as session:
        meanwhile(session)

    with pytest.raises(Conflict):
        approve(batch_id, before)

    with db.reading() as session:
        assert session.get_one(ImportBatch, batch_id).state == "submitted"
        assert standing(session) == 0
        assert check_books(session) == []


def test_an_account_that_counts_in_another_currency_by_now_gets_none_of_it(batch_id: int) -> None:
    """The rows stay in their own: one is opened for them, as for anybody's first document."""
    before = prepared(batch_id)
    with db.transaction() as session:
        another_currency(session)

    approve(batch_id, before)

    with db.reading() as session:
        accounts = session.scalars(
            select(CustomerAccount).join(Document).where(Document.source.startswith("import:"))
        )
        assert {account.currency for account in accounts} == {"CNY"}
        assert standing(session) == 20
        assert check_books(session) == []


def test_what_has_nothing_to_do_with_it_stops_nothing(
    batch_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = prepared(batch_id)
    with db.transaction() as session:
        settings.write(session, "statement_mail_pdf", False, by=BY)
        invoice(session, "INV-9999")
        audit.record(session, BY, "staff.signed_in", ("StaffUser", BY.id))
    judged = list[int]()
    monkeypatch.setattr(batches, "judged_parts", lambda *_: judged.append(1))

    approve(batch_id, before)

    assert judged == []  # not a second time, while everybody waits
    with db.reading() as session:
        assert standing(session) == 20


def test_a_new_product_is_looked_at_again_and_posted(batch_id: int) -> None:
    before = prepared(batch_id)
    with db.transaction() as session:
        add_a_product(session)

    approve(batch_id, before)

    with db.reading() as session:
        named = session.scalars(select(DocumentLine.product_id).where(DocumentLine.code == "P-1"))
        assert len(set(named)) == 1
        assert standing(session) == 20


def test_a_new_customer_is_looked_at_again_and_posted(batch_id: int) -> None:
    before = prepared(batch_id)
    with db.transaction() as session:
        make_customer(session, "M-0300")
        audit.record(session, BY, "customer.added", ("customer", 1))

    approve(batch_id, before)

    with db.reading() as session:
        assert standing(session) == 20
        assert check_books(session) == []


def test_of_two_who_prepared_it_one_posts(batch_id: int) -> None:
    mine, theirs = prepared(batch_id), prepared(batch_id)
    approve(batch_id, mine)

    with pytest.raises(TieoutError):
        approve(batch_id, theirs)

    with db.reading() as session:
        assert standing(session) == 20
