"""Our own reader of numbers: what it is not sure of, it refuses."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from functools import lru_cache

from tieout.intake.reading import Cell
from tieout.intake.values.currencies import currency_in
from tieout.intake.values.errors import DateForNumber, NotANumber, WrongGrouping
from tieout.intake.values.text import DIGITS, KEPT_AS_TEXT, UNSEEN, refuse_broken, shown


class DecimalMark(StrEnum):
    """What stands before the cents in a column."""

    POINT = "."
    COMMA = ","


class Side(StrEnum):
    """Which side of an account a figure says it stands on."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and what its cell says about it."""

    value: Decimal
    currency: str = ""
    side: Side | None = None


#: A spreadsheet's own precision: 0.1 + 0.2 is 0.3 again.
_SPREADSHEET = Context(prec=DIGITS)
#: Numbers that are read as they stand.
PLAIN = {
    DecimalMark.POINT: re.compile(r"-?\d+(?:\.\d+)?"),
    DecimalMark.COMMA: re.compile(r"-?\d+"),
}
_MINUSES = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "\u2011": "-", "﹣": "-"})
_GROUP_MARKS = "'’ \u00a0\u202f\u2009"
#: What may stand before the cents, or between thousands, in either width.
_MARKS = frozenset(",.，．")
#: Around what is below zero; Oracle writes <50.00>.
_BRACKETS = (("(", ")"), ("<", ">"))
_NOTHING = frozenset({"", "-", "--", "---", "/", "*"})
_SIDE = re.compile(r"(?:(?P<side>DR|CR|DEBIT|CREDIT|借方?|贷方?|D|C|H|S|平)[.:]?)", re.IGNORECASE)
_DEBIT_WORDS = frozenset({"DR", "DEBIT", "D", "S", "借", "借方"})
#: A mark may open the number (.50), but not end a word before it (Fr.50).
_CORE = re.compile(
    r"(?P<before>\D*?)"
    r"(?P<core>(?:(?<![a-zA-Z])[.,])?\d(?:[\d.,'’ \u00a0\u202f\u2009]*\d)?)"
    r"(?P<after>\D*)"
)


def read_number(cell: Cell, mark: DecimalMark = DecimalMark.POINT) -> Figure | None:
    """Read a number, exactly as it is written; None for a blank cell.

    Raises:
        NotANumber, WrongGrouping, DateForNumber, ErrorInCell, NeverCalculated
    """
    if isinstance(cell, str):
        return _read(cell, mark)
    refuse_broken(cell)
    if isinstance(cell, bool):
        raise NotANumber(text=shown(cell))
    if isinstance(cell, int):
        return Figure(Decimal(cell))
    if isinstance(cell, Decimal):
        return Figure(_SPREADSHEET.plus(cell))
    if isinstance(cell, date):
        raise DateForNumber(text=shown(cell))
    raise NotANumber(text=shown(cell))


@lru_cache(maxsize=20_000)
def _read(cell: str, mark: DecimalMark) -> Figure | None:
    """Read a text, once for all who ask: the totals of a file, and what becomes of its rows."""
    if PLAIN[mark].fullmatch(cell):
        return Figure(Decimal(cell))
    return _written(cell, mark)


def _written(cell: str, mark: DecimalMark) -> Figure | None:
    text = _cleaned(cell)
    if text in _NOTHING:
        return None
    parts = _CORE.fullmatch(text)
    if parts is None:
        raise NotANumber(text=cell.strip())
    before, after = parts["before"].strip(), parts["after"].strip()
    negative = False
    for opens, closes in _BRACKETS:
        if before.endswith(opens) or before.startswith(opens):
            if not after.endswith(closes):
                raise NotANumber(text=cell.strip())
            before, after, negative = before.replace(opens, "", 1), after[:-1], True
            break
    before, after, signs = _signs(before, after)
    if len(signs) > 1 or (signs and negative):
        raise NotANumber(text=cell.strip())
    side, words = _side(before.strip(), after.strip())
    currency = currency_in(words) if words else ""
    if currency is None:
        raise NotANumber(text=cell.strip())
    value = _value(parts["core"].strip(), mark, cell.strip())
    return Figure(-value if negative or signs == "-" else value, currency, side)


