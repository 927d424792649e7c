"""The digest of the day: one message for each of our people."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications import people, subscriptions
from notifications.abouts import About
from tieout import settings
from tieout.db import transaction
from tieout.i18n import N_, Sentence
from tieout.runs.jobs import Daily
from tieout.settings.calendars import working_days_between


class StaffDigest:
    """Tells each of our people once a working day what waits; worked out as it leaves."""

    name = "staff_digest"
    schedule = Daily(time(8, 30))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Write the day's digests; asked for again on the same day, nobody gets a second one."""
        del owner
        with transaction() as session:
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
            if not working_days_between(session, on - timedelta(days=1), on):
                return Sentence(N_("no working day"))
            readers = people.who_works_here(session)
            about = About("digest", on.toordinal())
            subscriptions.tell(session, "staff_digest", about, readers)
        return Sentence(N_("%(count)s told"), {"count": len(readers)})


STAFF_DIGEST = StaffDigest()
