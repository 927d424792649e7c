"""A month's statements as two runs: one person prepares them, a second one issues them."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from tests.factories import AT, BY, OTHER, make_company, make_customer, make_staff
from tests.support.books import post, settle
from tieout import clock, db, runs
from tieout.errors import TieoutError
from tieout.money import Money
from tieout.periods import Period
from tieout.reports import REPORTS
from tieout.runs.models import Run, RunItem
from tieout.statements import drafting, figures
from tieout.statements import runs as statement_runs
from tieout.statements.figures import SectionFigures
from tieout.statements.freeze import frozen
from tieout.statements.models import Statement

JUNE = Period.month(2026, 6)


@pytest.fixture(autouse=True)
def _three_customers(database: Engine) -> None:
    """Two who owe something, and one with whom everything is settled since May."""
    with db.transaction() as session:
        make_company(session, two_people=("statement",))
        make_staff(session, name="Chen Li")
        make_staff(session, "approver", name="Zhou Wei")
        for code in ("M-1", "M-2"):
            account = make_customer(session, code)
            post(session, account, "invoice", f"INV-{code}", "2026-06-03", "1000.00")
            post(session, account, "payment", f"PAY-{code}", "2026-06-20", "-400.00")
        settled = make_customer(session, "M-3")
        invoice = post(session, settled, "invoice", "INV-9", "2026-05-03", "10.00")
        payment = post(session, settled, "payment", "PAY-9", "2026-05-09", "-10.00")
        settle(session, invoice, payment, "10.00")


def begin(what: str, by: object = BY, at: object = AT) -> int:
    """Begin one of the two runs, and return its number."""
    verb = {"drafts": statement_runs.begin_drafts, "issue": statement_runs.begin_issue}[what]
    with db.transaction() as session:
        return verb(session, JUNE, by=by, at=at).id  # type: ignore[arg-type]


def work(run_id: int, most: int = 99) -> None:
    """Work a run through, or some of its items."""
    left = iter(range(most))
    runs.work_through(
        run_id, "worker", statement_runs.HANDLER, stop=lambda: next(left, None) is None
    )


def states(run_id: int) -> list[str]:
    with db.reading() as session:
        return list(
            session.scalars(
                select(RunItem.state).where(RunItem.run_id == run_id).order_by(RunItem.id)
            )
        )


def test_one_person_prepares_and_another_issues() -> None:
    prepared = begin("drafts")
    work(prepared)

    with pytest.raises(drafting.SecondPersonNeeded):
        begin("issue", by=BY)
    issued = begin("issue", by=OTHER)
    work(issued)

    assert states(issued) == ["done", "done"]
    with db.reading() as session:
        statements = session.scalars(select(Statement).order_by(Statement.id)).all()
        assert [(s.state, s.number, s.prepared_by, s.approved_by) for s in statements] == [
            ("issued", "ST-2026-0001", "Chen Li", "Zhou Wei"),
            ("issued", "ST-2026-0002", "Chen Li", "Zhou Wei"),
        ]


def test_the_preview_says_what_each_statement_will_say() -> None:
    prepared = begin("drafts")
    work(prepared)

    with db.reading() as session:
        first = session.scalars(
            select(RunItem).where(RunItem.run_id == prepared, RunItem.state == "done")
        ).first()
        assert first is not None
        assert first.result["sections"] == [
            {
                "currency": "CNY",
                "opening": 0,
                "charges": 100000,
                "credits": -40000,
                "closing": 60000,
            }
        ]
        assert first.result["problems"] == []


def test_whoever_has_nothing_to_hear_is_left_out_with_the_reason() -> None:
    prepared = begin("drafts")
    work(prepared)

    with db.reading() as session:
        out = session.scalars(select(RunItem).where(RunItem.state == "left_out")).one()
        assert out.reason is not None
        assert out.reason["text"].startswith("No movements and nothing owed")
        assert session.scalar(select(Run.state)) == "done"


def test_a_draft_that_was_prepared_anew_after_the_approval_is_not_issued() -> None:
    work(begin("drafts"))
    issued = begin("issue", by=OTHER)
    later = AT + timedelta(minutes=5)
    with db.transaction() as session:
        one = session.scalars(select(Statement).order_by(Statement.id)).first()
        assert one is not None
        drafting.refresh(session, one, by=BY, at=later)
    with clock.standing(later):
        work(issued)

    assert states(issued) == ["failed", "done"]


def test_a_cancelled_run_can_go_on_where_it_stopped() -> None:
    work(begin("drafts"))
    issued = begin("issue", by=OTHER)
    work(issued, most=1)
    with db.transaction() as session:
        runs.cancel(session, session.get_one(Run, issued), by=OTHER, at=AT)
    work(issued)
    assert states(issued) == ["done", "left_out"]

    with db.transaction() as session:
        runs.resume(session, session.get_one(Run, issued), by=OTHER)
    work(issued)
    assert states(issued) == ["done", "done"]


def test_asked_for_twice_there_is_one_run_until_it_has_ended() -> None:
    first = begin("drafts")
    assert begin("drafts") == first

    work(first)
    assert begin("drafts") != first


def test_a_month_without_drafts_cannot_be_issued() -> None:
    with pytest.raises(statement_runs.NothingToIssue):
        begin("issue", by=OTHER)


def test_what_was_issued_prints_with_the_same_figures() -> None:
    work(begin("drafts"))
    work(begin("issue", by=OTHER))
    with db.reading() as session:
        statement = session.scalars(select(Statement).order_by(Statement.id)).first()
        assert statement is not None
        said = frozen(statement)

    made = REPORTS["statement.csv"]({"statement": said, "language": "en", "zone": "UTC"})
    REPORTS["statement.xlsx"]({"statement": said, "language": "en", "zone": "UTC"})

    assert b"600.00" in made


def test_a_fault_of_one_customer_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(TieoutError):
        """Figures that do not tie."""

    plain = figures.check

    def check(made: SectionFigures, ledger_balance: Money) -> None:
        if made.lines and made.lines[0].movement.number == "INV-M-1":
            raise Broken
        plain(made, ledger_balance)

    monkeypatch.setattr("tieout.statements.prepare.check", check)
    prepared = begin("drafts")
    work(prepared)

    assert states(prepared) == ["failed", "done", "left_out"]
    monkeypatch.undo()
    with db.transaction() as session:
        runs.retry(session, session.get_one(Run, prepared), by=BY)
    work(prepared)
    assert states(prepared) == ["done", "done", "left_out"]