def _cleaned(cell: str) -> str:
    """A cell in one width, without what cannot be seen or only guards the number."""
    text = unicodedata.normalize("NFKC", cell.translate(UNSEEN)).translate(_MINUSES).strip()
    if text.startswith("=") and (kept := KEPT_AS_TEXT.fullmatch(text)):
        text = kept[1]
    if text.startswith("*") or text.endswith("*"):  # as on a cheque
        text = text.strip("*") or text
    return text.lstrip("'`").strip()


def _signs(before: str, after: str) -> tuple[str, str, str]:
    signs = "".join(letter for letter in before if letter in "+-")
    before = "".join(letter for letter in before if letter not in "+-")
    if after and after[0] in "+-":  # 5.00-
        signs, after = signs + after[0], after[1:]
    elif after and after[-1] in "+-":  # 5.00 EUR-
        signs, after = signs + after[-1], after[:-1]
    return before, after, signs


def _side(before: str, after: str) -> tuple[Side | None, str]:
    """Take the word for a side away; what is left should be a currency."""
    for place, word in enumerate((before, after)):
        if word and (found := _SIDE.fullmatch(word)):
            side = Side.DEBIT if found["side"].upper() in _DEBIT_WORDS else Side.CREDIT
            return (None if found["side"] == "平" else side), (after if place == 0 else before)
    tail = after.split()
    if len(tail) == 2 and (found := _SIDE.fullmatch(tail[1])):
        side = Side.DEBIT if found["side"].upper() in _DEBIT_WORDS else Side.CREDIT
        return side, tail[0] + before
    return None, before + after if not (before and after) else f"{before} {after}"


def _value(core: str, mark: DecimalMark, text: str) -> Decimal:
    whole, point, cents = core.partition(mark.value)
    if point and not cents.isdigit():
        raise WrongGrouping(text=text) if core.count(mark.value) > 1 else NotANumber(text=text)
    separators = {letter for letter in whole if not letter.isdigit()}
    if separators:
        if len(separators) > 1 or not _is_grouped(re.split(r"\D", whole)):
            raise WrongGrouping(text=text)
        whole = "".join(letter for letter in whole if letter.isdigit())
    if not whole and not point:
        raise NotANumber(text=text)
    return Decimal(f"{whole or 0}.{cents}" if point else whole)


def _is_grouped(groups: list[str]) -> bool:
    """1,234,567 as nearly everywhere, or 12,34,567 as in India."""
    first, *middle, last = groups
    widths = {len(group) for group in middle}
    if not 1 <= len(first) <= 3 or len(last) != 3:
        return False
    return widths <= {3} or (widths == {2} and len(first) <= 2)


@dataclass(frozen=True)
class MarkFound:
    """The decimal mark of a column, and whether anything in it proves that."""

    mark: DecimalMark | None
    #: A value that the other mark would read as another number, when nothing decides.
    doubtful: str = ""


def decimal_mark(cells: Iterable[Cell]) -> MarkFound:
    """Tell the decimal mark of a column by the values that allow one reading only.

    Where some prove the one mark and some the other, those that could be either are in doubt.
    """
    votes: Counter[DecimalMark] = Counter()
    doubtful = ""
    for cell in cells:
        if not isinstance(cell, str) or _MARKS.isdisjoint(cell):
            continue
        core = _CORE.fullmatch(_cleaned(cell))
        if core is None:
            continue
        vote = _vote(core["core"])
        if vote is None:
            doubtful = doubtful or cell.strip()
        else:
            votes[vote] += 1
    if votes:
        return MarkFound(votes.most_common(1)[0][0], doubtful if len(votes) > 1 else "")
    return MarkFound(None, doubtful)


def _vote(core: str) -> DecimalMark | None:
    points, commas = core.count("."), core.count(",")
    if points and commas:
        return DecimalMark.POINT if core.rfind(".") > core.rfind(",") else DecimalMark.COMMA
    if points > 1:
        return DecimalMark.COMMA
    if commas > 1:
        return DecimalMark.POINT
    mark = DecimalMark.POINT if points else DecimalMark.COMMA
    whole, _, rest = core.partition(mark.value)
    if any(letter in whole for letter in _GROUP_MARKS) or len(rest) != 3:
        return mark
    if not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return mark
    return None
