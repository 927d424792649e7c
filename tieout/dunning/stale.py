"""No reminder on stale books: are the payments recent enough to remind on?"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.i18n import N_, Sentence
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.intake.models import ImportBatch
from tieout.ledger.models import Document
from tieout.settings.calendars import working_days_between

#: Working days after which the newest payments are too old; the company may set another.
STALE_AFTER = 2


@dataclass(frozen=True)
class Freshness:
    """How new the newest payments are."""

    #: The day they came in; None when none ever did.
    newest_on: date | None
    #: Why nothing may leave; None when reminders may.
    held: Sentence | None
    #: The connector whose payments failed to come, and the day; None where none did since.
    failed: tuple[str, date] | None = None


def freshness(session: Session, on: date) -> Freshness:
    """Say whether reminders may leave on a day, by the newest payments in the books."""
    imported = session.execute(
        select(func.max(ImportBatch.posted_at)).where(
            ImportBatch.kind == "payments", ImportBatch.state == "posted"
        )
    ).scalar()
    posted = session.execute(
        select(func.max(Document.recorded_at)).where(Document.kind == "payment")
    ).scalar()
    moments = [moment for moment in (imported, posted) if moment is not None]
    if not moments:
        return Freshness(None, Sentence(N_("No payments have come in yet. Import them first.")))
    zone = ZoneInfo(settings.company(session).time_zone)
    newest = max(moments).astimezone(zone).date()
    if failed := _failed_since(session, max(moments)):
        name, day = failed[0], failed[1].astimezone(zone).date()
        words = N_(
            "The payments of “%(name)s” could not be pulled on %(day)s. Pull them again, or import"
            " the payments; reminders leave again as soon as they are in."
        )
        return Freshness(newest, Sentence(words, {"name": name, "day": day}), (name, day))
    limit = settings.read(session, "reminders_stale_after", STALE_AFTER)
    if working_days_between(session, newest, on) > limit:
        return Freshness(
            newest,
            Sentence(
                N_(
                    "The newest payments came in on %(day)s. Import newer ones; reminders leave"
                    " again as soon as they are in."
                ),
                {"day": newest},
            ),
        )
    return Freshness(newest, None)


def _failed_since(session: Session, newest: datetime) -> tuple[str, datetime] | None:
    """The connector whose payments failed to come last, with when; None where newer ones did."""
    found = session.execute(
        select(Connector.name, func.max(ConnectorPull.finished_at).label("failed_at"))
        .join(ConnectorPull, ConnectorPull.connector_id == Connector.id)
        .where(
            Connector.batch_kind == "payments",
            Connector.is_active,
            Connector.deleted_at.is_(None),
            Connector.failures > 0,
            ConnectorPull.state == "failed",
            ConnectorPull.finished_at > newest,
        )
        .group_by(Connector.id, Connector.name)
        .order_by(func.max(ConnectorPull.finished_at).desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found is not None and found[1] is not None else None
