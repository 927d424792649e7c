"""Every page as it is read: valid, named, labelled, in one language, accessible, and fitting."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element
from zlib import crc32

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from tests.support.route_world import PASSWORD, World, portal_email, staff_email
from tests.support.serving import serving
from tests.support.visitor import Visitor
from tests.support.walk import address, methods, of_face
from tieout.identity.permissions import PortalRole, Role

#: Who sees the most of each face.
LOOKERS = {"portal": PortalRole.MANAGE, "internal": Role.APPROVER}
#: Pages of the workbench that only an administrator opens.
MANAGERS = Role.ADMINISTRATOR
#: Mails as their readers get them; no page of ours stands around them.
LETTERS = ("internal.mailbox.html", "internal.message_templates.html")
TAGS = {"en": "en", "zh": "zh-Hans"}


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Every address that answers with a page, and its face."""
    for face in LOOKERS:
        for rule, _ in of_face(world.app, face):
            if "GET" in methods(rule) and rule.endpoint not in LETTERS:
                yield face, address(rule, world.ids)


def looked(world: World, language: str) -> Iterator[tuple[str, str]]:
    """Every page's address and text, as whoever sees the most of it reads it."""
    visitors: dict[str, list[Visitor]] = {
        "portal": [world.customer(PortalRole.MANAGE, language=language)],
        "internal": [world.staff(Role.APPROVER, language), world.staff(MANAGERS, language)],
    }
    for face, path in pages(world):
        for visitor in visitors[face]:
            answer = visitor.open(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield path, answer.text
                break


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_valid_named_and_labelled(world: World, language: str) -> None:
    found = [(path, list(mistakes(text, language))) for path, text in looked(world, language)]

    assert [(path, wrong) for path, wrong in found if wrong] == []
    assert len(found) > 80


def mistakes(text: str, language: str) -> Iterator[str]:
    """What is wrong with a page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(text)
    yield from (f"{place}: {code} {facts}" for place, code, facts in parser.errors)
    if root.get("lang") != TAGS[language]:
        yield "it is in another language"
    if not (root.findtext("head/title") or "").strip():
        yield "it has no title"
    if len(list(root.iter("h1"))) != 1:
        yield "it has not one h1"
    ids = Counter(each.get("id") for each in root.iter() if each.get("id"))
    yield from (f"id {name} stands twice" for name, count in ids.items() if count > 1)
    yield from (f"{field} has no label" for field in unlabelled(root))
    if re.search(r'\s(style|on[a-z]+)="', text):
        yield "it has style or script in it"


def unlabelled(root: Element) -> list[str]:
    """Fields that a screen reader could not name."""
    named = {each.get("for") for each in root.iter("label")}
    inside = {id(field) for label in root.iter("label") for field in label.iter()}
    found = []
    for field in root.iter():
        if field.tag not in ("input", "select", "textarea"):
            continue
        if field.get("type") in ("hidden", "submit", "button"):
            continue
        if field.get("id") in named or id(field) in inside:
            continue
        if not (field.get("aria-label") or field.get("aria-labelledby")):
            found.append(f"{field.tag} {field.get('name')}")
    return found


@pytest.fixture
def served(world: World) -> Iterator[str]:
    """The application behind a real port."""
    with serving(world.app) as address:
        yield address


#: A phone in Chinese, dark; a desk in English, light.
SIGHTS = [("zh", 360, "dark"), ("en", 1280, "light")]
#: Who looks at each face, whoever sees the most first.
IN_TURN = {"portal": (PortalRole.MANAGE,), "internal": (Role.APPROVER, MANAGERS)}
LONG = bool(os.environ.get("TIEOUT_LONG"))
#: What passes need not be told.
ONLY_WRONG = {"resultTypes": ["violations"]}


@pytest.mark.lengthy
@pytest.mark.browser
@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: "-".join(map(str, sight)))
def test_every_page_is_accessible_and_fits(
    world: World, served: str, browser: Browser, sight: tuple[str, int, Any]
) -> None:
    """Each page fits in every sight; axe goes over it in one of them, or in all when long."""
    shown = {
        face: [signed_in(browser, served, face, role, *sight).new_page() for role in roles]
        for face, roles in IN_TURN.items()
    }
    wrong: list[str] = []
    for page in (page for pages_of_face in shown.values() for page in pages_of_face):
        page.on("pageerror", lambda error: wrong.append(f"{error}"))
    seen = 0
    for face, path in pages(world):
        opened = next((page for page in shown[face] if opens(page, served + path)), None)
        if opened is None:
            continue
        seen += 1
        beyond = opened.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if beyond > 0:
            wrong.append(f"{path}: {beyond} px too wide")
        if not (LONG or in_turn(path) == sight):
            continue
        for found in Axe().run(opened, options=ONLY_WRONG).response["violations"]:
            places = [node["html"][:120] for node in found["nodes"][:2]]
            wrong.append(f"{path}: {found['id']} {places}")
    assert wrong == []
    assert seen > 80


def opens(page: Page, address: str) -> bool:
    """Whether it is a page, and for whoever looks; a file is kept, or shown as it is."""
    try:
        answer = page.goto(address)
    except PlaywrightError as error:
        if "Download is starting" in str(error) or "net::ERR_ABORTED" in str(error):
            return False
        raise
    if answer is None or answer.status != 200:
        return False
    return answer.headers.get("content-type", "").startswith("text/html")


def in_turn(path: str) -> tuple[str, int, str]:
    """The sight in which axe goes over a page: always the same one."""
    return SIGHTS[crc32(path.encode()) % len(SIGHTS)]


def signed_in(
    browser: Browser, served: str, face: str, role: str, language: str, width: int, theme: Any
) -> BrowserContext:
    """A browser of somebody who has signed in."""
    context = browser.new_context(
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        viewport={"width": width, "height": 800},
        color_scheme=theme,
    )
    page = context.new_page()
    page.goto(f"{served}/desk/sign-in" if face == "internal" else f"{served}/sign-in")
    email = staff_email(role) if face == "internal" else portal_email(role)
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")
    page.close()
    return context
