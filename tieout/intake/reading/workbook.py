"""Workbooks read by calamine: fast, and in the child process alone."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tieout.intake.reading import ods, wide_parts, xls
from tieout.intake.reading.cells import Broken, ranges
from tieout.intake.reading.errors import (
    Damaged,
    NoRows,
    NoSuchSheet,
    PasswordProtected,
    TooManyColumns,
    WrongFileType,
)
from tieout.intake.reading.formats import Shown, shown_currencies
from tieout.intake.reading.marks import Marks, check, marks
from tieout.intake.reading.recognise import FileFormat

#: Up to this size every sheet is looked at, so that the list of sheets tells their rows.
_SMALL = 5_000_000
#: How far down merged cells may still belong to the headings.
_HEAD = 100
_MOST_MERGED = 500

Frame = dict[str, Any]


def read(path: Path, file: str, kind: FileFormat, wanted: str, columns: int) -> Iterator[Any]:
    """Yield what a workbook is, then its rows.

    Raises:
        PasswordProtected, Damaged, WrongFileType: it does not open.
        NoSuchSheet, NoRows: there is nothing to read.
    """
    if kind == FileFormat.ODS and _is_encrypted(path):
        raise PasswordProtected(file=file)
    with ExitStack() as kept:
        book, path = _book(path, file, kind, kept)
        kept.enter_context(book)
        yield from _read(book, path, file, kind, wanted, columns)


def _book(
    path: Path, file: str, kind: FileFormat, kept: ExitStack
) -> tuple[CalamineWorkbook, Path]:
    """Open a workbook, and say where it is: another file, where its parts are in UTF-16."""
    try:
        return CalamineWorkbook.from_path(path), path
    except PasswordError as error:
        raise PasswordProtected(file=file) from error
    except (CalamineError, OSError, ValueError) as error:
        if kind == FileFormat.XLS and _wants_a_password(path):
            raise PasswordProtected(file=file) from error
        if kind == FileFormat.XLS and not _has_a_workbook(path):
            raise WrongFileType(file=file) from error
        if kind == FileFormat.XLSX and wide_parts.is_wide(path):
            narrow = kept.enter_context(wide_parts.narrowed(path))
            with suppress(CalamineError, OSError, ValueError):
                return CalamineWorkbook.from_path(narrow), narrow
        raise Damaged(file=file) from error


def _read(
    book: CalamineWorkbook, path: Path, file: str, kind: FileFormat, wanted: str, columns: int
) -> Iterator[Any]:
    tables = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    if wanted and wanted not in [m.name for m in tables]:
        names = ", ".join(m.name for m in tables)
        raise NoSuchSheet(file=file, sheet=wanted, sheets=names)
    likely = wanted or next((m.name for m in tables if _is_shown(m)), "")
    looking = _Beside(path, kind, likely)
    opened = _opened(book, tables, wanted, look_at_all=path.stat().st_size <= _SMALL)
    chosen = wanted or next(
        (m.name for m in tables if m.name in opened and _is_shown(m) and opened[m.name].end), ""
    )
    if not chosen:
        shown = next((m.name for m in tables if _is_shown(m)), "")
        raise NoRows(file=file, sheet=shown)
    sheet = opened[chosen]
    if sheet.end is None or sheet.start is None:
        raise NoRows(file=file, sheet=chosen)
    if sheet.end[1] >= columns:
        raise TooManyColumns(file=file, row=1, columns=sheet.end[1] + 1, limit=columns)
    merged = [
        [*first, *last]
        for first, last in islice(sheet.merged_cell_ranges or [], _MOST_MERGED)
        if first[0] < _HEAD
    ]
    broken, currencies = looking.found() if chosen == likely else _look(path, kind, chosen)
    yield {
        "reader": "calamine",
        "currencies": currencies.columns,
        "hidden": ranges(currencies.hidden),
        "sheets": [_about(m, opened.get(m.name)) for m in tables],
        "sheet": chosen,
        "merged": merged,
    }
    yield from _rows(sheet, check(broken, file, chosen), currencies.cells)


def _opened(
    book: CalamineWorkbook, tables: list[SheetMetadata], wanted: str, *, look_at_all: bool
) -> dict[str, CalamineSheet]:
    """Open the sheets that are needed; the first one with rows where none was asked for."""
    opened = {}
    for table in tables:
        if wanted and table.name != wanted and not look_at_all:
            continue
        opened[table.name] = book.get_sheet_by_name(table.name)
        if not look_at_all and _is_shown(table) and opened[table.name].end:
            break
    return opened


def _rows(
    sheet: CalamineSheet, broken: Marks, shown: dict[int, dict[int, str]]
) -> Iterator[Sequence[object]]:
    left = [""] * (sheet.start[1] if sheet.start else 0)
    if not (left or broken or shown):
        yield from sheet.iter_rows()
        return
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number not in broken and number not in shown:
            yield [*left, *cells] if left else cells
            continue
        row: list[object] = [*left, *cells]
        for column, code in broken.get(number, {}).items():
            if column < len(row) and row[column] in ("", 0):
                row[column] = Broken(code)
        for column, currency in shown.get(number, {}).items():
            if column < len(row) and type(row[column]) in (int, float):
                row[column] = f"{currency} {row[column]}"
        yield row


class _Beside:
    """Looks at what calamine does not tell while it, which lets others work, reads the sheet."""

    def __init__(self, path: Path, kind: FileFormat, sheet: str) -> None:
        self._found: tuple[Marks, Shown] = ({}, Shown())
        self._failed: Exception | None = None
        self._thread = Thread(target=self._look, args=(path, kind, sheet), daemon=True)
        self._thread.start()

    def found(self) -> tuple[Marks, Shown]:
        """Cells without a value, and currencies, once all of the sheet was looked at."""
        self._thread.join()
        if self._failed is not None:
            raise self._failed
        return self._found

    def _look(self, path: Path, kind: FileFormat, sheet: str) -> None:
        try:
            self._found = _look(path, kind, sheet)
        except Exception as error:  # told where the rows begin
            self._failed = error


def _look(path: Path, kind: FileFormat, sheet: str) -> tuple[Marks, Shown]:
    if kind == FileFormat.XLS:
        return xls.beside(path.read_bytes(), sheet)
    if kind not in (FileFormat.XLSX, FileFormat.ODS):
        return {}, Shown()
    with ZipFile(path) as archive:
        if kind == FileFormat.ODS:
            return ods.beside(archive, sheet)
        hidden = set[int]()
        broken, shown = marks(archive, sheet, hidden), shown_currencies(archive, sheet)
        shown.hidden = hidden
        return broken, shown


def _about(table: SheetMetadata, sheet: CalamineSheet | None) -> Frame:
    return {
        "name": table.name,
        "hidden": not _is_shown(table),
        "rows": None if sheet is None else (sheet.end[0] + 1 if sheet.end else 0),
        "columns": None if sheet is None else (sheet.end[1] + 1 if sheet.end else 0),
    }


def _is_shown(table: SheetMetadata) -> bool:
    return table.visible == SheetVisibleEnum.Visible


def _wants_a_password(path: Path) -> bool:
    """Whether it is a password that keeps a file closed.

    Only by the ending of its name does calamine tell that from damage.
    """
    from tempfile import TemporaryDirectory  # seldom needed, and slow to load

    with TemporaryDirectory(prefix="tieout-") as folder:
        for ending in ("xls", "xlsx"):
            named = Path(folder, f"book.{ending}")
            named.symlink_to(path)
            try:
                CalamineWorkbook.from_path(named).close()
            except PasswordError:
                return True
            except (CalamineError, OSError, ValueError):
                continue
    return False


def _is_encrypted(path: Path) -> bool:
    with ZipFile(path) as archive:
        return ods.is_encrypted(archive)


def _has_a_workbook(path: Path) -> bool:
    content = path.read_bytes()
    return any(name.encode("utf-16-le") in content for name in ("Workbook", "Book"))
