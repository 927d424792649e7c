"""A plain CSV with the headings of `match_books.FIELDS`, read without an object for each cell.

Only what a program writes: UTF-8, no quotes, the same number of cells in every row, days like
2026-06-30, plain decimal amounts. Whatever else a file has, `read_plain` says None, and it is
read cell by cell, which can say what is wrong with it and where.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from tieout.matching import NO_AMOUNT, Keys, Lines, currency_code, kind_of
from tieout.matching.joins import Cells
from tieout.matching.keys import MOST_AT_ONCE
from tieout.matching.text import Ints, Texts

Bytes = npt.NDArray[np.uint8]
#: Places in a file; four bytes each where that is enough.
Places = npt.NDArray[np.int32] | npt.NDArray[np.int64]
_MARK = b"\xef\xbb\xbf"
_COMMA, _LINE_END, _RETURN = ord(","), ord("\n"), ord("\r")
_DAY_LENGTH = 10
#: Amounts of more characters are read the exact way.
_LONGEST_AMOUNT = 18


class Words(Sequence[str]):
    """The cells of a column, each decoded when it is asked for."""

    def __init__(self, data: Bytes, begin: Places, end: Places) -> None:
        self._data, self._begin, self._end = data, begin, end

    def __len__(self) -> int:
        return len(self._begin)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [word.strip() for word in self._many(place)]
        piece = self._data[self._begin[place] : self._end[place]]
        return piece.tobytes().decode().strip()

    def _many(self, some: slice) -> list[str]:
        cut = self._cut(some).characters.astype(np.uint8).tobytes()
        return cut.decode().split("\n")[:-1]

    def _cut(self, some: slice) -> Texts:
        begin, end = self._begin[some].astype(np.int64), self._end[some].astype(np.int64)
        return Texts.cut(self._data, begin, end)

    def numbers(self) -> Ints:
        """A number for each cell, the same for the same characters."""
        return np.concatenate(
            [np.zeros(0, np.int64)] + [self._cut(some).hashes() for some in _parts(len(self))]
        )

    def coded(self, code_of: Callable[[str], int]) -> Ints:
        """A code for each cell, asked for once for each word."""
        return _coded(self.numbers(), lambda row: code_of(self[row]))

    def texts(self, some: slice) -> tuple[Texts, Texts]:
        """Some cells as they are written, and in one case and width."""
        written = self._cut(some)
        if (written.characters < 128).all():
            return written, written.upper()
        words = self._many(some)
        return Texts.of(words, as_written=True), Texts.of(words)


@dataclass(frozen=True)
class PlainBook:
    """A book as its file has it."""

    lines: Lines
    ids: Words
    numbers: Words
    kinds: Words
    descriptions: Words


class _NotPlain(Exception):
    """Something that has to be read cell by cell."""


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
    except _NotPlain:
        return None


class _Table:
    """The cells of a file by where they begin and end."""

    def __init__(self, path: Path, needed: frozenset[str]) -> None:
        content = path.read_bytes().removeprefix(_MARK)
        if b'"' in content or content.startswith((b"PK", b"\xd0\xcf")):
            raise _NotPlain
        if not content.isascii():
            try:
                content.decode()
            except UnicodeDecodeError as error:
                raise _NotPlain from error
        if not content.endswith(b"\n"):
            content += b"\n"
        self.data: Bytes = np.frombuffer(content, np.uint8)
        head = content[: content.index(b"\n")].decode().rstrip("\r").split(",")
        self.place = {name.strip().lower(): at for at, name in enumerate(head)}
        if not needed <= self.place.keys():
            raise _NotPlain
        found = np.flatnonzero((self.data == _COMMA) | (self.data == _LINE_END))
        ends: Places = found.astype(np.int32) if len(content) < 1 << 31 else found.astype(np.int64)
        if len(ends) % len(head):
            raise _NotPlain
        self.ends: Places = ends.reshape(-1, len(head))
        last = self.data[self.ends] == _LINE_END
        if last[:, :-1].any() or not last[:, -1].all():
            raise _NotPlain

    def words(self, name: str) -> Words:
        """A column; empty cells where the file has none of that name."""
        at = self.place.get(name)
        if at is None:
            nowhere = self.ends[1:, -1]
            return Words(self.data, nowhere, nowhere)
        begin = (self.ends[:-1, -1] if at == 0 else self.ends[1:, at - 1]) + 1
        end = self.ends[1:, at]
        if at == self.ends.shape[1] - 1:
            end = end - ((self.data[end - 1] == _RETURN) & (end > begin))
        return Words(self.data, begin, end)

    def book(self, customer_number: Callable[[str], int], decimals: int) -> PlainBook:
        """All columns as integers."""
        ids, references = self.words("line_id"), self.words("reference")
        kinds, descriptions = self.words("doc_type"), self.words("description")
        count = len(ids)
        known = ids.numbers()
        known.sort()
        if (known[1:] == known[:-1]).any():
            raise _NotPlain
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
    return [slice(first, first + MOST_AT_ONCE) for first in range(0, count, MOST_AT_ONCE)]


def _coded(numbers: Ints, code_of: Callable[[int], int]) -> Ints:
    """A code for each row, asked for once for each number, in the order they first occur."""
    cells = Cells.of(numbers)
    first = np.minimum.reduceat(cells.order, cells.begin[:-1]) if len(numbers) else numbers
    code = np.zeros(len(first), np.int64)
    for place in np.argsort(first).tolist():
        code[place] = code_of(int(first[place]))
    result = np.empty(len(numbers), np.int64)
    result[cells.order] = np.repeat(code, cells.size)
    return result


def _kinds(kinds: Words, descriptions: Words) -> Ints:
    """By the document type; where it says nothing, by the description."""
    found = kinds.coded(lambda word: int(kind_of(word)))
    silent = np.flatnonzero(found == 0)
    if len(silent):
        said = descriptions.numbers()[silent]
        found[silent] = _coded(said, lambda row: int(kind_of("", descriptions[int(silent[row])])))
    return found


def _days(words: Words) -> Ints:
    def ordinal(text: str) -> int:
        try:
            if len(text) != _DAY_LENGTH:
                raise _NotPlain
            return date.fromisoformat(text).toordinal()
        except ValueError as error:
            raise _NotPlain from error

    return words.coded(ordinal)


def _amounts(words: Words, decimals: int, *, empty: int | None) -> Ints:
    """Plain decimal numbers in minor units."""
    data, begin, end = words._data, words._begin, words._end
    length = end - begin
    blank = length == 0
    if (empty is None and blank.any()) or int(length.max(initial=0)) > _LONGEST_AMOUNT:
        raise _NotPlain
    value = np.zeros(len(begin), np.int64)
    after = np.full(len(begin), -1, np.int64)
    first = data[np.minimum(begin, len(data) - 1)]
    minus = (first == ord("-")) & ~blank
    at = begin + (minus | ((first == ord("+")) & ~blank))
    digits = np.zeros(len(begin), np.int64)
    for _ in range(int(length.max(initial=0))):
        reading = at < end
        character = data[np.where(reading, at, 0)]
        point = reading & (character == ord("."))
        digit = reading & (character >= ord("0")) & (character <= ord("9"))
        if not (point | digit | ~reading).all() or (point & (after >= 0)).any():
            raise _NotPlain
        value = np.where(digit, value * 10 + (character - ord("0")).astype(np.int64), value)
        digits += digit
        after += (digit & (after >= 0)) | point
        at = at + reading
    after = np.maximum(after, 0)
    if (after > decimals).any() or ((digits == after) & ~blank).any():
        raise _NotPlain
    value *= 10 ** (decimals - after)
    value[minus] *= -1
    if empty is not None:
        value[blank] = empty
    return value


def _keys(references: Words, pos: Words, descriptions: Words) -> Keys:
    parts = []
    for some in _parts(len(references)) or [slice(0, 0)]:
        written, texts = references.texts(some)
        parts.append(Keys.of_texts(written, texts, pos.texts(some)[1], descriptions.texts(some)[1]))
    return Keys.joined(parts)
