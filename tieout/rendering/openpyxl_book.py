"""Workbooks by openpyxl: written row by row, put together at the end."""

import io
from datetime import datetime
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tieout.rendering.sheets import (
    FONT,
    FOOT,
    INK,
    PAPER,
    TINT,
    Plain,
    Sheet,
    height,
    is_wide,
    number_format,
    plain,
    utc,
)
from tieout.rendering.tables import Column, Style, Value
from tieout.rendering.translation import reader


class OpenpyxlBook:
    """A workbook of usual size."""

    def __init__(self, title: str, at: datetime) -> None:
        self.book = Workbook(write_only=True)
        self.book.properties.title = title
        self.book.properties.creator = "Tieout"
        self.book.properties.created = self.book.properties.modified = utc(at)
        self.font = FONT[reader.get().language]
        #: The style of each look a cell has had so far.
        self.looks: dict[tuple[str, bool, bool, Style], StyleArray] = {}

    def write(self, sheet: Sheet) -> None:
        """Add a sheet."""
        # Write-only sheets have the settings of others, which their types do not say.
        page = cast(Worksheet, self.book.create_sheet(sheet.name))
        for at, column in enumerate(sheet.columns, start=1):
            page.column_dimensions[get_column_letter(at)].width = column.width + 2
        page.page_setup.orientation = "landscape" if is_wide(sheet) else "portrait"
        page.page_setup.paperSize, page.page_setup.fitToHeight = PAPER, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if (foot := page.oddFooter) is not None:
            foot.center.text = FOOT
        if sheet.has_head:
            page.freeze_panes = "A2"
            page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{sheet.count + 1}"
            page.print_title_rows = "1:1"
            page.append([self._head(page, column) for column in sheet.columns])
        for number, row in enumerate(sheet.rows, start=2 if sheet.has_head else 1):
            if row.style is Style.LINE and (high := height(sheet, row)) is not None:
                page.row_dimensions[number].height = high
            page.append(
                [
                    self._cell(page, column, value, row.style)
                    for column, value in zip(sheet.columns, row.cells, strict=True)
                ]
            )

    def _head(self, page: Worksheet, column: Column) -> Cell:
        cell = self._new(page, column.title)
        cell.font = Font(name=self.font, size=10, bold=True, color=INK)
        cell.fill = PatternFill("solid", fgColor=TINT)
        cell.border = Border(bottom=Side("thin", color=INK))
        is_figure = column.kind.is_figure
        cell.alignment = Alignment(
            horizontal="right" if is_figure else "left",
            vertical="top",
            wrap_text=True,
            indent=int(is_figure),
        )
        return cell

    def _cell(self, page: Worksheet, column: Column, value: Value, style: Style) -> Cell | None:
        if value is None and style is Style.LINE:
            return None
        shown = plain(column.kind, value)
        cell = self._new(page, shown)
        wraps = isinstance(shown, str) and style is Style.LINE
        look = (number_format(column.kind, value, style), column.kind.is_figure, wraps, style)
        # finding the numbers of four styles anew for each cell takes longer than all the rest
        if look not in self.looks:
            self._dress(cell, *look)
            self.looks[look] = cell._style  # type: ignore[attr-defined] # its types leave it out
        cell._style = self.looks[look]  # type: ignore[attr-defined]
        return cell

    def _dress(
        self, cell: Cell, number_format: str, is_figure: bool, wraps: bool, style: Style
    ) -> None:
        cell.number_format = number_format
        bold = style in (Style.HEADING, Style.CLOSING)
        cell.font = Font(name=self.font, size=10, bold=bold, color=INK)
        cell.alignment = Alignment(
            horizontal="right" if is_figure else "left",
            vertical="top",
            wrap_text=wraps,
            indent=int(is_figure),  # what follows does not touch it
        )
        if style is Style.CLOSING:
            cell.border = Border(top=Side("thin", color=INK), bottom=Side("double", color=INK))
        if style is Style.OPENING:
            cell.fill = PatternFill("solid", fgColor=TINT)

    def _new(self, page: Worksheet, value: Plain) -> Cell:
        """Make a cell; text stays text, also where it looks like a formula."""
        cell = WriteOnlyCell(page, value)  # type: ignore[arg-type] # exact decimals are taken too
        if isinstance(value, str):
            cell.data_type = "s"
        return cell

    def close(self) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()
