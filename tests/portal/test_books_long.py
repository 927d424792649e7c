"""A comparison with very many differences: leafed through, searched, summed up by type."""

import io
import re
from html import unescape

import openpyxl
import pytest

from tests.portal.test_books import sent
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tests.tieout.reports.samples import reconciliation
from tieout.identity.permissions import PortalRole
from tieout.money import Money
from tieout.rendering.translation import reading
from tieout.reports.data import DifferenceData
from tieout.reports.reconciliation import MOST_ON_PAPER, differences

#: Deliveries they have booked and we have not: 120 invoices of 10.00, 10.01, …
STRANGE = "\n".join(
    f"2026-05-{no % 28 + 1:02},Invoice,Z-{no:04},,{10 + no / 100:.2f}" for no in range(120)
)


@pytest.fixture
def customer(world: World) -> Visitor:
    """Somebody of the customer's who may answer."""
    return world.customer(PortalRole.ANSWER)


@pytest.fixture
def there(world: World, customer: Visitor) -> str:
    """Where such a comparison is shown."""
    account = world.ids["account_id"]
    book = (
        f"Date,Type,Invoice no,Debit,Credit\n2026-06-05,Invoice,INV-{account},,4040.00\n{STRANGE}\n"
    )
    status, address = sent(customer, "/books", book, account=account)
    assert status == 303
    return address


def listed(page: str) -> int:
    """How many differences a page shows one by one."""
    return page.count('<li class="to-difference">')


def test_a_long_list_is_leafed_through(customer: Visitor, there: str) -> None:
    first = customer.open(there).text
    assert listed(first) == 50
    assert "1 to 50 of 120" in words_of(first)
    assert len(first) < 250_000

    seen: set[str] = set()
    address, pages = there, 0
    while address:
        page = customer.open(address).text
        seen |= set(re.findall(r"Invoice (Z-\d{4}) ", words_of(page)))
        pages += 1
        found = re.search(r'href="([^"#]+)#\w+" rel="next"', page)
        address = unescape(found.group(1)) if found else ""
    assert pages == 3
    assert len(seen) == 120


def test_many_items_are_summed_up_by_type_and_tie_out_all_the_same(
    customer: Visitor, there: str
) -> None:
    page = words_of(customer.open(there).text)

    assert "Missing in our book, 120 items" in page
    assert "The books tie out." in page


def test_what_is_looked_for_is_found_among_them(customer: Visitor, there: str) -> None:
    by_number = customer.open(f"{there}?q=z-0117").text
    assert listed(by_number) == 1
    assert "Z-0117" in by_number

    by_amount = customer.open(f"{there}?q=10.42").text
    assert listed(by_amount) == 1
    assert "Z-0042" in by_amount

    assert "1 to 50 of 70" in words_of(customer.open(f"{there}?least=10.50").text)
    agreed = words_of(customer.open(f"{there}?least=4000").text)
    assert "None of these matches what you look for." in agreed
    assert "4,040.00" in agreed

    assert listed(customer.open(f"{there}?type=missing_in_theirs").text) == 0
    assert listed(customer.open(f"{there}?type=missing_in_ours&page_we=3&page_you=3").text) == 20


def test_the_workbook_holds_all_of_them_with_both_books_in_columns(
    customer: Visitor, there: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(customer.open(f"{there}/reconciliation.xlsx").data))

    rows = [row for row in book["Differences"].iter_rows(values_only=True) if row[8] is not None]
    found = {row[8]: row for row in rows if str(row[8]).startswith("Z-")}
    assert len(found) == 120
    assert found["Z-0042"][1] == "Missing in our book"
    assert found["Z-0042"][10] == 10.42
    assert found["Z-0042"][5:8] == (None, None, None)
    assert found["Z-0042"][11] == -10.42
    [same] = [row for row in book["Lines that match"].iter_rows(values_only=True) if row[3] == 4040]
    assert same[1] == same[4]


def test_paper_holds_the_largest_and_says_what_the_workbook_has() -> None:
    one: DifferenceData = {"words": "Invoice Z", "who": "you", "amount": 100}
    given = reconciliation()
    given["differences"] = [one] * (MOST_ON_PAPER + 7)
    with reading("en", "Asia/Shanghai"):
        table = differences(given)

    assert len(table.rows) == 1 + MOST_ON_PAPER + 1 + 1
    left = table.rows[MOST_ON_PAPER + 1]
    assert left.cells[0] == "7 smaller ones"
    assert left.cells[3] == Money(700, given["currency"])
