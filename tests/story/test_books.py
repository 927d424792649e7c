"""Two books compared by a customer in a real browser: what it sees, does and takes away.

The worked example, by the portal, the workbench and the command: the same figures everywhere.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser
from sqlalchemy import func, select

from tests.factories import make_company, make_customer, make_staff
from tests.portal.conftest import PASSWORD, issue, let_in
from tests.story.browser import Person
from tests.support.books import post
from tests.support.serving import serving
from tests.tieout.reconciliation.books import OURS, rows
from tieout import clock, db
from tieout.cli.match import match
from tieout.identity import passwords
from tieout.identity.models import PortalLogin
from tieout.ledger.models import Document
from tieout.messages.models import Message
from tieout.reconciliation.models import Reconciliation

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]

BOOKED = datetime(2026, 6, 30, 8, tzinfo=UTC)
NOW = datetime(2026, 7, 3, 2, tzinfo=UTC)
HEAD = "Date,Type,Invoice no,Debit,Credit"
#: Mingyuan's payables: credits are what it owes. Rows 2 to 7.
THEIRS = f"""{HEAD}
2026-05-20,Invoice,INV-1021,,3540.00
2026-06-02,Invoice,INV-1021,,3540.00
2026-06-14,Invoice,INV-1039,,4530.00
2026-06-22,Invoice,INV-1040,,96530.00
2026-06-29,Payment,TT-88231,12800.00,
2026-07-02,Invoice,INV-1043,,25000.00
"""
#: What is said about each difference; to the customer in its language.
SAID = {
    "en": {
        "INV-1021": "Lines 2, 3 of your file carry the same number and amount; we have it once, of"
        " 18 May 2026. Reverse one of them.",
        "CN-77": "No line of your file goes with it. Book it; you then owe 2,000.00 less.",
        "INV-1039": "Our book says 5,430.00, your book 4,530.00 (line 4). The 5 and the 4 have"
        " changed places; the difference, 900.00, can be divided by nine, as it always can then."
        " Raise your line by 900.00.",
    },
    "zh": {
        "INV-1021": "贵方文件第 2、3 行单号、金额相同",
        "CN-77": "贵方文件中没有与之对应的行。",
        "INV-1039": "数字 5 与 4 互换了位置",
    },
}
CLOSED = "115,700.00 − 115,700.00 = 0.00"


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application behind a real port, with June issued to Mingyuan."""
    clock.set_to(NOW)
    with db.transaction() as session:
        make_company(session)
        account = make_customer(session)
        account.customer.contacts[0].role = "manage"
        for day, kind, number, amount in rows(OURS):
            post(session, account, kind, number, day, amount, at=BOOKED)
        issue(session, account.customer)
        post(session, account, "payment", "PAY-9", "2026-07-02", "-12800.00", at=NOW)
        let_in(session, account.customer.contacts[0])
        staff = make_staff(session, "accountant")
        staff.password_hash = passwords.hashed(PASSWORD)
        staff.email = "chen.li@harbourtools.example"
    with serving(app) as address:
        yield address


def customer(browser: Browser, address: str, language: str) -> Person:
    """Wang Min of Mingyuan, signed in."""
    person = Person(browser, address, language, phone=language == "zh")
    with db.transaction() as session:
        for login in session.scalars(select(PortalLogin)):
            login.language = language
    person.sign_in("wang.min@m-0217.example", PASSWORD, desk=False)
    return person


def documents() -> list[tuple[str, int]]:
    """Every document of our book."""
    with db.transaction() as session:
        query = select(Document.number, Document.amount_minor).order_by(Document.id)
        return [(number, amount) for number, amount in session.execute(query)]


