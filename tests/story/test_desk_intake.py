"""A file with everything wrong in it becomes documents, and none again, as two people do it.

A real browser; every page is opened at a desk and on a phone, in one language on each database.
"""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.story.browser import Person
from tests.story.desk import CHEN, ZHOU, Desk

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]

#: Unusual headings, an unknown customer twice, a day that is none, a sum that is wrong.
FILE = """\
Doc ref,Booked,Payable until,Client,Client name,What,Net,VAT,Gross,Ccy,Memo
D-1,2026-06-02,2026-07-02,M-0217,,Invoice,1000.00,130.00,1130.00,CNY,Claw hammers
D-2,2026-06-03,2026-07-03,,Ming Yuan Hardware,Invoice,200.00,26.00,226.00,CNY,Files
D-3,2026-06-03,2026-07-03,,Ming Yuan Hardware,Invoice,300.00,39.00,339.00,CNY,Saws
D-4,2026-02-31,2026-07-03,M-0221,,Invoice,400.00,52.00,452.00,CNY,Rasps
D-5,2026-06-04,2026-07-04,M-0221,,Invoice,500.00,65.00,600.00,CNY,Chisels
D-6,2026-06-05,,M-0221,,Credit note,-50.00,-6.50,-56.50,CNY,Returned
Total,,,,,,,,2690.50,,
"""
#: What some columns are, said by hand.
COLUMNS = {1: "date", 2: "due_date", 5: "kind", 6: "net_amount"}


def test_a_file_becomes_documents_and_none_again(desk: Desk, tmp_path: Path) -> None:
    chen, zhou = desk.person(CHEN), desk.person(ZHOU, phone=True)
    path = tmp_path / "sales.csv"
    path.write_text(FILE, "utf-8")

    batch = _handed_in(chen, path)
    _columns_are_named(chen, batch)
    _unknown_customers_are_one(chen, batch)
    _the_rest_is_put_right_in_a_workbook(chen, batch, tmp_path)
    _a_second_person_approves(chen, zhou, batch)
    _the_document_knows_its_row(desk, chen)
    _the_file_again_holds_nothing_new(chen, path)
    _all_of_it_is_undone(chen, zhou, batch)


def _handed_in(chen: Person, path: Path) -> int:
    chen.open("/desk/imports/new")
    chen.fill_here({"file": str(path)})
    return chen.number_in_address()


def _columns_are_named(chen: Person, batch: int) -> None:
    """The first rows are drawn anew with each choice; nothing is kept before it is applied."""
    page = chen.page
    _chosen(page, 1, "")
    assert page.locator("#to-missing").inner_text().strip()
    for column, field in COLUMNS.items():
        _chosen(page, column, field)
    expect(page.locator("#to-preview tbody tr")).to_have_count(7)
    assert not page.locator("#to-missing").inner_text().strip()
    _chosen(page, 10, "number")  # the number twice
    page.wait_for_selector("#to-preview .to-notice")
    _chosen(page, 10, "description")
    with page.expect_navigation():
        page.locator("#to-mapping button:not([formaction])").last.click()
    chen.open("/desk/imports/readings")
    chen.page.locator('main a[href*="/imports/readings/"]').first.click()
    chen.words()
    chen.open(f"/desk/imports/{batch}")


def _chosen(page: Page, column: int, field: str) -> None:
    """Say what a column holds, and wait until the first rows are drawn by it."""
    with page.expect_response("**/preview") as drawn:
        page.select_option(f"select[name=column-{column}]", field)
    drawn.value.finished()
    expect(page.locator(".htmx-request")).to_have_count(0)


def _unknown_customers_are_one(chen: Person, batch: int) -> None:
    """Two rows of a name nobody knows: given to one customer, and known by it from now on."""
    page = chen.page
    page.locator('main a[href*="problems/customer_unknown"]').first.click()
    form = 'form[action*="/assign"]'
    with page.expect_navigation():
        page.locator(f"{form} button").last.click()
    assert page.locator("#customer-error").count() == 1
    page.locator(f"{form} input[type=radio]").first.check()
    page.check(f"{form} input[name=keep_name]")
    with page.expect_navigation():
        page.locator(f"{form} button").last.click()
    assert page.locator('main a[href*="problems/customer_unknown"]').count() == 0
    chen.open(f"/desk/imports/{batch}/rows?state=problem")


def _the_rest_is_put_right_in_a_workbook(chen: Person, batch: int, folder: Path) -> None:
    """The refused rows come as a workbook; corrected and handed in they find their places."""
    path = chen.download(f"/desk/imports/{batch}/refused.xlsx", folder)
    book = load_workbook(path)
    right = {"2026-02-31": "2026-06-28", "600.00": "565.00"}
    corrected = [
        cell
        for row in book.worksheets[0].iter_rows(min_row=2)
        for cell in row
        if str(cell.value) in right
    ]
    assert len(corrected) == 2
    for cell in corrected:
        cell.value = right[str(cell.value)]
    book.save(path)
    assert _handed_in(chen, path) == batch
    assert chen.page.locator('main form[action*="/submit"]').count() == 1


def _a_second_person_approves(chen: Person, zhou: Person, batch: int) -> None:
    """Who prepared it may not approve it; whoever approves twice posts it once."""
    chen.press(f"/imports/{batch}/submit")
    assert chen.page.locator('form[action*="/approve"]').count() == 0
    assert "2,655.50" in zhou.open("/desk/approvals")
    zhou.open(f"/desk/imports/{batch}")
    other = zhou.context.new_page()
    other.goto(zhou.page.url)
    zhou.press(f"/imports/{batch}/approve")
    button = f'form[action*="/imports/{batch}/approve"] button'
    with other.expect_navigation():
        other.locator(button).first.click()
    assert other.locator(button).count() == 0
    assert other.locator("main .to-errors").count() == 1
    other.close()


def _the_document_knows_its_row(desk: Desk, chen: Person) -> None:
    """Found by two characters; its page leads back to the row of the file it came from."""
    chen.open("/desk/search?q=D5")
    chen.page.locator('main a[href*="/desk/documents/"]', has_text="D-5").first.click()
    words = chen.words()
    assert "565.00" in words
    assert "sales.csv" in words
    row = chen.page.locator('main a[href*="/imports/"]').first
    assert row.get_attribute("href")
    assert desk.say("row 6", "第 6 行") in words


def _the_file_again_holds_nothing_new(chen: Person, path: Path) -> None:
    again = _handed_in(chen, path)
    chen.open(f"/desk/imports/{again}")
    assert chen.page.locator('form[action*="/submit"]').count() == 0
    chen.press(f"/imports/{again}/discard")


def _all_of_it_is_undone(chen: Person, zhou: Person, batch: int) -> None:
    """Undone by reversal, with a reason, once."""
    assert "2,655.50" not in chen.open("/desk/ledger?status=reversed")
    zhou.open(f"/desk/imports/{batch}")
    page = zhou.page
    form = f'form[action*="/imports/{batch}/undo"]'
    page.locator(form).evaluate("form => { form.closest('details').open = true; }")
    with page.expect_navigation():
        page.locator(f"{form} button").last.click()
    assert page.locator("#reason-error").count() == 1
    page.fill(f"{form} textarea", "Handed in twice.")
    with page.expect_navigation():
        page.locator(f"{form} button").last.click()
    assert page.locator(form).count() == 0
    for number in ("D-1", "D-6"):
        assert number in chen.open("/desk/ledger?status=reversed")
