"""By when we act on an answer."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tieout import settings
from tieout.settings import calendars
from tieout.statements.models import Confirmation

#: Working days within which we act on an answer; a setting of the company.
HANDLED, DEFAULT_HANDLED = "answer_handled_days", 3


def handled_by(session: Session, answer: Confirmation) -> date:
    """The day by which we act on an answer, as its page and its mail promise."""
    zone = ZoneInfo(settings.company(session).time_zone)
    days = settings.read(session, HANDLED, DEFAULT_HANDLED)
    return calendars.after_working_days(session, answer.answered_at.astimezone(zone).date(), days)
