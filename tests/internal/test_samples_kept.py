"""An auditor keeps a sample: who drew it when, and anyone draws the same again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.internal.conftest import Desk
from tests.support.books import post
from tests.support.visitor import words_of
from tieout import clock, db
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import Role
from tieout.month_end.models import AuditSample

ASKED = {
    "month": "2026-06",
    "currency": "CNY",
    "kind": "receivable",
    "method": "random",
    "size": "5",
    "above": "0",
    "seed": "audit 2026",
}


def test_it_is_kept_with_who_and_when_and_comes_out_the_same_after_later_entries(
    desk: Desk,
) -> None:
    auditor = desk.world.staff(Role.AUDITOR)

    kept = auditor.send("/desk/reports/sample", ASKED, page="/desk/")
    assert kept.status_code == 303
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, desk.account_id)
        later = clock.now() + timedelta(hours=1)
        post(session, account, "invoice", "INV-LATE", "2026-06-30", "99.00", at=later)
    said = words_of(auditor.open(kept.headers["Location"]).text)

    assert "Drawn by" in said
    assert "the same accounts and balances" in said
    with db.reading() as session:
        row = session.execute(select(AuditSample).order_by(AuditSample.id.desc())).scalars().first()
        assert row is not None
        assert row.seed == "audit 2026"
        balances = {one["code"]: one["balance"] for one in row.accounts}
        assert balances["C-0001"] == 40000


def test_who_does_not_see_the_trail_keeps_none_and_nonsense_is_refused(desk: Desk) -> None:
    auditor = desk.world.staff(Role.AUDITOR)

    assert desk.accountant.send("/desk/reports/sample", ASKED, page="/desk/").status_code == 403
    for wrong in ({"above": "a lot"}, {"currency": "XXQ"}, {"month": "June"}):
        answer = auditor.send("/desk/reports/sample", {**ASKED, **wrong}, page="/desk/")
        assert answer.status_code == 400, wrong


def test_a_sample_kept_is_never_changed(desk: Desk) -> None:
    desk.world.staff(Role.AUDITOR).send("/desk/reports/sample", ASKED, page="/desk/")

    with pytest.raises(DBAPIError, match="frozen"), db.transaction() as session:
        session.execute(text("UPDATE audit_samples SET seed = 'another'"))
