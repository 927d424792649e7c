"""Edges: pairs of lines of one customer with a key in common, and how telling it is."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tieout.matching.joins import Cells, Numbered, among, few_distinct, meet_telling, sieved
from tieout.matching.keys import Form, Keys
from tieout.matching.kinds import Kind
from tieout.matching.lines import Lines
from tieout.matching.text import Bools, Ints, mix

#: What a key of each form is worth when it occurs once on each side. What only a text says comes
#: behind the reference itself.
WORTH: Ints = np.array([400, 400, 300, 300, 160, 40, 36, 0])
#: A running number whose letters the other book never uses is a number of the book's own.
_FOREIGN_RUN = 10
#: A name in more lines than two does not speak against another document; in more than three it
#: is no more telling than a running number.
_NAMES, _TELLING_NAME = int(WORTH[Form.NAMED]) // 2, int(WORTH[Form.NAMED]) // 3
_SHARE = 20
_ALWAYS = 12
#: A short number occurring more often than this in an account says nothing.
_RUNS = 3


#: Customers are looked at together up to so many lines: few enough to stay near the processor.
_LINES_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class UsableKeys:
    """The keys of some lines of one book that are not in too many of them, by customer and value.

    What a key says is looked up only where the other book has it, too.
    """

    keys: Keys
    cells: Cells
    #: Of each place in the order of the cells: the place among all keys of the book, and the line.
    place: Ints
    line: Ints
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
        usable = np.ones(len(ours.keys.value), bool), np.ones(len(theirs.keys.value), bool)
        series = Series.of(ours.keys, theirs.keys)
        parts = []
        for mine, other in _together(ours.customer, theirs.customer):
            left, right = _usable(ours, mine, usable[0]), _usable(theirs, other, usable[1])
            at, to = meet_telling(left.cells, right.cells)
            parts.append(_gathered(ours, theirs, left, right, at, to, series))
        i, j, worth, shared, document, strong = (
            np.concatenate([part[column] for part in parts]) for column in range(6)
        )
        names = (document & _BY_NAME == 0) | (worth >= 4 * _NAMES)
        document, strong = document.astype(bool), strong.astype(bool)
        written = _written_alike(ours, theirs, i, j, strong)
        document[written] = strong[written] = True
        agree = kinds_agree(ours.kind[i], theirs.kind[j]) & document & names
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


def _written_alike(ours: Lines, theirs: Lines, i: Ints, j: Ints, strong: Bools) -> Ints:
    """Weak edges of one reference, letters and all, that either account has only once: XS-0001."""
    weak: Ints = np.flatnonzero(~strong)
    left, right = i[weak], j[weak]
    same = ours.keys.cleaned[left] == theirs.keys.cleaned[right]
    same &= ours.keys.prefix[left] != 0
    weak, left, right = weak[same], left[same], right[same]
    if not len(weak):
        return weak
    once: Ints = weak[_has_once(ours, left) & _has_once(theirs, right)]
    return once


def _has_once(lines: Lines, rows: Ints) -> Bools:
    """Lines whose reference no other line of their customer has."""
    name = mix(lines.customer, lines.keys.cleaned)
    wanted = name[rows]
    some = np.sort(name[sieved(name, wanted)])
    last = np.searchsorted(some, wanted, side="right")
    result: Bools = last - np.searchsorted(some, wanted) == 1
    return result


@dataclass(frozen=True)
class Series:
    """The letters references begin with, and whether both books write them."""

    prefixes: tuple[Ints, Ints]
    #: Lines of either book whose letters the other book writes as well.
    common: tuple[Bools, Bools]

    @classmethod
    def of(cls, ours: Keys, theirs: Keys) -> "Series":
        """Compare the letters of two books."""
        known = few_distinct(ours.prefix), few_distinct(theirs.prefix)
        common = [
            among(keys.prefix, other) & (keys.prefix != 0)
            for keys, other in zip((ours, theirs), known[::-1], strict=True)
        ]
        return cls((ours.prefix, theirs.prefix), (common[0], common[1]))

    def own(self, side: int, rows: Ints) -> Bools:
        """Lines whose reference begins with letters the other book never uses."""
        own: Bools = (self.prefixes[side][rows] != 0) & ~self.common[side][rows]
        return own

    def agree(self, left: Ints, right: Ints) -> Bools:
        """Not two series that both books write: CN-2026-000112 is not INV-2026-000112."""
        both = self.common[0][left] & self.common[1][right]
        result: Bools = ~both | (self.prefixes[0][left] == self.prefixes[1][right])
        return result

    def another(self, left: Ints, right: Ints) -> Bools:
        """One reference is of a series both write, the other is not: RC-112 is not INV-112."""
        a, b = self.prefixes[0][left], self.prefixes[1][right]
        result: Bools = (a != b) & (a != 0) & (b != 0)
        return result & (self.common[0][left] | self.common[1][right])


def _together(ours: Ints, theirs: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Rows of both books, all lines of a customer at once."""
    customers = Numbered.of(ours, theirs)
    places = customers.places(ours), customers.places(theirs)
    count = np.bincount(np.concatenate(places), minlength=len(customers))
    part_of: Ints = (np.cumsum(count) - count) // _LINES_AT_ONCE
    if not len(customers) or part_of[-1] == 0:
        yield np.arange(len(ours)), np.arange(len(theirs))
        return
    rows = []
    for place in places:
        part = part_of[place].astype(np.uint16 if part_of[-1] < 1 << 16 else np.int64)
        order = np.argsort(part, kind="stable")
        rows.append((order, np.cumsum(np.bincount(part, minlength=int(part_of[-1]) + 1)).tolist()))
    (mine, first), (other, second) = rows
    parts = few_distinct(part_of).tolist()
    for part in parts:
        yield (
            mine[first[part - 1] if part else 0 : first[part]],
            other[second[part - 1] if part else 0 : second[part]],
        )


