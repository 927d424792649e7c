"""Whatever stands in the fields of a form, it is answered in words."""

import random
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.support.effort import LONG
from tests.support.route_world import World
from tests.support.walk import seen
from tieout.identity.permissions import PortalRole, Role

#: What no field asks for, and people, scripts and broken programs send all the same.
ODD = (
    *("", " ", "0", "-1", "-0.00", "1.005", "1e999", "NaN", "9" * 400, "1,2,3", "１２３", "١٢٣"),
    *("2026-02-30", "0001-01-01", "9999-12-31", "2026-W12", "null", "%", "\\", "=1+1", "{{7*7}}"),
    *("<b>x</b>", "' OR 1=1 --", "\r\nBcc: a@b.example", "\u202eabc", "\U0001f527" * 300),
    *("\ud800", "a" * 5000),
)
#: Whoever sends them afterwards would be somebody else, or nobody.
LEFT_ALONE = ("/language", "/sign-out", "/sign-in", "/me/", "/password")
ROUNDS = 12 if LONG else 1


class Form(NamedTuple):
    """A form as a page shows it."""

    action: str
    #: Its fields: name, kind, and the values it can have, the one it has first.
    fields: list[tuple[str, str, list[str]]]


def forms(page: str, path: str) -> Iterator[Form]:
    """The forms of a page that change something."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    for form in root.iter("form"):
        action = form.get("action") or path
        if form.get("method") == "post" and not any(part in action for part in LEFT_ALONE):
            yield Form(action, list(_fields(form)))


def _fields(form: Element) -> Iterator[tuple[str, str, list[str]]]:
    for each in form.iter():
        name, kind = each.get("name"), each.get("type", each.tag)
        if not name or each.tag not in ("input", "select", "textarea") or kind == "file":
            continue
        if each.tag == "select":
            yield name, kind, [one.get("value", "") for one in each.iter("option")] or [""]
        else:
            yield name, kind, [each.get("value", each.text or "")]


def filled(form: Form, chance: random.Random) -> dict[str, list[str]]:
    """What is sent: of each field what it has, or something odd, or nothing."""
    sent: dict[str, list[str]] = {}
    for name, kind, values in form.fields:
        if name == "csrf_token" or (kind == "hidden" and chance.random() < 0.8):
            sent.setdefault(name, []).append(values[0])
        elif kind in ("checkbox", "radio") and chance.random() < 0.5:
            continue
        elif (what := chance.random()) < 0.4:
            sent.setdefault(name, []).append(chance.choice(values))
        elif what < 0.95:
            sent.setdefault(name, []).append(chance.choice(ODD))
    return sent


@pytest.mark.parametrize(
    ("face", "role"), [("internal", Role.APPROVER), ("portal", PortalRole.MANAGE)]
)
def test_every_form_answers_whatever_is_in_it(world: World, face: str, role: str) -> None:
    chance = random.Random(20260630)
    visitor = world.staff(role) if face == "internal" else world.customer(role)
    token = visitor.token(f"{'/desk' if face == 'internal' else ''}/")
    sent, wrong = 0, []

    for page in seen(world, face, role):
        for form in forms(page.text, page.path) if page.is_page else ():
            for _ in range(ROUNDS):
                values = {**filled(form, chance), "csrf_token": [token]}
                data = {
                    name: [one.encode("utf-8", "surrogatepass") for one in some]
                    for name, some in values.items()
                }
                answer = visitor.open(form.action, method="POST", data=data)
                wrong += [(form.action, values)] if answer.status_code >= 500 else []
                sent += 1
    assert wrong == []
    assert sent > (50 if face == "internal" else 10)


def test_a_field_that_was_not_sent_is_empty(world: World) -> None:
    customer = world.customer(PortalRole.MANAGE)
    path = f"/preferences/people/{world.ids['contact_id']}"
    [form] = [one for one in forms(customer.open(path).text, path) if one.action.endswith(path)]
    sent = {name: values[0] for name, _, values in form.fields if name != "position"}

    answer = customer.open(path, method="POST", data={**sent, "role": "manage"})

    assert len(sent) == len(form.fields) - 1
    assert answer.status_code == 303
