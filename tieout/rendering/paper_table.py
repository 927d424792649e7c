"""A table of any length on paper: heads repeat, rows do not split, sums are carried.

It measures and draws its cells itself: a general table measures every cell as a paragraph, which
takes minutes where this takes seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus.flowables import Flowable

from tieout.money import Money
from tieout.rendering import lettering
from tieout.rendering.lettering import BOLD, REGULAR
from tieout.rendering.tables import Carried, Column, Kind, Row, Style, TableDefinition, Value, shown
from tieout.rendering.translation import gettext

SIZE = 8.5
HEAD_SIZE = 7.5
TITLE_SIZE = 11.5
LEADING = 11.5
PADDING = 3.2
GAP = 6.0
INK = HexColor("#1a2330")
QUIET = HexColor("#5f6875")
RULE = HexColor("#d5d2ca")
TINT = HexColor("#f4f3ef")


@dataclass(frozen=True)
class Place:
    """Where a column stands."""

    left: float
    width: float
    is_figure: bool

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width


@dataclass(frozen=True)
class Cell:
    """Text set in lines, at a size it fits in."""

    lines: list[lettering.Line]
    size: float


@dataclass(frozen=True)
class SetRow:
    """A row measured and ready to be drawn, and what a page ending after it hands on."""

    cells: tuple[Cell | None, ...]
    style: Style
    height: float
    carried: tuple[Value, ...]


class PaperTable(Flowable):
    """A table that fills the width it was made for and as many pages as it needs."""

    def __init__(
        self,
        columns: Sequence[Column],
        places: Sequence[Place],
        head: SetRow,
        rows: list[SetRow],
        title: lettering.Line,
    ) -> None:
        super().__init__()
        self.spaceBefore = 14.0 if title else 0.0
        self.title = title
        self.columns = columns
        self.places = places
        self.head = head
        self.rows = rows

    @classmethod
    def of(cls, table: TableDefinition, width: float, title: str = "") -> "PaperTable":
        """Set a table for a width, under a title that never stands without it."""
        places = _places(table.columns, width)
        head = _set(Row(tuple(column.title for column in table.columns)), table, places, head=True)
        total = table.total_row()
        rows = [*table.rows, *([total] if total else [])]
        carried = _carried(table.columns, rows)
        return cls(
            table.columns,
            places,
            head,
            [_set(row, table, places, carried=c) for row, c in zip(rows, carried, strict=True)],
            lettering.runs(lettering.printable(title), BOLD) if title else [],
        )

    @property
    def _above(self) -> float:
        """The height of what stands above the rows."""
        return self.head.height + (TITLE_SIZE + 6.0 if self.title else 0.0)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Say how much room it takes."""
        self.width = self.places[-1].right
        self.height = self._above + sum(row.height for row in self.rows)
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        """Cut it where the page ends, handing the sums on."""
        carries = any(column.carried is not Carried.NOTHING for column in self.columns)
        room = height - self._above - (SIZE + LEADING if carries else 0)
        count = 0
        while count < len(self.rows) and self.rows[count].height <= room:
            room -= self.rows[count].height
            count += 1
        if count == len(self.rows) - 1:  # what closes a table does not stand alone
            count -= 1
        while count > 0 and self.rows[count - 1].style in (Style.HEADING, Style.OPENING):
            count -= 1
        if count < 2:
            return []
        first, rest = self.rows[:count], self.rows[count:]
        if carries:
            values = first[-1].carried
            first = [*first, self._carry(gettext("Carried forward"), values)]
            rest = [self._carry(gettext("Brought forward"), values), *rest]
        return [
            PaperTable(self.columns, self.places, self.head, first, self.title),
            PaperTable(self.columns, self.places, self.head, rest, []),
        ]

    def _carry(self, words: str, values: tuple[Value, ...]) -> SetRow:
        at = next((i for i, column in enumerate(self.columns) if column.kind is Kind.TEXT), 0)
        cells = [
            _cell(shown(column, value), place, REGULAR)
            for column, value, place in zip(self.columns, values, self.places, strict=True)
        ]
        cells[at] = _cell(words, Place(0, 1000, False), REGULAR)
        return SetRow(tuple(cells), Style.OPENING, LEADING + 2 * PADDING, values)

    def draw(self) -> None:
        """Draw the head and the rows, downwards."""
        canvas: Canvas = self.canv
        top = self.height - self._above + self.head.height
        _draw_line(canvas, self.title, 0, self.height - TITLE_SIZE, TITLE_SIZE, INK)
        for row in (self.head, *self.rows):
            self._draw_row(canvas, row, top)
            top -= row.height

    def _draw_row(self, canvas: Canvas, row: SetRow, top: float) -> None:
        bottom = top - row.height
        is_head = row is self.head
        if row.style is Style.OPENING:
            canvas.setFillColor(TINT)
            canvas.rect(0, bottom, self.width, row.height, stroke=0, fill=1)
        if row.style is Style.CLOSING:
            _rule(canvas, 0, self.width, top, INK, 0.8)
        for place, cell in zip(self.places, row.cells, strict=True):
            if cell is not None:
                self._draw_cell(canvas, cell, place, top, QUIET if is_head else INK)
                if row.style is Style.CLOSING and place.is_figure:
                    left = place.right - lettering.line_width(cell.lines[0], cell.size)
                    double_rule(canvas, left, place.right, top - PADDING - SIZE - 3.4)
        if row.style is not Style.CLOSING:
            _rule(canvas, 0, self.width, bottom, INK if is_head else RULE, 0.8 if is_head else 0.4)

    def _draw_cell(self, canvas: Canvas, cell: Cell, place: Place, top: float, ink: Color) -> None:
        baseline = top - PADDING - SIZE
        for line in cell.lines:
            x = place.left
            if place.is_figure:
                x = place.right - lettering.line_width(line, cell.size)
            _draw_line(canvas, line, x, baseline, cell.size, ink)
            baseline -= LEADING