def _usable(lines: Lines, rows: Ints, usable: Bools) -> UsableKeys:
    """Keys that are not in too many lines of a customer; the others marked among all keys."""
    keys = lines.keys
    line, place = keys.places(rows)
    cells = Cells.of(mix(lines.customer[line], keys.value[place]))
    order, size = cells.order, cells.size
    place, line = place[order], line[order]
    often = np.repeat(size, size)
    if int(size.max(initial=0)) <= _RUNS:
        return UsableKeys(keys, cells, place, line, often)
    # Only keys in several lines can be in too many.
    some = np.flatnonzero(often > _RUNS)
    short = keys.form[place[some]] == Form.RUN
    of_customer = Numbered.of(lines.customer[rows])
    lines_of = np.bincount(of_customer.places(lines.customer[rows]))
    its = lines_of[of_customer.places(lines.customer[line[some]])]
    limit = np.where(short, _RUNS, np.maximum(_ALWAYS, its // _SHARE))
    dropped = some[often[some] > limit]
    usable[place[dropped]] = False
    keep = np.ones(len(order), bool)
    keep[dropped] = False
    left = np.add.reduceat(keep.astype(np.int64), cells.begin[:-1])
    full = left > 0
    begin = np.concatenate([np.zeros(1, np.int64), np.cumsum(left[full])])
    cells = Cells(np.arange(len(order) - len(dropped)), begin, cells.value[full])
    return UsableKeys(keys, cells, place[keep], line[keep], often[keep])


def _one_without_letters(ours: Keys, theirs: Keys, left: Ints, right: Ints) -> Bools:
    """Pairs of references of one number, in one of them without letters: INV-1043 and 1043."""
    bare: Bools = (ours.prefix[left] == 0) ^ (theirs.prefix[right] == 0)
    some = np.flatnonzero(bare)
    bare[some] = _has_one_number(ours, left[some]) & _has_one_number(theirs, right[some])
    return bare


def _has_one_number(keys: Keys, rows: Ints) -> Bools:
    line, place = keys.places(rows, np.arange(len(rows)))
    form = keys.form[place]
    numbers = np.bincount(line[form == Form.RUN], minlength=len(rows))
    joined = np.bincount(line[form <= Form.TAIL], minlength=len(rows))
    result: Bools = (numbers == 1) & (joined == 0)
    return result


#: What is known of a common key, packed below the pair of lines: worth, form, and five answers.
_WORTH_AT, _FORM_AT, _PAYLOAD = 8, 5, 17
_RECUT, _PAIRED, _TELLING, _ANOTHER, _NAMED = 1, 2, 4, 8, 16
#: What makes an edge one of a document: a number of its own, or a short one with its series.
_BY_NUMBER, _BY_NAME = 1, 2


def _gathered(
    ours: Lines,
    theirs: Lines,
    left: UsableKeys,
    right: UsableKeys,
    at: Ints,
    to: Ints,
    series: Series,
) -> tuple[Ints, ...]:
    """One edge for each pair of lines, whatever the number of keys they share.

    Our line, theirs, worth, shared, document, strong.
    """
    i, j = left.line[at], right.line[to]
    mine, other = left.place[at], right.place[to]
    form = np.maximum(ours.keys.form[mine], theirs.keys.form[other])
    fits = (form >= Form.LONG) | series.agree(i, j)
    short = np.flatnonzero(form >= Form.NAMED)
    if len(short):
        fits[short] &= _names_reference(
            ours, theirs, mine[short], other[short], i[short], j[short], series
        )
    if not fits.all():
        at, to, i, j, form = at[fits], to[fits], i[fits], j[fits], form[fits]
        mine, other = mine[fits], other[fits]
    if not len(at):
        return (np.zeros(0, np.int64),) * 6
    # A key is worth what the less telling of its two forms is.
    plain = WORTH[form]
    foreign = np.flatnonzero(form == Form.RUN)
    foreign = foreign[series.own(0, i[foreign]) | series.own(1, j[foreign])]
    foreign = foreign[~_one_without_letters(ours.keys, theirs.keys, i[foreign], j[foreign])]
    plain[foreign] = np.minimum(plain[foreign], _FOREIGN_RUN)
    named = form == Form.NAMED
    some = np.flatnonzero(named)
    some = some[~(ours.keys.composite[mine[some]] | theirs.keys.composite[other[some]])]
    # What only texts have in common is no document of either book.
    named[some], plain[some] = False, _FOREIGN_RUN
    known = (plain > _FOREIGN_RUN) * np.int64(_TELLING)
    often = np.maximum(left.often[at], right.often[to])
    several = np.flatnonzero(often > 1)
    plain[several] //= often[several]
    known |= plain << _WORTH_AT
    known |= form.astype(np.int64) << _FORM_AT
    known |= (form == Form.PAIR) * np.int64(_PAIRED)
    known |= named * np.int64(_NAMED)
    whole = np.flatnonzero(form == Form.JOINED)
    known[whole[series.another(i[whole], j[whole])]] |= _ANOTHER
    # The same digits cut into numbers at different places are another document.
    known[whole] |= ours.keys.composite[mine[whole]] & theirs.keys.composite[other[whole]]
    wide = len(theirs).bit_length()
    pair, known = _sorted((i << wide) | j, known)
    first = np.flatnonzero(np.diff(pair, prepend=~pair[:1]) != 0)
    shared = np.add.reduceat((known & _TELLING) // _TELLING, first)
    answers = np.bitwise_or.reduceat(known, first)
    # The worth stands highest, so the largest number has the largest worth.
    worth = np.maximum.reduceat(known, first) >> _WORTH_AT
    form_of = np.minimum.reduceat(known >> _FORM_AT & 7, first)
    strong = (form_of <= Form.PO) | (worth >= WORTH[Form.RUN])
    strong |= (answers & _NAMED != 0) & (worth >= _TELLING_NAME)
    document = (form_of <= Form.LONG) * np.int64(_BY_NUMBER)
    document[(document == 0) & (answers & _NAMED != 0)] = _BY_NAME
    keep = (answers & _RECUT == 0) | (answers & _PAIRED != 0)
    keep &= answers & _ANOTHER == 0
    pair = pair[first]
    i, j = pair >> wide, pair & ((1 << wide) - 1)
    # Of one customer, equal mixed numbers are equal keys.
    keep &= ours.customer[i] == theirs.customer[j]
    return (
        i[keep],
        j[keep],
        worth[keep] * 4 + np.minimum(shared[keep], 3),
        shared[keep],
        document[keep],
        strong[keep].astype(np.int64),
    )


def _names_reference(
    ours: Lines, theirs: Lines, mine: Ints, other: Ints, i: Ints, j: Ints, series: Series
) -> Bools:
    """Two texts name one document, or one of them the reference of the other.

    The text of a line that has a reference of a series both books write names nothing.
    """
    refers = ours.keys.composite[mine], theirs.keys.composite[other]
    known = (~refers[0] & series.common[0][i]) | (~refers[1] & series.common[1][j])
    result: Bools = (ours.keys.form[mine] == Form.NAMED) & ~known
    # Of two references it is said otherwise already.
    return result & ~(refers[0] & refers[1])


def _sorted(pair: Ints, known: Ints) -> tuple[Ints, Ints]:
    """Pairs of lines, one number each, ascending, with what is known of their keys."""
    if int(pair.max()).bit_length() + _PAYLOAD < 63:
        words = (pair << _PAYLOAD) | known
        words.sort()
        return words >> _PAYLOAD, words & ((1 << _PAYLOAD) - 1)
    order = np.argsort(pair, kind="stable")
    return pair[order], known[order]
