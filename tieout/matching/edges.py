"""Edges: pairs of lines of one customer with a key in common, and how telling it is."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tieout.matching.joins import Cells, counts, meet_telling
from tieout.matching.keys import Form, Forms, Keys
from tieout.matching.kinds import Kind
from tieout.matching.lines import Lines
from tieout.matching.text import Bools, Ints, mix, spread

#: What a key of each form is worth when it occurs once on each side.
WORTH: Ints = np.array([400, 400, 300, 300, 160, 40])
#: A running number whose letters the other book never uses is a number of the book's own.
_FOREIGN_RUN = 10
_SHARE = 20
_ALWAYS = 12
#: A short number occurring more often than this in an account says nothing.
_RUNS = 3


#: Customers are looked at together up to so many lines: few enough to stay near the processor.
_LINES_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class KeyColumns:
    """The usable keys of some lines of one book; equal ones stand side by side."""

    line: Ints
    customer: Ints
    value: Ints
    form: Forms
    composite: Bools
    worth: Ints
    #: In how many lines of the customer the key is.
    often: Ints


@dataclass(frozen=True)
class Edges:
    """Pairs of lines of one customer with a key in common."""

    ours: Ints
    theirs: Ints
    worth: Ints
    #: How many keys they have in common, running numbers of the book's own left aside.
    shared: Ints
    #: The common key is a document number, not only an order.
    document: Bools
    #: A document number, an order, or a running number that occurs once in either book.
    strong: Bools
    #: Lines that name a document of the other book, whether still free or not.
    ours_names: Bools
    theirs_names: Bools
    #: Of all keys of a book: those that are not in too many lines of a customer.
    our_usable: Bools
    their_usable: Bools

    @classmethod
    def between(cls, ours: Lines, theirs: Lines) -> "Edges":
        """Find every edge between two books, some customers at a time."""
        usable = np.zeros(len(ours.keys.value), bool), np.zeros(len(theirs.keys.value), bool)
        common = np.intersect1d(ours.keys.prefix, theirs.keys.prefix)
        own = _own_prefixes(ours.keys, theirs.keys)
        parts = []
        for mine, other in _together(ours.customer, theirs.customer):
            left, our_cells = _usable(ours, mine, usable[0])
            right, their_cells = _usable(theirs, other, usable[1])
            at, to = meet_telling(our_cells, their_cells)
            same = (left.customer[at] == right.customer[to]) & (left.value[at] == right.value[to])
            if not same.all():
                at, to = at[same], to[same]
            parts.append(_gathered(ours, theirs, left, right, at, to, common, own))
        i, j, worth, shared, document, strong = (
            np.concatenate([part[column] for part in parts]) for column in range(6)
        )
        document, strong = document.astype(bool), strong.astype(bool)
        agree = kinds_agree(ours.kind[i], theirs.kind[j]) & document
        ours_names, theirs_names = np.zeros(len(ours), bool), np.zeros(len(theirs), bool)
        ours_names[i[agree]] = True
        theirs_names[j[agree]] = True
        return cls(
            i, j, worth, shared, document, strong, ours_names, theirs_names, usable[0], usable[1]
        )

    def where(self, keep: Bools) -> tuple[Ints, Ints, Ints]:
        """Lines and worth of some of the edges."""
        return self.ours[keep], self.theirs[keep], self.worth[keep]


def classes_agree(ours: Ints, theirs: Ints) -> Bools:
    """Both may be on the same side of a settlement: a credit note goes with invoices."""
    paid = (ours == Kind.PAYMENT) == (theirs == Kind.PAYMENT)
    agree: Bools = paid | (ours == Kind.UNKNOWN) | (theirs == Kind.UNKNOWN)
    return agree


def kinds_agree(ours: Ints, theirs: Ints) -> Bools:
    """Both may be the same thing: a payment is never an invoice."""
    agree: Bools = (ours == theirs) | (ours == Kind.UNKNOWN) | (theirs == Kind.UNKNOWN)
    return agree


def prefixes_agree(
    ours: Keys, theirs: Keys, left: Ints, right: Ints, common: Ints | None = None
) -> Bools:
    """Not two series that both books write: CN-2026-000112 is not INV-2026-000112."""
    if common is None:
        common = np.intersect1d(ours.prefix, theirs.prefix)
    a, b = ours.prefix[left], theirs.prefix[right]
    both = np.isin(a, common) & np.isin(b, common) & (a != 0) & (b != 0)
    result: Bools = ~both | (a == b)
    return result


def _another_series(ours: Keys, theirs: Keys, left: Ints, right: Ints, common: Ints) -> Bools:
    """One reference is of a series both books write, the other is not: RC-112 is not INV-112."""
    a, b = ours.prefix[left], theirs.prefix[right]
    result: Bools = (a != b) & (a != 0) & (b != 0)
    some = np.flatnonzero(result)
    result[some] = np.isin(a[some], common) | np.isin(b[some], common)
    return result


def _own_prefixes(ours: Keys, theirs: Keys) -> tuple[Bools, Bools]:
    """Lines whose reference begins with letters the other book never uses."""
    result = []
    for keys, other in ((ours, theirs), (theirs, ours)):
        known = np.unique(other.prefix)
        result.append((keys.prefix != 0) & ~np.isin(keys.prefix, known))
    return result[0], result[1]


def _together(ours: Ints, theirs: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Rows of both books, all lines of a customer at once."""
    customers, count = np.unique(np.concatenate([ours, theirs]), return_counts=True)
    part_of = (np.cumsum(count) - count) // _LINES_AT_ONCE
    if not len(customers) or part_of[-1] == 0:
        yield np.arange(len(ours)), np.arange(len(theirs))
        return
    rows = []
    for column in (ours, theirs):
        part = part_of[np.searchsorted(customers, column)]
        order = np.argsort(part, kind="stable")
        rows.append((order, np.searchsorted(part[order], np.arange(int(part_of[-1]) + 2))))
    (mine, first), (other, second) = rows
    for part in np.unique(part_of).tolist():
        yield mine[first[part] : first[part + 1]], other[second[part] : second[part + 1]]


