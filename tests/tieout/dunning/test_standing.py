"""Everything at once: as many queries for many accounts as for few, and policies of one item."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_company, make_customer
from tieout import audit
from tieout.customers.models import CustomerAccount
from tieout.dunning import notices, policies
from tieout.dunning.selection import Level, Nothing, Selection
from tieout.ledger import posting
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money

TODAY = date(2026, 7, 2)


def overdue(session: Session, account: CustomerAccount, number: str, days: int) -> Document:
    """An invoice of 100.00 that fell due so many days ago."""
    due, money = TODAY - timedelta(days=days), Money.of("100.00", account.currency)
    given = posting.DocumentInput(
        account.id,
        DocumentKind.INVOICE,
        number,
        due - timedelta(days=30),
        money,
        due=(posting.DuePart(due, money),),
    )
    return posting.post(session, given, by=BY, at=AT)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that go to the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_preview_of_many_accounts_asks_no_more_than_one_of_few(session: Session) -> None:
    make_company(session)
    policies.standard_policy(session, by=audit.SYSTEM)
    for number in range(3):
        overdue(session, make_customer(session, f"F-{number}"), f"A-{number}", 5)
    session.flush()
    session.expire_all()
    with counted(session) as few:
        assert len(notices.preview(session, TODAY)) == 3
    for number in range(40):
        overdue(session, make_customer(session, f"M-{number}"), f"B-{number}", 5)
    session.flush()
    session.expire_all()
    with counted(session) as many:
        assert len(notices.preview(session, TODAY)) == 43

    assert len(many) == len(few) <= 18


def test_a_policy_of_one_invoice_goes_before_that_of_its_customer(session: Session) -> None:
    make_company(session)
    policies.standard_policy(session, by=audit.SYSTEM)
    account = make_customer(session)
    patient = policies.add_policy(session, "Patient", [Level(1, 60, "firm", 21)], by=BY)
    retention = overdue(session, account, "INV-RETENTION", 20)
    policies.assign(session, patient, "item", retention.due_items[0].id, by=BY)

    [alone] = notices.preview(session, TODAY)
    assert isinstance(alone.found, Nothing)
    assert str(alone.found.reason) == "No level of the policy is reached yet."

    overdue(session, account, "INV-USUAL", 5)
    [both] = notices.preview(session, TODAY)
    assert isinstance(both.found, Selection)
    assert (both.found.level, both.found.tone) == (1, "friendly")

    [late] = notices.preview(session, TODAY + timedelta(days=50))
    assert isinstance(late.found, Selection)
    assert {item.number: item.level for item in late.found.items}["INV-RETENTION"] == 1
