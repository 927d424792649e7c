"""The backup of the night."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tieout import settings
from tieout.backup import nightly
from tieout.db import reading
from tieout.runs.jobs import Daily


class Backup:
    """Books and keys saved into one closed file, of which the newest are kept."""

    name = "backup"
    schedule = Daily(time(1))

    def run(self, owner: str, at: datetime) -> str:
        """Save the night's file; a file of the same day is replaced."""
        del owner
        with reading() as session:
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
        made = nightly.save(on)
        if made is None:
            return f"not set up: {nightly.VARIABLE} is empty"
        return f"{made.rows} rows in {made.path.name}, {made.removed} older removed"


BACKUP = Backup()
