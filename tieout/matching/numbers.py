"""Numbers two lines carry: do they name the same thing, nearly the same, or another?"""

from dataclasses import dataclass

import numpy as np

from tieout.matching.keys import Form, Keys
from tieout.matching.text import Bools, Ints

_TENS: Ints = 10 ** np.arange(18, dtype=np.int64)
#: Shorter numbers are running numbers, of which every book has its own.
_LEAST = 8
#: From here on numbers are compared however they were cut.
_LONG = 10


@dataclass(frozen=True)
class Numbers:
    """The number of each line's reference, of its description and of its order; 0 for none."""

    columns: tuple[Ints, ...]

    @classmethod
    def of(cls, keys: Keys) -> "Numbers":
        """Pick them from the keys."""
        long = keys.value >= _TENS[_LEAST - 1]
        long &= ~keys.composite | (keys.value >= _TENS[_LONG - 1])
        places = np.flatnonzero(long)
        line, form, value = keys.line[places], keys.form[places], keys.value[places]
        columns = []
        for wanted in (Form.JOINED, Form.LONG, Form.PO):
            column = np.zeros(len(keys), np.int64)
            some = np.flatnonzero(form == wanted)
            if len(some):
                its = line[some]
                first = np.flatnonzero(np.diff(its, prepend=-1))
                column[its[first]] = np.maximum.reduceat(value[some], first)
            columns.append(column)
        return cls(tuple(columns))

    def contradict(self, rows: Ints, other: "Numbers", others: Ints) -> Bools:
        """Pairs with numbers of one length, of which none are the same or nearly so."""
        compared, agreed = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
        for mine in self.columns:
            for theirs in other.columns:
                a, b = mine[rows], theirs[others]
                both = np.flatnonzero((a > 0) & (b > 0))
                if not len(both):
                    continue
                a, b = a[both], b[both]
                compared[both] |= _length(a) == _length(b)
                agreed[both] |= nearly(a, b)
        return compared & ~agreed

    def other_reference(self, rows: Ints, other: "Numbers", others: Ints) -> Bools:
        """Pairs whose references are numbers of one length, and not even nearly the same."""
        a, b = self.columns[0][rows], other.columns[0][others]
        result: Bools = (a > 0) & (b > 0) & (_length(a) == _length(b))
        some = np.flatnonzero(result)
        result[some] = ~nearly(a[some], b[some])
        return result

    def similar(self, rows: Ints, other: "Numbers", others: Ints) -> Bools:
        """Pairs whose references are the same but for one digit or two swapped ones."""
        a, b = self.columns[0][rows], other.columns[0][others]
        result: Bools = (a > 0) & (b > 0) & (a != b)
        some = np.flatnonzero(result)
        result[some] = nearly(a[some], b[some])
        return result


def nearly(a: Ints, b: Ints) -> Bools:
    """The same but for one digit, or two neighbouring ones swapped."""
    result: Bools = a == b
    largest = max(int(a.max(initial=0)), int(b.max(initial=0)))
    for place in range(min(len(str(largest)), len(_TENS) - 2)):
        low, high = _TENS[place], _TENS[place + 1]
        result |= (a // high == b // high) & (a % low == b % low)
        first, second = a // low % 10, a // high % 10
        result |= a + (first - second) * (high - low) == b
    return result


def _length(value: Ints) -> Ints:
    return np.searchsorted(_TENS, value, side="right")
