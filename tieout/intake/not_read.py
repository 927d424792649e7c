"""What stands in a file beside the table that is read, told so that nothing is lost in silence."""

from collections.abc import Sequence

from tieout.i18n import N_, Sentence
from tieout.intake.layout import Layout
from tieout.intake.mapping import letters
from tieout.intake.reading import About, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.reading.recognise import FileFormat
from tieout.intake.sections import is_entry

BELOW = N_(
    "A second table with headings of its own begins in row %(row)s; it is not read. Hand it in as "
    "a file of its own."
)
BESIDE = N_(
    "A second table stands beside the first from column %(column)s on; it is not read. Hand it in "
    "as a file of its own."
)
ABOVE = N_(
    "%(count)s rows above the headings in row %(header)s look like entries, such as row %(row)s; "
    "they are not read. If they belong to the file, name the row of their headings."
)
ONE_COLUMN = N_(
    "Nothing was found that cuts the lines of this file into cells. Choose the mark between them, "
    "or export it as .csv or .xlsx."
)
#: Cells with which a row above the headings is no title.
_FULL = 3


def not_read(about: About, layout: Layout, head: Sequence[Row]) -> list[Sentence]:
    """What a person should know of the rest of the file."""
    found = []
    if layout.ends_at:
        found.append(Sentence(BELOW, {"row": layout.ends_at}))
    if layout.cut_at:
        found.append(Sentence(BESIDE, {"column": letters(layout.cut_at + 1)}))
    above = [row for row in head if row.number < layout.header_row and _is_full(row)]
    if above:
        facts = {"count": len(above), "header": layout.header_row, "row": above[0].number}
        found.append(Sentence(ABOVE, facts))
    if about.format == FileFormat.TEXT and len(layout.headings) == 1:
        found.append(Sentence(ONE_COLUMN))
    return found


def _is_full(row: Row) -> bool:
    return is_entry(row) and sum(1 for cell in row.cells if not is_blank(cell)) >= _FULL
