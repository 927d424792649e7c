"""Texts of many lines as one array of characters, and the runs of digits in them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
#: Code points; of plain ASCII one byte each.
Characters = npt.NDArray[np.uint32] | npt.NDArray[np.uint8]

#: Digits kept of one number; longer ones keep their end, which is where numbers differ.
MAX_DIGITS = 16
_TENS: Ints = 10 ** np.arange(MAX_DIGITS + 1, dtype=np.int64)
#: Digits of a year, of a month with its year, of a day with both.
_YEAR, _MONTH, _DAY = 4, 6, 8
_LINE_END = "\n"
_MIX_A = np.uint64(0x9E3779B97F4A7C15)
_MIX_B = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT_A, _SHIFT_B = np.uint64(29), np.uint64(32)
#: Numbers mixed together: few enough to stay near the processor, which is twice as fast.
_MIXED_AT_ONCE = 1 << 14
_LONGEST_HASHED = 256
with np.errstate(over="ignore"):
    _POWERS = np.cumprod(np.full(_LONGEST_HASHED, 0x100000001B3), dtype=np.uint64)


def mix(*columns: Ints) -> Ints:
    """One number for each row of several columns; equal rows give equal numbers."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    room = np.empty(min(len(mixed), _MIXED_AT_ONCE), np.uint64)
    for first in range(0, len(mixed), _MIXED_AT_ONCE):
        part = mixed[first : first + _MIXED_AT_ONCE]
        shifted = room[: len(part)]
        for column in columns:
            part ^= column[first : first + _MIXED_AT_ONCE].view(np.uint64)
            part *= _MIX_A
            part ^= np.right_shift(part, _SHIFT_A, out=shifted)
            part *= _MIX_B
            part ^= np.right_shift(part, _SHIFT_B, out=shifted)
    return mixed.view(np.int64)


