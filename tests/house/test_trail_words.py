"""Every action of the trail and every object it speaks of has words."""

import ast
import re

from internal.audit_words import ACTIONS, OBJECTS
from tests.house.source import modules

#: Actions put together from a person's kind.
_OF_PEOPLE = re.compile(r"(staff|login)\.")


def recorded() -> set[str]:
    """The actions that `audit.record` is called with."""
    found: set[str] = set()
    for path, tree in modules():
        if not path.startswith(("tieout/", "portal/", "internal/", "notifications/")):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "record"
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "audit"
                and len(node.args) > 2
                and isinstance(node.args[2], ast.Constant)
            ):
                found.add(str(node.args[2].value))
    return found


def test_every_action_has_words() -> None:
    assert sorted(recorded() - set(ACTIONS)) == []


def test_actions_are_found_at_all() -> None:
    assert len(recorded()) > 60


def test_words_of_people_are_there_for_both_kinds() -> None:
    ends = {action.partition(".")[2] for action in ACTIONS if _OF_PEOPLE.match(action)}
    both = {"signed_in", "sign_in_failed", "password_set", "deactivated", "reactivated"}
    assert both <= ends
    for end in both:
        assert f"staff.{end}" in ACTIONS
        assert f"login.{end}" in ACTIONS


def test_no_object_is_named_twice_differently() -> None:
    assert len(OBJECTS) > 20
