"""Where a table begins in a sheet: its headings, below whatever stands above them."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tieout.chinese import compiled
from tieout.intake.account_names import AccountNames
from tieout.intake.age_rows import age_rows
from tieout.intake.date_parts import DateParts
from tieout.intake.fields import FIELDS
from tieout.intake.fields.field import headings as headings_of
from tieout.intake.fields.vocabulary import DESCRIPTION
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.numbers_within import NumbersWithin
from tieout.intake.reading import Broken, Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.reading.files import Merged
from tieout.intake.said_once import SaidOnce
from tieout.intake.sections import Sections, is_entry
from tieout.intake.several_sides import SeveralSides
from tieout.intake.values.text import shown

#: How far better than the headings of a table are those of another below it.
_SO_MUCH_BETTER = 2
#: Cells of an entry, rather than of a title with a day and a sum.
_FULL = 3
#: Rows that are looked through for headings.
DEPTH = 80
_MOST_HEADING_ROWS = 6


_YEAR = compiled(r"\d{4}", re.ASCII)


_YEAR_OVER = compiled(r"(?:19|20)\d\d\s*年?")
_MONTH_AND_DAY = (("月", "日"), ("month", "day"), ("Month", "Day"))


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out."""

    #: The number of the last row of headings; 0 where there are none.
    header_row: int
    #: By column; empty where a column has none.
    headings: tuple[str, ...]
    #: Where customers stand above their entries, how.
    sections: Sections | None = None
    #: What is said once for several rows, and where.
    said_once: SaidOnce | None = None
    #: The row in which a second table begins below this one; 0 where none does.
    ends_at: int = 0
    #: Rows that say how old is what is owed, below the entries.
    ages: frozenset[int] = frozenset()
    #: The column from which on another table stands beside this one; 0 where none does.
    cut_at: int = 0
    #: Columns a day is put together from, where it stands in several.
    date_parts: DateParts | None = None
    #: Where the account of each entry says whose it is.
    accounts: AccountNames | None = None
    #: Where numbers stand before other words, in a table without a column for them.
    numbers_within: NumbersWithin | None = None
    #: Where several columns a side move a balance, which.
    sides: SeveralSides | None = None

    @property
    def adds_columns(self) -> bool:
        """Whether rows are made wider than the file has them."""
        return any((self.sections, self.accounts, self.numbers_within, self.sides))

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows below the headings, each saying for itself what was said above it."""
        if self.said_once is not None:
            rows = self.said_once.over(rows)
        if self.date_parts is not None:
            rows = self.date_parts.over(rows)
        for more in (self.sections, self.accounts, self.numbers_within, self.sides):
            rows = rows if more is None else more.over(rows)
        return iter(rows)


def find_layout(
    rows: Sequence[Row], known: Collection[str], merged: Sequence[Merged] = ()
) -> Layout:
    """Find the headings of a table, which may stand below titles and notes."""
    head = rows[:DEPTH]
    width = max((len(row.cells) for row in head), default=0)
    best, best_score = None, 0.0
    for place, row in enumerate(head):
        score = _score(row, head[place + 1 : place + 6], known)
        is_close = best is not None and best_score < score <= best_score * _SO_MUCH_BETTER
        if is_close and any(map(_is_full, head[(best or 0) + 1 : place])):
            continue  # the headings of a second table, below the entries of the first
        if score > best_score:
            best, best_score = place, score
    if best is None:
        best = _by_merging(head, merged)
    if best is None:
        return Layout(0, ("",) * width)
    return _laid_out(rows, _to_the_bottom(head, best, merged), width, known, merged)


def layout_at(
    rows: Sequence[Row], header_row: int, known: Collection[str], merged: Sequence[Merged] = ()
) -> Layout:
    """Lay a sheet out with the headings in the row a person has named; 0 for none."""
    width = max((len(row.cells) for row in rows[:DEPTH]), default=0)
    for place, row in enumerate(rows):
        if row.number == header_row:
            return _laid_out(rows, place, width, known, merged)
    return Layout(0, ("",) * width)


def _laid_out(
    rows: Sequence[Row],
    place: int,
    width: int,
    known: Collection[str],
    merged: Sequence[Merged],
) -> Layout:
    """The table whose last row of headings is given, without a second one beside or below it."""
    headings = _headings(rows, place, width, merged, known)
    if place + 1 < len(rows) and (days := _days_below(rows[place], rows[place + 1])):
        lower = _spread(rows[place + 1], width, merged)
        headings = tuple(
            f"{text} {below}".strip() if text != below else text
            for text, below in zip(headings, lower, strict=True)
        )
        headings = (*headings[: days[0]], *days[1], *headings[days[0] + 2 :])
        place += 1
    headings = _past_sides(headings, rows[place + 1 : place + 1 + DEPTH])
    cut = _cut_at(headings, rows[place + 1 :])
    if cut:
        headings = (*headings[:cut], *("",) * (width - cut))
    ends = next((row.number for row in rows[place + 1 :] if _begins(row, headings, known)), 0)
    ages = age_rows(rows[place + 1 :])
    return Layout(rows[place].number, headings, ends_at=ends, ages=ages, cut_at=cut)


#: What Tally writes in a column of its own before the account on the other side.
_TO_OR_BY = frozenset({"to", "by", "dr", "cr", "(as per details)", ""})
_PARTICULARS = frozenset(headings_of(DESCRIPTION))


def _past_sides(headings: Sequence[str], below: Sequence[Row]) -> tuple[str, ...]:
    """A heading over “To” and “By” belongs to the next column, which has none: “Particulars”."""
    moved = list(headings)
    for column, heading in enumerate(headings[:-1]):
        if not heading or headings[column + 1] or _PARTICULARS.isdisjoint(variants(heading)[:2]):
            continue
        cells = [shown(row.cells[column]).strip() for row in below if column < len(row.cells)]
        said = [text.casefold() for text in cells if text]
        if said and all(text in _TO_OR_BY for text in said):
            moved[column], moved[column + 1] = "", heading
    return tuple(moved)


def _days_below(row: Row, below: Row) -> tuple[int, tuple[str, str]] | None:
    """Month and day in a row of their own below the year, as ledgers are printed: 2026年 | 月 | 日.

    The column of the first, and what both are called.
    """
    filled = [place for place, cell in enumerate(below.cells) if not is_blank(cell)]
    if len(filled) < 2 or filled[1] != filled[0] + 1 or below.number != row.number + 1:
        return None
    if any(_is_figure(below.cells[place]) for place in filled):
        return None
    month, day = (shown(below.cells[place]).strip() for place in filled[:2])
    year = shown(row.cells[filled[0]]).strip() if filled[0] < len(row.cells) else ""
    if not _YEAR_OVER.fullmatch(year) or (month, day) not in _MONTH_AND_DAY:
        return None
    return filled[0], (f"{year} {month}", f"{year} {day}")


def _to_the_bottom(head: Sequence[Row], best: int, merged: Sequence[Merged]) -> int:
    """The last row of headings that reach down over several: “Debit” stands below “Amount”."""
    at = head[best].number - 1
    bottom = max([at, *(area.bottom for area in merged if area.top <= at <= area.bottom)])
    if bottom - at >= _MOST_HEADING_ROWS:
        return best
    for place in range(best + 1, len(head)):
        row = head[place]
        if row.number - 1 > bottom or any(_is_figure(cell) for cell in row.cells):
            break
        best = place
    return best


def _cut_at(headings: Sequence[str], below: Sequence[Row]) -> int:
    """Where, behind an empty column, another table begins; 0 for nowhere.

    It has the same headings once more, or headings over days and sums of its own.
    """
    for column in range(2, len(headings) - 2):
        left, right = set(headings[:column]) - {""}, set(headings[column + 1 :]) - {""}
        if (
            not headings[column]
            and (len(left & right) > 1 or (_is_table(left) and _is_table(right)))
            and all(
                column >= len(row.cells) or is_blank(row.cells[column]) for row in below[:DEPTH]
            )
        ):
            return column
    return 0


def _is_table(headings: Collection[str]) -> bool:
    """Whether headings alone make up a table of entries: three of them, a day and a sum."""
    ways = [variants(heading)[0] for heading in headings]
    return len(ways) > 2 and any(way in _DAYS for way in ways) and any(way in _SUMS for way in ways)


def _headings_of(*names: str) -> frozenset[str]:
    return frozenset(
        heading
        for kind in (BatchKind.DOCUMENTS, BatchKind.PAYMENTS)
        for field in FIELDS[kind]
        if field.name in names
        for heading in field.headings
    )


_DAYS = _headings_of("date")
_SUMS = _headings_of("amount", "debit", "credit", "money_in", "money_out")


def _begins(row: Row, headings: Sequence[str], known: Collection[str]) -> bool:
    """Whether a row holds the headings of another table: some of these, and some of its own."""
    texts = [cell.strip() for cell in row.cells if isinstance(cell, str) and not is_blank(cell)]
    filled = sum(1 for cell in row.cells if not is_blank(cell))
    if len(texts) < 3 or filled > len(texts) or any(len(text) > 40 for text in texts):
        return False
    if any(_is_figure(text) for text in texts):
        return False
    given = {" ".join(heading.split()).casefold() for heading in headings if heading}
    own = [text for text in texts if " ".join(text.split()).casefold() not in given]
    told = sum(1 for text in texts if any(name in known for name in variants(text)[:2]))
    own_told = sum(1 for text in own if any(name in known for name in variants(text)[:2]))
    again = len(texts) - len(own)
    return own_told > 0 and told * 4 >= len(texts) * 3 and (again > 0 or own_told > 2)


def _is_full(row: Row) -> bool:
    return is_entry(row) and sum(1 for cell in row.cells if not is_blank(cell)) >= _FULL


def _by_merging(head: Sequence[Row], merged: Sequence[Merged]) -> int | None:
    """Headings merged over several rows at the top of a table of texts."""
    down = [area for area in merged if area.bottom > area.top]
    if not head or len(down) < 2 or any(area.bottom > 10 for area in down):
        return None
    last = max(area.bottom for area in down) + 1
    above = [place for place, row in enumerate(head) if row.number <= last]
    return above[-1] if above and len(above) < len(head) else None


def _score(row: Row, below: Sequence[Row], known: Collection[str]) -> float:
    texts = [cell.strip() for cell in row.cells if isinstance(cell, str) and not is_blank(cell)]
    filled = sum(1 for cell in row.cells if not is_blank(cell))
    typed = filled - sum(1 for text in texts if not _is_figure(text))
    typed -= _years(row)
    if not texts or typed * 3 > filled:
        return 0
    recognised = len(
        {name for text in texts if len(text) <= 60 for name in variants(text) if name in known}
    )
    if filled == 1 and len(row.cells) > 1:
        return 0
    under = max((_typed_under(row, other) for other in below), default=0)
    if recognised < 2 and (typed or not under):
        return 0
    distinct = len(set(texts)) / len(texts)
    lengthy = sum(1 for text in texts if len(text) > 60) / len(texts)
    return (recognised * 3 + filled * 0.5 + min(under, 3) - typed * 2) * distinct * (1 - lengthy)


def _years(row: Row) -> int:
    """How many of the cells count years, as headings do; a lone year is a figure."""
    years = [int(text) for cell in row.cells if _YEAR.fullmatch(text := shown(cell).strip())]
    follow = all(after - before in (1, -1) for before, after in pairwise(years))
    return len(years) if len(years) > 2 and follow and 1900 < years[0] < 2100 else 0


def _typed_under(row: Row, other: Row) -> int:
    """How many figures and dates stand under texts of the row."""
    return sum(
        1
        for above, cell in zip(row.cells, other.cells, strict=False)
        if not is_blank(above) and _is_figure(cell)
    )


def _is_figure(cell: Cell) -> bool:
    match cell:
        case bool() | Broken():
            return False
        case int() | Decimal() | date():
            return True
        case _:
            text = cell.strip()
            digits = sum(1 for letter in text if letter.isdigit())
            return digits > 0 and digits * 2 >= len(text)


def _headings(
    rows: Sequence[Row],
    last: int,
    width: int,
    merged: Sequence[Merged],
    known: Collection[str] = (),
) -> tuple[str, ...]:
    """Join the headings of several rows: a merged “Amount” above “debit” and “credit”."""
    first = last
    while first > 0 and last - first < _MOST_HEADING_ROWS - 1:
        above, upper = rows[first], rows[first - 1]
        if above.number - _last_row(upper, merged) > 2 or not _is_group(upper, width, merged):
            break
        first -= 1
    columns: list[list[str]] = [[] for _ in range(width)]
    for row in rows[first : last + 1]:
        for column, text in enumerate(_spread(row, width, merged)):
            if text and (not columns[column] or columns[column][-1] != text):
                columns[column].append(text)
    _from_above(rows, first, columns, known)
    return tuple(" ".join(parts) for parts in columns)


def _from_above(
    rows: Sequence[Row], first: int, columns: list[list[str]], known: Collection[str]
) -> None:
    """A heading that stands one row higher than the others, as text files have it."""
    if not first or rows[first].number - rows[first - 1].number != 1:
        return
    upper = rows[first - 1].cells
    texts = [shown(cell).strip() for cell in upper]
    if sum(map(bool, texts)) < 2 or any(_is_figure(cell) for cell in upper):
        return
    for column, text in enumerate(texts):
        if text and not columns[column] and any(name in known for name in variants(text)[:2]):
            columns[column].append(" ".join(text.split()))


def _last_row(row: Row, merged: Sequence[Merged]) -> int:
    """The last row that cells of this one reach down to."""
    return max([row.number, *(area.bottom + 1 for area in merged if area.top == row.number - 1)])


def _is_group(row: Row, width: int, merged: Sequence[Merged]) -> bool:
    """Whether a row above the headings belongs to them: merged over some columns, not all."""
    areas = [area for area in merged if area.top <= row.number - 1 <= area.bottom]
    over = [area for area in areas if area.right > area.left]
    if any(area.right - area.left + 1 >= width for area in over):
        return False
    down = [area for area in areas if area.bottom > area.top]
    return bool(over and len(areas) > 1) or len(down) > 1


def _spread(row: Row, width: int, merged: Sequence[Merged]) -> list[str]:
    """The texts of a row, a merged one standing over each of its columns."""
    texts = ["" if is_blank(cell) else " ".join(shown(cell).split()) for cell in row.cells]
    texts += [""] * (width - len(texts))
    for area in merged:
        if area.top == row.number - 1 and area.left < width:
            for column in range(area.left, min(area.right + 1, width)):
                texts[column] = texts[area.left]
    return texts
