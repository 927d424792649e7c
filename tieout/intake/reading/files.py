"""Open a file that was handed in: what it is, then its rows."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tieout.intake.reading import errors
from tieout.intake.reading.archive import parts
from tieout.intake.reading.cells import Row
from tieout.intake.reading.frames import unpacked_rows
from tieout.intake.reading.guard import Child, ChildDied
from tieout.intake.reading.limits import Limits
from tieout.intake.reading.recognise import WORKBOOKS, FileFormat, recognise

_HEAD_BYTES = 8_192
_WRONG = {
    FileFormat.ZIP: errors.PackedFolder,
    FileFormat.XML: errors.XmlFile,
    FileFormat.JSON: errors.JsonFile,
    FileFormat.PDF: errors.PdfFile,
    FileFormat.IMAGE: errors.Picture,
    FileFormat.OTHER: errors.WrongFileType,
}
#: What may be the first reader's own weakness.
_WORTH_A_SECOND_TRY = (errors.Damaged, errors.NoRows, errors.TooMuchMemory, ChildDied)


@dataclass(frozen=True)
class Choice:
    """What a person chose instead of what was guessed; empty means guess."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    #: Where the importer is that reads the file by rules of its own, "name=package.module:object";
    #: empty for a table.
    importer: str = ""


@dataclass(frozen=True)
class SheetAbout:
    """A sheet of a workbook; its size only where it was looked at."""

    name: str
    is_hidden: bool
    rows: int | None
    columns: int | None


@dataclass(frozen=True)
class Merged:
    """A merged area, counted from 0, both corners included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class About:
    """How a file was read, shown to whoever handed it in."""

    file: str
    format: FileFormat
    reader: str
    sheet: str = ""
    sheets: tuple[SheetAbout, ...] = ()
    merged: tuple[Merged, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    #: Characters NUL in a text, which were left aside.
    nuls: int = 0
    #: Characters of a text that could not be read, and the line of the first.
    broken: tuple[int, int] = (0, 0)
    #: Whether a text comes to the end of its last line.
    is_ended: bool = True
    #: Rows hidden in a workbook, mostly by a filter: first and last of each stretch.
    hidden: tuple[tuple[int, int], ...] = ()
    #: What the number formats of a column name: a currency, or a sign that several share.
    currencies: Mapping[int, str] = field(default_factory=dict)
    #: What an importer says of the file beside its rows; empty for a table.
    contents: Mapping[str, Any] = field(default_factory=dict)

    def is_hidden(self, row: int) -> bool:
        """Whether a row is hidden in its workbook."""
        place = bisect_right(self.hidden, (row, row)) if self.hidden else 0
        around = self.hidden[max(place - 1, 0) : place + 1]
        return any(first <= row <= last for first, last in around)


class Reading:
    """An open file; its rows can be gone through once."""

    def __init__(self, about: About, frames: Iterator[Any]) -> None:
        self.about = about
        self._frames = frames

    def rows(self) -> Iterator[Row]:
        """Yield the rows that show anything.

        Raises:
            Unreadable: reading stopped in the middle; nothing of the file may be taken.
        """
        for frame in self._frames:
            if "numbers" in frame:
                yield from map(Row, frame["numbers"], map(tuple, frame["rows"]))
            else:
                yield from unpacked_rows(frame)


def format_of(path: Path, file: str, limits: Limits | None = None) -> FileFormat:
    """Tell what a file is by its content.

    Raises:
        EmptyFile, FileTooLarge, UnpacksTooLarge, Damaged: it is not looked into further.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size == 0:
        raise errors.EmptyFile(file=file)
    with path.open("rb") as content:
        head = content.read(_HEAD_BYTES)
    kind = recognise(head)
    most = limits.text_bytes if kind == FileFormat.TEXT else limits.file_bytes
    if size > most:
        raise errors.FileTooLarge(file=file, size=-(-size // 1_000_000), limit=most // 1_000_000)
    if not head.startswith(b"PK"):
        return kind
    return recognise(head, parts=parts(path, file, limits))


@contextmanager
def open_file(
    path: Path, *, name: str = "", limits: Limits | None = None, choice: Choice | None = None
) -> Iterator[Reading]:
    """Open a table that was handed in, whatever wrote it.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
    """
    file, limits, choice = name or path.name, limits or Limits(), choice or Choice()
    kind = format_of(path, file, limits)
    if kind in _WRONG and not choice.importer:
        raise _WRONG[kind](file=file)
    if kind == FileFormat.TEXT and choice.importer:
        _hold_whole(path, file, limits)
    elif kind == FileFormat.TEXT:
        limits = limits.of_text()
    job = {
        "path": str(path.resolve()),
        "file": file,
        "format": kind.value,
        "sheet": choice.sheet if kind in WORKBOOKS else "",
        "encoding": choice.encoding,
        "delimiter": choice.delimiter,
        "columns": limits.columns,
        "empty_rows": limits.empty_rows,
        "reader": "calamine",
        "importer": choice.importer,
    }
    child, about, frames = _start(job, kind, limits)
    with child:
        yield Reading(about, frames)


def _hold_whole(path: Path, file: str, limits: Limits) -> None:
    """What an importer reads is held whole, unlike a table that is gone through line by line."""
    size, most = path.stat().st_size, limits.file_bytes
    if size > most:
        raise errors.FileTooLarge(file=file, size=-(-size // 1_000_000), limit=most // 1_000_000)


def _start(
    job: dict[str, Any], kind: FileFormat, limits: Limits
) -> tuple[Child, About, Iterator[Any]]:
    """Start a reader; where the first fails on an .xlsx, the second."""
    try:
        return _tried(job, kind, limits)
    except errors.Unreadable as first:
        if kind != FileFormat.XLSX or type(first) not in _WORTH_A_SECOND_TRY:
            raise
        try:
            return _tried({**job, "reader": "openpyxl"}, kind, limits)
        except errors.Unreadable:
            raise first from None


def _tried(
    job: dict[str, Any], kind: FileFormat, limits: Limits
) -> tuple[Child, About, Iterator[Any]]:
    child = Child(job, limits)
    try:
        frames = child.frames()
        return child, _about(str(job["file"]), kind, next(frames)["about"]), frames
    except BaseException:
        child.end()
        raise


def _about(file: str, kind: FileFormat, found: dict[str, Any]) -> About:
    return About(
        file=file,
        format=kind,
        reader=found["reader"],
        sheet=found.get("sheet", ""),
        sheets=tuple(
            SheetAbout(sheet["name"], sheet["hidden"], sheet["rows"], sheet["columns"])
            for sheet in found.get("sheets", ())
        ),
        merged=tuple(Merged(*corners) for corners in found.get("merged", ())),
        encoding=found.get("encoding", ""),
        delimiter=found.get("delimiter", ""),
        nuls=found.get("nuls", 0),
        broken=tuple(found.get("broken", (0, 0))),
        hidden=tuple((first, last) for first, last in found.get("hidden", ())),
        is_ended=found.get("ended", True),
        currencies={int(column): code for column, code in found.get("currencies", {}).items()},
        contents=found.get("contents", {}),
    )
