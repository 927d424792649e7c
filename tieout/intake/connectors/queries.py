"""Connectors to be looked at: each with its last pull, and when it is pulled next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from tieout import settings
from tieout.errors import NotFound
from tieout.i18n import Sentence
from tieout.intake.connectors.due import OPEN, next_of
from tieout.intake.connectors.models import Connector, ConnectorPull, PulledItem
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.places import kept_sentence


@dataclass(frozen=True)
class Standing:
    """Where a connector stands."""

    connector: Connector
    #: running, failed, active, paused, deleted.
    state: str
    last: ConnectorPull | None
    next_at: datetime | None

    @property
    def source(self) -> str:
        """Where it pulls from, without secrets."""
        kind = self.connector.kind
        return CONNECTORS[kind].source(self.connector.settings) if kind in CONNECTORS else kind

    @property
    def error(self) -> Sentence | None:
        """Why its last pull failed, if it did."""
        return error_of(self.last) if self.state == "failed" else None


def connector(session: Session, connector_id: int) -> Connector:
    """A connector, also one that was deleted.

    Raises:
        NotFound
    """
    found = session.get(Connector, connector_id)
    if found is None:
        raise NotFound
    return found


def standings(session: Session, at: datetime, *, deleted: bool = False) -> list[Standing]:
    """Every connector, by name."""
    query = select(Connector).order_by(Connector.name, Connector.id)
    is_gone = Connector.deleted_at.is_not(None)
    found = session.scalars(query.where(is_gone if deleted else ~is_gone)).all()
    last = _last_pulls(session)
    zone = settings.company(session).time_zone if found else "UTC"
    return [_standing(one, last.get(one.id), at, zone) for one in found]


def standing(session: Session, found: Connector, at: datetime) -> Standing:
    """Where one connector stands."""
    zone = settings.company(session).time_zone
    return _standing(found, _last_pulls(session).get(found.id), at, zone)


def pulls(connector_id: int) -> Select[ConnectorPull]:
    """Select every pull of a connector, the newest first, with its files."""
    return (
        select(ConnectorPull)
        .where(ConnectorPull.connector_id == connector_id)
        .options(selectinload(ConnectorPull.pulled))
        .order_by(ConnectorPull.id.desc())
    )


def source_of_batch(session: Session, batch_id: int) -> Connector | None:
    """The connector an import was pulled by, if it was."""
    return session.scalars(
        select(Connector)
        .join(PulledItem, PulledItem.connector_id == Connector.id)
        .where(PulledItem.batch_id == batch_id)
        .limit(1)
    ).first()


def failing(session: Session) -> list[tuple[Connector, ConnectorPull]]:
    """Connectors whose last pull failed, those that failed first in front."""
    last = _last_pulls(session)
    query = select(Connector).where(
        Connector.deleted_at.is_(None), Connector.is_active, Connector.failures > 0
    )
    found = [(one, last[one.id]) for one in session.scalars(query) if one.id in last]
    return sorted(found, key=lambda pair: pair[1].asked_at)


def error_of(pull: ConnectorPull | None) -> Sentence | None:
    """Why a pull failed."""
    return kept_sentence(pull.error) if pull is not None and pull.error else None


def _last_pulls(session: Session) -> dict[int, ConnectorPull]:
    """The last pull of each connector that is over or at work."""
    last = (
        select(func.max(ConnectorPull.id))
        .where(ConnectorPull.state != "waiting")
        .group_by(ConnectorPull.connector_id)
    )
    found = session.scalars(select(ConnectorPull).where(ConnectorPull.id.in_(last)))
    return {one.connector_id: one for one in found}


def _standing(one: Connector, last: ConnectorPull | None, at: datetime, zone: str) -> Standing:
    if one.deleted_at is not None:
        state = "deleted"
    elif last is not None and last.state in OPEN:
        state = "running"
    elif one.failures:
        state = "failed"
    else:
        state = "active" if one.is_active else "paused"
    return Standing(one, state, last, next_of(one, at, zone))
