"""A look into a packed file before anything is unpacked."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from tieout.intake.reading.errors import Damaged, UnpacksTooLarge
from tieout.intake.reading.limits import Limits

#: Below this nobody asks how well a part was packed.
_SMALL = 10_000_000


def parts(path: Path, file: str, limits: Limits) -> frozenset[str]:
    """List what a packed file holds.

    Raises:
        Damaged: its directory cannot be read.
        UnpacksTooLarge: it would grow beyond all measure.
    """
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Damaged(file=file) from error
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > max(_SMALL, entry.compress_size * limits.ratio) for entry in entries
    )
    if len(entries) > limits.entries or total > limits.unpacked_bytes or swollen:
        raise UnpacksTooLarge(file=file)
    return frozenset(entry.filename for entry in entries)
