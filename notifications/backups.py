"""The backup of the night."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tieout import settings
from tieout.backup import nightly
from tieout.db import reading
from tieout.i18n import N_, Sentence
from tieout.runs.jobs import Daily


class Backup:
    """Books and keys saved into one closed file, of which the newest are kept."""

    name = "backup"
    schedule = Daily(time(1))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Save the night's file; a file of the same day is replaced."""
        del owner
        with reading() as session:
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
        made = nightly.save(on)
        if made is None:
            return Sentence(nightly.NOT_SET_UP, {"variable": nightly.VARIABLE})
        facts = {"rows": made.rows, "file": made.path.name, "older": made.removed}
        return Sentence(N_("%(rows)s rows in %(file)s, %(older)s older removed"), facts)


BACKUP = Backup()
