"""`tieout keys`: a new key in two steps, while older ones go on opening."""

import json
import stat
from pathlib import Path

from tests.factories import AT, BY
from tests.tieout.cli.conftest import Type
from tieout import app, config, db
from tieout.intake.connectors import queries, sealing, services
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.connectors.services import ConnectorInput


def connect(harbour: Path) -> int:
    """A web address with a secret."""
    app.compose(config.load(harbour))
    typed = {one.name: one.default for one in CONNECTORS["rest"].settings}
    typed |= {"url": "https://shop.example/orders", "auth": "bearer", "secret": "a-quiet-token"}
    with db.transaction() as session:
        given = ConnectorInput("Shop", "rest", "documents", typed)
        return services.add(session, given, by=BY, at=AT).id


def finding(type_in: Type, harbour: Path) -> dict[str, str]:
    """What the doctor says of connectors."""
    _end, said = type_in("doctor", "--data", harbour, "--json")
    [found] = [one for one in json.loads(said)["findings"] if one["name"] == "connectors"]
    return dict(found)


def test_a_key_is_added_and_secrets_are_closed_with_it(type_in: Type, harbour: Path) -> None:
    shop = connect(harbour)
    path = harbour / "keys.json"
    before = json.loads(path.read_text("utf-8"))["fields"]

    well = finding(type_in, harbour)
    added = type_in("keys", "--add", "--data", harbour)
    older = finding(type_in, harbour)
    renewed = type_in("keys", "--renew", "--data", harbour)
    told = type_in("keys", "--data", harbour)

    assert (well["state"], older["state"]) == ("well", "note")
    assert "Run: tieout keys --renew" in older["said"]
    assert added[0] == renewed[0] == told[0] == 0
    assert "secrets of 1 connectors" in renewed[1]
    assert "2 keys in" in told[1]
    now = json.loads(path.read_text("utf-8"))["fields"]
    assert now[1:] == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    app.compose(config.load(harbour))
    with db.reading() as session:
        found = queries.connector(session, shop)
        assert not sealing.is_older(found, now)
        assert sealing.opened("Shop", found.secrets)["secret"] == "a-quiet-token"


def test_a_lost_key_is_found_by_the_doctor(type_in: Type, harbour: Path) -> None:
    connect(harbour)
    path = harbour / "keys.json"
    type_in("keys", "--add", "--data", harbour)
    stored = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**stored, "fields": stored["fields"][:1]}), "utf-8")

    found = finding(type_in, harbour)

    assert found["state"] == "wrong"
    assert "No key opens the secrets of: Shop" in found["said"]
