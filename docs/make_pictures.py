"""Take the pictures of the README from the sample company.

    ./run demo --port 8099                                       in one terminal, then in another
    .venv/bin/python docs/make_pictures.py http://127.0.0.1:8099

Needs the packages of the tests and a Chromium.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PASSWORD = "seven quiet boats"  # noqa: S105 - of people who do not exist
STAFF, CUSTOMER, OTHER = (
    ("/desk/sign-in", "chen.li@harbourtools.example"),
    ("/sign-in", "wang.min@mingyuan.example"),
    ("/sign-in", "zhao.min@zhengda.example"),
)
#: Name of the picture: who looks, in which language, how wide, and the way to the page:
#: an address, then links to follow.
WANTED: dict[str, tuple[tuple[str, str], str, int, tuple[str, ...]]] = {
    "portal-statement": (CUSTOMER, "en", 1280, ("/statements", "main a[href*='/statements/']")),
    "portal-statement-phone": (OTHER, "zh", 390, ("/",)),
    "portal-ledger": (CUSTOMER, "en", 1280, ("/books", "main a[href*='/books/']")),
    "desk-today": (STAFF, "en", 1280, ("/desk/",)),
    "desk-month-end": (STAFF, "en", 1280, ("/desk/month-end",)),
    "desk-matching": (STAFF, "en", 1280, ("/desk/matching", "main table a[href*='/matching/']")),
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]


def main(base: str) -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    chromium = os.environ.get("TIEOUT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, (who, language, width, way) in WANTED.items():
            page = _signed_in(browser, base, who, language, width)
            page.goto(base + way[0])
            for link in way[1:]:
                page.goto(base + str(page.locator(link).first.get_attribute("href")))
            page.screenshot(path=PICTURES / f"{name}.png")
            page.context.close()
        browser.close()


def _signed_in(
    browser: Browser, base: str, who: tuple[str, str], language: str, width: int
) -> Page:
    context = browser.new_context(
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        viewport={"width": width, "height": 844 if width < 600 else 900},
    )
    context.add_cookies([{"name": "tieout_language", "value": language, "url": base}])
    context.set_default_timeout(180_000)  # also on a busy machine
    page = context.new_page()
    address, email = who
    page.goto(base + address)
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    return page


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
