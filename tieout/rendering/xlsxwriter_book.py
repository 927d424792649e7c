"""Workbooks by XlsxWriter: each row goes to the file at once, so length costs no memory."""

import io
from datetime import date, datetime
from functools import cache

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from tieout.rendering.sheets import (
    FONT,
    FOOT,
    INK,
    PAPER,
    TINT,
    Sheet,
    height,
    is_wide,
    number_format,
    plain,
    utc,
)
from tieout.rendering.tables import Kind, Style
from tieout.rendering.translation import reader


class XlsxWriterBook:
    """A workbook of any size."""

    def __init__(self, title: str, at: datetime) -> None:
        self.out = io.BytesIO()
        self.book = Workbook(
            self.out,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.book.set_properties({"title": title, "author": "Tieout", "created": utc(at)})
        self.font = FONT[reader.get().language]
        self.format = cache(self._format)

    def write(self, sheet: Sheet) -> None:
        """Add a sheet."""
        page = self.book.add_worksheet(sheet.name)
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, column.width + 2)
        page.set_landscape() if is_wide(sheet) else page.set_portrait()
        page.set_paper(PAPER)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&C{FOOT}")
        first = 0
        if sheet.has_head:
            first = 1
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, sheet.count, len(sheet.columns) - 1)
            page.repeat_rows(0)
            for at, column in enumerate(sheet.columns):
                page.write_string(0, at, column.title, self.format(None, column.kind, "@"))
        for down, row in enumerate(sheet.rows, start=first):
            if row.style is Style.LINE and (high := height(sheet, row)) is not None:
                page.set_row(down, high)
            for across, (column, value) in enumerate(zip(sheet.columns, row.cells, strict=True)):
                numbers = number_format(column.kind, value, row.style)
                look = self.format(row.style, column.kind, numbers)
                match plain(column.kind, value):
                    case None if row.style is Style.LINE:
                        continue
                    case None:
                        page.write_blank(down, across, None, look)
                    case str() as text:
                        page.write_string(down, across, text, look)
                    case date() as when:  # the library takes days, its types say moments only
                        page.write_datetime(down, across, when, look)  # type: ignore[call-overload]
                    case figure:  # and exact decimals
                        page.write_number(down, across, figure, look)  # type: ignore[arg-type]

    def _format(self, style: Style | None, kind: Kind, numbers: str) -> Format:
        """Make the look of a cell; None is the head."""
        look: dict[str, str | int | bool] = {
            "font_name": self.font,
            "font_size": 10,
            "font_color": f"#{INK}",
            "valign": "top",
            "align": "right" if kind.is_figure else "left",
            "indent": int(kind.is_figure),  # what follows does not touch it
            "num_format": numbers,
            "bold": style in (None, Style.HEADING, Style.CLOSING),
        }
        if style is Style.CLOSING:
            look |= {"top": 1, "bottom": 6}
        if style in (None, Style.OPENING):
            look |= {"bg_color": f"#{TINT}"}
        if style is None:
            look |= {"bottom": 1}
        if style in (None, Style.LINE) and not kind.is_figure:
            look |= {"text_wrap": True}
        return self.book.add_format(look)

    def close(self) -> bytes:
        """Return the file."""
        self.book.close()
        return self.out.getvalue()
