"""The night's comparisons: accounts where a book, a document, a decision or a rule is new."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from notifications import runs
from tieout import audit, settings
from tieout.db import reading, transaction
from tieout.i18n import N_, Sentence
from tieout.reconciliation import company_runs
from tieout.runs import stored
from tieout.runs.jobs import Daily


class CompareBooks:
    """Every account with something new is compared again, an account a transaction."""

    name = "compare_books"
    schedule = Daily(time(3))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Compare what has changed; what fails has its reason and waits for a person."""
        try:
            with transaction() as session:
                today = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
                run = company_runs.start(
                    session, as_at=today, only_changed=True, by=audit.SYSTEM, at=at
                )
                run_id = run.id
        except company_runs.NothingToCompare:
            return Sentence(N_("nothing has changed"))
        runs.go_on(owner)
        with reading() as session:
            progress = stored.progress(session, run_id)
        facts = {"done": progress.done, "failed": progress.failed, "left": progress.left}
        return Sentence(N_("%(done)s compared, %(failed)s failed, %(left)s left"), facts)


COMPARE_BOOKS = CompareBooks()
