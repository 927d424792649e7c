"""One action, one transaction: commits happen in one place."""

from tests.house.source import calls, modules

#: The module of `transaction()`.
COMMITS = "tieout/db/session.py"
#: Changing the tables themselves is no action of anybody.
MIGRATES = "tieout/operations/migrate.py"


def test_only_the_transaction_commits() -> None:
    found = {path for path, tree in modules() if any(calls(tree, "commit"))}

    assert found == {COMMITS}


def test_nothing_else_opens_a_transaction_of_its_own() -> None:
    """`engine.begin()` commits at its end without the word being there."""
    found = {path for path, tree in modules() if any(calls(tree, "begin"))}

    assert {path for path in found if not path.startswith("tieout/db/")} <= {MIGRATES}
