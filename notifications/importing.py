"""The night's postings: imports that were approved by day and would hold the database for long."""

from datetime import datetime, time

from tieout.db import reading, transaction
from tieout.errors import TieoutError
from tieout.i18n import N_, Sentence
from tieout.intake import by_night, queries
from tieout.runs.jobs import Daily


class PostImports:
    """Each import approved for the night is posted, each in a transaction of its own."""

    name = "post_imports"
    schedule = Daily(time(2))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Post what waits; what cannot be posted any more goes back to a person."""
        with reading() as session:
            waiting = by_night.waiting(session)
        posted = 0
        for batch_id in waiting:
            try:
                with reading() as session:
                    prepared = by_night.prepare(session, queries.batch(session, batch_id))
                with prepared, transaction() as session:
                    batch = queries.batch(session, batch_id)
                    by_night.post_tonight(session, batch, at=at, prepared=prepared)
            except TieoutError as error:
                with transaction() as session:
                    by_night.give_up(session, queries.batch(session, batch_id), error.sentence)
                continue
            posted += 1
        facts = {"posted": posted, "back": len(waiting) - posted}
        return Sentence(N_("%(posted)s posted, %(back)s given back"), facts)


POST_IMPORTS = PostImports()
