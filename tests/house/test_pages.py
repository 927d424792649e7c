"""Every page as it is read: valid, named, labelled, in one language, accessible, and fitting."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from zlib import crc32

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext

from tests.support.chinese import half_width
from tests.support.effort import LONG, PATIENCE
from tests.support.route_world import PASSWORD, World, portal_email, staff_email
from tests.support.serving import serving
from tests.support.walk import Seen, seen
from tieout.identity.permissions import PortalRole, Role

ROOT = Path(__file__).parents[2]
#: Who looks at each face, whoever sees the most first; some pages open to an administrator alone.
LOOKERS: dict[str, tuple[str, ...]] = {
    "portal": (PortalRole.MANAGE,),
    "internal": (Role.APPROVER, Role.ADMINISTRATOR),
}
#: Mails as their readers get them; no page of ours stands around them.
LETTERS = ("internal.mailbox.html", "internal.message_templates.html")
#: The pictures there are.
ICONS = frozenset(
    re.findall(r'id="([a-z-]+)"', (ROOT / "tieout/web/static/img/icons.svg").read_text())
)
TAGS = {"en": "en", "zh": "zh-Hans"}


def looked(world: World, language: str) -> Iterator[tuple[str, str, Seen]]:
    """Every page with its face and the role of whoever sees it first; nothing falls over."""
    for face, roles in LOOKERS.items():
        for answers in zip(*(seen(world, face, role, language) for role in roles), strict=True):
            for answer in answers:
                assert answer.status < 500, (answer.path, answer.text[:2000])
            shown = [
                (face, role, answer)
                for role, answer in zip(roles, answers, strict=True)
                if answer.is_page and answer.rule.endpoint not in LETTERS
            ]
            yield from shown[:1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_there_valid_named_and_labelled(world: World, language: str) -> None:
    found = [
        (page.path, list(mistakes(page.text, language))) for _, _, page in looked(world, language)
    ]

    assert [(path, wrong) for path, wrong in found if wrong] == []
    assert len(found) > 80


def test_every_picture_a_template_names_is_there() -> None:
    """Some pages show fewer acts to whoever sees them first."""
    named = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"icon(?:_name=|\()'([a-z-]+)'", path.read_text())
    }

    assert [one for one in sorted(named) if one[1] not in ICONS] == []
    assert len(named) > 30


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
    if language == "zh":
        texts = (text for each in root.iter() for text in (each.text, each.tail) if text)
        yield from (f"half width: {one}" for text in texts for one in half_width(text))
    drawn = re.findall(r'icons\.svg[^"#]*#([^"]*)"', text)
    yield from (f"no picture is called {name}" for name in sorted(set(drawn) - ICONS))
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
PHONE = ("zh", 360, "dark")
SIGHTS = [PHONE, ("en", 1280, "light")]
#: Amounts and states beyond the edge of what their table moves in, each by its words: what a table
#: is opened for stands in sight on a phone, without moving it aside.
OUT_OF_SIGHT = """() => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  return [...document.querySelectorAll("main :is(td, th)")]
    .filter((cell) => cell.matches("td.to-num") || cell.querySelector(".to-state"))
    .filter((cell) => {
      const edge = cell.closest(".to-scroll, main").getBoundingClientRect();
      const { width, right } = cell.getBoundingClientRect();
      return width > 0 && right > edge.right + 1;
    })
    .map((cell) => cell.closest("table").caption.innerText + ": " + cell.innerText);
}"""
#: Between a phone and a desk: a page enlarged to 400 %, a tablet upright and lying.
BETWEEN = (320, 800, 1000)
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: What passes need not be told.
ONLY_WRONG = {"resultTypes": ["violations"]}


@pytest.mark.lengthy
@pytest.mark.browser
@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: "-".join(map(str, sight)))
def test_every_page_is_accessible_and_fits(
    world: World, served: str, browser: Browser, sight: tuple[str, int, Any]
) -> None:
    """Each page fits in every sight; axe goes over it in one of them, or in all when long.

    In the portal's tables no amount or state is out of sight on a phone, and its pages fit what
    lies between a phone and a desk, too.
    """
    shown = {
        (face, role): signed_in(browser, served, face, role, *sight).new_page()
        for face, roles in LOOKERS.items()
        for role in roles
    }
    wrong: list[str] = []
    for tab in shown.values():
        tab.on("pageerror", lambda error: wrong.append(f"{error}"))
    count = amounts = 0
    for face, role, page in looked(world, sight[0]):
        opened, path = shown[face, role], page.path
        answer = opened.goto(served + path)
        assert answer is not None
        assert answer.status == 200, path
        count += 1
        if (beyond := opened.evaluate(BEYOND)) > 0:
            wrong.append(f"{path}: {beyond} px too wide")
        if LONG or in_turn(path) == sight:
            for found in Axe().run(opened, options=ONLY_WRONG).response["violations"]:
                places = [node["html"][:120] for node in found["nodes"][:2]]
                wrong.append(f"{path}: {found['id']} {places}")
        if face == "portal" and sight == PHONE:
            amounts += opened.locator("main td.to-num").count()
            wrong += [f"{path}: out of sight: {one}" for one in opened.evaluate(OUT_OF_SIGHT)]
        elif face == "portal":
            for width in BETWEEN:
                opened.set_viewport_size({"width": width, "height": 800})
                if (beyond := opened.evaluate(BEYOND)) > 0:
                    wrong.append(f"{path} at {width} px: {beyond} px too wide")
            opened.set_viewport_size({"width": sight[1], "height": 800})
    assert wrong == []
    assert count > 80
    assert amounts > 20 or sight != PHONE


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
    context.set_default_timeout(1000 * PATIENCE)
    page = context.new_page()
    page.goto(f"{served}/desk/sign-in" if face == "internal" else f"{served}/sign-in")
    email = staff_email(role) if face == "internal" else portal_email(role)
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")
    page.close()
    return context
