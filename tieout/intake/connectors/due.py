"""When a connector is pulled: every so many minutes, hourly, or daily at a local time.

Each period is there once, by the unique row of its pull; one that was missed is caught up with
once. A pull that failed is tried again earlier, after pauses that grow.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.db.insertion import insert_once
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.runs.jobs import Daily

#: Fewest minutes between two pulls.
FEWEST = 1
#: Pauses before a failed pull is tried again; after the last one its schedule goes on alone.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 60))
#: States of a pull that is not over.
OPEN = ("waiting", "running")


class Schedule(StrEnum):
    """How often."""

    MANUAL = "manual"
    MINUTES = "minutes"
    HOURLY = "hourly"
    DAILY = "daily"


SCHEDULES = {
    Schedule.MANUAL: N_("Only when somebody asks"),
    Schedule.MINUTES: N_("Every so many minutes"),
    Schedule.HOURLY: N_("Every hour"),
    Schedule.DAILY: N_("Every day at a time"),
}


class MinutesWrong(InvalidInput):
    """A number of minutes that is none."""

    message = N_("Say after how many minutes, from 1 to 1,440.")


class TimeWrong(InvalidInput):
    """A time of day that is none."""

    message = N_("“%(text)s” is no time of day. Write it like 06:30.")


@dataclass(frozen=True)
class Plan:
    """When something is due."""

    schedule: Schedule
    minutes: int = 0
    at: str = ""

    @classmethod
    def of(cls, connector: Connector) -> "Plan":
        """The plan of a connector."""
        return cls(Schedule(connector.schedule), connector.minutes, connector.daily_at)

    def check(self) -> None:
        """See that the plan says a time.

        Raises:
            MinutesWrong, TimeWrong
        """
        if self.schedule is Schedule.MINUTES and not FEWEST <= self.minutes <= 1440:
            raise MinutesWrong
        if self.schedule is Schedule.DAILY:
            time_of(self.at)

    def last_due(self, now: datetime, zone: str) -> tuple[str, datetime] | None:
        """The period that began last, and when; None where nobody planned any."""
        match self.schedule:
            case Schedule.DAILY:
                return Daily(time_of(self.at)).last_due(now, zone)
            case Schedule.MINUTES:
                began = _slot(now, self.minutes)
            case Schedule.HOURLY:
                there = now.astimezone(ZoneInfo(zone))
                began = now - timedelta(
                    minutes=there.minute, seconds=there.second, microseconds=there.microsecond
                )
            case _:
                return None
        began = began.astimezone(UTC)
        return began.strftime("%Y-%m-%dT%H:%MZ"), began

    def next_due(self, now: datetime, zone: str) -> datetime | None:
        """When the next period begins."""
        match self.schedule:
            case Schedule.DAILY:
                return Daily(time_of(self.at)).next_due(now, zone)
            case Schedule.MINUTES:
                return _slot(now, self.minutes) + timedelta(minutes=self.minutes)
            case Schedule.HOURLY:
                last = self.last_due(now, zone)
                return None if last is None else last[1] + timedelta(hours=1)
            case _:
                return None


def time_of(text: str) -> time:
    """A time of day.

    Raises:
        TimeWrong: it is none.
    """
    try:
        found = time.fromisoformat(text.strip())
    except ValueError as error:
        raise TimeWrong(text=text) from error
    if len(text.strip()) != 5:
        raise TimeWrong(text=text)
    return found


def next_of(connector: Connector, now: datetime, zone: str) -> datetime | None:
    """When a connector is pulled next by itself."""
    if not connector.is_active or connector.deleted_at is not None:
        return None
    planned = Plan.of(connector).next_due(now, zone)
    retried = max(connector.retry_at, now) if connector.retry_at is not None else None
    return min((one for one in (planned, retried) if one is not None), default=None)


def due(session: Session, at: datetime) -> list[tuple[int, str]]:
    """Connectors that are due, each with its period; those at work are left alone."""
    zone = settings.company(session).time_zone
    query = select(Connector).where(Connector.is_active, Connector.deleted_at.is_(None))
    return [
        (connector.id, period)
        for connector in session.scalars(query)
        if (period := _period(session, connector, at, zone)) is not None
    ]


def begin_pulls(session: Session, at: datetime) -> list[int]:
    """Make the pulls that are due and return their ids; any number of processes may."""
    made = []
    for connector_id, period in due(session, at):
        values = {
            "connector_id": connector_id,
            "period": period,
            "state": "waiting",
            "asked_by": "",
            "asked_at": at,
            "owner": "",
            "files": 0,
            "rows": 0,
        }
        if insert_once(session, ConnectorPull, values, ["connector_id", "period"]):
            query = select(ConnectorPull.id).filter_by(connector_id=connector_id, period=period)
            made.append(session.scalars(query).one())
    return made


def _period(session: Session, connector: Connector, at: datetime, zone: str) -> str | None:
    pulls = select(ConnectorPull).where(ConnectorPull.connector_id == connector.id)
    if session.scalars(pulls.where(ConnectorPull.state.in_(OPEN)).limit(1)).first() is not None:
        return None
    last = Plan.of(connector).last_due(at, zone)
    if last is not None and last[1] >= connector.scheduled_since:
        period, _began = last
        if session.scalars(pulls.where(ConnectorPull.period == period)).first() is None:
            return period
    if connector.retry_at is not None and connector.retry_at <= at:
        failed = pulls.where(ConnectorPull.state == "failed").order_by(ConnectorPull.id.desc())
        latest = session.scalars(failed.limit(1)).first()
        return f"again:{latest.id}" if latest is not None else None
    return None


def _slot(now: datetime, minutes: int) -> datetime:
    """When the slot of so many minutes began, counted from midnight UTC."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    passed = int((now - day).total_seconds() // 60)
    return day + timedelta(minutes=passed // minutes * minutes)
