"""A comparison with very many differences: leafed through, searched, summed up by type."""

import re
from html import unescape

import pytest

from tests.portal.test_books import sent
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout.identity.permissions import PortalRole

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


def test_the_paper_and_the_workbook_hold_all_of_them(customer: Visitor, there: str) -> None:
    import io

    import openpyxl

    content = customer.open(f"{there}/reconciliation.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(content))
    text = " ".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    )
    assert all(f"Z-{no:04}" in text for no in range(120))
