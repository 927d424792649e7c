"""A month is prepared, issued, answered and closed on the workbench, by two people."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from tests.factories import AT, make_customer
from tests.support.books import post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db, settings
from tieout.audit.models import AuditEntry
from tieout.customers.models import Customer
from tieout.i18n import Sentence
from tieout.identity.permissions import Role
from tieout.intake.models import ImportBatch
from tieout.ledger import locks
from tieout.messages.models import Message
from tieout.reconciliation.models import Reconciliation
from tieout.runs.models import Run, RunItem
from tieout.statements import delivery
from tieout.statements.models import PeriodClose, Statement, StatementDelivery
from tieout.web import working

MONTH = {"month": "2026-06"}


@dataclass
class Month:
    """The people of a month end, and two customers who have something to hear."""

    world: World
    accountant: Visitor
    approver: Visitor

    def prepare(self) -> int:
        """Let the accountant prepare; return the number of the run."""
        answer = self.accountant.send("/desk/month-end/prepare", dict(MONTH))
        assert answer.status_code == 303, words_of(answer.text)
        return int(answer.location.rpartition("/")[2])


@pytest.fixture
def month(world: World, monkeypatch: pytest.MonkeyPatch) -> Month:
    """June of two customers; the company wants two people for its statements."""
    monkeypatch.setattr(working, "PATIENCE", 600.0)  # each run ends before its page comes back
    with db.transaction() as session:
        settings.company(session).two_people = ["statement", "period_close"]
        session.execute(update(Statement).values(state="excused"))
        for _ in range(9):  # the world of routes has used the first numbers
            settings.next_number(session, "statement", AT.date())
        for code, amount in (("D-1", "1000.00"), ("D-2", "250.00")):
            account = make_customer(session, code)
            account.customer.name = f"Dealer {code}"
            post(session, account, "invoice", f"INV-{code}", "2026-06-03", amount)
    return Month(world, world.staff(Role.ACCOUNTANT), world.staff(Role.APPROVER))


def issued() -> list[tuple[str, str, str]]:
    with db.reading() as session:
        rows = session.scalars(
            select(Statement).where(Statement.state == "issued").order_by(Statement.id)
        )
        return [(one.customer.name, one.prepared_by, one.approved_by) for one in rows]


def test_one_prepares_the_month_and_a_second_one_issues_it(month: Month) -> None:
    run = month.prepare()
    preview = words_of(month.accountant.open(f"/desk/month-end/runs/{run}").text)
    assert "Dealer D-1" in preview
    assert "1,000.00" in preview

    refused = month.accountant.send("/desk/month-end/issue", dict(MONTH))
    assert refused.status_code == 403
    done = month.approver.send("/desk/month-end/issue", dict(MONTH))
    assert done.status_code == 303, words_of(done.text)

    assert issued() == [
        ("Dealer D-1", "Chen Accountant", "Chen Approver"),
        ("Dealer D-2", "Chen Accountant", "Chen Approver"),
    ]


def test_whoever_prepared_may_not_issue_though_an_approver(month: Month) -> None:
    answer = month.approver.send("/desk/month-end/prepare", dict(MONTH))
    assert answer.status_code == 303
    refused = month.approver.send("/desk/month-end/issue", dict(MONTH))

    assert refused.status_code == 403
    assert "You prepared this statement yourself" in words_of(refused.text)
    assert issued() == []


def test_the_page_shows_where_each_customer_stands(month: Month) -> None:
    before = words_of(month.accountant.open("/desk/month-end?month=2026-06").text)
    assert "Dealer D-1 1,000.00" in before
    assert "not prepared" in before

    month.prepare()
    month.approver.send("/desk/month-end/issue", dict(MONTH))
    after = words_of(month.accountant.open("/desk/month-end?month=2026-06").text)

    assert "no answer" in after
    assert "the control total ties: ledger" in after


def test_a_run_that_was_cancelled_goes_on_where_it_stopped(
    month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    month.prepare()
    with monkeypatch.context() as nobody_works:
        nobody_works.setattr("internal.month_end.go_on", lambda run_id: None)
        answer = month.approver.send("/desk/month-end/issue", dict(MONTH))
        run = answer.location
        assert month.approver.send(f"{run}/cancel").status_code == 303
    assert issued() == []
    assert "Go on where it stopped" in month.approver.open(run).text

    assert month.approver.send(f"{run}/resume").status_code == 303

    assert len(issued()) == 2


def test_what_failed_is_named_and_can_be_tried_again(month: Month) -> None:
    run = month.prepare()
    with db.transaction() as session:
        session.execute(
            update(RunItem)
            .where(RunItem.run_id == run)
            .values(state="failed", reason={"text": "Nothing came through.", "facts": {}})
        )
    assert "Nothing came through." in month.accountant.open(f"/desk/month-end/runs/{run}").text

    assert month.accountant.send(f"/desk/month-end/runs/{run}/retry").status_code == 303

    with db.reading() as session:
        states = set(session.scalars(select(RunItem.state).where(RunItem.run_id == run)))
        assert states <= {"done", "left_out"}
        assert session.get_one(Run, run).state == "done"


def test_two_people_close_the_month_and_the_books_are_locked(month: Month) -> None:
    month.prepare()
    month.approver.send("/desk/month-end/issue", dict(MONTH))
    with db.transaction() as session:  # what the world of routes left open
        session.execute(update(RunItem).values(state="done"))

        session.execute(update(ImportBatch).values(state="posted"))
        session.execute(update(Reconciliation).values(unexplained_minor=0))
    page = "/desk/month-end/close?month=2026-06"
    assert "Ask to close June 2026" in month.approver.open(page).text

    wrong = month.approver.send("/desk/month-end/close", {**MONTH, "CNY": "1.00"})
    assert wrong.status_code == 409
    assert "The general ledger says CNY 1.00" in words_of(wrong.text)
    assert month.approver.send("/desk/month-end/close", dict(MONTH)).status_code == 303
    with db.reading() as session:
        asked = session.scalars(
            select(PeriodClose.id).where(PeriodClose.asked_by == "Chen Approver")
        ).one()

    own = month.approver.send(f"/desk/month-end/closes/{asked}/close")
    assert own.status_code == 403
    assert "Somebody else has to close it" in words_of(own.text)
    with db.transaction() as session:  # a second approver
        session.execute(update(PeriodClose).where(PeriodClose.id == asked).values(asked_by_id=999))
    assert month.approver.send(f"/desk/month-end/closes/{asked}/close").status_code == 303
    with db.reading() as session:
        assert str(locks.locked_through(session)) == "2026-06-30"


def test_each_step_stands_in_the_trail(month: Month) -> None:
    month.prepare()
    month.approver.send("/desk/month-end/issue", dict(MONTH))

    with db.reading() as session:
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert actions.count("statement.drafted") == 2
    assert actions.count("statement.approved") == 2
    assert actions.count("statement.issued") == 2
    auditor = month.world.staff(Role.AUDITOR)
    shown = words_of(auditor.open("/desk/audit?what=statement").text)
    assert "Chen Approver" in shown
    assert "issued a statement" in shown


def test_sales_see_their_own_customers_alone(month: Month) -> None:
    with db.transaction() as session:
        owner = session.get_one(Customer, month.world.ids["customer_id"]).owner_id
        first = session.scalars(select(Customer).where(Customer.code == "D-1")).one()
        first.owner_id = owner
    sales = month.world.staff(Role.SALES)

    for page in ("/desk/month-end?month=2026-06&show=all", "/desk/", "/desk/reports/ageing"):
        assert "Dealer D-2" not in sales.open(page).text, page
    assert "Dealer D-1" in sales.open("/desk/month-end?month=2026-06&show=all").text
    assert sales.send("/desk/month-end/prepare", dict(MONTH)).status_code == 403


def test_a_single_draft_is_excused_with_a_reason(month: Month) -> None:
    month.prepare()
    with db.reading() as session:
        draft = session.scalars(select(Statement.id).where(Statement.state == "draft")).first()
    where = f"/desk/statements/{draft}/excuse"
    assert month.accountant.send(where, {"reason": ""}).status_code == 400

    assert month.accountant.send(where, {"reason": "They have gone."}).status_code == 303

    shown = words_of(month.accountant.open(f"/desk/statements/{draft}").text)
    assert "Excused They have gone." in shown


def test_what_did_not_arrive_is_sent_again(month: Month) -> None:
    month.prepare()
    month.approver.send("/desk/month-end/issue", dict(MONTH))
    with db.transaction() as session:
        row = session.scalars(
            select(StatementDelivery).order_by(StatementDelivery.id.desc())
        ).first()
        assert row is not None
        row.state = "failed"
        row.reason = {"text": "The mailbox does not exist.", "facts": {}}
        statement, delivery = row.statement_id, row.id
    page = f"/desk/statements/{statement}"
    assert "The mailbox does not exist." in month.accountant.open(page).text

    again = month.accountant.send(f"{page}/send-again", {"delivery": delivery})

    assert again.status_code == 303
    with db.reading() as session:
        assert session.get_one(StatementDelivery, delivery).state == "queued"


def test_suppliers_have_a_month_of_their_own(month: Month) -> None:
    with db.transaction() as session:
        supplier = make_customer(session, "S-1", kind="payable")
        supplier.customer.name = "Supplier S-1"
        post(session, supplier, "invoice", "THEIRS-1", "2026-06-08", "700.00")
    payable = {**MONTH, "kind": "payable"}

    before = words_of(month.accountant.open("/desk/month-end?month=2026-06&kind=payable").text)
    assert "Supplier S-1 700.00" in before
    assert "Dealer D-1" not in before
    customers = words_of(month.accountant.open("/desk/month-end?month=2026-06").text)
    assert "Supplier S-1" not in customers

    assert month.accountant.send("/desk/month-end/prepare", payable).status_code == 303
    done = month.approver.send("/desk/month-end/issue", payable)
    assert done.status_code == 303, words_of(done.text)

    assert [one[0] for one in issued()] == ["Supplier S-1"]
    after = words_of(month.accountant.open("/desk/month-end?month=2026-06&kind=payable").text)
    assert "no answer" in after


def bulk(visitor: Visitor, act: str, **more: object) -> str:
    """Press the button of an act's preview for everybody it lists; the words of what came of it."""
    preview = visitor.open(f"/desk/month-end/bulk/{act}?month=2026-06").text
    ticked = re.findall(r'name="customer" value="(\d+)"', preview)
    answer = visitor.send(f"/desk/month-end/bulk/{act}", {**MONTH, "customer": ticked, **more})
    assert answer.status_code == 303, words_of(answer.text)
    return words_of(visitor.open(answer.location).text)


