"""Every page of both faces with its examples, for tests that look at pages one after another."""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.support.route_world import ARGUMENTS
from tieout.web.access import Access, access_of


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