def _usable(lines: Lines, rows: Ints, usable: Bools) -> tuple[KeyColumns, Cells]:
    """Keys that are not in too many lines of a customer; marked among all keys, too."""
    keys = lines.keys
    length = np.diff(keys.start)[rows]
    place = spread(keys.start[rows], length)
    value, customer = keys.value[place], np.repeat(lines.customer[rows], length)
    cells = Cells.of(mix(customer, value))
    order, size = cells.order, cells.size
    line = np.repeat(rows, length)[order]
    form = keys.form[place[order]]
    often = np.repeat(size, size)
    lines_of = np.repeat(counts(lines.customer[rows]), length)[order]
    short = form == Form.RUN
    limit = np.where(short, _RUNS, np.maximum(_ALWAYS, lines_of // _SHARE))
    keep = (often <= limit) & ((often <= _ALWAYS) | ~short)
    left = np.add.reduceat(keep.astype(np.int64), cells.begin[:-1]) if len(order) else size[:0]
    some = left > 0
    places = np.flatnonzero(keep)
    order, line, form = order[places], line[places], form[places]
    columns = KeyColumns(
        line,
        customer[order],
        value[order],
        form,
        keys.composite[place[order]],
        WORTH[form],
        np.repeat(left[some], left[some]),
    )
    usable[place[order]] = True
    begin = np.concatenate([np.zeros(1, np.int64), np.cumsum(left[some])])
    return columns, Cells(np.arange(len(line)), begin, cells.value[some])


def _one_without_letters(ours: Keys, theirs: Keys, left: Ints, right: Ints) -> Bools:
    """Pairs of references of one number, in one of them without letters: INV-1043 and 1043."""
    bare: Bools = (ours.prefix[left] == 0) ^ (theirs.prefix[right] == 0)
    some = np.flatnonzero(bare)
    bare[some] = _has_one_number(ours, left[some]) & _has_one_number(theirs, right[some])
    return bare


def _has_one_number(keys: Keys, rows: Ints) -> Bools:
    taken = keys.take(rows)
    line = taken.line
    numbers = np.bincount(line[taken.form == Form.RUN], minlength=len(rows))
    joined = np.bincount(line[taken.form <= Form.TAIL], minlength=len(rows))
    result: Bools = (numbers == 1) & (joined == 0)
    return result


#: What is known of a common key, packed below the pair of lines: worth, form, and four answers.
_WORTH_AT, _FORM_AT, _PAYLOAD = 7, 4, 16
_RECUT, _PAIRED, _TELLING, _ANOTHER = 1, 2, 4, 8


def _gathered(
    ours: Lines,
    theirs: Lines,
    left: KeyColumns,
    right: KeyColumns,
    at: Ints,
    to: Ints,
    common: Ints,
    own: tuple[Bools, Bools],
) -> tuple[Ints, ...]:
    """One edge for each pair of lines, whatever the number of keys they share.

    Our line, theirs, worth, shared, document, strong.
    """
    i, j = left.line[at], right.line[to]
    form = np.maximum(left.form[at], right.form[to])
    fits = (form >= Form.LONG) | prefixes_agree(ours.keys, theirs.keys, i, j, common)
    if not fits.all():
        at, to, i, j, form = at[fits], to[fits], i[fits], j[fits], form[fits]
    if not len(at):
        return (np.zeros(0, np.int64),) * 6
    plain = np.minimum(left.worth[at], right.worth[to])
    foreign = np.flatnonzero((form == Form.RUN) & (own[0][i] | own[1][j]))
    foreign = foreign[~_one_without_letters(ours.keys, theirs.keys, i[foreign], j[foreign])]
    plain[foreign] = np.minimum(plain[foreign], _FOREIGN_RUN)
    known = (plain // np.maximum(left.often[at], right.often[to])) << _WORTH_AT
    known |= form.astype(np.int64) << _FORM_AT
    # The same digits cut into numbers at different places are another document.
    known |= (form == Form.JOINED) & left.composite[at] & right.composite[to]
    known |= (form == Form.PAIR) * np.int64(_PAIRED)
    known |= (plain > _FOREIGN_RUN) * np.int64(_TELLING)
    whole = np.flatnonzero(form == Form.JOINED)
    another = _another_series(ours.keys, theirs.keys, i[whole], j[whole], common)
    known[whole[another]] |= _ANOTHER
    pair, known = _sorted(i, j, known, len(theirs))
    first = np.flatnonzero(np.diff(pair, prepend=~pair[:1]) != 0)
    shared = np.add.reduceat((known & _TELLING) // _TELLING, first)
    answers = np.bitwise_or.reduceat(known, first)
    # The worth stands highest, so the largest number has the largest worth.
    worth = np.maximum.reduceat(known, first) >> _WORTH_AT
    form_of = np.minimum.reduceat(known >> _FORM_AT & 7, first)
    strong = (form_of <= Form.PO) | (worth >= WORTH[Form.RUN])
    keep = (answers & _RECUT == 0) | (answers & _PAIRED != 0)
    keep &= answers & _ANOTHER == 0
    pair = pair[first[keep]]
    return (
        pair // len(theirs),
        pair % len(theirs),
        worth[keep] * 4 + np.minimum(shared[keep], 3),
        shared[keep],
        (form_of[keep] <= Form.LONG).astype(np.int64),
        strong[keep].astype(np.int64),
    )


def _sorted(i: Ints, j: Ints, known: Ints, wide: int) -> tuple[Ints, Ints]:
    """Pairs of lines as one number each, ascending, with what is known of their keys."""
    pair = i * wide + j
    if int(pair.max()).bit_length() + _PAYLOAD < 63:
        words = (pair << _PAYLOAD) | known
        words.sort()
        return words >> _PAYLOAD, words & ((1 << _PAYLOAD) - 1)
    order = np.argsort(pair, kind="stable")
    return pair[order], known[order]
