"""The company's calendar for the years at hand, as far as its country has announced them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tieout import audit, settings
from tieout.db import transaction
from tieout.i18n import N_, Sentence
from tieout.runs.jobs import Daily
from tieout.settings import calendars


class KeepCalendar:
    """Marks the holidays of this year and the next, once known; none marked by hand is touched."""

    name = "keep_calendar"
    schedule = Daily(time(5), weekdays=frozenset({0}))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Take over what is new."""
        del owner
        with transaction() as session:
            company = settings.company(session)
            country = calendars.country_of(session)
            if not country:
                return Sentence(calendars.NOT_SET_UP)
            year = at.astimezone(ZoneInfo(company.time_zone)).year
            made = [
                calendars.take_over(
                    session, country, one, language=company.languages[0], by=audit.SYSTEM
                )
                for one in (year, year + 1)
            ]
        facts = {"count": sum(one or 0 for one in made), "year": str(year + 1)}
        if made[1] is None:
            return Sentence(N_("%(count)s days marked; %(year)s is not announced yet"), facts)
        return Sentence(N_("%(count)s days marked"), facts)


KEEP_CALENDAR = KeepCalendar()
