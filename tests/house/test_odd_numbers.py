"""Whatever number stands in an address or a form, a page answers in words."""

import re
from pathlib import Path

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from tests.support.route_world import World, build
from tests.support.visitor import Visitor, settings_for
from tests.support.walk import address, methods, of_face
from tieout import app as roof
from tieout import db
from tieout.db.engine import CharacterUnknown, NumberTooLarge
from tieout.identity.permissions import PortalRole, Role
from tieout.ledger.models import Document

#: The last number a record can have; beyond it no address leads anywhere.
LAST = 2**63 - 1
NUMBER_IN_ADDRESS = re.compile(r"<int:(\w+)>")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    """People and records, over each database."""
    settings = settings_for(database_url, tmp_path)
    roof.compose(settings)
    return build(roof.create_app(settings))


def test_no_address_falls_over_a_large_number(world: World) -> None:
    visitors = {
        "internal": world.staff(Role.ADMINISTRATOR),
        "portal": world.customer(PortalRole.MANAGE),
    }
    addresses = world.app.url_map.bind("localhost")

    for face, visitor in visitors.items():
        for rule, _access in of_face(world.app, face):
            for name in NUMBER_IN_ADDRESS.findall(rule.rule):
                path = address(rule, {**world.ids, name: LAST})
                method = methods(rule)[0]
                answer = asked(visitor, method, path)
                assert answer.status_code < 500, (method, path)
                with pytest.raises((NotFound, MethodNotAllowed)):
                    addresses.match(path.replace(str(LAST), str(LAST + 1)), method=method)


def asked(visitor: Visitor, method: str, path: str) -> TestResponse:
    """Open a page, or send a form that is empty but for its token."""
    return visitor.send(path) if method == "POST" else visitor.open(path, method=method)


def test_a_value_no_database_takes_is_said_so(database_url: str) -> None:
    db.connect(database_url)
    with db.reading() as session:
        for number in (2**63, -(10**40)):
            with pytest.raises(NumberTooLarge):
                session.get(Document, number)
            session.rollback()
        with pytest.raises(CharacterUnknown):
            session.query(Document).filter(Document.number == "INV\ud800").all()


def test_a_number_of_days_far_out_is_refused_in_words(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)
    sent = {"currency": "EUR", "kind": "receivable", "terms_days": "9" * 400, "credit_limit": ""}
    page = f"/desk/customers/{world.ids['customer_id']}/accounts/new"

    answer = accountant.send(page, sent, page=page)

    assert answer.status_code == 400
    assert "Give a number from 0 to 3650." in answer.text
    assert "9" * 400 in answer.text