def test_an_act_for_many_says_first_for_whom_and_why_not(month: Month) -> None:
    before = words_of(month.approver.open("/desk/month-end/bulk/issue?month=2026-06").text)
    assert "no statement is prepared" in before
    month.prepare()

    own = words_of(month.accountant.open("/desk/month-end/bulk/issue?month=2026-06").text)
    assert "you prepared its draft; somebody else issues it" in own
    preview = words_of(month.approver.open("/desk/month-end/bulk/issue?month=2026-06").text)
    assert "Dealer D-1 CNY 1,000.00 the draft is approved and issued" in preview
    assert issued() == []

    bulk(month.approver, "issue")
    assert len(issued()) == 2
    again = month.approver.send("/desk/month-end/bulk/issue", dict(MONTH, everybody="yes"))
    assert again.status_code == 409


def test_only_who_was_ticked_is_done(month: Month) -> None:
    month.prepare()
    with db.reading() as session:
        first = session.execute(select(Customer.id).where(Customer.code == "D-1")).scalar_one()

    sent = month.approver.send("/desk/month-end/bulk/issue", {**MONTH, "customer": [str(first)]})

    assert sent.status_code == 303
    assert [name for name, *_ in issued()] == ["Dealer D-1"]
    nobody = month.approver.send("/desk/month-end/bulk/issue", dict(MONTH))
    assert nobody.status_code == 409


