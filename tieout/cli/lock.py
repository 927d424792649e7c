"""`tieout lock`: nothing dated up to a day may be posted any more."""

from pathlib import Path

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.errors import InvalidInput
from tieout.i18n import N_


class NotADay(InvalidInput):
    """Text that names no day."""

    message = N_("“%(text)s” is no day of the calendar. Write it like 2026-06-30.")


@click.command()
@data_option
@click.argument("through")
@click.option("--hard", is_flag=True, help="For ever: this lock can never be lifted.")
def lock(data: Path, through: str, hard: bool) -> None:
    """Lock the books up to and including a day, such as 2026-06-30."""
    from datetime import date

    from tieout import audit, clock, db
    from tieout.ledger import locks

    opened(data)
    try:
        day = date.fromisoformat(through)
    except ValueError as error:
        raise NotADay(text=through) from error
    with db.transaction() as session:
        made = locks.lock(session, day, hard=hard, by=audit.SYSTEM, at=clock.now())
    say(N_("The books are locked through %(day)s."), day=made.through)
