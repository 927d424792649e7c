"""A connector: a zip archive to which another system adds a file each day."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.intake.connectors.protocol import Mark, Pulled, PulledFile, Setting, Values


class NoArchive(Conflict):
    """An archive that cannot be opened."""

    message = N_("The archive “%(path)s” cannot be opened. Check that it is there and whole.")


class Archive:
    """A zip archive that grows."""

    name = "archive"
    label = N_("Growing archive")
    about = N_("A zip archive to which another system adds files: each is taken in once.")
    settings = (Setting("path", N_("Archive"), N_("Its whole path."), is_required=True),)

    def check(self, given: Values, secrets: Values) -> None:
        """Everything that can be said of the settings is said by `settings` already."""

    def source(self, given: Values) -> str:
        """The path of the archive."""
        return given["path"]

    def pull(
        self, given: Values, secrets: Values, mark: Mark, *, most: int | None = None
    ) -> Iterator[Pulled]:
        """Yield each file the mark does not name yet; the mark moves as each is stored."""
        try:
            with zipfile.ZipFile(Path(given["path"])) as archive:
                for name in sorted(set(archive.namelist()) - set(mark)):
                    yield PulledFile(Path(name).name, archive.read(name), mark={name: True})
        except (OSError, zipfile.BadZipFile) as error:
            raise NoArchive(path=given["path"]) from error


ARCHIVE = Archive()
