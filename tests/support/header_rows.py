"""Header rows of other programs, each column with its right field, and how well they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tieout.intake.guessing import guess, known_headings
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import find_layout
from tieout.intake.reading import Cell, Row
from tieout.intake.uploads import inspect

FOLDER = Path(__file__).parents[1] / "tieout/intake/header_rows"
#: Measured before anything was learned from them; from `sixth` and `seventh` nothing ever is.
HELD_OUT = Path(__file__).parents[1] / "tieout/intake/header_rows_held_out"


@dataclass(frozen=True)
class Expected:
    """A column: its heading, the fields that are right, some values."""

    heading: str
    right: frozenset[str]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """A file of another program, as its documentation describes it."""

    kind: BatchKind
    name: str
    columns: tuple[Expected, ...]

    def guessed(self) -> list[tuple[Expected, str]]:
        """Each column with the field it is taken to say; empty where it is left aside."""
        headings: list[Cell] = [column.heading for column in self.columns]
        depth = max(len(column.values) for column in self.columns)
        rows = [Row(1, tuple(headings))]
        for place in range(depth):
            cells: list[Cell] = [
                column.values[place] if place < len(column.values) else ""
                for column in self.columns
            ]
            rows.append(Row(place + 2, tuple(cells)))
        layout = find_layout(rows, known_headings())
        below = [row for row in rows if row.number > layout.header_row]
        fields = {c.index: c.field for c in guess(self.kind, layout, below).mapping.columns}
        return [(column, fields.get(index, "")) for index, column in enumerate(self.columns)]


def shapes() -> list[Shape]:
    """Every shape that words and rules were made by."""
    return [shape for path in sorted(FOLDER.glob("*.txt")) for shape in _shapes(path)]


def held_out(half: str) -> list[Shape]:
    """The shapes of one set that was held out: "first" to "ninth", and "fresh"."""
    return list(_shapes(HELD_OUT / f"{half}.txt"))


def samples(folder: Path) -> list[tuple[str, list[tuple[Expected, str]]]]:
    """Each sample file with its columns and what they are taken to say."""
    found = []
    for line in (FOLDER / "samples.lst").read_text("utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        name, *fields = rest.split()
        path = folder / name
        if kind == "#" or not path.is_file():
            continue
        inspected = inspect(path.read_bytes(), path.name, BatchKind(kind))
        said = {column.index: column.field for column in inspected.mapping.columns}
        columns = [
            (
                Expected(heading, frozenset("" if one == "-" else one for one in right), ()),
                said.get(index, ""),
            )
            for index, (heading, right) in enumerate(
                zip(inspected.headings, (field.split("/") for field in fields), strict=False)
            )
        ]
        found.append((f"{kind}: {name}", columns))
    return found


def _shapes(path: Path) -> Iterator[Shape]:
    kind, name, columns = "", "", list[Expected]()
    for line in [*path.read_text("utf-8").splitlines(), "## "]:
        if line.startswith("## "):
            if columns:
                yield Shape(BatchKind(kind), name, tuple(columns))
            kind, _, name = (part.strip() for part in line[3:].partition(":"))
            columns = []
        elif line.strip() and not line.startswith("#"):
            heading, right, values = (part.strip() for part in line.split(">", 2))
            fields = frozenset("" if field == "-" else field for field in right.split("/"))
            columns.append(
                Expected(heading, fields, tuple(value.strip() for value in values.split("|")))
            )
