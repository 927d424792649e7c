"""Files that do harm end in one sentence, or in their rows; `bench/hostile.py` measures them."""

from pathlib import Path
from time import monotonic

import pytest

from tests.support.hostile_files import BUILT
from tieout.intake.reading import errors
from tieout.intake.uploads import opened

REFUSED: dict[str, type[errors.Unreadable]] = {
    "billion laughs.xlsx": errors.Damaged,
    "billion laughs.camt.xml": errors.DeclaresTypes,
    "deep elements.camt.xml": errors.NestedTooDeep,
    "a million columns.csv": errors.TooManyColumns,
    "a cell in column XFD, row 1,048,576.xlsx": errors.TooMuchMemory,
    "10,000 sheets.xlsx": errors.UnpacksTooLarge,
    "nested.json": errors.NestedTooDeep,
    "gzip.csv": errors.PackedFolder,
    "broken UTF-16.csv": errors.UnknownWriting,
    "mixed encodings.csv": errors.UnknownWriting,
    "nothing.csv": errors.EmptyFile,
    "mark alone.csv": errors.NoRowsInFile,
    "noise.xls": errors.WrongFileType,
    "page.xls": errors.WebPage,
    "no lines.csv": errors.LineTooLong,
    "empty rows without end.csv": errors.NothingButRows,
    "quote never closed.csv": errors.CellTooLong,
    "links out of the archive.xlsx": errors.Damaged,
    "external entity.camt.xml": errors.DeclaresTypes,
    "a number of a million digits.csv": errors.CellTooLong,
}
READ = {
    "a cell in row 1,048,576.xlsx": 4,
    "dimension of a full sheet.xlsx": 3,
    "macros and links.xlsm": 3,
    "paths out of the archive.xlsx": 3,
    "patterns above.csv": 5,
    "exponents.csv": 12,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_harm_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    BUILT[name](path)
    began = monotonic()

    with pytest.raises(REFUSED[name]) as refused, opened(path, name, None) as table:
        list(table.chunks())

    assert name in str(refused.value)
    assert monotonic() - began < 20


@pytest.mark.parametrize("name", READ)
def test_what_only_looks_like_harm_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    BUILT[name](path)

    with opened(path, name, None) as table:
        rows = [row for chunk in table.chunks() for row in chunk.rows]

    assert len(rows) == READ[name]
    assert not Path("/tmp/tieout-was-here").exists()  # noqa: S108 - an archive asks for it


def test_cells_that_bait_patterns_are_read_in_time(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    cells = ("1," * 20_000 + "x", "1 " * 20_000 + "x", "9" * 60_000, "年" * 20_000, "(" * 60_000)
    rows = "".join(f'INV-{n},"{cell}","{cell}","{cell}"\n' for n, cell in enumerate(cells))
    path.write_text(f"Invoice No,Date,Customer,Amount\n{rows}", encoding="utf-8")
    began = monotonic()

    with opened(path, "bait.csv", None) as table:
        assert sum(len(chunk.rows) for chunk in table.chunks()) == len(cells)

    assert monotonic() - began < 30
