"""Every page of both faces with its examples, for tests that look at pages one after another."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.routing import Rule

from tests.support.route_world import ARGUMENTS, World
from tieout.web.access import Access, access_of


class Seen(NamedTuple):
    """What somebody was answered who only looked."""

    rule: Rule
    access: Access
    path: str
    status: int
    mimetype: str
    headers: Headers
    data: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is a page, and theirs to read."""
        return self.status == 200 and self.mimetype == "text/html"

    @property
    def text(self) -> str:
        """What it says; of a file, whatever can be read of it."""
        return str(self.data, "utf-8", "replace")


#: What was seen in this process, by face, role and language.
_SEEN: dict[tuple[str, str, str], list[Seen]] = {}


def rules(app: Flask) -> list[Rule]:
    """Every address of the application."""
    return sorted(
        app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))
    )


def of_face(app: Flask, face: str) -> Iterator[tuple[Rule, Access]]:
    """The addresses of a face, each with what it asks for."""
    for rule in rules(app):
        if rule.endpoint.startswith(f"{face}."):
            yield rule, access_of(app.view_functions[rule.endpoint]) or Access()


def methods(rule: Rule) -> list[str]:
    """The methods that do something of their own."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def address(rule: Rule, ids: Mapping[str, int]) -> str:
    """An address with examples in it."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        if name in ids:
            values[name] = ids[name]
        elif name in ARGUMENTS:
            values[name] = ARGUMENTS[name]
        else:
            pytest.fail(f"route_world has no example for “{name}” of {rule.rule}")
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule.rule
    return str(built[1])


def seen(world: World, face: str, role: str, language: str = "en") -> list[Seen]:
    """Every address of a face that can be looked at, as somebody of a role is answered there.

    Every test begins with the same world, and looking changes nothing: it is asked once a process.
    """
    key = (face, role, language)
    if key not in _SEEN:
        visitor = (
            world.staff(role, language)
            if face == "internal"
            else world.customer(role, language=language)
        )
        found = []
        for rule, access in of_face(world.app, face):
            if "GET" in methods(rule):
                path = address(rule, world.ids)
                with visitor.open(path) as answer:
                    about = (answer.status_code, answer.mimetype or "", answer.headers)
                    found.append(Seen(rule, access, path, *about, answer.data))
        _SEEN[key] = found
    return _SEEN[key]