def hand_in(person: Person, path: Path) -> tuple[str, float]:
    """Choose a file, press the button; what is on the screen then, and after how long."""
    person.open("/books")
    person.page.set_input_files("input[type=file]", str(path))
    started = time.perf_counter()
    with person.page.expect_navigation():
        person.page.locator("main form[enctype] button[type=submit]").first.click()
    words = " ".join(person.words().split())
    return words, time.perf_counter() - started


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_customer_hands_in_its_ledger(
    language: str, served: str, browser: Browser, tmp_path: Path
) -> None:
    ledger = tmp_path / "june.csv"
    ledger.write_text(THEIRS, encoding="utf-8")
    before = documents()
    wang = customer(browser, served, language)

    words, seconds = hand_in(wang, ledger)

    assert seconds < 30  # a bound for a busy machine; how long it takes stands in bench
    assert CLOSED in words
    for figure in ("128,500.00", "95,340.00", "33,160.00", "0.00"):
        assert figure in words
    for sentence in SAID[language].values():
        assert sentence in words
    assert documents() == before
    comparison = wang.page.url

    # The workbook it takes away says the same.
    with wang.page.expect_download() as taken:
        wang.page.locator('a[href$=".xlsx"]').first.click()
    taken.value.save_as(tmp_path / "taken.xlsx")
    check_workbook(tmp_path / "taken.xlsx", list(SAID[language].values()))

    # It asks for the paper of what it has not booked, which goes by mail once.
    for _ in range(2):
        with wang.page.expect_navigation():
            wang.page.locator('form[action*="/copy"] button').first.click()
    with db.reading() as session:
        mails = session.scalars(select(Message.to).where(Message.kind == "document_copy")).all()
        assert mails == ["wang.min@m-0217.example"]

    # It confirms what matches, disputes one line, and confirms the balance with the rest named.
    wang.page.locator('main a[href*="/lines?comparison="]').last.click()
    assert "INV-1040" in wang.words()
    wang.page.locator("input[type=checkbox][name=authority]").check()
    with wang.page.expect_navigation():
        wang.page.locator("main form[method=post] button[type=submit]").last.click()
    wang.page.goto(comparison)
    assert wang.page.locator('main a[href*="/lines?comparison="]').count() == 0
    wang.page.locator('a[href*="/disputes/new"][href*="amount=900.00"]').first.click()
    wang.page.locator("input[name=reason][value=price]").check()
    wang.page.locator("main form[method=post] button[type=submit]").last.click()
    wang.page.wait_for_url("**/disputes/sent**")
    wang.page.goto(comparison)
    wang.page.locator('main a.to-button-main[href*="/statements/"]').click()
    wang.page.locator("input[type=checkbox][name=authority]").check()
    with wang.page.expect_navigation():
        wang.page.locator('form[action$="/confirm"] button[type=submit]').first.click()
    assert "127,600.00" in wang.words() or "127,600" in wang.page.content()

    # Corrected at home, and handed in again: one difference fewer.
    ledger.write_text(THEIRS.replace("4530.00", "5430.00"), encoding="utf-8")
    words, _ = hand_in(wang, ledger)
    assert SAID[language]["INV-1039"] not in words
    assert "96,240.00" in words
    assert CLOSED in words
    assert documents() == before
    assert wang.wrong == []


def check_workbook(path: Path, sentences: list[str]) -> None:
    """Both columns of the bridge add up to 115,700.00, and every sentence is there."""
    book = load_workbook(path)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    text = " ".join(" ".join(str(cell) for cell in cells if cell is not None).split())
    for sentence in sentences:
        assert sentence in text
    bridge = book.worksheets[1]
    found = []
    for column in (2, 4):
        values = [
            float(cell.value)
            for (cell,) in bridge.iter_rows(min_col=column, max_col=column)
            if isinstance(cell.value, int | float)
        ]
        found.append((sum(values[:-1]), values[-1]))
    assert [(round(total, 2), last) for total, last in found] == [(115700, 115700)] * 2


def test_the_worked_example_says_the_same_everywhere(
    served: str, browser: Browser, tmp_path: Path
) -> None:
    ledger = tmp_path / "june.csv"
    ledger.write_text(THEIRS, encoding="utf-8")
    ours = tmp_path / "ours.csv"
    lines = [
        f"{day},{kind.replace('_', ' ')},{number},{amount}"
        for day, kind, number, amount in [
            *rows(OURS),
            ["2026-07-02", "payment", "PAY-9", "-12800.00"],
        ]
    ]
    ours.write_text("Date,Type,Number,Amount\n" + "\n".join(lines) + "\n", encoding="utf-8")

    portal, _ = hand_in(customer(browser, served, "en"), ledger)
    with db.transaction() as session:
        number = session.scalar(select(func.max(Reconciliation.id)))
    chen = Person(browser, served, "en", phone=False)
    chen.sign_in("chen.li@harbourtools.example", PASSWORD, desk=True)
    desk = " ".join(chen.open(f"/desk/matching/{number}?view=differences").split())
    out = tmp_path / "out"
    done = CliRunner().invoke(
        match, [str(ours), str(ledger), "--out", str(out), "--cutoff", "2026-06-30", "--json"]
    )

    assert done.exit_code == 0, done.output
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["difference"], summary["unexplained"]) == ("33160.00", "0.00")
    for words in (portal, desk):
        assert CLOSED in words
        assert "33,160.00" in words
    sheet = load_workbook(out / "reconciliation.xlsx")["Differences"]
    columns = {str(cell.value): at for at, cell in enumerate(next(sheet.iter_rows()))}
    told = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[1]]
    assert len(told) == 5
    for row in told:
        for name in ("Difference", "Proof"):
            assert str(row[columns[name]]) in desk, row
    assert chen.wrong == []
