"""Every route is walked: who may open it, what it refuses, and that looking changes nothing.

A new page is walked as soon as it is there; `tests/support/route_world.py` gives its examples.
"""

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.support.route_world import OTHER, World
from tests.support.visitor import Visitor
from tests.support.walk import address, methods, of_face, rules, seen
from tieout import db
from tieout.identity.permissions import ROLES, Permission, PortalRole, Role
from tieout.operations.schema import metadata
from tieout.web.access import access_of

#: What every staff page's answer may be when its role is right.
_FINE = range(200, 400)


def asked(visitor: Visitor, method: str, path: str) -> TestResponse:
    """Open a page, or send a form that is empty but for its token."""
    return visitor.send(path) if method == "POST" else visitor.open(path, method=method)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    counts = ", ".join(f'(SELECT count(*) FROM "{name}") AS "{name}"' for name in metadata.tables)
    with db.reading() as session:
        return dict(session.execute(text(f"SELECT {counts}")).mappings().one())


def test_every_view_says_who_may_open_it(app: Flask) -> None:
    silent = [
        rule.rule for rule in rules(app) if access_of(app.view_functions[rule.endpoint]) is None
    ]

    assert silent == []


def test_the_portal_asks_for_permissions_of_customers_and_the_workbench_for_staffs(
    app: Flask,
) -> None:
    customers = {Permission.LOOK, Permission.ANSWER, Permission.MANAGE}

    for rule, access in of_face(app, "portal"):
        assert access.permission is None or access.permission in customers, rule.rule
    for rule, access in of_face(app, "internal"):
        assert access.permission not in customers, rule.rule


@pytest.mark.parametrize("face", ["portal", "internal"])
def test_nobody_gets_in_without_signing_in(world: World, face: str) -> None:
    stranger = world.stranger()
    entrance = "/desk/sign-in" if face == "internal" else "/sign-in"

    for rule, access in of_face(world.app, face):
        if access.public:
            continue
        for method in methods(rule):
            answer = asked(stranger, method, address(rule, world.ids))
            assert answer.status_code == 303, (method, rule.rule)
            assert answer.location.startswith(entrance), (method, rule.rule)


@pytest.mark.parametrize("role", list(Role))
def test_staff_open_what_their_role_allows_and_nothing_else(world: World, role: Role) -> None:
    opened(world, "internal", role)
    person = world.staff(role)

    for rule, access in of_face(world.app, "internal"):
        if "POST" not in methods(rule) or access.public or access.permission is None:
            continue
        answer = person.send(address(rule, world.ids))
        if access.permission not in ROLES[role]:
            assert answer.status_code == 403, rule.rule
        else:  # an empty form may be refused, but not for who sends it
            assert answer.status_code < 500, (rule.rule, answer.text[:2000])
            assert answer.status_code not in (401, 403) or role is Role.SALES, rule.rule


def opened(world: World, face: str, role: Role | PortalRole) -> None:
    """Everything of a face that can be looked at is shown to a role, or refused to it."""
    for answer in seen(world, face, role):
        if answer.access.public or answer.access.permission is None:
            continue
        if answer.access.permission in ROLES[role]:
            assert answer.status in _FINE, (answer.path, answer.text[:2000])
        else:
            assert answer.status == 403, answer.path


@pytest.mark.parametrize("role", list(PortalRole))
def test_customers_open_what_their_role_allows_and_nothing_else(
    world: World, role: PortalRole
) -> None:
    opened(world, "portal", role)
    person = world.customer(role)

    for rule, access in of_face(world.app, "portal"):
        if "POST" not in methods(rule) or access.public or access.permission is None:
            continue
        answer = person.send(address(rule, world.ids))
        if access.permission not in ROLES[role]:
            assert answer.status_code == 403, rule.rule
        else:
            assert answer.status_code < 500, (rule.rule, answer.text[:2000])
            assert answer.status_code not in (401, 403), rule.rule


def test_no_page_shows_another_customers_records(world: World) -> None:
    """The outsider may do everything, but for another customer."""
    outsider = world.customer(PortalRole.MANAGE, OTHER)

    for rule, access in of_face(world.app, "portal"):
        ids = [name for name in rule.arguments if name in world.ids]
        if access.public or not ids:
            continue
        for method in methods(rule):
            answer = asked(outsider, method, address(rule, world.ids))
            assert answer.status_code == 404, (method, rule.rule, answer.status_code)


def test_sales_see_nothing_of_customers_who_are_not_theirs(world: World) -> None:
    salesman = world.staff(Role.SALES)

    for rule, access in of_face(world.app, "internal"):
        about_customers = set(rule.arguments) & (set(world.ids) - {"staff_id", "session_id"})
        if access.permission not in ROLES[Role.SALES] or not about_customers:
            continue
        for method in methods(rule):
            answer = asked(salesman, method, address(rule, world.others))
            assert answer.status_code == 404, (method, rule.rule, answer.status_code)


def test_a_form_without_its_token_is_refused(world: World) -> None:
    people = {"portal": world.customer(PortalRole.MANAGE), "internal": world.staff(Role.APPROVER)}

    for face, person in people.items():
        for rule, _access in of_face(world.app, face):
            if "POST" in methods(rule):
                path = address(rule, world.ids)
                assert person.open(path, method="POST").status_code == 400, rule.rule


def test_looking_changes_nothing(world: World) -> None:
    """Whoever looks, at whatever page: there are as many rows in every table as before."""
    lookers = {
        "portal": [world.customer(PortalRole.MANAGE), world.by_link(), world.stranger()],
        "internal": [world.staff(role) for role in Role] + [world.stranger()],
    }
    before = rows()

    for face, visitors in lookers.items():
        for rule, _access in of_face(world.app, face):
            if "GET" in methods(rule):
                for visitor in visitors:
                    visitor.open(address(rule, world.ids))
                assert rows() == before, rule.rule


def test_every_answer_is_protected(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)
    answers = [(one.rule, one.headers) for one in seen(world, "internal", Role.ACCOUNTANT)]
    for rule in rules(world.app):
        if "GET" in methods(rule) and not rule.endpoint.startswith("internal."):
            answers.append((rule, accountant.open(address(rule, world.ids)).headers))

    assert len(answers) > 100
    for rule, headers in answers:
        assert "default-src 'none'" in headers["Content-Security-Policy"], rule.rule
        assert headers["X-Content-Type-Options"] == "nosniff", rule.rule
        assert headers["X-Frame-Options"] == "DENY", rule.rule
        assert headers["Referrer-Policy"] == "same-origin", rule.rule
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", rule.rule
        if not rule.rule.startswith("/static/"):
            assert headers["Cache-Control"] == "no-store", rule.rule
