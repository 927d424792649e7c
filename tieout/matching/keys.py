"""Keys: the numbers by which a line can be recognised in the other book.

Worked out once, when a line is taken in, and stored with it: turning text into integers is half
the work of a run. A key is a plain integer, so that joining is sorting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from tieout.matching import short_names
from tieout.matching.letters import letters_of
from tieout.matching.misread import beside_figures, read_again
from tieout.matching.text import (
    Bools,
    Filled,
    Ints,
    Runs,
    Texts,
    concatenated,
    looks_like_a_date,
    mix,
    one_of,
    spread,
)


class Form(IntEnum):
    """Where a key comes from, the most telling first."""

    #: All digits of the reference.
    JOINED = 0
    #: Two neighbouring numbers of the reference or the description.
    PAIR = 1
    #: The last eight digits of the reference.
    TAIL = 2
    #: A long number in the description, or a long one among several in the reference.
    LONG = 3
    #: The purchase order.
    PO = 4
    #: One number of the reference, alone.
    RUN = 5
    #: A short number with its series; composite where it is the reference itself.
    NAMED = 6
    #: A number of a list or a range of documents.
    LISTED = 7


#: Places in `Form`, one byte each.
Forms = npt.NDArray[np.int8]

#: Bits of a stored key below its value: the form, and whether several numbers were joined.
_FORM_BITS = 4
#: Lines whose keys are worked out together: few enough to stay near the processor.
MOST_AT_ONCE = 1 << 16
#: Bits that are left for a place where the number of a key is told by enough bits.
_ROOM = 24
_PAIR_SPACE = 1 << 54
_TAIL_DIGITS = 8
_LONG_DIGITS = 5
_YEAR_DIGITS = 4
#: A single number shorter than this is a running number, no document number.
_ALONE_DIGITS = 6
#: A pair such as "41-3" says nothing; "2026/1" does.
_PAIR_DIGITS = 5
_HEAD = 3
#: What may stand between two numbers of a text that belong together.
_BESIDE = [ord(sign) for sign in "-/_. "]


@dataclass(frozen=True)
class Keys:
    """Keys of many lines, row after row (`start[i]` to `start[i + 1]`)."""

    start: Ints
    value: Ints
    form: Forms
    #: Several numbers of the line were written together to make this key.
    composite: Bools
    #: The reference exactly as written; 0 where there is none.
    written: Ints
    #: The reference without case, width, separators and leading zeros; 0 where there is none.
    cleaned: Ints
    #: The letters before the first number of the reference; 0 where there are none.
    prefix: Ints

    def __len__(self) -> int:
        return len(self.written)

    @property
    def line(self) -> Ints:
        """The row each key belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @classmethod
    def of(
        cls, references: Sequence[str], pos: Sequence[str], descriptions: Sequence[str]
    ) -> "Keys":
        """Work out the keys of many lines at once."""
        parts = [
            cls.of_cells(
                len(references[some]),
                [Filled.of(references[some])],
                [Filled.of(pos[some])],
                [Filled.of(descriptions[some])],
            )
            for some in (
                slice(first, first + MOST_AT_ONCE)
                for first in range(0, max(len(references), 1), MOST_AT_ONCE)
            )
        ]
        return cls.joined(parts)

    @classmethod
    def of_cells(
        cls,
        count: int,
        references: Sequence[Filled],
        pos: Sequence[Filled],
        descriptions: Sequence[Filled],
    ) -> "Keys":
        """Work out the keys of at most `MOST_AT_ONCE` lines, each of them once in a column."""
        found: list[_Found] = []
        written, cleaned, prefix = (np.zeros(count, np.int64) for _ in range(3))
        for cells in references:
            runs = Runs.of(cells.texts)
            found += _at(cells.rows, _from_reference(runs, len(cells.rows)))
            found += _at(cells.rows, _names_in_reference(cells.texts, runs, len(cells.rows)))
            doubtful = beside_figures(cells.texts, runs)
            lines, again = read_again(cells.texts.take(doubtful))
            rows = cells.rows[doubtful[lines]]
            found += _at(rows, _from_reference(Runs.of(again), len(lines)))
            before, letters = letters_of(cells.texts, runs)
            prefix[cells.rows] = before
            written[cells.rows] = cells.written.hashes()
            cleaned[cells.rows] = _cleaned(runs, letters, before)
        for cells in pos:
            found += _at(cells.rows, [_from_po(Runs.of(cells.texts), len(cells.rows))])
        for cells in descriptions:
            found += _at(cells.rows, _from_description(cells.texts))
        line, words = _together(found)
        order = _by_line_and_value(line, words)
        line, words = line[order], words[order]
        fresh = np.ones(len(words), bool)
        value = words >> _FORM_BITS
        # Of one number in several forms the most telling stays.
        fresh[1:] = (value[1:] != value[:-1]) | (line[1:] != line[:-1])
        size = np.bincount(line[fresh], minlength=count)
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
        return cls._unpacked(start, words[fresh], written, cleaned, prefix)

    @classmethod
    def joined(cls, parts: Sequence["Keys"]) -> "Keys":
        """The keys of one book worked out in parts."""
        if len(parts) == 1:
            return parts[0]
        before = np.cumsum([0, *(part.start[-1] for part in parts)])
        starts = [part.start[:-1] + first for part, first in zip(parts, before[:-1], strict=True)]
        return cls(
            np.concatenate([*starts, before[-1:]]).astype(np.int64),
            np.concatenate([part.value for part in parts]),
            np.concatenate([part.form for part in parts]),
            np.concatenate([part.composite for part in parts]),
            np.concatenate([part.written for part in parts]),
            np.concatenate([part.cleaned for part in parts]),
            np.concatenate([part.prefix for part in parts]),
        )

    @classmethod
    def _unpacked(
        cls, start: Ints, words: Ints, written: Ints, cleaned: Ints, prefix: Ints
    ) -> "Keys":
        lowest = words.astype("<i8", copy=False).view(np.int8)[:: words.itemsize]
        return cls(
            start=start,
            value=words >> _FORM_BITS,
            form=(lowest >> 1) & np.int8(7),
            composite=(lowest & np.int8(1)).view(bool),
            written=written,
            cleaned=cleaned,
            prefix=prefix,
        )

    def rows(self) -> list[bytes]:
        """Each line's keys as bytes, to be stored with the line."""
        words = (self.value << _FORM_BITS) | (self.form.astype(np.int64) << 1) | self.composite
        head = np.stack([self.written, self.cleaned, self.prefix], axis=1).astype("<i8")
        body = words.astype("<i8")
        return [
            head[row].tobytes() + body[self.start[row] : self.start[row + 1]].tobytes()
            for row in range(len(self))
        ]

    @classmethod
    def from_rows(cls, rows: Iterable[bytes]) -> "Keys":
        """Keys as they were stored; the counterpart of `rows`."""
        stored = list(rows)
        numbers = np.frombuffer(b"".join(stored), "<i8").astype(np.int64)
        length = np.array([len(row) // 8 for row in stored], np.int64)
        begin = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
        is_head = np.zeros(len(numbers), bool)
        for column in range(_HEAD):
            is_head[begin[:-1] + column] = True
        head = [numbers[begin[:-1] + column] for column in range(_HEAD)]
        start = begin - _HEAD * np.arange(len(stored) + 1)
        return cls._unpacked(start, numbers[~is_head], head[0], head[1], head[2])

    def places(self, rows: Ints, known_as: Ints | None = None) -> tuple[Ints, Ints]:
        """The keys of some lines: the row of each, or what it is known as, and its place."""
        start = self.start[rows]
        length = self.start[rows + 1] - start
        names = rows if known_as is None else known_as
        return np.repeat(names, length), spread(start, length)

    def take(self, rows: Ints) -> "Keys":
        """The keys of some lines, in the order asked for."""
        length = np.diff(self.start)[rows]
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
        pick = np.repeat(self.start[rows] - start[:-1], length) + np.arange(start[-1])
        return Keys(
            start,
            self.value[pick],
            self.form[pick],
            self.composite[pick],
            self.written[rows],
            self.cleaned[rows],
            self.prefix[rows],
        )


def keys_of(reference: str = "", po: str = "", description: str = "") -> bytes:
    """The keys of one line, ready to be stored with it."""
    return Keys.of([reference], [po], [description]).rows()[0]


#: Lines, and their keys as they are stored.
_Found = tuple[Ints, Ints]


def _found(line: Ints, value: Ints, form: Form, composite: Bools | bool) -> _Found:
    return line, (value << _FORM_BITS) | ((int(form) << 1) | np.asarray(composite, np.int64))


def _at(rows: Ints, found: Iterable[_Found]) -> list[_Found]:
    """What was found, by the rows of the book."""
    return [(rows[line], words) for line, words in found]


def _together(found: list[_Found]) -> tuple[npt.NDArray[np.uint16], Ints]:
    nothing = [np.zeros(0, np.int64)]
    line = np.concatenate(nothing + [each[0] for each in found]).astype(np.uint16)
    return line, np.concatenate(nothing + [each[1] for each in found])


def _by_line_and_value(line: npt.NDArray[np.uint16], words: Ints) -> Ints:
    """Keys by their lines, equal numbers of a line side by side, the most telling form first."""
    room = max(len(words) - 1, 1).bit_length()
    if room > _ROOM:
        return np.lexsort((words, line))
    # Numbers and places sorted as one, which is five times faster. Two numbers of one line have
    # the same few bits once in millions, and are the same for it in every book.
    packed = mix(words >> _FORM_BITS).view(np.uint64) >> np.uint64(64 - 60 + 16 + room)
    packed <<= np.uint64(_FORM_BITS)
    packed |= (words & ((1 << _FORM_BITS) - 1)).view(np.uint64)
    packed |= line.astype(np.uint64) << np.uint64(64 - 16 - room)
    packed <<= np.uint64(room)
    packed |= np.arange(len(words), dtype=np.uint64)
    packed.sort()
    return (packed & np.uint64((1 << room) - 1)).view(np.int64)


def _neighbours(runs: Runs) -> Bools:
    """For each run but the last: the next one stands in the same line."""
    result: Bools = runs.line[1:] == runs.line[:-1]
    return result


def _pair(left: Ints, right: Ints) -> Ints:
    return (mix(left, right) & (_PAIR_SPACE - 1)) | _PAIR_SPACE


def _from_reference(runs: Runs, count: int) -> list[_Found]:
    several = np.bincount(runs.line, minlength=count)
    joined, written = _joined(runs, several)
    dated = looks_like_a_date(joined, written) & (several == 1)
    telling_alone = (several > 1) | (written >= _ALONE_DIGITS)
    lines = np.flatnonzero((several > 0) & telling_alone & ~dated).astype(np.int64)
    tailed = lines[written[lines] > _TAIL_DIGITS]
    left = np.flatnonzero(_neighbours(runs))
    right = left + 1
    of_three = several[runs.line[left]] > 2
    telling = (runs.digits[left] + runs.digits[right] >= _PAIR_DIGITS) & (
        np.maximum(runs.digits[left], runs.digits[right]) >= 3
    )
    pair = _pair(runs.value[left], runs.value[right])
    beside = concatenated(runs.value[left], runs.value[right], runs.digits[right])
    near = of_three & telling
    # Four digits alone are a number, though they could be a year: INV-2001.
    lone = ~looks_like_a_date(runs.value, runs.digits)
    lone |= (several[runs.line] == 1) & (runs.digits == _YEAR_DIGITS)
    long = runs.digits >= _TAIL_DIGITS
    shorter, longer = np.flatnonzero(lone & ~long), np.flatnonzero(lone & long)
    return [
        _found(lines, joined[lines], Form.JOINED, several[lines] > 1),
        _found(tailed, joined[tailed] % 10**_TAIL_DIGITS, Form.TAIL, several[tailed] > 1),
        _found(runs.line[left][telling], pair[telling], Form.PAIR, True),
        _found(runs.line[left][near], beside[near], Form.JOINED, True),
        _found(runs.line[shorter], runs.value[shorter], Form.RUN, False),
        _found(runs.line[longer], runs.value[longer], Form.LONG, False),
    ]


def _names_in_reference(texts: Texts, runs: Runs, count: int) -> list[_Found]:
    several = np.bincount(runs.line, minlength=count)
    return [
        _found(*short_names.in_references(texts, runs, several), Form.NAMED, True),
        _found(*short_names.listed(texts, runs), Form.LISTED, False),
    ]


def _joined(runs: Runs, several: Ints) -> tuple[Ints, Ints]:
    """All digits of each line as one number, and how many there are.

    `several` says how many runs each line has.
    """
    value, written = np.zeros(len(several), np.int64), np.zeros(len(several), np.int64)
    begin = np.cumsum(several) - several
    for step in range(int(several.max(initial=0))):
        line = np.flatnonzero(several > step)
        these = begin[line] + step
        right, digits = runs.value[these], runs.digits[these]
        value[line] = concatenated(value[line], right, digits) if step else right
        written[line] += digits
    return value, written


def _from_po(runs: Runs, count: int) -> _Found:
    value, written = _joined(runs, np.bincount(runs.line, minlength=count))
    lines = np.flatnonzero(written > 0).astype(np.int64)
    return _found(lines, value[lines], Form.PO, False)


def _from_description(texts: Texts) -> list[_Found]:
    runs = Runs.of(texts)
    long = (runs.digits >= _LONG_DIGITS) & ~looks_like_a_date(runs.value, runs.digits)
    left = np.flatnonzero(_neighbours(runs) & (runs.start[1:] - runs.end[:-1] == 1))
    between = texts.characters[runs.end[left]]
    left = left[one_of(between, _BESIDE)]
    right = left + 1
    telling = runs.digits[left] + runs.digits[right] >= _PAIR_DIGITS
    left, right = left[telling], right[telling]
    beside = concatenated(runs.value[left], runs.value[right], runs.digits[right])
    return [
        _found(runs.line[long], runs.value[long], Form.LONG, False),
        _found(runs.line[left], _pair(runs.value[left], runs.value[right]), Form.PAIR, True),
        _found(runs.line[left], beside, Form.LONG, True),
        _found(*short_names.in_words(texts, runs), Form.NAMED, False),
        _found(*short_names.listed(texts, runs), Form.LISTED, False),
    ]


def _cleaned(runs: Runs, letters: Ints, prefix: Ints) -> Ints:
    """Letters and numbers of the reference; where one number ends and the next begins counts."""
    count = len(letters)
    numbers = np.zeros(count, np.int64)
    several = np.bincount(runs.line, minlength=count)
    begin = np.cumsum(several) - several
    place = np.arange(len(runs.line)) - begin[runs.line]
    full = np.flatnonzero(several > 0)
    if len(full):
        numbers[full] = np.add.reduceat(mix(runs.value, place), begin[full])
    cleaned = mix(letters, numbers, prefix)
    cleaned[(letters == 0) & (numbers == 0)] = 0
    return cleaned
