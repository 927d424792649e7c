"""A plain CSV with the headings of `match_books.FIELDS`, read without an object for each cell.

Only what a program writes: UTF-8, no quotes, the same number of cells in every row, days like
2026-06-30, plain decimal amounts. Whatever else a file has, `read_plain` says None, and it is
read cell by cell, which can say what is wrong with it and where.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from tieout.cli.match_figures import LONGEST_AMOUNT, NotPlain, Places, days_of, in_minor
from tieout.matching import NO_AMOUNT, Keys, Lines, currency_code, kind_of
from tieout.matching.keys import MOST_AT_ONCE
from tieout.matching.text import (
    LONGEST,
    Bytes,
    Filled,
    Ints,
    Texts,
    cut_off,
    distinct,
    mix,
    padded,
    rows_of,
    spread,
    words_at,
)

_MARK = b"\xef\xbb\xbf"
_COMMA, _LINE_END, _RETURN = ord(","), ord("\n"), ord("\r")
#: Room before the first byte, so that a row may begin there.
_ROOM = 32
_BYTES_AT_ONCE = 1 << 20
#: Bytes that are compared as one number.
_WORD = 8
#: Rows whose words are taken to be most there are in a column.
_LOOKED_AT = 1 << 15
#: Bits by which most of the words of a column are told apart.
_SLOTS = (1 << 17) - 1
#: The first character that is seen, and how many there are.
_FIRST_VISIBLE, _VISIBLE = np.uint8(ord("!")), np.uint8(ord("~") - ord("!") + 1)
_BEYOND_ASCII = np.uint64(0x8080808080808080)


class Words(Sequence[str]):
    """The cells of a column, each decoded when it is asked for."""

    def __init__(self, data: Bytes, begin: Places, end: Places, *, is_ascii: bool) -> None:
        self._data, self._begin, self._end, self._is_ascii = data, begin, end, is_ascii

    def __len__(self) -> int:
        return len(self._begin)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return self._many(np.arange(len(self))[place])
        return self._bytes(place).decode().strip()

    def _bytes(self, place: int) -> bytes:
        return self._data[self._begin[place] : self._end[place]].tobytes()

    def _many(self, rows: Ints) -> list[str]:
        length = self._end[rows] - self._begin[rows]
        cut = self._data[spread(self._begin[rows].astype(np.int64), length + 1)]
        cut[np.cumsum(length + 1) - 1] = _LINE_END
        return [word.strip() for word in cut.tobytes().decode().split("\n")[:-1]]

    def numbers(self) -> Ints:
        """A number for each cell, the same for the same characters."""
        numbers = np.zeros(len(self), np.int64)
        for some in _parts(len(self)):
            begin, length = self._begin[some], self._end[some] - self._begin[some]
            rows = cut_off(rows_of(self._data, begin, _wide(length)), length)
            numbers[some] = mix(*rows.view(np.int64).T)
            for row in np.flatnonzero(length > LONGEST).tolist():
                from hashlib import blake2b

                digest = blake2b(self._bytes(some.start + row), digest_size=8).digest()
                numbers[some.start + row] = int.from_bytes(digest, "little", signed=True)
        return numbers

    def ascend(self) -> bool:
        """Whether short cells stand in the order of their lengths and characters, none twice."""
        length = self._end - self._begin
        if not length.all() or int(length.max(initial=0)) > _WORD:
            return False
        # The first character highest, nothing behind the last one.
        words = words_at(self._data, self._begin).byteswap()
        words >>= (8 * (_WORD - np.maximum(length, 1))).astype(np.uint64)
        longer = length[1:] > length[:-1]
        more = (length[1:] == length[:-1]) & (words[1:] > words[:-1])
        return bool((longer | more).all())

    def coded(self, code_of: Callable[[str], int]) -> Ints:
        """A code for each cell, asked for once for each word."""
        return _coded(self.numbers(), lambda row: code_of(self[row]))

    def plain(self, some: slice) -> Bytes | None:
        """Cells in rows with zeros behind each; None unless all are short and visible ASCII."""
        begin, length = self._begin[some], self._end[some] - self._begin[some]
        if int(length.max(initial=0)) > LONGEST:
            return None
        rows = cut_off(rows_of(self._data, begin, _wide(length)), length)
        visible = np.count_nonzero(rows - _FIRST_VISIBLE < _VISIBLE)
        return rows if visible == int(length.sum()) else None

    def filled(self, some: slice) -> list[Filled]:
        """Some of the cells, without the empty ones."""
        begin, length = self._begin[some], self._end[some] - self._begin[some]
        plain = (length > 0) & (length < LONGEST)
        others = np.flatnonzero((length > 0) & ~plain)
        rows = np.flatnonzero(plain)
        length = length[rows]
        cells = cut_off(rows_of(self._data, begin[rows], _wide(length + 1)), length)
        if not self._is_ascii:
            foreign = (cells.view(np.uint64) & _BEYOND_ASCII).any(axis=1)
            others = np.sort(np.concatenate([others, rows[foreign]]))
            rows, cells = rows[~foreign], cells[~foreign]
        written = Texts.in_rows(cells)
        filled = [Filled(rows, written, written.upper())]
        if len(others):
            filled.append(Filled.at(others, self._written(others + some.start)))
        return filled

    def _written(self, rows: Ints) -> list[str]:
        """Cells as they are written, each word decoded once."""
        known: dict[bytes, str] = {}
        words = []
        for row in rows.tolist():
            cell = self._bytes(row)
            word = known.get(cell)
            if word is None:
                word = known[cell] = cell.decode()
            words.append(word)
        return words


@dataclass(frozen=True)
class PlainBook:
    """A book as its file has it."""

    lines: Lines
    ids: Words
    numbers: Words
    kinds: Words
    descriptions: Words


def read_plain(
    path: Path,
    needed: frozenset[str],
    customer_number: Callable[[str], int],
    decimals: int,
    beyond: frozenset[str] = frozenset({"quantity", "unit_price"}),
) -> PlainBook | None:
    """Read a plain file; None if it is not as plain as that, or has all columns of `beyond`."""
    try:
        table = _Table(path, needed)
        return None if beyond <= table.place.keys() else table.book(customer_number, decimals)
    except NotPlain:
        return None


class _Table:
    """The cells of a file by where they begin and end."""

    def __init__(self, path: Path, needed: frozenset[str]) -> None:
        content = path.read_bytes().removeprefix(_MARK)
        if b'"' in content or content.startswith((b"PK", b"\xd0\xcf")):
            raise NotPlain
        self.is_ascii = content.isascii()
        if not self.is_ascii:
            try:
                content.decode()
            except UnicodeDecodeError as error:
                raise NotPlain from error
        if not content.endswith(b"\n"):
            content += b"\n"
        head = content[: content.index(b"\n")].decode().rstrip("\r").split(",")
        self.place = {name.strip().lower(): at for at, name in enumerate(head)}
        if not needed <= self.place.keys():
            raise NotPlain
        self.data: Bytes = padded(np.frombuffer(content, np.uint8), _ROOM)
        del content
        ends, lines = _separators(self.data)
        if len(ends) % len(head):
            raise NotPlain
        # A column after the other, as they are read.
        self.ends: Places = ends.reshape(-1, len(head)).T.copy()
        last = self.data[self.ends[-1]] == _LINE_END
        if not last.all() or len(last) != lines:
            raise NotPlain

    def words(self, name: str) -> Words:
        """A column; empty cells where the file has none of that name."""
        at = self.place.get(name)
        if at is None:
            nowhere = self.ends[-1, 1:]
            return Words(self.data, nowhere, nowhere, is_ascii=True)
        begin = (self.ends[-1, :-1] if at == 0 else self.ends[at - 1, 1:]) + 1
        # A copy, so that the other columns can be forgotten.
        end = self.ends[at, 1:].copy()
        if at == len(self.ends) - 1:
            end = end - ((self.data[end - 1] == _RETURN) & (end > begin))
        return Words(self.data, begin, end, is_ascii=self.is_ascii)

    def book(self, customer_number: Callable[[str], int], decimals: int) -> PlainBook:
        """All columns as integers."""
        ids, references = self.words("line_id"), self.words("reference")
        kinds, descriptions = self.words("doc_type"), self.words("description")
        count = len(ids)
        if not ids.ascend() and _has_twins(ids.numbers()):
            raise NotPlain
        lines = Lines(
            id=np.arange(count, dtype=np.int64),
            customer=self.words("customer").coded(customer_number),
            day=_days(self.words("date")),
            kind=_kinds(kinds, descriptions),
            amount=_amounts(self.words("amount"), decimals, empty=None),
            currency=self.words("doc_currency").coded(currency_code),
            doc_amount=_amounts(self.words("doc_amount"), 2, empty=NO_AMOUNT),
            keys=_keys(references, self.words("po_number"), descriptions),
        )
        return PlainBook(lines, ids, references, kinds, descriptions)


def _parts(count: int) -> list[slice]:
    return [
        slice(first, min(first + MOST_AT_ONCE, count)) for first in range(0, count, MOST_AT_ONCE)
    ]


def _has_twins(numbers: Ints) -> bool:
    numbers.sort()
    return bool((numbers[1:] == numbers[:-1]).any())


def _separators(data: Bytes) -> tuple[Places, int]:
    """Where cells end, and how many of them end a line."""
    kind = np.int32 if len(data) < 1 << 31 else np.int64
    found, lines = [], 0
    for first in range(0, len(data), _BYTES_AT_ONCE):
        some = data[first : first + _BYTES_AT_ONCE]
        ends = some == _LINE_END
        lines += int(np.count_nonzero(ends))
        at = np.flatnonzero(np.logical_or(ends, some == _COMMA, out=ends))
        found.append((at + first).astype(kind))
    return np.concatenate(found), lines


def _wide(length: npt.NDArray[Any]) -> int:
    """Room for the longest of some texts, in whole words."""
    return max(-(-min(int(length.max(initial=1)), LONGEST) // 8), 1) * 8


def _coded(numbers: Ints, code_of: Callable[[int], int]) -> Ints:
    """A code for each row, asked for once for each number, in the order they first occur."""
    known = distinct(numbers[:_LOOKED_AT])
    at = _among(known, numbers)
    strange = np.flatnonzero(known[at] != numbers) if len(known) else at
    if len(strange):
        known = distinct(np.concatenate([known, numbers[strange]]))
        at = _among(known, numbers)
    first = np.empty(len(known), np.int64)
    first[at[::-1]] = np.arange(len(numbers))[::-1]
    code = np.zeros(len(known), np.int64)
    for place in np.argsort(first).tolist():
        code[place] = code_of(int(first[place]))
    return code[at]


def _among(known: Ints, numbers: Ints) -> Ints:
    """The place of each number among known ones, given ascending; any place where it is none."""
    # By the last bits first, a look instead of a search; the few that share them are searched.
    table = np.zeros(_SLOTS + 1, np.int64)
    table[known & _SLOTS] = np.arange(len(known))
    at: Ints = table[numbers & _SLOTS]
    others = np.flatnonzero(known[at] != numbers)
    if len(others):
        found = np.searchsorted(known, numbers[others])
        found[found == len(known)] = 0
        at[others] = found
    return at


def _kinds(kinds: Words, descriptions: Words) -> Ints:
    """By the document type; where it says nothing, by the description."""
    found = kinds.coded(lambda word: int(kind_of(word)))
    silent = np.flatnonzero(found == 0)
    if len(silent):
        said = descriptions.numbers()[silent]
        found[silent] = _coded(said, lambda row: int(kind_of("", descriptions[int(silent[row])])))
    return found


def _days(words: Words) -> Ints:
    days = np.zeros(len(words), np.int64)
    for some in _parts(len(words)):
        days[some] = days_of(words._data, words._begin[some], words._end[some])
    return days


def _amounts(words: Words, decimals: int, *, empty: int | None) -> Ints:
    """Plain decimal numbers in minor units."""
    values = np.full(len(words), 0 if empty is None else empty, np.int64)
    for some in _parts(len(words)):
        begin, end = words._begin[some], words._end[some]
        length = end - begin
        if (empty is None and not length.all()) or int(length.max(initial=0)) > LONGEST_AMOUNT:
            raise NotPlain
        there = slice(None) if length.all() else np.flatnonzero(length > 0)
        value = in_minor(words._data, begin[there], end[there], decimals)
        values[np.arange(some.start, some.start + len(length))[there]] = value
    return values


def _keys(references: Words, pos: Words, descriptions: Words) -> Keys:
    parts = []
    for some in _parts(len(references)) or [slice(0, 0)]:
        columns = (column.filled(some) for column in (references, pos, descriptions))
        parts.append(Keys.of_cells(some.stop - some.start, *columns))
    return Keys.joined(parts)
