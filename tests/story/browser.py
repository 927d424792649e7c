"""People at a real browser."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.support.effort import PATIENCE

#: WCAG 2.2 AA and what is good practice besides.
AXE = {"resultTypes": ["violations"]}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


class Person:
    """Somebody with a browser of their own; keeps every error of every page."""

    def __init__(
        self, browser: Browser, address: str, language: str, *, phone: bool, axe: bool = False
    ) -> None:
        self.address = address
        #: Whether each page it comes to is to be without a finding; the addresses looked at.
        self.axe = axe
        self.looked_at: set[str] = set()
        self.language = language
        self.context: BrowserContext = browser.new_context(
            locale=LOCALES[language],
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            accept_downloads=True,
        )
        self.context.set_default_timeout(1000 * PATIENCE)
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("response", self._answered)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.wrong.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status} {response.url}")

    def open(self, path: str, *, status: int = 200) -> str:
        """Open a page, which must fit its window, and give back its words."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        assert answer.status == status, path
        return self.words()

    def words(self) -> str:
        """What the page says; it is in the person's language and fits the window."""
        assert self.page.locator("html").get_attribute("lang") in ("en", "zh-Hans")
        tag = {"en": "en", "zh": "zh-Hans"}[self.language]
        assert self.page.locator("html").get_attribute("lang") == tag
        beyond = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert beyond <= 0, f"{self.page.url} is {beyond} px too wide"
        if self.axe and self.page.url not in self.looked_at:
            self.looked_at.add(self.page.url)
            found = Axe().run(self.page, options=AXE).response["violations"]
            assert not found, [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
        return self.page.locator("main").inner_text()

    def sign_in(self, email: str, password: str, *, desk: bool) -> None:
        """Sign in with a password."""
        self.open("/desk/sign-in" if desk else "/sign-in")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(re.compile(r"/(desk/)?$"))

    def press(self, action: str, within: str = "main") -> str:
        """Press the button of the form that goes to an address ending so."""
        form = self.page.locator(f'{within} form[method=post][action*="{action}"]')
        with self.page.expect_navigation():
            form.first.locator("button[type=submit], button:not([type])").first.click()
        return self.words()

    def fill(self, action: str, fields: dict[str, str]) -> str:
        """Fill in the form that goes to an address ending so, and send it."""
        form = self.page.locator(f'main form[method=post][action*="{action}"]').first
        return self._send(form, fields)

    def fill_here(self, fields: dict[str, str], form: str = "main form[method=post]") -> str:
        """Fill in the first form of the page, and send it."""
        return self._send(self.page.locator(form).first, fields)

    def _send(self, form: Any, fields: dict[str, str]) -> str:
        for name, value in fields.items():
            place = form.locator(f'[name="{name}"]')
            kind = place.first.get_attribute("type") or ""
            tag = place.first.evaluate("each => each.tagName")
            if kind == "radio":
                form.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind == "checkbox":
                place.first.check()
            elif kind == "file":
                place.first.set_input_files(value)
            elif tag == "SELECT":
                place.first.select_option(value)
            else:
                place.first.fill(value)
        with self.page.expect_navigation():
            form.locator("button[type=submit], button:not([type])").last.click()
        return self.words()

    def number_in_address(self) -> int:
        """The last number in the address of the page."""
        found = re.findall(r"/(\d+)", urlsplit(self.page.url).path)
        return int(found[-1])

    def download(self, path: str, folder: Path) -> Path:
        """Fetch a file with the person's cookies."""
        answer = self.context.request.get(self.address + path)
        assert answer.status == 200, (path, answer.status)
        target = folder / path.rsplit("/", 1)[-1].split("?")[0]
        target.write_bytes(answer.body())
        return target

    def close(self) -> None:
        """Close the browser; no page may have gone wrong."""
        self.context.close()
        assert not self.wrong, self.wrong
