"""Replies to the auditor's requests reach the auditor before staff, and staff once released."""

import pytest
from sqlalchemy import select

from tests.factories import AT, BY
from tests.support.route_world import OTHER, World
from tests.support.visitor import Visitor, words_of
from tieout import audit, db
from tieout.audit.models import AuditEntry
from tieout.customers.models import Customer
from tieout.identity.permissions import Role
from tieout.money import Money
from tieout.month_end import facts, kept
from tieout.month_end.sample import ABOVE, Draw
from tieout.periods import Period
from tieout.statements import auditing
from tieout.statements.confirm import Answer, confirm
from tieout.statements.evidence import Evidence
from tieout.statements.models import Statement

JUNE = Period.month(2026, 6)
MONTH = {"month": "2026-06", "kind": "receivable"}


@pytest.fixture
def sample_id(world: World) -> int:
    """A sample with every account of 1,000.00 and more, kept by the auditor."""
    with db.transaction() as session:
        draw = Draw(ABOVE, "2026-06", 0, Money.of("1000.00", "CNY"))
        return kept.keep(session, JUNE, draw, by=BY, at=AT).id


def answered(world: World) -> None:
    """The customer states 3,900.00 where our books say 4,040.00."""
    with db.transaction() as session:
        statement = session.get_one(Statement, world.ids["statement_id"])
        [section] = statement.sections
        given = Answer(
            section_id=section.id,
            version=statement.version,
            sha256=str(statement.sha256),
            agrees=False,
            balance=Money(section.closing_minor, section.currency),
            stated=Money.of("3900.00", section.currency),
            evidence=Evidence(person="Wang Min", authority=True, wording="Our balance differs."),
        )
        by = audit.Actor("contact", world.ids["contact_id"], "Wang Min")
        confirm(session, statement, given, by=by, at=AT)


def page(visitor: Visitor, world: World) -> str:
    return words_of(visitor.open(f"/desk/statements/{world.ids['statement_id']}").text)


def test_staff_learn_that_an_answer_came_and_the_auditor_what_it_says(
    world: World, sample_id: int
) -> None:
    auditor, accountant = world.staff(Role.AUDITOR), world.staff(Role.ACCOUNTANT)
    sent = auditor.send(f"/desk/reports/samples/{sample_id}/requests")
    assert sent.status_code == 303
    answered(world)

    theirs = words_of(auditor.open("/desk/reports/auditor?month=2026-06").text)
    assert "Disagreed" in theirs
    assert "3,900.00" in theirs
    assert "3,900.00" in page(auditor, world)

    for visitor in (accountant, world.staff(Role.APPROVER), world.staff(Role.ADMINISTRATOR)):
        ours = page(visitor, world)
        assert "Answered, with the auditor" in ours
        assert "3,900.00" not in ours
        assert "Disagreed" not in ours
        trail = visitor.open("/desk/audit?what=statement.answered&as=csv")
        if trail.status_code == 200:
            assert "Answered, with the auditor" in trail.text
            assert "3,900.00" not in trail.text
            assert "disagreed" not in trail.text
    assert "disagreed" in words_of(auditor.open("/desk/audit?what=statement.answered").text)
    month = words_of(accountant.open("/desk/month-end?month=2026-06&show=all").text)
    assert "with the auditor" in month
    table = accountant.open("/desk/statements?month=2026-06&as=csv").text
    assert "Answered, with the auditor" in table
    narrowed = words_of(accountant.open("/desk/statements?month=2026-06&answer=disagreed").text)
    with db.reading() as session:
        number = session.get_one(Statement, world.ids["statement_id"]).number or ""
    assert number not in narrowed


def test_released_replies_are_everybodys(world: World, sample_id: int) -> None:
    auditor, accountant = world.staff(Role.AUDITOR), world.staff(Role.ACCOUNTANT)
    auditor.send(f"/desk/reports/samples/{sample_id}/requests")
    answered(world)

    assert auditor.send("/desk/reports/auditor/release", dict(MONTH)).status_code == 303
    again = auditor.send("/desk/reports/auditor/release", dict(MONTH))
    assert again.status_code == 409

    assert "3,900.00" in page(accountant, world)
    with db.reading() as session:
        told = facts.read(session, JUNE, "receivable").answers
        assert {one.outcome for one in told.values()} >= {"disagreed"}
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.startswith("auditor_request"))
        ).all()
        assert set(actions) == {"auditor_request.made", "auditor_request.released"}


def test_only_the_auditor_asks_and_releases(world: World, sample_id: int) -> None:
    for role in Role:
        if role is Role.AUDITOR:
            continue
        visitor = world.staff(role)
        assert visitor.send(f"/desk/reports/samples/{sample_id}/requests").status_code == 403
        assert visitor.send("/desk/reports/auditor/release", dict(MONTH)).status_code == 403


def test_the_silent_ones_are_listed_and_the_list_is_handed_out(
    world: World, sample_id: int
) -> None:
    auditor = world.staff(Role.AUDITOR)
    auditor.send(f"/desk/reports/samples/{sample_id}/requests")

    silent = words_of(auditor.open("/desk/reports/auditor?month=2026-06&show=silent").text)

    assert f"{OTHER.capitalize()} Trading" in silent
    for form in ("csv", "xlsx", "pdf"):
        answer = auditor.open(f"/desk/reports/auditor?month=2026-06&show=silent&as={form}")
        assert answer.status_code == 200, form


def test_a_new_version_is_the_auditors_too(world: World, sample_id: int) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, world.ids["customer_id"])
        assert auditing.ask(session, [customer.id], JUNE, by=BY, at=AT) == 1
        assert auditing.ask(session, [customer.id], JUNE, by=BY, at=AT) == 0
        statement = session.get_one(Statement, world.ids["statement_id"])
        assert auditing.held(session, [statement]) == {statement.id}


def test_the_auditors_pack_has_the_replies_and_staffs_has_not(world: World, sample_id: int) -> None:
    auditor = world.staff(Role.AUDITOR)
    auditor.send(f"/desk/reports/samples/{sample_id}/requests")
    answered(world)

    whole = auditor.open("/desk/reports/evidence.zip?month=2026-06").data
    less = world.staff(Role.APPROVER).open("/desk/reports/evidence.zip?month=2026-06").data

    assert b"answers/" in whole
    assert b"answers/" not in less
