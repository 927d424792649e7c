"""A month closed with a customer, from an empty folder to a verified trail, as people do it.

A real browser, a real mail server, a Bot API over HTTP; pages and worker run as `tieout run`.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from tests.story import files
from tests.story.browser import Person
from tests.story.installation import Installation, installation
from tests.support.bot_api import BotApi, bot_api
from tests.support.effort import PATIENCE
from tests.support.smtp import MailServer, mail_server
from tieout import clock, db
from tieout.db import triggers

PASSWORD = "seven quiet boats"
CHAT = 7001
CHEN, ZHOU = "chen.li@harbourtools.example", "zhou.wei@harbourtools.example"
WANG, ZHAO = "wang.min@mingyuan.example", "zhao.min@zhengda.example"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S+)")

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _the_clock_goes(_outside_world: None) -> None:
    """What runs outside this process reads the real clock."""
    clock.set_to(None)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def bot() -> Iterator[BotApi]:
    """A Bot API."""
    with bot_api() as api:
        yield api


#: By default each language meets one database; ./run test --long lets all meet.
CASES = [
    pytest.param("en", "sqlite", id="en-sqlite"),
    pytest.param("zh", "postgresql", id="zh-postgresql"),
    pytest.param("zh", "sqlite", id="zh-sqlite", marks=pytest.mark.long),
    pytest.param("en", "postgresql", id="en-postgresql", marks=pytest.mark.long),
]


@pytest.mark.lengthy
@pytest.mark.parametrize(("language", "engine"), CASES)
def test_a_month_is_closed_with_a_customer(
    language: str,
    engine: str,
    browser: Browser,
    mail: MailServer,
    bot: BotApi,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    place = installation(tmp_path, language)
    place.settings(mail, bot)
    url = ""
    if engine == "postgresql":
        url = empty_database(request)
    story = Story(place, browser, mail, bot, tmp_path)
    story.set_up(url)
    with place.running():
        story.open_doors()
        story.bring_in_customers()
        story.bring_in_sales()
        story.bring_in_payments()
        story.settle_by_hand()
        story.lock_the_month_before()
        story.link_a_chat()
        story.issue_the_statements()
        story.customer_disputes_and_confirms()
        story.customer_chooses_a_password()
        story.customer_hands_in_its_ledger()
        story.dispute_is_resolved()
        story.overdue_is_reminded()
        story.a_chat_that_is_gone_is_unlinked()
        story.trail_is_read()
        story.close_doors()
    story.verify(url or f"sqlite:///{place.data / 'tieout.db'}")


def empty_database(request: pytest.FixtureRequest) -> str:
    """The URL of a PostgreSQL database without tables; gone after the test."""
    server = request.getfixturevalue("postgres")
    name = server.new_database(migrated=False)
    request.addfinalizer(lambda: server.drop_database(name))
    return str(server.url(name))


class Story:
    """The people, and what they do one after another."""

    def __init__(
        self, place: Installation, browser: Browser, mail: MailServer, bot: BotApi, folder: Path
    ) -> None:
        self.place, self.browser, self.mail, self.bot = place, browser, mail, bot
        self.folder = folder
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        self.month = files.Month(today)

    @property
    def language(self) -> str:
        """The language everybody reads."""
        return self.place.language

    def set_up(self, url: str) -> None:
        """`tieout init` and `tieout user add`."""
        more = ["--database-url", url] if url else []
        self.place.command(
            "init",
            "--name", "Harbour Tools Co., Ltd.", "--short-name", "Harbour Tools",
            "--name-zh", "海港工具有限公司", "--short-name-zh", "海港工具",
            "--currency", "CNY", "--time-zone", "Asia/Shanghai",
            "--languages", f"{self.language},{'zh' if self.language == 'en' else 'en'}",
            *more,
        )  # fmt: skip
        for email, name, role in ((CHEN, "Chen Li", "accountant"), (ZHOU, "Zhou Wei", "approver")):
            self.place.command(
                "user", "add", "--email", email, "--name", name, "--role", role,
                "--language", self.language, "--password-stdin", given=PASSWORD + "\n",
            )  # fmt: skip

    def open_doors(self) -> None:
        """The accountant and the approver sign in."""
        self.chen = Person(self.browser, self.place.address, self.language, phone=False)
        self.zhou = Person(self.browser, self.place.address, self.language, phone=False)
        self.chen.sign_in(CHEN, PASSWORD, desk=True)
        self.zhou.sign_in(ZHOU, PASSWORD, desk=True)

    def import_file(self, kind: str, path: Path) -> int:
        """Hand a file in and look at how its columns are read."""
        self.chen.open("/desk/imports/new")
        self.chen.fill_here({"kind": kind, "file": str(path)})
        batch = self.chen.number_in_address()
        self.chen.open(f"/desk/imports/{batch}/mapping")
        self.chen.open(f"/desk/imports/{batch}")
        return batch

    def approve(self, batch: int) -> None:
        """One person submits; the same may not approve, another does."""
        self.chen.press(f"/imports/{batch}/submit")
        assert self.chen.page.locator('form[action*="/approve"]').count() == 0
        self.zhou.open(f"/desk/imports/{batch}")
        self.zhou.press(f"/imports/{batch}/approve")

    def bring_in_customers(self) -> None:
        """Customers come from a file; nothing counts before it is approved."""
        batch = self.import_file("customers", files.customers(self.folder, self.language))
        assert "Mingyuan" not in self.chen.open("/desk/customers")
        self.chen.open(f"/desk/imports/{batch}")
        self.approve(batch)
        assert "Mingyuan Trading Co., Ltd." in self.chen.open("/desk/customers")
        self.chen.page.get_by_role("link", name="Mingyuan Trading Co., Ltd.").first.click()
        self.mingyuan = self.chen.number_in_address()

    def bring_in_sales(self) -> None:
        """The wrong row is named, left out on purpose; the rest is posted; again is nothing new."""
        path = files.sales(self.folder, self.language, self.month)
        batch = self.import_file("documents", path)
        self.chen.open(f"/desk/imports/{batch}/rows?state=problem")
        assert f"{self.month.last.start.year}-02-31" in self.chen.words()
        self.chen.open(f"/desk/imports/{batch}")
        self.chen.press(f"/imports/{batch}/leave-out")
        self.approve(batch)
        ledger = self.chen.open(f"/desk/customers/{self.mingyuan}/ledger")
        assert "4,040.00" in ledger
        again = self.import_file("documents", path)
        self.chen.open(f"/desk/imports/{again}")
        assert self.chen.page.locator('form[action*="/submit"]').count() == 0
        self.chen.press(f"/imports/{again}/discard")

    def bring_in_payments(self) -> None:
        """A payment that names its invoice settles it; so does the only one of an amount."""
        batch = self.import_file("payments", files.payments(self.folder, self.language, self.month))
        self.approve(batch)
        page = self.chen.open(f"/desk/customers/{self.mingyuan}")
        # 4,040.00 − 600.00 − 120.00
        assert "3,320.00" in page
        before = self.month.last.start.isoformat()
        assert "0.00" in self.chen.open(
            f"/desk/customers/{self.mingyuan}?on={self.month.earlier.end}"
        )
        known = f"{before}T00:00"
        self.chen.open(f"/desk/customers/{self.mingyuan}?on={self.month.last.end}&known={known}")

    def settle_by_hand(self) -> None:
        """The payment that says nothing is settled by hand, taken back, and settled again."""
        settle = f"/desk/customers/{self.mingyuan}/settle"
        for again in (True, False):
            self.chen.open(settle)
            page = self.chen.page
            row = page.locator("#debits tr", has_text="INV-1003")
            row.locator("input[name=debit]").check()
            page.locator("#credits tr", has_text="PAY-3").locator("input[name=credit]").check()
            with page.expect_navigation():
                page.locator("#by-hand button[type=submit]").click()
            assert page.locator("#settled tr", has_text="PAY-3").count() == 1
            if again:
                row = page.locator("#settled tr", has_text="PAY-3")
                with page.expect_navigation():
                    row.locator("button").click()
        assert "660.00" in self.chen.open(settle)

    def lock_the_month_before(self) -> None:
        """After a lock nothing gets into the month before, by any way."""
        self.zhou.open("/desk/periods")
        self.zhou.fill_here({"through": self.month.earlier.end.isoformat()})
        path = self.folder / "late.csv"
        words = files.HEADINGS[self.language]
        headings = ",".join(
            words[name] for name in ("number", "date", "code", "amount", "currency")
        )
        day = self.month.earlier.end.isoformat()
        path.write_text(f"{headings}\nINV-0900,{day},M-0217,10.00,CNY\n", "utf-8")
        batch = self.import_file("documents", path)
        assert self.chen.page.locator('form[action*="/submit"]').count() == 0
        self.chen.press(f"/imports/{batch}/discard")

    def link_a_chat(self) -> None:
        """Wang Min signs in once by a link, and lets the bot know her chat."""
        self.wang = Person(self.browser, self.place.address, self.language, phone=True)
        self.wang.open("/sign-in/link")
        self.wang.fill_here({"email": WANG})
        mails = self.wait(lambda: self.mail.to(WANG), "the link to sign in")
        once = self.link_in(len(self.mail.mails) - 1, "/sign-in/once/")
        assert mails
        self.wang.open(once)
        self.wang.fill_here({})
        self.wang.open("/preferences")
        self.wang.press("/preferences/telegram")
        deep = self.wang.page.locator('a[href*="start="]').first.get_attribute("href") or ""
        self.bot.write(CHAT, f"/start {deep.rpartition('start=')[2]}", language=self.language)
        self.bot.wait_for(1, CHAT)

    def issue_the_statements(self) -> None:
        """One prepares, another issues; each contact gets a mail, and the chat its message."""
        month = self.month.last.code
        self.chen.open(f"/desk/month-end?month={month}")
        self.chen.press("/month-end/prepare")
        self.wait_for_run(self.chen)
        self.zhou.open(f"/desk/month-end/bulk/issue?month={month}")
        self.zhou.press("/month-end/bulk/issue")
        self.wait_for_run(self.zhou)
        self.wait(lambda: len(self.mail.to(WANG)) >= 2, "the statement by mail")
        statement = self.mail.to(WANG)[-1]
        text = statement.get_body(("plain",))
        assert text is not None
        assert "3,320.00" in text.get_content()
        attached = [part.get_filename() for part in statement.iter_attachments()]
        assert [name for name in attached if str(name).endswith(".pdf")]
        self.bot.wait_for(2, CHAT)
        assert "3,320.00" in self.bot.to(CHAT)[-1].text
        self.statement_link = self.link_of(statement, "/s/")

    def customer_disputes_and_confirms(self) -> None:
        """On a phone, without registering: one line is disputed, the rest confirmed."""
        self.phone = Person(self.browser, self.place.address, self.language, phone=True)
        words = self.phone.open(self.statement_link)
        assert "3,320.00" in words
        page = self.phone.page
        line = page.locator("tr", has_text="INV-1003")
        with page.expect_navigation():
            line.locator('a[href*="/disputes/new"]').first.click()
        field = page.locator('[name^="expected"]').first.get_attribute("name") or ""
        note = {"en": "Half was sent back.", "zh": "退回了一半。"}[self.language]
        self.phone.fill_here({"reason": "returned", field: "660.00", "note": note})
        self.dispute_receipt = self.receipt_on(self.phone)
        self.phone.open(self.statement_link)
        button = page.locator('form[action*="/confirm"] button[type=submit]').first
        label = button.inner_text()
        assert "3,200.00" in label
        assert "120.00" in label
        with page.expect_navigation():  # nobody has said that she may sign
            button.click()
        assert page.locator("[aria-invalid=true]").count() >= 1
        page.locator('form[action*="/confirm"] input[type=checkbox]').first.check()
        with page.expect_navigation():
            page.locator('form[action*="/confirm"] button[type=submit]').first.click()
        receipt = self.receipt_on(self.phone)
        certificate = self.phone.download(f"/receipts/{receipt}/certificate.pdf", self.folder)
        assert certificate.read_bytes().startswith(b"%PDF")
        self.wait(
            lambda: any(receipt in self.text(mail) for mail in self.mail.to(WANG)),
            "the copy of the answer",
        )
        assert any(
            self.dispute_receipt in self.text(mail)
            for mail in self.mail.to(CHEN) + self.mail.to(ZHOU)
        )

    def customer_chooses_a_password(self) -> None:
        """The same person signs in with a password from now on."""
        self.wang.open("/preferences/sign-in")
        form = self.wang.page.locator('form[action*="/preferences/password"]').first
        for place in form.locator("input[type=password]").all():
            place.fill(PASSWORD)
        with self.wang.page.expect_navigation():
            form.locator("button").last.click()
        again = Person(self.browser, self.place.address, self.language, phone=True)
        again.sign_in(WANG, PASSWORD, desk=False)
        assert "3,320.00" in again.words() or "3,200.00" in again.words()
        again.close()

    def customer_hands_in_its_ledger(self) -> None:
        """Both books side by side: what differs is named, what proves nothing stays unexplained."""
        path = files.their_ledger(self.folder, self.language, self.month)
        self.wang.open("/statements")
        self.wang.page.locator('main a[href*="/statements/"]').first.click()
        statement = self.wang.number_in_address()
        self.wang.open(f"/statements/{statement}/books")
        words = self.wang.fill_here({"file": str(path)})
        # ours 3,320.00; theirs 1,000 + 2,620 − 600 − 120 − 500
        for figure in ("3,320.00", "2,400.00", "920.00", "INV-1002", "INV-1003"):
            assert figure in words, (figure, words)
        number = self.wang.number_in_address()
        pdf = self.wang.download(f"/books/{number}/reconciliation.pdf", self.folder)
        assert pdf.read_bytes().startswith(b"%PDF")
        self.chen.open("/desk/matching")
        assert "Mingyuan" in self.chen.words()
        self.chen.open(f"/desk/matching/{number}")
        assert "3,320.00" in self.chen.words()

    def dispute_is_resolved(self) -> None:
        """Answered, accepted, the credit note posted by a second person; the customer is told."""
        self.chen.open("/desk/disputes")
        self.chen.page.locator("main a", has_text=self.dispute_receipt).first.click()
        dispute = self.chen.number_in_address()
        answer = {"en": "We look into it.", "zh": "我们正在核实。"}[self.language]
        self.chen.fill(f"/disputes/{dispute}/answer", {"text": answer})
        self.wait(lambda: any(answer in self.text(one) for one in self.mail.to(WANG)), "the answer")
        fold = self.chen.page.locator(f'form[action*="/disputes/{dispute}/accept"]').first
        fold.evaluate(
            "form => { const fold = form.closest('details'); if (fold) fold.open = true; }"
        )
        self.chen.press(f"/disputes/{dispute}/accept")
        self.zhou.open("/desk/approvals")
        self.zhou.page.locator('main a[href*="/approvals/drafts/"]').first.click()
        draft = self.zhou.number_in_address()
        before = len(self.mail.to(WANG))
        self.zhou.press(f"/drafts/{draft}/approve")
        self.wait(lambda: len(self.mail.to(WANG)) > before, "what came of the dispute")
        page = self.chen.open(f"/desk/customers/{self.mingyuan}")
        assert "3,200.00" in page

    def overdue_is_reminded(self) -> None:
        """Zhengda pays late and is reminded; what is paid or not due is not."""
        before = len(self.mail.to(WANG))
        self.chen.open("/desk/dunning")
        self.chen.press("/dunning/run")
        self.wait(lambda: any("900.00" in self.text(one) and "INV-2001" in self.text(one)
                              and "INV-2002" not in self.text(one)
                              for one in self.mail.to(ZHAO)), "the reminder")  # fmt: skip
        names = [name for name in ("INV-1003", "INV-1001")
                 if any(name in self.text(one) for one in self.mail.to(WANG)[before:])]  # fmt: skip
        assert names == []

    def a_chat_that_is_gone_is_unlinked(self) -> None:
        """403: the chat takes nothing any more, and staff see it; 429: the message waits."""
        self.bot.refuse(CHAT, 429, "Too Many Requests: retry after 1", retry_after=1)
        self.bot.refuse(CHAT, 403, "Forbidden: bot was blocked by the user")
        self.chen.open("/desk/disputes?group=ended")
        month = self.month.last.code
        self.chen.open(f"/desk/statements?month={month}")
        self.chen.page.locator("main a", has_text="Mingyuan").first.click()
        number = self.chen.number_in_address()
        self.chen.open(f"/desk/statements/{number}/supersede")
        reason = {"en": "Sent again with the credit note.", "zh": "附贷项通知单重新发送。"}[
            self.language
        ]
        self.chen.fill_here({"reason": reason})
        made = self.chen.number_in_address()
        self.zhou.open(f"/desk/statements/{made}")
        self.zhou.press(f"/statements/{made}/issue")
        self.wait(lambda: not self.bot.refusals.get(CHAT), "both refusals")
        self.wait(
            lambda: "blocked" in self.chen.open("/desk/messages?state=failed"),
            "the refusal on the page",
        )

    def trail_is_read(self) -> None:
        """Every change stands in the trail."""
        words = self.zhou.open("/desk/audit")
        assert "Zhou Wei" in words

    def close_doors(self) -> None:
        """Nobody's page went wrong."""
        for person in (self.chen, self.zhou, self.wang, self.phone):
            person.close()

    def verify(self, url: str) -> None:
        """The chain holds; a tail cut off and an entry rewritten are found."""
        head = re.search(r"(\d+):[0-9a-f]{64}", self.place.command("verify"))
        assert head
        self.behind_the_back(url, cut_from=int(head[1]) - 2)
        self.place.command("verify", "--head", head[0], fails=True)
        self.behind_the_back(url, "UPDATE audit_entries SET action = 'document.lost' WHERE seq = 7")
        assert "7" in self.place.command("verify", fails=True)

    def behind_the_back(self, url: str, *statements: str, cut_from: int = 0) -> None:
        """Change the database as somebody who knows it well, but not the key."""
        cut = (
            f"DELETE FROM audit_personal WHERE seq >= {cut_from}",
            f"DELETE FROM audit_entries WHERE seq >= {cut_from}",
            (
                f"UPDATE audit_head SET seq = {cut_from - 1}, hash = "
                f"(SELECT hash FROM audit_entries WHERE seq = {cut_from - 1})"
            ),
        )
        engine = db.make_engine(url)
        with engine.connect() as connection:
            triggers.drop(connection)
            for statement in (*(cut if cut_from else ()), *statements):
                connection.exec_driver_sql(statement)
            connection.commit()
        engine.dispose()

    # small things

    def wait(self, seen: Callable[[], object], what: str, seconds: float = PATIENCE) -> object:
        """Wait until something has come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := seen():
                return found
            time.sleep(0.1)
        raise AssertionError(f"{what} did not come")

    def wait_for_run(self, person: Person) -> None:
        """Look at a run until it is over."""
        for _ in range(2 * PATIENCE):
            if person.page.locator('form[action*="/cancel"]').count() == 0:
                return
            time.sleep(0.5)
            person.page.reload()
        raise AssertionError("the run did not end")

    def text(self, mail: object) -> str:
        """The text part of a mail, in one line, and its subject."""
        body = mail.get_body(("plain",))  # type: ignore[attr-defined]
        return f"{mail['Subject']} {' '.join(body.get_content().split())}"  # type: ignore[index]

    def link_of(self, mail: object, path: str) -> str:
        """The address in a mail that begins so."""
        body = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
        return str(next(found for found in LINK.findall(body) if found.startswith(path)))

    def link_in(self, number: int, path: str) -> str:
        """The address in the mail that came as the so-manieth."""
        return self.link_of(self.mail.mails[number], path)

    def receipt_on(self, person: Person) -> str:
        """The reference number a page shows."""
        found = re.search(r"\bR-?\d{4}-\d+\b|\b[A-Z]{1,3}-\d{4}-\d{3,}\b", person.words())
        assert found, person.words()
        return found.group()
