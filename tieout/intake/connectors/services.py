"""Setting connectors up: added, changed, paused, taken up again, deleted; every time on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.intake.connectors import sealing
from tieout.intake.connectors.due import Plan, Schedule
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.intake.connectors.protocol import Values, checked
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.kinds import BatchKind

#: What a connector may bring in.
KINDS = (BatchKind.DOCUMENTS, BatchKind.PAYMENTS, BatchKind.CUSTOMERS, BatchKind.PRODUCTS)


class NameMissing(InvalidInput):
    """A connector nobody could speak of."""

    message = N_("Give the connector a name, such as “Web shop orders”.")


class NameTaken(Conflict):
    """Two connectors of one name."""

    message = N_("There is a connector “%(name)s” already. Choose another name.")


class KindUnknown(InvalidInput):
    """Rows of a kind connectors do not bring."""

    message = N_("Say what is in it: documents, payments, customers or products.")


class ConnectorChanged(Conflict):
    """Two people at one connector."""

    message = N_("Somebody else has changed this connector meanwhile. Look at it again, then save.")


class NoConnector(NotFound):
    """A name nobody gave."""

    message = N_("There is no connector “%(name)s”. There are: %(known)s.")


@dataclass(frozen=True)
class ConnectorInput:
    """What somebody says about a connector."""

    name: str
    kind: str
    batch_kind: str
    #: Settings and secrets as they were typed; an empty secret keeps the one there is.
    values: Values
    plan: Plan = field(default_factory=lambda: Plan(Schedule.MANUAL))
    submits: bool = False


def add(session: Session, given: ConnectorInput, *, by: Actor, at: datetime) -> Connector:
    """Set a connector up.

    Raises:
        InvalidInput, Conflict: something said cannot be taken.
    """
    plain, secrets = _read(given, {}, {})
    name = _name(session, given.name)
    connector = Connector(
        name=name,
        name_key=name.casefold(),
        kind=given.kind,
        batch_kind=_batch_kind(given.batch_kind),
        settings=plain,
        secrets=sealing.seal(secrets),
        schedule=str(given.plan.schedule),
        minutes=given.plan.minutes,
        daily_at=given.plan.at.strip(),
        submits=given.submits,
        scheduled_since=at,
        mark={},
        made_by=by.label,
        made_at=at,
    )
    session.add(connector)
    session.flush()
    audit.record(session, by, "connector.added", connector, after=_told(connector))
    return connector


def change(
    session: Session,
    connector: Connector,
    given: ConnectorInput,
    *,
    seen: int,
    by: Actor,
    at: datetime,
) -> None:
    """Change the connector that was looked at in version `seen`.

    Raises:
        ConnectorChanged: somebody else was faster.
        InvalidInput, Conflict: something said cannot be taken.
    """
    session.refresh(connector, with_for_update=True)
    if connector.version != seen or connector.deleted_at is not None:
        raise ConnectorChanged
    old = sealing.opened(connector.name, connector.secrets) if sealing.opens(connector) else {}
    plain, secrets = _read(given, old, connector.settings)
    name = _name(session, given.name, besides=connector.id)
    before = _told(connector)
    if Plan.of(connector) != given.plan:
        connector.scheduled_since = at
    connector.name, connector.name_key = name, name.casefold()
    connector.batch_kind = _batch_kind(given.batch_kind)
    connector.settings = plain
    connector.schedule = str(given.plan.schedule)
    connector.minutes, connector.daily_at = given.plan.minutes, given.plan.at.strip()
    connector.submits = given.submits
    renewed = sorted(name for name, value in secrets.items() if value != old.get(name, ""))
    if renewed or not sealing.opens(connector):
        connector.secrets = sealing.seal(secrets)
    connector.version += 1
    session.flush()
    after = _told(connector)
    was = {key: before.get(key) for key in after if before.get(key) != after[key]}
    now = {key: after[key] for key in was}
    if renewed:  # that they changed, never what they are
        now["secrets"] = renewed
    if now:
        audit.record(session, by, "connector.changed", connector, before=was, after=now)


def pause(session: Session, connector: Connector, *, by: Actor) -> None:
    """Pull no more by itself, until it is taken up again."""
    if _moved(session, connector, is_active=False):
        audit.record(session, by, "connector.paused", connector, after={"name": connector.name})


def resume(session: Session, connector: Connector, *, by: Actor, at: datetime) -> None:
    """Pull by schedule again, from the next period on."""
    if _moved(session, connector, is_active=True):
        connector.scheduled_since = at
        connector.failures, connector.retry_at = 0, None
        session.flush()
        audit.record(session, by, "connector.resumed", connector, after={"name": connector.name})


def start_over(session: Session, connector: Connector, *, by: Actor) -> None:
    """Forget how far it came: the next pull asks for everything; rows already here are known."""
    session.refresh(connector, with_for_update=True)
    before = {key: connector.mark[key] for key in ("since",) if key in connector.mark}
    connector.mark = {}
    connector.version += 1
    session.flush()
    audit.record(
        session, by, "connector.started_over", connector, before=before, after={"mark": ""}
    )


def delete(session: Session, connector: Connector, *, by: Actor, at: datetime) -> None:
    """Take a connector away with its secrets; what it pulled stays on record."""
    session.refresh(connector, with_for_update=True)
    if connector.deleted_at is not None:
        return
    told = _told(connector)
    connector.deleted_at, connector.is_active = at, False
    connector.name_key = f"{connector.id} {connector.name_key}"[:200]
    connector.secrets, connector.retry_at = "", None
    connector.version += 1
    session.execute(
        update(ConnectorPull)
        .where(ConnectorPull.connector_id == connector.id, ConnectorPull.state == "waiting")
        .values(state="nothing", finished_at=at)
    )
    session.flush()
    audit.record(session, by, "connector.deleted", connector, before=told)


def named(session: Session, name: str) -> Connector:
    """The connector of a name.

    Raises:
        NoConnector: there is none.
    """
    query = select(Connector).where(Connector.deleted_at.is_(None))
    found = session.scalars(query.where(Connector.name_key == name.strip().casefold())).first()
    if found is None:
        known = session.scalars(query.order_by(Connector.name)).all()
        raise NoConnector(name=name, known=", ".join(one.name for one in known) or "–")
    return found


def tried(given: ConnectorInput, before: Connector | None) -> tuple[dict[str, str], dict[str, str]]:
    """The settings and secrets somebody is typing, with those kept of before, checked.

    Raises:
        InvalidInput, Conflict: something said cannot be taken.
    """
    old = sealing.opened(before.name, before.secrets) if before is not None else {}
    return _read(given, old, before.settings if before is not None else {})


def _read(
    given: ConnectorInput, old: Values, shown: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    connector = CONNECTORS[given.kind]
    plain, secrets = sealing.split(connector, given.values, old, shown)
    checked(connector, plain, secrets)
    given.plan.check()
    return plain, secrets


def _name(session: Session, text: str, besides: int = 0) -> str:
    name = " ".join(text.split())[:120]
    if not name:
        raise NameMissing
    query = select(Connector.id).where(
        Connector.name_key == name.casefold(), Connector.id != besides
    )
    if session.scalars(query).first() is not None:
        raise NameTaken(name=name)
    return name


def _batch_kind(text: str) -> str:
    if text not in KINDS:
        raise KindUnknown
    return text


def _moved(session: Session, connector: Connector, *, is_active: bool) -> bool:
    session.refresh(connector, with_for_update=True)
    if connector.deleted_at is not None:
        raise ConnectorChanged
    if connector.is_active == is_active:
        return False
    connector.is_active = is_active
    connector.version += 1
    session.flush()
    return True


def _told(connector: Connector) -> dict[str, object]:
    """What the trail says of a connector: nothing secret."""
    return {
        "name": connector.name,
        "kind": connector.kind,
        "batch_kind": connector.batch_kind,
        "schedule": connector.schedule,
        "minutes": connector.minutes,
        "daily_at": connector.daily_at,
        "submits": connector.submits,
        **{f"settings.{name}": value for name, value in connector.settings.items()},
    }
