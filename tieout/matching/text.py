"""Texts of many lines as one array of characters, and the runs of digits in them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
#: Code points; of plain ASCII one byte each.
Characters = npt.NDArray[np.uint32] | npt.NDArray[np.uint8]

#: Digits kept of one number; longer ones keep their end, which is where numbers differ.
MAX_DIGITS = 16
_TENS: Ints = 10 ** np.arange(MAX_DIGITS + 1, dtype=np.int64)
_LINE_END = "\n"
_MIX_A = np.uint64(0x9E3779B97F4A7C15)
_MIX_B = np.uint64(0xBF58476D1CE4E5B9)
_LONGEST_HASHED = 256
with np.errstate(over="ignore"):
    _POWERS = np.cumprod(np.full(_LONGEST_HASHED, 0x100000001B3, np.uint64))


def mix(*columns: Ints) -> Ints:
    """One number for each row of several columns; equal rows give equal numbers."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed ^ column.view(np.uint64)) * _MIX_A
        mixed ^= mixed >> np.uint64(29)
        mixed *= _MIX_B
        mixed ^= mixed >> np.uint64(32)
    return mixed.view(np.int64)


def spread(begin: Ints, length: Ints) -> Ints:
    """begin[0], begin[0] + 1, … `length[0]` times, then begin[1], …"""
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    result: Ints = np.arange(total) + np.repeat(begin - (ends - length), length)
    return result


@dataclass(frozen=True)
class Texts:
    """One text per line, in upper case and one width, as a single row of characters."""

    characters: Characters
    #: Where the text of each line begins; one more entry than lines.
    start: Ints

    @classmethod
    def of(cls, texts: Sequence[str], *, as_written: bool = False) -> "Texts":
        """Gather texts; `as_written` keeps width and case."""
        joined = _LINE_END.join(texts)
        if joined.count(_LINE_END) != max(len(texts) - 1, 0):
            joined = _LINE_END.join(text.replace(_LINE_END, " ") for text in texts)
        if not as_written:
            if not joined.isascii():
                joined = _LINE_END.join(_one_width(text) for text in joined.split(_LINE_END))
            joined = joined.upper() if joined.isascii() else _upper(joined)
        characters = np.frombuffer((joined + _LINE_END).encode("utf-32-le", "replace"), np.uint32)
        ends = np.flatnonzero(characters == ord(_LINE_END)).astype(np.int64)
        start = np.concatenate([np.zeros(1, np.int64), ends + 1])[: len(texts) + 1]
        return cls(characters, start)

    @classmethod
    def cut(cls, data: npt.NDArray[np.uint8], begin: Ints, end: Ints) -> "Texts":
        """Pieces of ASCII characters as they are written; each is followed by some separator."""
        length = end - begin + 1
        characters = data[spread(begin, length)]
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
        characters[start[1:] - 1] = ord(_LINE_END)
        return cls(characters, start)

    def upper(self) -> "Texts":
        """The same in upper case, of ASCII characters."""
        small = (self.characters >= ord("a")) & (self.characters <= ord("z"))
        return Texts(np.where(small, self.characters - 32, self.characters), self.start)

    def hashes(self, part: Bools | None = None) -> Ints:
        """A number per line for its characters, or for the part of them that counts."""
        counts = np.ones(len(self.characters), bool) if part is None else part.copy()
        counts &= self.characters != ord(_LINE_END)
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        line = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        characters, counts = self.characters[: len(line)], counts[: len(line)]
        place = before[: len(line)] - before[self.start[line]]
        power = _POWERS[np.minimum(place, _LONGEST_HASHED - 1)]
        worth = np.where(counts, characters.astype(np.uint64) * power, np.uint64(0))
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(worth, dtype=np.uint64)])
        found: Ints = (sums[self.start[1:]] - sums[self.start[:-1]]).view(np.int64)
        return found


@dataclass(frozen=True)
class Runs:
    """Runs of digits, in the order they stand in the texts."""

    line: Ints
    start: Ints
    end: Ints
    #: The number without leading zeros; of a very long one the last digits.
    value: Ints
    #: How many digits were written, leading zeros included.
    digits: Ints

    @classmethod
    def of(cls, texts: Texts) -> "Runs":
        """Find every run of digits."""
        characters = texts.characters
        digit = (characters >= ord("0")) & (characters <= ord("9"))
        edge = np.flatnonzero(np.diff(np.concatenate([[False], digit, [False]]).astype(np.int8)))
        start, end = edge[::2].astype(np.int64), edge[1::2].astype(np.int64)
        value = np.zeros(len(start), np.int64)
        first = np.maximum(start, end - MAX_DIGITS)
        length = end - first
        for step in range(int(length.max(initial=0))):
            inside = length > step
            read = characters[first[inside] + step].astype(np.int64) - ord("0")
            value[inside] = value[inside] * 10 + read
        line = np.searchsorted(texts.start, start, side="right") - 1
        return cls(line.astype(np.int64), start, end, value, end - start)


def concatenated(left: Ints, right: Ints, right_digits: Ints) -> Ints:
    """Two numbers written one after the other, cut to the digits that are kept."""
    room = _TENS[np.minimum(right_digits, MAX_DIGITS)]
    kept = left % (_TENS[MAX_DIGITS] // room)
    joined: Ints = kept * room + right
    return joined


def looks_like_a_date(value: Ints, digits: Ints) -> Bools:
    """A day, a month or a year of this or the last century, and nothing else."""
    month, day = value // 100 % 100, value % 100
    is_day = (digits == 8) & _is_year(value // 10000) & _is_month(month) & (day >= 1) & (day <= 31)
    is_month = (digits == 6) & _is_year(value // 100) & _is_month(day)
    is_year = (digits == 4) & _is_year(value)
    result: Bools = is_day | is_month | is_year
    return result


def _is_year(value: Ints) -> Bools:
    result: Bools = (value >= 1950) & (value < 2100)
    return result


def _is_month(value: Ints) -> Bools:
    result: Bools = (value >= 1) & (value <= 12)
    return result


def _one_width(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace(_LINE_END, " ")


def _upper(text: str) -> str:
    """Upper case, leaving alone what would grow (ß) and so move every place after it."""
    upper = text.upper()
    return (
        upper
        if len(upper) == len(text)
        else "".join(
            character.upper() if len(character.upper()) == 1 else character for character in text
        )
    )
