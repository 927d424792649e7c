"""Documents enter the books, or are refused with what is wrong and how to put it right."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tests.support.books import day, given, post
from tieout import audit, events
from tieout.audit.models import AuditEntry
from tieout.customers.models import CustomerAccount
from tieout.db import transaction
from tieout.ledger import posting, rules
from tieout.ledger.checks import check_books
from tieout.ledger.models import AccountTotal, Document, DocumentKind
from tieout.ledger.words import KINDS
from tieout.money import Money, TooManyDecimals


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    make_company(session)
    return make_customer(session)


def test_an_invoice_is_due_by_the_terms_of_its_account(
    session: Session, account: CustomerAccount
) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00")

    [item] = invoice.due_items
    assert (item.due_on, item.open_minor, item.direction) == (day("2026-05-31"), 100000, 1)
    assert invoice.base_minor == 100000
    assert invoice.customer_id == account.customer_id
    assert check_books(session) == []


def test_a_payment_is_money_from_its_own_day_on(session: Session, account: CustomerAccount) -> None:
    payment = post(session, account, "payment", "", "2026-05-10", "-600.00")

    [item] = payment.due_items
    assert (item.due_on, item.open_minor, item.direction) == (day("2026-05-10"), 60000, -1)


def test_lines_references_and_the_paper_are_kept(
    session: Session, account: CustomerAccount
) -> None:
    line = posting.LineInput(
        Money.of("1176.00", "CNY"),
        code="DR-18",
        description="冲击钻 18V",
        unit="台",
        quantity=Decimal("98"),
        unit_price=Decimal("12.00"),
        tax=Money.of("135.29", "CNY"),
    )
    invoice = post(
        session,
        account,
        "invoice",
        "INV-7",
        "2026-05-01",
        "1176.00",
        lines=(line,),
        references=(posting.ReferenceInput("po", "PO 88-012"),),
        original=Money.of("163.00", "USD"),
    )

    assert [(one.code, one.quantity_micro) for one in invoice.lines] == [("DR-18", 98_000_000)]
    assert [(one.kind, one.value_key) for one in invoice.references] == [("po", "PO88012")]
    assert (invoice.original_minor, invoice.original_currency) == (16300, "USD")
    assert invoice.match_keys


def test_what_is_drafted_as_json_comes_back_the_same(account: CustomerAccount) -> None:
    document = given(
        account,
        "invoice",
        "INV-7",
        "2026-05-01",
        "300.00",
        due=[("2026-05-31", "100.00"), ("2026-06-30", "200.00")],
        references=(posting.ReferenceInput("po", "88"),),
        lines=(posting.LineInput(Money.of("300.00", "CNY"), quantity=Decimal("1.5")),),
        rate=Decimal("7.1"),
        original=Money.of("42.25", "USD"),
    )

    assert posting.DocumentInput.from_json(document.to_json()) == document
    assert replace(document, source="import:1:2").digest() == document.digest()
    assert replace(document, description="other").digest() != document.digest()


def test_a_foreign_document_carries_its_rate_and_base_amount(session: Session) -> None:
    make_company(session)
    account = make_customer(session, currency="JPY")

    invoice = post(
        session, account, "invoice", "INV-1", "2026-05-01", "12345", rate=Decimal("0.04812")
    )

    assert (invoice.base_minor, invoice.rate) == (59404, "0.04812")  # 594.0414 rounded once


def test_instalments_are_due_one_by_one(session: Session, account: CustomerAccount) -> None:
    due = [("2026-05-31", "400.00"), ("2026-06-30", "600.00")]
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1000.00", due=due)

    assert [(item.part, item.open_minor) for item in invoice.due_items] == [(1, 40000), (2, 60000)]

    with pytest.raises(rules.DuePartsDiffer, match=r"900\.00.*1,000\.00"):
        post(
            session,
            account,
            "invoice",
            "INV-2",
            "2026-05-01",
            "1000.00",
            due=[("2026-05-31", "400.00"), ("2026-06-30", "500.00")],
        )
    with pytest.raises(rules.DuePartWrongSide):
        post(
            session,
            account,
            "invoice",
            "INV-2",
            "2026-05-01",
            "1000.00",
            due=[("2026-05-31", "1400.00"), ("2026-06-30", "-400.00")],
        )


@pytest.mark.parametrize("kind", ["invoice", "credit_note", "payment", "adjustment"])
def test_a_document_of_nothing_is_allowed(
    session: Session, account: CustomerAccount, kind: str
) -> None:
    document = post(session, account, kind, "Z-1", "2026-05-01", "0.00")

    assert [item.open_minor for item in document.due_items] == [0]
    assert check_books(session) == []


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("invoice", "-1.00"),
        ("refund", "-1.00"),
        ("bounced_payment", "-1.00"),
        ("recovery", "-1.00"),
        ("fee", "-1.00"),
        ("interest", "-1.00"),
        ("credit_note", "1.00"),
        ("payment", "1.00"),
        ("discount", "1.00"),
        ("write_off", "1.00"),
    ],
)
def test_the_kind_limits_the_sign(
    session: Session, account: CustomerAccount, kind: str, amount: str
) -> None:
    with pytest.raises(rules.WrongSign):
        post(session, account, kind, "X-1", "2026-05-01", amount)


@pytest.mark.parametrize("kind", ["adjustment", "opening_balance", "exchange_difference"])
@pytest.mark.parametrize("amount", ["-1.00", "1.00"])
def test_other_kinds_may_have_either_sign(
    session: Session, account: CustomerAccount, kind: str, amount: str
) -> None:
    assert post(session, account, kind, "X-1", "2026-05-01", amount).amount_minor != 0


def test_the_database_holds_the_sign_too(session: Session, account: CustomerAccount) -> None:
    invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1.00")
    copy = {c.name: getattr(invoice, c.name) for c in Document.__table__.columns}

    with pytest.raises(DBAPIError, match="positive_kind"):
        session.execute(insert(Document).values({**copy, "id": 900, "amount_minor": -1}))


def test_another_currency_is_refused(session: Session, account: CustomerAccount) -> None:
    document = replace(
        given(account, "invoice", "INV-1", "2026-05-01", "1.00"), amount=Money.of("1.00", "EUR")
    )

    with pytest.raises(rules.OtherCurrency, match=r"EUR.*CNY"):
        posting.post(session, document, by=BY, at=AT)


def test_three_decimals_are_refused_in_yuan_and_right_in_dinar(
    session: Session, account: CustomerAccount
) -> None:
    with pytest.raises(TooManyDecimals):
        given(account, "invoice", "INV-1", "2026-05-01", "1.005")

    dinar = make_customer(session, code="K-1", currency="KWD")
    assert post(session, dinar, "invoice", "INV-1", "2026-05-01", "1.005").amount_minor == 1005


def test_lines_must_be_the_document(session: Session, account: CustomerAccount) -> None:
    lines = (
        posting.LineInput(Money.of("40.00", "CNY")),
        posting.LineInput(Money.of("50.00", "CNY")),
    )

    with pytest.raises(rules.LinesDiffer, match=r"90\.00.*100\.00"):
        post(session, account, "invoice", "INV-1", "2026-05-01", "100.00", lines=lines)


@pytest.mark.parametrize("kind", ["invoice"])
def test_an_invoice_needs_a_number(session: Session, account: CustomerAccount, kind: str) -> None:
    with pytest.raises(rules.NumberMissing):
        post(session, account, kind, " ", "2026-05-01", "1.00")


def test_what_nobody_means_is_refused(session: Session, account: CustomerAccount) -> None:
    with pytest.raises(rules.AmountTooLarge):
        post(session, account, "invoice", "INV-1", "2026-05-01", "99999999999999.00")
    with pytest.raises(rules.NoSuchDay):
        post(session, account, "invoice", "INV-1", "0206-05-01", "1.00")
    with pytest.raises(rules.TextTooLong):
        post(session, account, "invoice", "9" * 121, "2026-05-01", "1.00")
    with pytest.raises(rules.TextUnreadable):
        post(session, account, "invoice", "INV\0-1", "2026-05-01", "1.00")


def test_the_same_document_again_is_told_from_another_under_its_number(
    session: Session, account: CustomerAccount
) -> None:
    there = post(session, account, "invoice", "INV-1", "2026-05-01", "100.00")

    with pytest.raises(posting.AlreadyPosted) as again:
        post(session, account, "invoice", "INV-1", "2026-05-01", "100.00", source="import:9:1")
    with pytest.raises(posting.NumberTaken, match=r"100\.00.*110\.00.*reverse") as other:
        post(session, account, "invoice", "INV-1", "2026-05-01", "110.00")

    assert again.value.facts["document_id"] == other.value.facts["document_id"] == there.id
    # another kind, another account: another number
    post(session, account, "credit_note", "INV-1", "2026-05-01", "-100.00")
    post(session, make_customer(session, code="B"), "invoice", "INV-1", "2026-05-01", "100.00")


def test_our_own_numbers_have_no_gaps(session: Session, account: CustomerAccount) -> None:
    numbers = [
        post(session, account, "credit_note", "", on, "-10.00").number
        for on in ("2026-05-01", "2026-05-02", "2027-01-01")
    ]

    assert numbers == ["CN-2026-0001", "CN-2026-0002", "CN-2027-0001"]


def test_an_exchange_is_one_action_with_two_documents(
    session: Session, account: CustomerAccount
) -> None:
    back, out = posting.post_exchange(
        session,
        given(account, "credit_note", "", "2026-05-01", "-1200.00"),
        given(account, "invoice", "INV-9", "2026-05-01", "1350.00"),
        by=BY,
        at=AT,
    )

    assert back.pair == out.pair != ""
    assert back.reason == "return"
    assert session.get_one(AccountTotal, account.id).balance_minor == 15000
    with pytest.raises(posting.NotAnExchange):
        posting.post_exchange(
            session,
            given(account, "invoice", "INV-10", "2026-05-01", "1.00"),
            given(account, "invoice", "INV-11", "2026-05-01", "1.00"),
            by=BY,
            at=AT,
        )


def test_a_transfer_moves_money_of_the_parent_to_the_child(
    session: Session, account: CustomerAccount
) -> None:
    child = make_customer(session, code="M-0218")
    post(session, account, "payment", "P-1", "2026-05-01", "-500.00")

    out, into = posting.transfer(
        session, account, child, Money.of("200.00", "CNY"), on=day("2026-05-02"), by=BY, at=AT
    )

    assert (out.amount_minor, into.amount_minor) == (20000, -20000)
    assert out.number == into.number == "TR-2026-0001"
    assert out.pair == into.pair
    balances = {t.account_id: t.balance_minor for t in session.scalars(select(AccountTotal))}
    assert balances == {account.id: -30000, child.id: -20000}
    with pytest.raises(posting.TransferToItself):
        posting.transfer(
            session, account, account, Money.of("1", "CNY"), on=day("2026-05-02"), by=BY, at=AT
        )


def test_thousands_are_posted_at_once_with_one_entry_in_the_trail(
    session: Session, account: CustomerAccount
) -> None:
    other = make_customer(session, code="M-0218")
    documents = [
        given(
            account if n % 3 else other,
            "invoice",
            f"INV-{n:05}",
            "2026-05-01",
            f"{n}.25",
            references=(posting.ReferenceInput("po", f"PO-{n}"),),
        )
        for n in range(3000)
    ]

    ids = posting.post_many(session, documents, by=BY, at=AT, source="import:7")

    stored = {row.id: row.number for row in session.execute(select(Document.id, Document.number))}
    assert [stored[one] for one in ids] == [document.number for document in documents]
    totals = {
        t.account_id: (t.balance_minor, t.documents) for t in session.scalars(select(AccountTotal))
    }
    assert sum(amount for amount, _ in totals.values()) == sum(d.amount.minor for d in documents)
    assert totals[other.id][1] == 1000
    assert check_books(session) == []


def test_a_mass_posting_is_all_or_nothing_and_in_the_trail_once(database: object) -> None:
    with transaction() as session:
        make_company(session)
        account = make_customer(session)
        post(session, account, "invoice", "INV-3", "2026-05-01", "3.00")
    documents = [
        given(account, "invoice", f"INV-{n}", "2026-05-01", f"{n}.00") for n in range(1, 6)
    ]

    with pytest.raises(posting.AlreadyPosted), transaction() as session:
        posting.post_many(session, documents, by=BY, at=AT, source="import:7")
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1
        without = [document for document in documents if document.number != "INV-3"]
        posting.post_many(session, without, by=BY, at=AT, source="import:7")
    with transaction() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "documents.posted")
        ).all()
        assert [entry.changes["after"]["documents"] for entry in entries] == [4]
        assert entries[0].changes["after"]["totals"] == {"CNY": "12.00"}
        assert audit.verify(session) == []


def test_one_number_twice_in_one_batch_is_refused(
    session: Session, account: CustomerAccount
) -> None:
    twice = [
        given(account, "invoice", "INV-1", "2026-05-01", "1.00"),
        given(account, "invoice", "INV-1", "2026-05-01", "2.00"),
    ]

    with pytest.raises(posting.NumberTaken):
        posting.post_many(session, twice, by=BY, at=AT, source="import:7")


def test_an_account_that_is_not_there(session: Session, account: CustomerAccount) -> None:
    with pytest.raises(posting.NoSuchAccount):
        posting.post(
            session,
            replace(given(account, "payment", "", "2026-05-01", "-1"), account_id=999),
            by=BY,
            at=AT,
        )


def test_whoever_listens_hears_of_a_posted_document(
    session: Session, account: CustomerAccount
) -> None:
    heard: list[int] = []
    events.subscribe(
        [(events.DocumentPosted, lambda _session, event: heard.append(event.document_id))]
    )
    try:
        invoice = post(session, account, "invoice", "INV-1", "2026-05-01", "1.00")
    finally:
        events.forget()

    assert heard == [invoice.id]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET amount_minor = 2",
        "UPDATE documents SET description = 'x'",
        "DELETE FROM documents",
        "DELETE FROM due_items",
        "UPDATE document_references SET value = 'x'",
    ],
)
def test_what_is_posted_stays_as_it_was_posted(
    session: Session, account: CustomerAccount, statement: str
) -> None:
    references = (posting.ReferenceInput("po", "88"),)
    post(session, account, "invoice", "INV-1", "2026-05-01", "1.00", references=references)

    with pytest.raises(DBAPIError, match="TIEOUT books are frozen"):
        session.execute(text(statement))


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) == set(DocumentKind)
