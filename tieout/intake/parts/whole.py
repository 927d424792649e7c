"""A long file gone through once; afterwards each of its parts is at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tieout.db.base import Json
from tieout.i18n import Sentence
from tieout.intake.controls import Control
from tieout.intake.deeds import NO_DEEDS, Deeds
from tieout.intake.fingerprints import occurrences
from tieout.intake.judging import Judged
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.parts.cutting import Cut
from tieout.intake.reading import Row
from tieout.intake.understanding import Sides, UnderstoodRow, read_unsigned, signed
from tieout.intake.uploads import CHUNK, PART, opened


@dataclass(frozen=True)
class Whole:
    """What going through a file found."""

    cut: Cut
    mapping: Mapping
    #: Whether amounts carry a sign although a column names the side.
    twice: bool
    #: Below its headings, and the number of the last one.
    rows: int
    last_row: int
    #: What the file says of itself, held against all of its entries.
    controls: tuple[Control, ...]
    warnings: tuple[Sentence, ...]
    #: All of it as a batch stores it.
    reading: Json

    def part(self, number: int, deeds: Deeds = NO_DEEDS) -> list[Judged]:
        """The rows of one part, with what people did to them, ready to be judged."""
        kept = self.cut.part(number)
        rows = [one.row for one in kept]
        if deeds.by_hand:
            rows = [self._corrected(row, deeds) for row in rows]
        digests = [one.fingerprint for one in kept]
        return [
            deeds.judged(row, digest, occurrence)
            for row, digest, occurrence in zip(
                signed(self.mapping, rows, self.twice), digests, occurrences(digests), strict=True
            )
        ]

    def _corrected(self, row: UnderstoodRow, deeds: Deeds) -> UnderstoodRow:
        """The row with what was typed by hand in its place."""
        if row.number not in deeds.by_hand:
            return row
        asides = {row.number: row.aside} if row.aside is not None else {}
        return read_unsigned(self.mapping, [Row(row.number, row.cells)], asides, deeds.by_hand)[0]


def go_through(
    path: Path,
    filename: str,
    kind: BatchKind,
    mapping: Mapping,
    *,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
    header_row: int | None = None,
    beat: Callable[[], None] = lambda: None,
) -> Whole:
    """Read every row by a mapping and put it into its part; `beat` is called in between.

    Raises:
        Unreadable: nothing of the file may be taken.
    """
    cut, sides, last = Cut(kind, PART), Sides(mapping), 0
    with opened(
        path,
        filename,
        kind,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        mapping=mapping,
        header_row=header_row,
    ) as table:
        for chunk in table.chunks(min(CHUNK, PART)):
            rows = read_unsigned(mapping, chunk.rows, chunk.asides, {})
            sides.see(rows)
            cut.add(rows)
            last = rows[-1].number
            beat()
    return Whole(
        cut,
        mapping,
        sides.twice,
        table.count,
        last,
        table.controls,
        table.warnings,
        table.reading(),
    )
