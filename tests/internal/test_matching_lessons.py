"""Habits that matches made by hand speak for, on the desk's pages."""

import io
import re

import pytest
from sqlalchemy import select

from tests.factories import AT, BY
from tests.support.books import post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import Role
from tieout.ledger.models import Document
from tieout.reconciliation import decisions
from tieout.reconciliation.models import Reconciliation, TheirLine

BOOK = (
    "Date,Type,Reference,Amount\n2026-06-03,Invoice,INV-1,4040.00\n"
    "2026-06-11,Payment,PAY-A,-1000.00\n2026-06-12,Payment,PAY-B,-3500.00\n"
)
SAID = "Of payments matched by hand, 1.5 % was kept back: TT-1, TT-2."


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who may match."""
    return world.staff(Role.ACCOUNTANT)


@pytest.fixture
def comparison(world: World, accountant: Visitor) -> str:
    """A comparison in which two payments that are 1.5 % short were matched by hand."""
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        post(session, account, "payment", "TT-1", "2026-06-11", "-985.00")
        post(session, account, "payment", "TT-2", "2026-06-12", "-3447.50")
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    data = {
        "file": (io.BytesIO(BOOK.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    answer = accountant.send(path, data, page=path)
    assert answer.status_code == 303, answer.text
    with db.transaction() as session:
        made = session.get_one(Reconciliation, int(answer.location.rsplit("/", 1)[1]))
        for ours, theirs in (("TT-1", "PAY-A"), ("TT-2", "PAY-B")):
            document = select(Document.id).where(
                Document.number == ours, Document.account_id == made.account_id
            )
            line = select(TheirLine.id).where(TheirLine.number == theirs)
            lines = [session.scalars(document).one()], [session.scalars(line).one()]
            decisions.match(session, made, *lines, reason="kept back", by=BY, at=AT)
    return str(answer.location)


def buttons(page: str) -> dict[str, str]:
    """What the buttons of the page send, by what they do."""
    found = re.findall(r'action="[^"]+/lessons/(\w+)".*?name="lesson" value="([^"]+)"', page, re.S)
    return {act: key.replace("&#58;", ":") for act, key in found}


def test_it_is_asked_taken_over_and_removable(
    world: World, accountant: Visitor, comparison: str
) -> None:
    assert SAID in words_of(accountant.open(comparison).text)
    place = f"/desk/matching/customers/{world.ids['customer_id']}"
    page = accountant.open(place).text
    assert SAID in words_of(page)
    there = f"/desk/matching/accounts/{world.ids['account_id']}/lessons"

    answer = accountant.send(f"{there}/take", {"lesson": buttons(page)["take"]}, page=place)

    assert answer.status_code == 303
    page = words_of(accountant.open(place).text)
    assert SAID not in page
    assert "Discounts agreed, in percent: 1, 1.5, 2, 3" in page
    assert 'value="1, 1.5, 2, 3"' in accountant.open(f"{place}/rules").text


def test_what_is_no_habit_is_not_asked_again(
    world: World, accountant: Visitor, comparison: str
) -> None:
    place = f"/desk/matching/customers/{world.ids['customer_id']}"
    there = f"/desk/matching/accounts/{world.ids['account_id']}/lessons"
    key = buttons(accountant.open(place).text)["refuse"]

    assert accountant.send(f"{there}/refuse", {"lesson": key}, page=place).status_code == 303

    assert SAID not in words_of(accountant.open(place).text)
    assert SAID not in words_of(accountant.open(comparison).text)
    again = accountant.send(f"{there}/take", {"lesson": key}, page=place)
    assert again.status_code == 409
    assert "This has been decided meanwhile" in words_of(again.text)


def test_whoever_only_reads_is_not_asked(world: World, comparison: str) -> None:
    place = f"/desk/matching/customers/{world.ids['customer_id']}"
    auditor = world.staff(Role.AUDITOR)

    assert SAID not in words_of(auditor.open(place).text)
    assert SAID not in words_of(auditor.open(comparison).text)
    there = f"/desk/matching/accounts/{world.ids['account_id']}/lessons/take"
    assert auditor.send(there, {"lesson": "discount:15000"}, page=place).status_code == 403
