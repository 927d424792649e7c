"""Backups made while Tieout runs, and restoring one into an empty place.

A backup holds the rows of every table as one consistent view, whatever the database, and the
keys of the installation; so books kept on SQLite can be restored into PostgreSQL. It is
encrypted with a passphrase (age format). What waited to be sent when it was made is not sent
again after restoring.
"""

from tieout.backup.archive import NotABackup, WrongPassphrase, is_closed
from tieout.backup.restore import Damaged, NotEmpty, Restored, restore
from tieout.backup.save import Saved, save

__all__ = [
    "Damaged",
    "NotABackup",
    "NotEmpty",
    "Restored",
    "Saved",
    "WrongPassphrase",
    "is_closed",
    "restore",
    "save",
]
