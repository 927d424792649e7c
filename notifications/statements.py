"""What statements do by themselves: schedules, silence that counts, reminders to answer."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from notifications import runs
from tieout import clock, settings
from tieout.audit import SYSTEM
from tieout.db import transaction
from tieout.i18n import N_, Sentence
from tieout.month_end import reminding
from tieout.runs.jobs import Daily
from tieout.statements import schedules, silence
from tieout.statements.models import Statement


class PrepareStatements:
    """Statements are drafted on the day of their schedule; a missed day is caught up once."""

    name = "prepare_statements"
    schedule = Daily(time(6))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Draft what has come, and issue it where no second person is wanted.

        Missed periods follow one another: each begins where the one before was left.
        """
        drafted = issued = 0
        while True:
            runs.go_on(owner)
            with transaction() as session:
                # the drafts are known as of a moment after this job began
                issued += len(schedules.begin_issues(session, at=clock.now()))
            runs.go_on(owner)
            with transaction() as session:
                today = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
                begun = len(schedules.begin_due(session, on=today, at=at))
            if not begun:
                break
            drafted += begun
        facts = {"drafted": drafted, "issued": issued}
        return Sentence(N_("%(drafted)s prepared, %(issued)s issued"), facts)


class DeemSilence:
    """Negative requests nobody objected to within the agreed time after proven delivery."""

    name = "deem_silence"
    schedule = Daily(time(5))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Record each; what is disputed, bounced or has changed since is left alone."""
        del owner
        with transaction() as session:
            return Sentence(N_("%(count)s deemed"), {"count": len(silence.deem(session, at=at))})


class RemindAnswers:
    """Customers who have not answered are reminded, some days after issuing."""

    name = "remind_answers"
    schedule = Daily(time(10))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Remind of what has come due; each message looks again as it leaves."""
        del owner
        with transaction() as session:
            today = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
            found = reminding.due(session, today)
        for statement_id in found:
            with transaction() as session:
                statement = session.get_one(Statement, statement_id)
                reminding.remind(session, statement, by=SYSTEM, at=at)
        return Sentence(N_("%(count)s reminded"), {"count": len(found)})


PREPARE_STATEMENTS = PrepareStatements()
DEEM_SILENCE = DeemSilence()
REMIND_ANSWERS = RemindAnswers()
