"""What the values of a column look like, whatever stands above them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.errors import TieoutError
from tieout.intake.clearing import clears
from tieout.intake.fields import Reads
from tieout.intake.reading import Broken, Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values import words
from tieout.intake.values.currencies import read_currency
from tieout.intake.values.dates import DateOrder, OrderFound, date_order, read_date
from tieout.intake.values.numbers import DecimalMark, MarkFound, decimal_mark, read_number
from tieout.intake.values.percents import read_percent
from tieout.intake.values.text import shown

#: Rows of a column that are looked at.
DEPTH = 300
_LONG = 50


@dataclass(frozen=True)
class Profile:
    """The values of one column, and how they can be read."""

    cells: tuple[Cell, ...]
    filled: tuple[Cell, ...]
    mark: MarkFound
    order: OrderFound
    #: The share of filled cells that each way of reading takes.
    fit: dict[Reads, float]

    @property
    def share_filled(self) -> float:
        """How many of the cells show anything."""
        return len(self.filled) / len(self.cells) if self.cells else 0

    def numbers(self, mark: DecimalMark) -> list[Decimal | None]:
        """The cells as numbers, None where they are none."""
        return [_number(cell, mark) for cell in self.cells]

    @property
    def figures(self) -> list[Decimal | None]:
        """The cells as numbers, written as most of them are."""
        return self.numbers(self.mark.mark or DecimalMark.POINT)

    @property
    def looks_like_money(self) -> bool:
        """Whether the values have decimals, signs or currencies: not mere numbers of something."""
        if not self.filled or self.fit[Reads.AMOUNT] < 0.9:
            return False
        marked = sum(
            1
            for cell in self.filled
            if (isinstance(cell, Decimal) and cell != cell.to_integral_value())
            or any(letter in shown(cell) for letter in ".,-+$€£¥()")
        )
        return marked * 2 > len(self.filled)

    @property
    def is_constant(self) -> bool:
        """Whether several rows all say the same."""
        return len(self.filled) > 1 and len(set(map(shown, self.filled))) == 1

    @property
    def looks_like_names(self) -> bool:
        """Whether the values are names of somebody rather than codes."""
        texts = [shown(cell) for cell in self.filled]
        named = [text for text in texts if _is_name(text)]
        return len(named) * 2 > len(texts)


def profile(rows: Sequence[Row], column: int) -> Profile:
    """Look at the values of one column."""
    cells = tuple(row.cells[column] if column < len(row.cells) else "" for row in rows[:DEPTH])
    filled = tuple(cell for cell in cells if not is_blank(cell) and not clears(cell))
    mark, order = decimal_mark(filled), date_order(filled)
    if mark.doubtful or order.doubtful:  # nothing decides yet: every row there is
        values = [row.cells[column] for row in rows if column < len(row.cells)]
        mark, order = decimal_mark(values), date_order(values)
    readers: dict[Reads, Callable[[Cell], object]] = {
        Reads.AMOUNT: lambda cell: read_number(cell, mark.mark or DecimalMark.POINT),
        Reads.DATE: lambda cell: read_date(cell, order.order or DateOrder.YEAR_FIRST),
        Reads.PERCENT: lambda cell: read_percent(cell, mark.mark or DecimalMark.POINT),
        Reads.CURRENCY: read_currency,
        Reads.KIND: words.read_kind,
        Reads.DIRECTION: words.is_direction,
        Reads.DAYS: words.read_days,
        Reads.LANGUAGE: words.read_language,
        Reads.MAIL: words.read_mail,
    }
    # an error says nothing of what its column holds
    sound = tuple(cell for cell in filled if not isinstance(cell, Broken))
    fit = {reads: _share(sound, reader) for reads, reader in readers.items()}
    fit[Reads.NUMBER] = fit[Reads.AMOUNT]
    fit[Reads.IDENTIFIER] = _like_identifiers(filled)
    typed = sum(1 for cell in filled if isinstance(cell, date | Decimal))
    fit[Reads.TEXT] = 1 - 0.7 * typed / max(len(filled), 1)
    return Profile(cells, filled, mark, order, fit)


def _share(cells: Sequence[Cell], reader: Callable[[Cell], object]) -> float:
    if not cells:
        return 1
    taken = 0
    for cell in cells:
        try:
            taken += reader(cell) not in (None, False)
        except TieoutError:
            continue
    return taken / len(cells)


def _number(cell: Cell, mark: DecimalMark) -> Decimal | None:
    try:
        figure = read_number(cell, mark)
    except TieoutError:
        return None
    return figure.value if figure else None


def _like_identifiers(cells: Sequence[Cell]) -> float:
    if not cells:
        return 1
    fits = 0.0
    for cell in cells:
        text = shown(cell)
        if (
            isinstance(cell, date)
            or len(text) > _LONG
            or (isinstance(cell, Decimal) and cell != cell.to_integral_value())
        ):
            fits += 0.2
        else:
            fits += 1
    return fits / len(cells)


def _is_name(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    if not letters or any(letter.isdigit() for letter in text):
        return False
    han = sum(1 for letter in letters if "\u2e80" <= letter <= "\u9fff")
    return han >= 2 or " " in text.strip() or (len(letters) > 5 and not text.isupper())
