"""The sample company: a manufacturer of hand tools with a dozen dealers and two suppliers.

Made by code, the same at every filling: eighteen months up to the last month end. Everything
goes through the services, at its own moment, so that its history is as it would have been.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from tieout import clock, db
from tieout.demo.story import Story, today_of
from tieout.settings import Company


def is_filled(session: Session) -> bool:
    """Whether there is a company already."""
    return session.get(Company, 1) is not None


def fill(
    as_of: date | None = None,
    *,
    samples: Path | None = None,
    between: Callable[[], object] | None = None,
) -> None:
    """Fill an empty database, one transaction a chapter, the clock standing at its moment.

    Copies of the files that were handed in are put into `samples`. `between` is called after
    each chapter, to send off what it left in the outbox.
    """
    story = Story(today_of(as_of, clock.now()), samples)
    for chapter in story.chapters():
        with clock.standing(chapter.at):
            if chapter.first is not None:
                chapter.first()
            with db.transaction() as session:
                chapter.act(session)
            if between is not None:
                between()