def distinct(values: Ints) -> Ints:
    """The different numbers of a column, ascending."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def one_of(values: npt.NDArray[Any], some: Sequence[int]) -> Bools:
    """Which of the values are one of a few."""
    found = np.zeros(len(values), bool)
    for each in some:
        found |= values == each
    return found


def spread(begin: Ints, length: Ints) -> Ints:
    """begin[0], begin[0] + 1, … `length[0]` times, then begin[1], …"""
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    result: Ints = np.arange(total) + np.repeat(begin - (ends - length), length)
    return result


#: Rows of characters are as wide as their longest text; longer ones than this stand alone.
LONGEST = 120
_WORD = 8


def padded(content: Bytes, before: int = 0) -> Bytes:
    """Bytes with room before and behind, so that rows may be read beyond either end."""
    data = np.zeros(before + len(content) + LONGEST + _WORD, np.uint8)
    data[before : before + len(content)] = content
    return data


def rows_of(data: Bytes, begin: npt.NDArray[Any], width: int) -> Bytes:
    """A row of `width` bytes from each place of padded data."""
    pieces: npt.NDArray[Any] = np.ndarray(
        (len(data) - width + 1,), np.dtype((np.void, width)), data, strides=(1,)
    )
    rows: Bytes = pieces[begin].view(np.uint8).reshape(len(begin), width)
    return rows


def words_at(data: Bytes, begin: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    """Eight bytes from each place as one number, the first byte the lowest."""
    every: npt.NDArray[Any] = np.ndarray((len(data) - _WORD + 1,), "<u8", data, strides=(1,))
    words: npt.NDArray[np.uint64] = every[begin]
    return words


def cut_off(rows: Bytes, length: npt.NDArray[Any]) -> Bytes:
    """The rows, some whole words wide, with zeros behind the length of each; in place."""
    words = rows.view("<u8")
    shortest = int(length.min(initial=LONGEST))
    for place in range(shortest // _WORD, words.shape[1]):
        words[:, place] &= first_bytes(length - _WORD * place)
    return rows


def first_bytes(count: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    """Words with so many of their first bytes, the lowest, full of ones."""
    bits = np.clip(count.astype(np.int64, copy=False) * 8, 0, 64)
    ones: npt.NDArray[np.uint64] = ~(_FULL << bits.view(np.uint64))
    return ones


def eight_digits(words: npt.NDArray[np.uint64]) -> Ints:
    """Words of eight digits, the first byte the highest digit, as numbers; a zero byte is a 0."""
    words = ((words & _DIGIT) * _BY_TENS) >> np.uint64(8)
    words = ((words & _TWO_DIGITS) * _BY_HUNDREDS) >> np.uint64(16)
    words = ((words & _FOUR_DIGITS) * _BY_TEN_THOUSANDS) >> np.uint64(32)
    return words.view(np.int64)


_FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
_DIGIT, _BY_TENS = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(2561)
_TWO_DIGITS, _BY_HUNDREDS = np.uint64(0x00FF00FF00FF00FF), np.uint64(6553601)
_FOUR_DIGITS, _BY_TEN_THOUSANDS = np.uint64(0x0000FFFF0000FFFF), np.uint64(42949672960001)


@dataclass(frozen=True)
class Texts:
    """One text per line, in upper case and one width, as a single row of characters."""

    characters: Characters
    #: Where the text of each line begins; one more entry than lines.
    start: Ints
    #: Characters of each line, zeros behind its text; 0 where a line end follows each text instead.
    width: int = 0

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
    def in_rows(cls, rows: Bytes) -> "Texts":
        """Texts of ASCII characters as they are written, each in a row with a zero behind it."""
        count, width = rows.shape
        return cls(rows.reshape(-1), np.arange(count + 1) * width, width)

    def __len__(self) -> int:
        return len(self.start) - 1

    def take(self, lines: Ints) -> "Texts":
        """The texts of some lines."""
        length = self.start[lines + 1] - self.start[lines]
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
        return Texts(self.characters[spread(self.start[lines], length)], start, self.width)

    def upper(self) -> "Texts":
        """The same in upper case, of ASCII characters."""
        small = (self.characters - np.uint8(ord("a"))) < np.uint8(26)
        return Texts(self.characters - small * np.uint8(32), self.start, self.width)

    def line_of(self, place: Ints) -> Ints:
        """The line each character belongs to."""
        if self.width:
            return place // self.width
        return np.searchsorted(self.start, place, side="right") - 1

    def hashes(self, part: Bools | None = None) -> Ints:
        """A number per line for its characters, or for the part of them that counts."""
        if part is None and self.width:
            rows, powers = self.characters.reshape(-1, self.width), _POWERS[: self.width]
            sums: npt.NDArray[np.uint64] = np.einsum("ij,j->i", rows, powers, dtype=np.uint64)
            return sums.view(np.int64)
        counts = self.characters != ord(_LINE_END)
        if part is not None:
            counts &= part
        at = np.flatnonzero(counts[: self.start[-1]])
        size = np.bincount(self.line_of(at), minlength=len(self))
        before = np.cumsum(size) - size
        place = np.arange(len(at)) - np.repeat(before, size)
        power = _POWERS[np.minimum(place, _LONGEST_HASHED - 1)]
        sums = np.zeros(len(at) + 1, np.uint64)
        np.cumsum(self.characters[at] * power, dtype=np.uint64, out=sums[1:])
        found: Ints = (sums[before + size] - sums[before]).view(np.int64)
        return found


@dataclass(frozen=True)
class Filled:
    """Cells of a column that are not empty."""

    rows: Ints
    #: As they are written, and in upper case and one width.
    written: Texts
    texts: Texts

    @classmethod
    def of(cls, words: Sequence[str]) -> "Filled":
        """Of all cells of a column those that say something."""
        rows = [row for row, word in enumerate(words) if word]
        return cls.at(np.array(rows, np.int64), [words[row] for row in rows])

    @classmethod
    def at(cls, rows: Ints, words: Sequence[str]) -> "Filled":
        """The words of some rows."""
        return cls(rows, Texts.of(words, as_written=True), Texts.of(words))


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
        plain = texts.characters
        if plain.dtype != np.uint8:
            plain = np.where(plain < 128, plain, 0)
        # One more before the first, so that a number may begin there.
        characters = padded(plain.astype(np.uint8, copy=False), 1)
        digit = (characters - np.uint8(ord("0"))) < np.uint8(10)
        edge = np.flatnonzero(digit[1:] != digit[:-1])
        characters = characters[1:]
        # Copies that stand close together: with every second place numpy is ten times slower.
        start, end = edge[::2].copy(), edge[1::2].copy()
        digits = end - start
        # What lies before the last eight digits of a long number, and those.
        high = np.minimum(digits, MAX_DIGITS) - _WORD
        value = _number(characters, end - np.minimum(digits, _WORD), np.minimum(digits, _WORD))
        long = np.flatnonzero(high > 0)
        first = end[long] - _WORD - high[long]
        value[long] += _number(characters, first, high[long]) * _TENS[_WORD]
        return cls(texts.line_of(start), start, end, value, digits)


def _number(characters: Bytes, begin: Ints, digits: Ints) -> Ints:
    """The number of one to eight digits at each place."""
    words = words_at(characters, begin)
    words <<= (8 * (_WORD - digits)).astype(np.uint64)
    return eight_digits(words)


def concatenated(left: Ints, right: Ints, right_digits: Ints) -> Ints:
    """Two numbers written one after the other, cut to the digits that are kept."""
    digits = np.minimum(right_digits, MAX_DIGITS)
    room = _TENS[digits]
    most = _TENS[MAX_DIGITS - digits]
    long = np.flatnonzero(left >= most)
    if len(long):
        left = left.copy()
        left[long] %= most[long]
    joined: Ints = left * room + right
    return joined


def looks_like_a_date(value: Ints, digits: Ints) -> Bools:
    """A day, a month or a year of this or the last century, and nothing else."""
    result: Bools = (digits == _YEAR) & _is_year(value)
    months = np.flatnonzero(digits == _MONTH)
    if len(months):
        some = value[months]
        result[months] = _is_year(some // 100) & _is_month(some % 100)
    days = np.flatnonzero(digits == _DAY)
    if len(days):
        some = value[days]
        month, day = some // 100 % 100, some % 100
        result[days] = _is_year(some // 10000) & _is_month(month) & (day >= 1) & (day <= 31)
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
