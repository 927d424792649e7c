"""A difference leads to the document that settles it, filled in; nothing is posted by looking."""

import html
import io
import re

from tests.support.books import post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import Role


def comparison(world: World, visitor: Visitor, amount: str, more: str = "") -> str:
    """Their book with another amount for our invoice of 4,040.00."""
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    number = f"INV-{world.ids['account_id']}"
    text = f"Date,Type,Reference,Amount\n2026-06-05,Invoice,{number},{amount}\n{more}"
    data = {
        "file": (io.BytesIO(text.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    answer = visitor.send(path, data, page=path)
    assert answer.status_code == 303, words_of(answer.text)
    return f"{answer.location}?view=differences"


def link(page: str, words: str) -> str | None:
    """Where a link of these words leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*{re.escape(words)}', page, re.DOTALL)
    return html.unescape(found[1]) if found else None


def test_another_price_leads_to_a_credit_note(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)
    page = accountant.open(comparison(world, accountant, "3777.00")).text

    assert "Draft a credit note of" in words_of(page)
    there = link(page, "Draft a credit note of")
    assert there is not None
    form = accountant.open(there).text
    assert 'value="263.00"' in form
    assert f'value="INV-{world.ids["account_id"]}"' in form
    assert re.search(r'<option selected value="credit_note"', form)


def test_a_payment_that_is_short_leads_to_none(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        post(session, account, "payment", "TT-88231", "2026-06-04", "-2700.00")
    there = comparison(world, accountant, "4040.00", "2026-06-05,Payment,TT-88231,-3024.00\n")

    page = words_of(accountant.open(there).text)

    assert "Payment TT-88231 has another amount" in page
    assert "Draft a credit note of" not in page


def test_cents_lead_to_a_write_off(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)
    page = accountant.open(comparison(world, accountant, "4039.98")).text

    assert "Draft a write-off of" in words_of(page)


def test_what_the_customer_corrects_leads_to_no_document(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)
    page = accountant.open(comparison(world, accountant, "4400.00")).text

    assert "Draft a" not in words_of(page)


def test_whoever_only_looks_drafts_nothing(world: World) -> None:
    there = comparison(world, world.staff(Role.ACCOUNTANT), "3777.00")

    page = world.staff(Role.AUDITOR).open(there).text

    assert "Draft a credit note of" not in words_of(page)