def test_who_has_not_answered_is_reminded_with_a_result_for_each(month: Month) -> None:
    month.prepare()
    bulk(month.approver, "issue")

    preview = words_of(month.accountant.open("/desk/month-end/bulk/remind?month=2026-06").text)
    assert "Dealer D-2 CNY 250.00 first reminder" in preview
    result = bulk(month.accountant, "remind")

    assert "Reminding who has not answered for June 2026" in result
    with db.reading() as session:
        reminded = session.scalars(
            select(Message.customer_id).where(Message.kind == "answer_reminder")
        ).all()
        assert len(reminded) == 2
    again = words_of(month.accountant.open("/desk/month-end/bulk/remind?month=2026-06").text)
    assert "reminded today already" in again
    assert "There is nobody for whom anything would be done" in again


def test_a_statement_is_sent_again_to_whom_it_did_not_reach(month: Month) -> None:
    month.prepare()
    bulk(month.approver, "issue")
    quiet = words_of(month.accountant.open("/desk/month-end/bulk/send?month=2026-06").text)
    assert "the statement reached everybody who receives statements" in quiet
    with db.transaction() as session:
        row = session.scalars(
            select(StatementDelivery)
            .join(Statement, Statement.id == StatementDelivery.statement_id)
            .where(Statement.customer.has(Customer.code == "D-1"), Statement.state == "issued")
        ).one()
        delivery.mark_failed(session, row, Sentence("no such mailbox"))
        session.execute(update(Message).values(state="failed"))

    preview = words_of(month.accountant.open("/desk/month-end/bulk/send?month=2026-06").text)
    assert "Dealer D-1 CNY 1,000.00 the statement leaves for" in preview
    bulk(month.accountant, "send")

    with db.reading() as session:
        assert session.get_one(StatementDelivery, row.id).state == "queued"


def test_ledgers_are_compared_where_there_are_any(month: Month) -> None:
    page = words_of(month.accountant.open("/desk/month-end/bulk/match?month=2026-06").text)

    assert "no ledger was handed in" in page
    assert month.accountant.open("/desk/month-end/bulk/nothing?month=2026-06").status_code == 404
