"""Files become rows of plain cells, read in a child process with limits on time and memory.

with open_file(path) as reading:
    reading.about          # format, encoding, sheets: how the file was read
    for row in reading.rows():
        ...
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tieout.intake.reading.cells import Broken, Cell, Row
from tieout.intake.reading.limits import Limits

if TYPE_CHECKING:
    from tieout.intake.reading.files import About, Choice, Reading, SheetAbout, open_file

__all__ = [
    "About",
    "Broken",
    "Cell",
    "Choice",
    "Limits",
    "Reading",
    "Row",
    "SheetAbout",
    "open_file",
]


def __getattr__(name: str) -> Any:
    """The parent's side, found when asked for: the child starts without it."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module("tieout.intake.reading.files"), name)
