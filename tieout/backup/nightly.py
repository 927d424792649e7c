"""The backup a worker makes every night, and how many of them are kept."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tieout.backup.save import save as write
from tieout.config import Settings
from tieout.i18n import N_

#: Holds the passphrase; without it nothing is saved, for a backup holds the keys.
VARIABLE = "TIEOUT_BACKUP_PASSPHRASE"
#: What a night says that saved nothing.
NOT_SET_UP = N_("not set up: %(variable)s is empty")
#: Where the files lie, in the folder of the installation.
FOLDER = "backups"
KEPT = 14

_installation: list[Settings] = []


@dataclass(frozen=True)
class Made:
    """A backup of the night."""

    path: Path
    rows: int
    #: How many older files were taken away.
    removed: int


def configure(settings: Settings) -> None:
    """Say which installation it is."""
    _installation[:] = [settings]


def save(on: date) -> Made | None:
    """Save the file of a day and take the oldest away; None where no passphrase is set."""
    passphrase = os.environ.get(VARIABLE, "")
    if not passphrase:
        return None
    [settings] = _installation
    folder = settings.data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"tieout-{on.isoformat()}.zip"
    # whole or not at all: one that was broken off is never taken for a backup
    unfinished = folder / f".{path.name}.part"
    unfinished.unlink(missing_ok=True)
    made = write(settings, unfinished, passphrase)
    unfinished.replace(path)
    older = sorted(folder.glob("tieout-????-??-??.zip"))[:-KEPT]
    for one in older:
        one.unlink()
    return Made(path, made.rows, len(older))
