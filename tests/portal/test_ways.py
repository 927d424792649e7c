"""Where the portal's pages lead to: every link is a page, in both languages."""

import re
from html import unescape

import pytest

from tests.portal.conftest import June, confirm
from tests.support.visitor import Visitor, words_of

PAGES = (
    "/",
    "/statements",
    "/documents",
    "/preferences",
    "/preferences/sign-in",
    "/preferences/people",
    "/preferences/second-factor",
)


def links_on(page: str) -> set[str]:
    """The addresses of ours a page leads to, but for its style sheets."""
    found = {unescape(href) for href in re.findall(r'<a [^>]*href="(/[^"#]*)', page)}
    return {href for href in found if not href.startswith("/static/")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_link_leads_to_a_page(june: June, language: str) -> None:
    visitor = june.signed_in(language)
    receipt = confirm(june.signed_in(), june).location
    wanted: dict[str, str] = {}
    for path in (*PAGES, june.path, receipt):
        page = visitor.open(path)
        assert page.status_code == 200, path
        wanted |= dict.fromkeys(links_on(page.text), path)

    dead = {
        href: path
        for href, path in wanted.items()
        if not href.startswith("/help") and visitor.open(href).status_code >= 400
    }

    assert dead == {}


def test_the_language_is_changed_in_place(june: June) -> None:
    visitor = june.by_link()
    shown = f"{june.path}?q=INV-2"
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.open(shown).text)
    assert token is not None

    answer = visitor.open(
        "/language",
        method="POST",
        data={"csrf_token": unescape(token.group(1)), "language": "zh", "next": shown},
    )

    assert (answer.status_code, answer.location) == (303, shown)
    assert "贵方应付海港工具" in words_of(visitor.open(shown).text)


def test_without_a_link_and_without_signing_in_nothing_is_shown(june: June) -> None:
    stranger = Visitor(june.app)

    for path in (*PAGES, june.path, f"{june.path}/statement.pdf", "/receipts/R-2026-000001"):
        answer = stranger.open(path)
        assert answer.status_code == 303, path
        assert answer.location.startswith("/sign-in"), path
