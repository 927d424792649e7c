"""Which installation a command works on: its folder, its settings, its database."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from tieout import config
from tieout.cli.words import say
from tieout.config import Settings
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_

F = TypeVar("F", bound=Callable[..., Any])

#: Where an installation lies unless it is said.
DEFAULT = "var"


class NotInitialised(NotFound):
    """A folder without an installation."""

    message = N_("There is no installation in %(path)s. Run: tieout init --data %(path)s")


class NotADatabase(InvalidInput):
    """An address that leads to no database Tieout can use."""

    message = N_(
        "The database address cannot be used: %(reason)s. Write it like"
        " postgresql://name:password@host/tieout, or leave it out for SQLite."
    )


class DatabaseIsNewer(Conflict):
    """Books a newer version has worked on."""

    message = N_(
        "The database was made by a newer Tieout (%(revision)s). Start that version; this one"
        " changed nothing."
    )


class DatabaseIsOlder(Conflict):
    """Books that an older version left, and that must not be touched."""

    message = N_(
        "The database is of an older Tieout, and nothing may be touched. Start this version"
        " once first: tieout serve --data %(path)s"
    )


class DatabaseOutOfReach(Conflict):
    """The database does not answer."""

    message = N_("The database does not answer: %(reason)s")


def data_option(command: F) -> F:
    """Let a command be told which installation it works on."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        default=lambda: Path(os.environ.get("TIEOUT_DATA", DEFAULT)),
        show_default=f"TIEOUT_DATA, or {DEFAULT}",
        help="Folder of the installation.",
    )(command)


def installed(data: Path) -> Settings:
    """The settings of an installation that is there.

    Raises:
        NotInitialised: there is none.
    """
    if not (data / "keys.json").exists():
        raise NotInitialised(path=data)
    return config.load(data)


def opened(data: Path) -> Settings:
    """Compose the parts over an installation, and bring its database to this version.

    Raises:
        NotInitialised: there is none.
        DatabaseOutOfReach, NotADatabase, DatabaseIsNewer: it cannot be used.
    """
    from tieout import db
    from tieout.operations import migrate

    with out_of_reach():
        settings, at = _composed(data)
        if at != migrate.newest():
            if not migrate.knows(at):
                raise DatabaseIsNewer(revision=at)
            migrate.upgrade(db.engine())
            say(N_("The database was brought to this version of Tieout."), err=True)
    return settings


def looked_at(data: Path) -> Settings:
    """Compose the parts over an installation whose database stays exactly as it is.

    Raises:
        NotInitialised, DatabaseOutOfReach, NotADatabase, DatabaseIsNewer, DatabaseIsOlder
    """
    from tieout.operations import migrate

    with out_of_reach():
        settings, at = _composed(data)
    if at != migrate.newest():
        raise DatabaseIsOlder(path=data) if migrate.knows(at) else DatabaseIsNewer(revision=at)
    return settings


def _composed(data: Path) -> tuple[Settings, str]:
    """The parts composed over an installation, and the revision its database stands at."""
    from tieout import app, db
    from tieout.operations import migrate

    settings = installed(data)
    app.compose(settings)
    with db.engine().connect() as connection:
        at = migrate.current(connection)
    if at is None:
        raise NotInitialised(path=data)
    return settings, at


@contextmanager
def out_of_reach() -> Iterator[None]:
    """Say in a sentence why a database cannot be used.

    Raises:
        DatabaseOutOfReach, NotADatabase: it cannot.
    """
    from sqlalchemy.exc import ArgumentError, DatabaseError

    try:
        yield
    except DatabaseError as error:
        raise DatabaseOutOfReach(reason=_first_line(error.orig)) from error
    except (ArgumentError, ModuleNotFoundError) as error:
        raise NotADatabase(reason=_first_line(error)) from error


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]
