"""The file of a backup: a zip that is closed with a passphrase, or left open on purpose.

tieout-backup.zip ─ about.json                 what this is; readable by anyone
                  ├ key.age                    the file's own key, closed with the passphrase
                  └ books.age or books.zip     manifest, tables, keys
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage

from tieout.errors import InvalidInput
from tieout.i18n import N_

FORMAT = 1


class NotABackup(InvalidInput):
    """A file that is no backup of Tieout's, or a damaged one."""

    message = N_("%(path)s is not a backup of Tieout, or it is damaged. Nothing was restored.")


class WrongPassphrase(InvalidInput):
    """The passphrase does not open the backup."""

    message = N_("The passphrase does not open %(path)s. Nothing was restored.")


@contextmanager
def written(path: Path, passphrase: str | None) -> Iterator[zipfile.ZipFile]:
    """Give an empty inner zip to fill; the file appears at `path` whole, or not at all."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        inner = Path(folder) / "books.zip"
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as books:
            yield books
        outer = Path(folder) / "outer.zip"
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_STORED) as file:
            about = {"what": "tieout backup", "format": FORMAT, "encrypted": bool(passphrase)}
            file.writestr("about.json", json.dumps(about))
            if passphrase:
                _close(file, inner, passphrase)
            else:
                file.write(inner, "books.zip")
        outer.chmod(0o600)
        with outer.open("rb") as handle:
            os.fsync(handle.fileno())
        outer.replace(path)


def _close(file: zipfile.ZipFile, inner: Path, passphrase: str) -> None:
    identity = pyrage.x25519.Identity.generate()
    file.writestr("key.age", pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
    closed = inner.with_suffix(".age")
    pyrage.encrypt_file(str(inner), str(closed), [identity.to_public()])
    file.write(closed, "books.age")


@contextmanager
def opened(path: Path, passphrase: str | None) -> Iterator[zipfile.ZipFile]:
    """Open the inner zip of a backup.

    Raises:
        NotABackup: it is none, or damaged.
        WrongPassphrase: it does not open with this one.
    """
    with tempfile.TemporaryDirectory(prefix="tieout-restore-") as folder:
        inner = Path(folder) / "books.zip"
        try:
            _unpack(path, inner, passphrase)
            books = zipfile.ZipFile(inner)
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise NotABackup(path=path) from error
        with books:
            yield books


def is_closed(path: Path) -> bool:
    """Whether a backup needs a passphrase.

    Raises:
        NotABackup: it is none.
    """
    try:
        with zipfile.ZipFile(path) as file:
            return _is_closed(file, path)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise NotABackup(path=path) from error


def _is_closed(file: zipfile.ZipFile, path: Path) -> bool:
    about = json.loads(file.read("about.json"))
    if about["what"] != "tieout backup" or about["format"] > FORMAT:
        raise NotABackup(path=path)
    return bool(about["encrypted"])


def _unpack(path: Path, inner: Path, passphrase: str | None) -> None:
    with zipfile.ZipFile(path) as file:
        if not _is_closed(file, path):
            file.extract("books.zip", inner.parent)
            return
        try:
            key = pyrage.passphrase.decrypt(file.read("key.age"), passphrase or "").decode()
        except pyrage.DecryptError as error:
            raise WrongPassphrase(path=path) from error
        file.extract("books.age", inner.parent)
    try:
        identity = pyrage.x25519.Identity.from_str(key)
        pyrage.decrypt_file(str(inner.with_suffix(".age")), str(inner), [identity])
    except pyrage.DecryptError as error:
        raise NotABackup(path=path) from error
