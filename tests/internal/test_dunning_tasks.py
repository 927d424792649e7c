"""Tasks: a level ends in one, it is given, done with its outcome, and dropped once paid."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, make_company, make_customer
from tests.support import route_world
from tests.support.books import post
from tests.support.route_world import World
from tieout import audit, db
from tieout.customers.models import CustomerAccount
from tieout.dunning import notices, policies, tasks
from tieout.dunning.models import DunningCycle, Notice, StaffTask
from tieout.dunning.selection import Level

TODAY = date(2026, 7, 2)


def reminded(session: Session, account: CustomerAccount) -> Notice:
    """A reminder has left whose level ends in a call."""
    rule = policies.add_policy(
        session, "With a call", [Level(1, 3, "firm", 7, "call")], by=audit.SYSTEM
    )
    policies.assign(session, rule, "customer", account.customer_id, by=audit.SYSTEM)
    post(session, account, "invoice", "INV-700", "2026-05-01", "900.00", due="2026-06-20")
    other = make_customer(session, "X-9")
    post(session, other, "payment", "PAY-900", TODAY.isoformat(), "-1.00")
    planned = notices.plan(session, on=TODAY, at=AT)
    made = [session.get_one(Notice, notice_id) for notice_id in planned.notices]
    [notice] = [one for one in made if one.account_id == account.id]
    notices.freeze(session, notice.id, on=TODAY, at=AT)
    notices.mark_sent(session, notice.id, on=TODAY, at=AT)
    notices.mark_sent(session, notice.id, on=TODAY, at=AT)
    return notice


def test_a_level_ends_in_a_task_which_drops_once_nothing_is_overdue(session: Session) -> None:
    make_company(session)
    account = make_customer(session)
    notice = reminded(session, account)

    [task] = session.scalars(select(StaffTask))
    assert (task.kind, task.state, task.due_on) == ("call", "open", TODAY + timedelta(days=7))
    tasks.drop_settled(session, session.get_one(DunningCycle, notice.cycle_id), at=AT)
    assert (task.state, task.outcome) == ("dropped", "Nothing is overdue any more.")


def test_a_task_is_given_and_done_on_its_page_with_its_letter(app: Flask) -> None:
    world: World = route_world.build(app)
    with db.transaction() as session:
        reminded(session, make_customer(session, "T-1"))
        task = session.scalars(select(StaffTask).order_by(StaffTask.id.desc())).first()
        assert task is not None
        task_id = task.id
    somebody = world.staff("accountant")
    page = f"/desk/dunning/tasks/{task_id}"

    assert "Call them" in somebody.open("/desk/dunning/tasks").text
    assert "Calls and letters to do" in somebody.open("/desk/").text
    assert somebody.send(f"{page}/give", {"assignee": "1"}).status_code == 303
    assert somebody.open(f"{page}/letter.pdf").data.startswith(b"%PDF")
    assert somebody.send(f"{page}/end", {"state": "done", "outcome": ""}).status_code == 400
    done = {"state": "done", "outcome": "They pay on Friday."}
    assert somebody.send(f"{page}/end", done).status_code == 303
    assert somebody.send(f"{page}/end", done).status_code == 409
    assert "They pay on Friday." in somebody.open("/desk/dunning/tasks?state=done").text
    assert "They pay on Friday." in somebody.open(page).text
