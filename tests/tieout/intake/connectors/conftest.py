"""Connectors of Harbour Tools, pulled from real folders, databases and web addresses."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from tests.factories import AT, BY, make_company, make_customer
from tests.support.web_source import WebSource, web_source
from tieout import db
from tieout.intake.connectors import http, pulling, queries, reach, services
from tieout.intake.connectors.due import Plan, Schedule
from tieout.intake.connectors.models import Connector, ConnectorPull, PulledItem
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.connectors.services import ConnectorInput
from tieout.intake.models import ImportBatch
from tieout.intake.places import kept_sentence

#: Sets a connector up and returns its id.
SetUp = Callable[..., int]


@pytest.fixture(autouse=True)
def _reachable(tmp_path: Path) -> Iterator[None]:
    """The folder of the test and this machine may be reached, as tieout.toml would say."""
    before = reach.reach()
    reach.configure(reach.Reach(folders=(tmp_path,), hosts=("127.0.0.1",)))
    yield
    reach.configure(before)


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that fails is asked again at once, and not after seconds."""
    monkeypatch.setattr(http, "PAUSE", 0.0)


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    """The watched folder."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


@pytest.fixture
def web() -> Iterator[WebSource]:
    """A web address of this machine."""
    with web_source() as source:
        yield source


@pytest.fixture
def books(database: Engine) -> Engine:
    """A company with two customers."""
    with db.transaction() as session:
        make_company(session)
        make_customer(session, "M-0217")
        make_customer(session, "M-0300")
    return database


def given(kind: str, name: str = "Sales", **values: Any) -> ConnectorInput:
    """What somebody types, with the defaults of the form."""
    plan = values.pop("plan", Plan(Schedule.MANUAL))
    batch_kind = str(values.pop("batch_kind", "documents"))
    submits = bool(values.pop("submits", False))
    typed = {one.name: one.default for one in CONNECTORS[kind].settings}
    typed |= {key: str(value) for key, value in values.items()}
    return ConnectorInput(name, kind, batch_kind, typed, plan, submits)


def set_up(kind: str, name: str = "Sales", **values: Any) -> int:
    """Set a connector up."""
    with db.transaction() as session:
        return services.add(session, given(kind, name, **values), by=BY, at=AT).id


def pull(connector_id: int) -> ConnectorPull:
    """Ask for a pull and do it."""
    with db.transaction() as session:
        pull_id = pulling.ask(session, queries.connector(session, connector_id), by=BY).id
    pulling.work(pull_id, "test")
    with db.reading() as session:
        found = session.get_one(ConnectorPull, pull_id)
        assert found.pulled is not None
        return found


def error_of(found: ConnectorPull) -> str:
    """Why a pull failed."""
    return str(queries.error_of(found) or "")


def notes() -> list[str]:
    """What was said of files that became no import."""
    with db.reading() as session:
        items = session.scalars(select(PulledItem).order_by(PulledItem.id)).all()
        return [str(kept_sentence(item.note)) for item in items if item.note]


def imports() -> list[ImportBatch]:
    """The imports there are, with their rows loaded."""
    with db.reading() as session:
        found = list(session.scalars(select(ImportBatch).order_by(ImportBatch.id)))
        for batch in found:
            assert batch.rows is not None
        return found


def row_states(batch: ImportBatch) -> list[str]:
    """What became of the rows of an import."""
    return [row.state for row in batch.rows]


def connector(connector_id: int) -> Connector:
    """A connector as it stands."""
    with db.reading() as session:
        found = queries.connector(session, connector_id)
        session.refresh(found)
        return found
