"""No binary fraction comes near money."""

import ast

from tests.house.source import modules

PLACES = ("tieout/money", "tieout/ledger", "tieout/statements", "tieout/disputes", "tieout/db")


def test_no_floats_where_amounts_are_kept() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules(PLACES)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]

    assert found == []
