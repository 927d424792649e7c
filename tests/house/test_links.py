"""No page offers what its reader may not do: every link and form is one their role may open.

A role sees a menu, lists and buttons made for it; nothing leads it to a refusal.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.support.route_world import World
from tests.support.visitor import ADDRESS
from tests.support.walk import seen
from tieout.identity.permissions import ROLES, PortalRole, Role
from tieout.web.access import Access, access_of

_TAG = re.compile(r"<(a|form|button)\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(href|action|formaction|method)="([^"]*)"')


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APPROVER])
def test_staff_are_offered_only_what_they_may_do(world: World, role: Role) -> None:
    assert _refused(world, "internal", role) == set()


@pytest.mark.parametrize("role", list(PortalRole))
def test_customers_are_offered_only_what_they_may_do(world: World, role: PortalRole) -> None:
    assert _refused(world, "portal", role) == set()


def _refused(world: World, face: str, role: Role | PortalRole) -> set[tuple[str, str]]:
    """Pages the role opens, each with an address on it that would refuse the role."""
    adapter = world.app.url_map.bind("127.0.0.1:8080")
    found = set()
    for page in seen(world, face, role):
        if page.access.public or not page.is_page or not _may(page.access, role):
            continue
        for method, target in _offers(page.path, page.text):
            led_to = _access(world, adapter, method, target)
            if led_to is None or not _may(led_to, role):
                found.add((page.path, f"{method} {target}"))
    return found


def _may(access: Access, role: Role | PortalRole) -> bool:
    return access.permission is None or access.permission in ROLES[role]


def _offers(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Where a page leads within the house, and how."""
    for tag in _TAG.finditer(text):
        given = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[0])}
        method = given.get("method", "get").upper()
        to = given.get("href") or given.get("formaction") or given.get("action")
        if tag[1] == "form" and method != "DIALOG":
            yield method, urlsplit(urljoin(ADDRESS + path, to or "")).path
        elif to is not None and _is_ours(to):
            sent = "POST" if tag[1] == "button" else "GET"
            yield sent, urlsplit(urljoin(ADDRESS + path, to)).path


def _is_ours(to: str) -> bool:
    parts = urlsplit(urljoin(ADDRESS, to))
    return f"{parts.scheme}://{parts.netloc}" == ADDRESS


def _access(world: World, adapter: MapAdapter, method: str, path: str) -> Access | None:
    """What an address asks for; None where there is no such address."""
    try:
        endpoint, _ = adapter.match(path, method=method)
    except HTTPException:
        return None
    return access_of(world.app.view_functions[endpoint]) or Access(public=True)
