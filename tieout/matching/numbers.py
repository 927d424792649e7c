"""Numbers two lines carry: do they name the same thing, nearly the same, or another?"""

import numpy as np

from tieout.matching.keys import Form, Keys
from tieout.matching.text import Bools, Ints

_TENS: Ints = 10 ** np.arange(18, dtype=np.int64)
#: Shorter numbers are running numbers, of which every book has its own.
_LEAST = 8
#: From here on numbers are compared however they were cut.
_LONG = 10
_FORMS = (Form.JOINED, Form.LONG, Form.PO)


class Numbers:
    """The number of each line's reference, of its description and of its order; 0 for none.

    Picked from the keys of a line when it is first asked for: most lines never are.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._columns = tuple(np.zeros(len(keys), np.int64) for _ in _FORMS)
        self._known = np.zeros(len(keys), bool)

    def columns(self, rows: Ints) -> tuple[Ints, ...]:
        """The three numbers of some lines."""
        asked = np.zeros(len(self._known), bool)
        asked[rows] = True
        asked &= ~self._known
        new = np.flatnonzero(asked)
        if len(new):
            self._pick(new)
            self._known[new] = True
        return tuple(column[rows] for column in self._columns)

    def _pick(self, rows: Ints) -> None:
        keys = self._keys
        line, place = keys.places(rows)
        value = keys.value[place]
        long = value >= _TENS[_LEAST - 1]
        long &= ~keys.composite[place] | (value >= _TENS[_LONG - 1])
        line, form, value = line[long], keys.form[place[long]], value[long]
        for wanted, column in zip(_FORMS, self._columns, strict=True):
            some = np.flatnonzero(form == wanted)
            if len(some):
                its = line[some]
                first = np.flatnonzero(np.diff(its, prepend=-1))
                column[its[first]] = np.maximum.reduceat(value[some], first)

    def contradict(self, rows: Ints, other: "Numbers", others: Ints) -> Bools:
        """Pairs with numbers of one length, of which none are the same or nearly so."""
        compared, agreed = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
        right = [(theirs, _length(theirs)) for theirs in other.columns(others)]
        for mine in self.columns(rows):
            if not mine.any():
                continue
            its = _length(mine)
            for theirs, length in right:
                both = np.flatnonzero((mine > 0) & (theirs > 0))
                if len(both):
                    compared[both] |= its[both] == length[both]
                    agreed[both] |= nearly(mine[both], theirs[both])
        return compared & ~agreed

    def other_reference(self, rows: Ints, other: "Numbers", others: Ints) -> Bools:
        """Pairs whose references are numbers of one length, and not even nearly the same."""
        a, b = self.columns(rows)[0], other.columns(others)[0]
        result: Bools = (a > 0) & (b > 0) & (_length(a) == _length(b))
        some = np.flatnonzero(result)
        result[some] = ~nearly(a[some], b[some])
        return result

    def similar(self, rows: Ints, other: "Numbers", others: Ints) -> Bools:
        """Pairs whose references are the same but for one digit or two swapped ones."""
        a, b = self.columns(rows)[0], other.columns(others)[0]
        result: Bools = (a > 0) & (b > 0) & (a != b)
        some = np.flatnonzero(result)
        result[some] = nearly(a[some], b[some])
        return result


def nearly(a: Ints, b: Ints) -> Bools:
    """The same but for one digit, or two neighbouring ones swapped."""
    result: Bools = a == b
    # Such numbers differ by few amounts; what does not is left out before digits are looked at.
    some = np.flatnonzero(may_be_near(a, b) & ~result)
    if len(some):
        result[some] = _one_digit_apart(a[some], b[some])
    return result


def may_be_near(a: Ints, b: Ints) -> Bools:
    """False where no one digit and no two neighbouring ones make the difference."""
    result: Bools = _MAY_BE_NEAR[_slot(np.abs(a - b))]
    return result


def _one_digit_apart(a: Ints, b: Ints) -> Bools:
    result = np.zeros(len(a), bool)
    largest = max(int(a.max(initial=0)), int(b.max(initial=0)))
    for place in range(min(len(str(largest)), len(_TENS) - 2)):
        low, high = _TENS[place], _TENS[place + 1]
        result |= (a // high == b // high) & (a % low == b % low)
        first, second = a // low % 10, a // high % 10
        result |= a + (first - second) * (high - low) == b
    return result


def _slot(difference: Ints) -> Ints:
    """A place in a table of 65,536 for each difference of two numbers."""
    slot: Ints = ((difference.view(np.uint64) * _SPREAD) >> np.uint64(48)).view(np.int64)
    return slot


def _may_be_near() -> Bools:
    """Slots of all differences one digit or two swapped ones make."""
    digits: Ints = np.arange(1, 10, dtype=np.int64)
    table = np.zeros(1 << 16, bool)
    table[_slot((_TENS[:-1, None] * np.concatenate([digits, 9 * digits])).ravel())] = True
    return table


_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MAY_BE_NEAR = _may_be_near()


def _length(value: Ints) -> Ints:
    return np.searchsorted(_TENS, value, side="right")