def _places(columns: Sequence[Column], width: float) -> list[Place]:
    """Share the width out, with a gap between columns."""
    room = width - GAP * (len(columns) - 1)
    whole = sum(column.width for column in columns)
    found: list[Place] = []
    left = 0.0
    for column in columns:
        share = room * column.width / whole
        found.append(Place(left, share, column.kind.is_figure))
        left += share + GAP
    return found


def _set(
    row: Row,
    table: TableDefinition,
    places: Sequence[Place],
    *,
    head: bool = False,
    carried: tuple[Value, ...] = (),
) -> SetRow:
    face = BOLD if head or row.style in (Style.CLOSING, Style.HEADING) else REGULAR
    if row.style is Style.HEADING:
        room = Place(0, places[-1].right, False)
        cells = [_cell(str(row.cells[0]), room, face), *[None] * (len(places) - 1)]
    else:
        texts = [
            str(value) if head else shown(column, value, row.style)
            for column, value in zip(table.columns, row.cells, strict=True)
        ]
        cells = [
            _cell(text, place, face, HEAD_SIZE if head else SIZE)
            for text, place in zip(texts, places, strict=True)
        ]
    count = max((len(cell.lines) for cell in cells if cell), default=1)
    extra = 3.0 if row.style is Style.CLOSING else 0.0
    return SetRow(tuple(cells), row.style, count * LEADING + 2 * PADDING + extra, carried)


def _cell(text: str, place: Place, face: str, size: float = SIZE) -> Cell | None:
    """Set text in lines; a figure in one line, as small as it has to be."""
    if not text:
        return None
    text = lettering.printable(text)
    if not place.is_figure or size == HEAD_SIZE:
        return Cell(lettering.lines(text, face, size, place.width), size)
    line = lettering.runs(text, face)
    needed = lettering.line_width(line, size)
    return Cell([line], size if needed <= place.width else size * place.width / needed)


def _carried(columns: Sequence[Column], rows: Sequence[Row]) -> list[tuple[Value, ...]]:
    """Work out, for each row, what a page that ends after it hands on."""
    found: list[tuple[Value, ...]] = []
    so_far: list[Value] = [None] * len(columns)
    for row in rows:
        for at, (column, value) in enumerate(zip(columns, row.cells, strict=True)):
            before = so_far[at]
            if column.carried is Carried.LAST and value is not None:
                so_far[at] = value
            elif column.carried is Carried.SUM and row.style is Style.LINE:
                so_far[at] = value if before is None else _added(before, value)
        found.append(tuple(so_far))
    return found


def _added(one: Value, other: Value) -> Value:
    match one, other:
        case Money(), Money():
            return one + other
        case int() | Decimal(), int() | Decimal():
            return one + other
    return one


def _rule(canvas: Canvas, left: float, right: float, y: float, ink: Color, width: float) -> None:
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(width)
    canvas.line(left, y, right, y)


def double_rule(canvas: Canvas, left: float, right: float, y: float) -> None:
    """Draw our signature: under what is summed and closed, and nowhere else."""
    for at in (y, y - 2.0):
        _rule(canvas, left, right, at, INK, 0.7)


class ClosedFigure(Flowable):
    """A large figure over the double rule, its currency before it."""

    SIZE, SMALL = 24.0, 11.0

    def __init__(self, before: str, figure: str) -> None:
        super().__init__()
        self.before = lettering.runs(before, REGULAR)
        self.figure = lettering.runs(figure, BOLD)
        self.left = lettering.line_width(self.before, self.SMALL) + 6
        self.width = self.left + lettering.line_width(self.figure, self.SIZE)
        self.height = self.SIZE + 12

    def draw(self) -> None:
        """Draw it on one baseline."""
        canvas: Canvas = self.canv
        baseline = 11.0
        _draw_line(canvas, self.before, 0, baseline, self.SMALL, QUIET)
        _draw_line(canvas, self.figure, self.left, baseline, self.SIZE, INK)
        double_rule(canvas, 0, self.width, baseline - 6)


def _draw_line(
    canvas: Canvas, line: lettering.Line, x: float, y: float, size: float, ink: Color
) -> None:
    canvas.setFillColor(ink)
    for face, text in line:
        canvas.setFont(face, size)
        canvas.drawString(x, y, text)
        x += lettering.width(text, face, size)
