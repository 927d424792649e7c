"""Which installation a command works on: its folder, its settings, its database."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tieout import config
from tieout.config import Settings
from tieout.errors import Conflict, NotFound
from tieout.i18n import N_

F = TypeVar("F", bound=Callable[..., Any])

#: Where an installation lies unless it is said.
DEFAULT = "var"


class NotInitialised(NotFound):
    """A folder without an installation."""

    message = N_("There is no installation in %(path)s. Run: tieout init --data %(path)s")


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
    """Compose the parts over an installation, and see that its database answers.

    Raises:
        NotInitialised: there is none.
        DatabaseOutOfReach: it does not answer.
    """
    from sqlalchemy.exc import OperationalError

    from tieout import app, db
    from tieout.operations import migrate

    settings = installed(data)
    app.compose(settings)
    try:
        with db.engine().connect() as connection:
            at = migrate.current(connection)
    except OperationalError as error:
        raise DatabaseOutOfReach(reason=str(error.orig).strip()) from error
    if at is None:
        raise NotInitialised(path=data)
    return settings
