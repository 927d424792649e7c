"""The sample company: what it promises whoever opens it."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.visitor import settings_for
from tieout import app, db, demo
from tieout.customers.models import Customer, CustomerMerge
from tieout.demo.cast import MINGYUAN
from tieout.demo.dates import Dates
from tieout.disputes.models import Dispute
from tieout.dunning.models import PromiseToPay
from tieout.intake.models import ImportBatch
from tieout.ledger.checks import check_books
from tieout.ledger.drafts import documents_of
from tieout.ledger.models import Document, DocumentDraft, DocumentKind
from tieout.ledger.product_duplicates import proposals
from tieout.matching import Difference
from tieout.operations.verify import verify
from tieout.reconciliation.models import MatchGroup, Reconciliation
from tieout.statements import schedules, templates
from tieout.statements.models import Confirmation, Statement, StatementLine

DAY = date(2026, 7, 10)


@pytest.mark.lengthy
def test_it_can_be_filled_on_the_first_day_of_a_month(postgresql_url: str) -> None:
    """Then little time is left for what comes after the month end; and it is PostgreSQL here."""
    db.connect(postgresql_url)
    demo.fill(date(2026, 3, 1))

    with db.reading() as session:
        assert check_books(session) == []
        assert [check.name for check in verify(session) if not check.ok] == []


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company in a folder, with its files to hand in."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copy(sqlite_template, folder / "tieout.db")
    app.compose(settings_for(f"sqlite:///{folder / 'tieout.db'}", folder))
    demo.fill(DAY, samples=folder / "samples")
    db.disconnect()
    return folder


@pytest.fixture
def session(filled: Path) -> Iterator[Session]:
    """The books of the sample company, to be read."""
    db.connect(f"sqlite:///{filled / 'tieout.db'}")
    with db.reading() as session:
        yield session


def test_its_books_add_up_and_its_history_is_whole(session: Session) -> None:
    assert check_books(session) == []
    assert [check.name for check in verify(session) if not check.ok] == []


def test_it_is_eighteen_months_up_to_the_last_month_end(session: Session) -> None:
    first, last = session.execute(
        select(func.min(Document.issued_on), func.max(Document.issued_on))
    ).one()

    assert first == date(2025, 1, 1)
    assert date(2026, 6, 30) < last <= DAY


def test_its_statements_have_a_look_of_its_own_and_prepare_themselves(session: Session) -> None:
    newest = session.scalars(select(Statement).order_by(Statement.id.desc())).first()
    assert newest is not None
    look = templates.version_of(session, newest)
    assert look is not None
    assert look.logo_id
    assert look.seal_id
    assert len(templates.everything(session)) == 2
    coming = schedules.listed(session, DAY)
    assert [one.next_on for one in coming] == [date(2026, 8, 3), date(2026, 10, 13)]


def test_it_trades_with_dealers_and_suppliers_in_two_currencies(session: Session) -> None:
    customers = session.scalars(select(Customer)).all()
    kinds = {account.kind for customer in customers for account in customer.accounts}
    currencies = {account.currency for customer in customers for account in customer.accounts}

    assert len(customers) == 15  # one of them somebody added twice
    assert (kinds, currencies) == ({"receivable", "payable"}, {"CNY", "EUR"})
    assert sum(customer.parent_id is not None for customer in customers) == 2


def test_it_has_documents_of_the_usual_kinds(session: Session) -> None:
    kinds = set(session.scalars(select(Document.kind).distinct()))

    assert kinds >= {
        *(DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.PAYMENT),
        *(DocumentKind.REFUND, DocumentKind.BOUNCED_PAYMENT, DocumentKind.DISCOUNT),
        *(DocumentKind.FEE, DocumentKind.TRANSFER, DocumentKind.OPENING_BALANCE),
    }
    assert session.scalars(select(Document).where(Document.pair.startswith("exchange:"))).all()


def test_nothing_is_recorded_before_its_time_or_after_today(session: Session) -> None:
    now = Dates.on(DAY).now
    ahead = select(func.count()).where(
        (func.date(Document.recorded_at, "+8 hours") < Document.issued_on)
        | (Document.recorded_at > now)
    )

    assert session.scalar(ahead) == 0


def test_its_last_month_is_answered_in_every_way(session: Session) -> None:
    june = select(Statement.id).where(Statement.period_end == date(2026, 6, 30))
    outcomes = set(
        session.scalars(select(Confirmation.outcome).where(Confirmation.statement_id.in_(june)))
    )
    states = set(session.scalars(select(Statement.state).where(Statement.id.in_(june))))

    assert outcomes == {"agreed", "agreed_except", "disagreed"}
    assert states == {"issued", "superseded"}


def test_what_was_booked_late_stands_on_the_next_statement(session: Session) -> None:
    assert session.scalars(select(StatementLine.number).where(StatementLine.is_late)).all()


def test_disputes_have_come_differently_far(session: Session) -> None:
    states = sorted(session.scalars(select(Dispute.state)))

    assert states == ["accepted", "accepting", "answered", "open", "rejected"]


def test_things_wait_for_a_second_person(session: Session) -> None:
    drafts = select(func.count()).where(DocumentDraft.state == "submitted")
    batches = {batch.kind: batch.state for batch in session.scalars(select(ImportBatch))}

    assert session.scalar(drafts) == 2
    assert batches == {"payments": "submitted", "documents": "staged", "their_ledger": "staged"}


def test_what_is_in_preparation_shows_what_can_be_entered(session: Session) -> None:
    drafts = session.scalars(select(DocumentDraft).where(DocumentDraft.state == "draft")).all()
    documents = [document for draft in drafts for document in documents_of(draft)]

    assert any(part.is_retention for one in documents for part in one.due)
    assert [one.kind for one in documents].count(DocumentKind.TRANSFER) == 4
    assert [one.state for one in session.scalars(select(CustomerMerge))] == ["proposed"]
    assert [pair.other.code for pair in proposals(session)] == ["HT 1010"]


def test_one_promise_was_broken(session: Session) -> None:
    assert sorted(session.scalars(select(PromiseToPay.state))) == ["broken", "open"]


def test_a_dealers_own_ledger_differs_in_every_way_there_is(session: Session) -> None:
    made = session.scalars(select(Reconciliation)).one()
    found = set(
        session.scalars(
            select(MatchGroup.difference).where(MatchGroup.reconciliation_id == made.id)
        )
    )

    # One account alone shows no line of another one, and every difference here has its proof.
    apart = {Difference.WRONG_CUSTOMER, Difference.UNEXPLAINED}
    assert found == {str(one) for one in set(Difference) - apart}


def test_its_files_can_be_handed_in_again(filled: Path) -> None:
    names = {path.name for path in (filled / "samples").iterdir()}

    assert names == {
        *("mingyuan-ledger.xlsx", "harbour-ledger.csv"),
        *("bank-2026-07-10.csv", "invoices-2026-07-10.csv"),
    }
    assert MINGYUAN.people[0].email == "wang.min@mingyuan.example"
