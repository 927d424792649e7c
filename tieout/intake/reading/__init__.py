"""Files become rows of plain cells, read in a child process with limits on time and memory.

with open_file(path) as reading:
    reading.about          # format, encoding, sheets: how the file was read
    for row in reading.rows():
        ...
"""

from tieout.intake.reading.cells import Broken, Cell, Row
from tieout.intake.reading.files import About, Choice, Reading, SheetAbout, open_file
from tieout.intake.reading.limits import Limits

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
