"""`tieout pull`: listing connectors, looking, pulling."""

import json
import os
from pathlib import Path

import pytest

from tests.factories import AT, BY
from tests.tieout.cli.conftest import Type
from tieout import app, config, db
from tieout.intake.connectors import services
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.connectors.services import ConnectorInput

SALES = "Number,Date,Customer code,Amount\nS-1,2026-06-01,M-0217,100.00\n"


@pytest.fixture
def incoming(harbour: Path) -> Path:
    """The folder the connector “Sales” watches, with a file in it."""
    folder = harbour / "incoming"
    folder.mkdir()
    (folder / "sales.csv").write_text(SALES, "utf-8")
    os.utime(folder / "sales.csv", (AT.timestamp() - 60,) * 2)
    app.compose(config.load(harbour))
    typed = {one.name: one.default for one in CONNECTORS["folder"].settings}
    given = ConnectorInput("Sales", "folder", "documents", {**typed, "path": str(folder)})
    with db.transaction() as session:
        services.add(session, given, by=BY, at=AT)
    return folder


def test_connectors_are_listed(type_in: Type, harbour: Path, incoming: Path) -> None:
    end, said = type_in("pull", "--data", harbour)
    as_json = type_in("pull", "--data", harbour, "--json")

    assert end == 0
    assert f"Sales  [active]  {incoming}" in said
    [told] = json.loads(as_json[1])
    assert (told["name"], told["kind"], told["brings"]) == ("Sales", "folder", "documents")


def test_a_dry_run_says_what_would_come_and_stores_nothing(
    type_in: Type, harbour: Path, incoming: Path
) -> None:
    end, said = type_in("pull", "sales", "--data", harbour, "--dry-run")
    told = json.loads(type_in("pull", "sales", "--data", harbour, "--dry-run", "--json")[1])

    assert end == 0
    assert "sales.csv: 1 rows would come in" in said
    assert "Nothing was stored." in said
    assert [one["heading"] for one in told[0]["columns"]][:2] == ["Number", "Date"]
    assert json.loads(type_in("pull", "--data", harbour, "--json")[1])[0]["last"] is None


def test_a_pull_brings_it_in_once(type_in: Type, harbour: Path, incoming: Path) -> None:
    first = type_in("pull", "Sales", "--data", harbour)
    second = type_in("pull", "Sales", "--data", harbour, "--json")

    assert first[0] == 0
    assert "sales.csv: 1 rows, import 1" in first[1]
    assert json.loads(second[1]) == {"state": "nothing", "rows": 0, "files": [], "error": None}


def test_what_goes_wrong_is_said_and_ends_with_one(
    type_in: Type, harbour: Path, incoming: Path
) -> None:
    unknown = type_in("pull", "Salaries", "--data", harbour)
    (incoming / "sales.csv").unlink()
    incoming.rmdir()
    gone = type_in("pull", "Sales", "--data", harbour)

    assert unknown[0] == gone[0] == 1
    assert "There is no connector “Salaries”. There are: Sales." in unknown[1]
    assert "cannot be opened" in gone[1]
