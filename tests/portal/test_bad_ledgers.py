"""Each file that is no ledger is told in one sentence with a way on, on both faces.

What can be compared all the same is compared, and what makes its result doubtful is said before
any figure of it.
"""

import io

import pytest

from tests.factories import AT
from tests.support.bad_ledgers import BAD, HEAD, Bad
from tests.support.books import post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import PortalRole, Role

NAMES = [one.name for one in BAD]
FIGURES = {
    ("portal", "en"): "Our book 4,040.00",
    ("portal", "zh"): "我方账 4,040.00",
    ("desk", "en"): "Our book 4,040.00",
    ("desk", "zh"): "我方账 4,040.00",
}


def handed_in(visitor: Visitor, world: World, face: str, bad: Bad) -> tuple[int, str]:
    """The status, and what is on the page then."""
    text = bad.text.replace("{number}", f"INV-{world.ids['account_id']}")
    data = {
        "file": (io.BytesIO(text.encode()), "june.csv"),
        "as_at": "2026-06-30",
        "account": world.ids["account_id"],
    }
    path = "/books"
    if face == "desk":
        path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    answer = visitor.send(path, data, page=path)
    shown = visitor.open(answer.location).text if answer.location else answer.text
    return answer.status_code, words_of(shown)


def somebody(world: World, face: str, language: str) -> Visitor:
    """Whoever hands a ledger in there."""
    if face == "desk":
        return world.staff(Role.ACCOUNTANT, language)
    return world.customer(PortalRole.ANSWER, language=language)


@pytest.mark.parametrize("bad", BAD, ids=NAMES)
@pytest.mark.parametrize(("face", "language"), list(FIGURES))
def test_it_is_said_with_a_way_on(world: World, face: str, language: str, bad: Bad) -> None:
    visitor = somebody(world, face, language)

    status, page = handed_in(visitor, world, face, bad)

    said = bad.en if language == "en" else bad.zh
    assert said in page
    if bad.is_refused:
        assert status == 400
        assert ("was not compared" if language == "en" else "未能核对") in page
    else:
        assert status == 303
        assert page.index(said) < page.index(FIGURES[face, language])


def test_where_our_side_is_empty_it_is_said(world: World) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        other = CustomerAccount(
            customer_id=account.customer_id, currency="EUR", kind="receivable", created_at=AT
        )
        session.add(other)
        session.flush()
        world.ids["account_id"] = other.id
    bad = Bad("", f"{HEAD}\n2026-06-05,Invoice,X-1,,70.00\n", False, "", "")

    _, page = handed_in(world.customer(PortalRole.ANSWER), world, "portal", bad)

    assert "Our book of this account has no entry up to 30 June 2026" in page


def test_a_sound_file_is_not_doubted(world: World) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        post(session, account, "payment", "P-9", "2026-06-09", "-40.00")
    text = (
        f"Line no,{HEAD},Balance\n1,2026-06-03,Invoice,INV-1,,4040.00,4040.00\n"
        "2,2026-06-09,Payment,P-9,40.00,,4000.00\n3,2026-06-30,Closing balance,,,,4000.00\n"
    )

    _, page = handed_in(
        world.customer(PortalRole.ANSWER), world, "portal", Bad("", text, False, "", "")
    )

    for doubt in ("june.csv” ", "“june.csv”"):
        assert doubt not in page
    assert "Both books agree at 4,000.00" in page
