"""Edges: pairs of lines of one customer with a key in common, and how telling it is."""

from dataclasses import dataclass

import numpy as np

from tieout.matching.joins import counts, equal_rows
from tieout.matching.keys import Form, Keys
from tieout.matching.kinds import Kind
from tieout.matching.lines import Lines
from tieout.matching.text import Bools, Ints, mix

#: What a key of each form is worth when it occurs once on each side.
WORTH: Ints = np.array([400, 400, 300, 300, 160, 40])
#: A running number whose letters the other book never uses is a number of the book's own.
_FOREIGN_RUN = 10
_SHARE = 20
_ALWAYS = 12
#: A short number occurring more often than this in an account says nothing.
_RUNS = 3


@dataclass(frozen=True)
class KeyColumns:
    """The usable keys of one book, one row per line and key."""

    line: Ints
    customer: Ints
    value: Ints
    form: Ints
    composite: Bools
    worth: Ints


@dataclass(frozen=True)
class Edges:
    """Pairs of lines of one customer with a key in common, sorted by our line."""

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
    our_keys: KeyColumns
    their_keys: KeyColumns

    @classmethod
    def between(cls, ours: Lines, theirs: Lines) -> "Edges":
        """Find every edge between two books."""
        lone = _own_prefixes(ours.keys, theirs.keys)
        left, right = _usable(ours, lone[0]), _usable(theirs, lone[1])
        at, to = equal_rows((left.customer, left.value), (right.customer, right.value))
        return _gathered(ours, theirs, left, right, at, to)

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


def prefixes_agree(ours: Keys, theirs: Keys, left: Ints, right: Ints) -> Bools:
    """Not two series that both books write: CN-2026-000112 is not INV-2026-000112."""
    common = np.intersect1d(ours.prefix, theirs.prefix)
    a, b = ours.prefix[left], theirs.prefix[right]
    both = np.isin(a, common) & np.isin(b, common) & (a != 0) & (b != 0)
    result: Bools = ~both | (a == b)
    return result


def _own_prefixes(ours: Keys, theirs: Keys) -> tuple[Bools, Bools]:
    """Lines whose reference begins with letters the other book never uses."""
    result = []
    for keys, other in ((ours, theirs), (theirs, ours)):
        known = np.unique(other.prefix)
        result.append((keys.prefix != 0) & ~np.isin(keys.prefix, known))
    return result[0], result[1]


def _usable(lines: Lines, own: Bools) -> KeyColumns:
    """Keys that are not in too many lines of a customer."""
    keys = lines.keys
    line = keys.line
    customer = lines.customer[line]
    often = counts(customer, keys.value)
    size = counts(lines.customer)[line] if len(lines) else customer
    short = keys.form == Form.RUN
    limit = np.where(short, _RUNS, np.maximum(_ALWAYS, size // _SHARE))
    keep = (often <= limit) & ((often <= _ALWAYS) | ~short)
    worth = np.where(short & own[line], _FOREIGN_RUN, WORTH[keys.form])
    return KeyColumns(
        line[keep],
        customer[keep],
        keys.value[keep],
        keys.form[keep],
        keys.composite[keep],
        worth[keep],
    )


def _gathered(
    ours: Lines, theirs: Lines, left: KeyColumns, right: KeyColumns, at: Ints, to: Ints
) -> Edges:
    """One edge for each pair of lines, whatever the number of keys they share."""
    i, j = left.line[at], right.line[to]
    form = np.maximum(left.form[at], right.form[to])
    often = (
        np.maximum(counts(left.customer, left.value)[at], counts(right.customer, right.value)[to])
        if len(at)
        else at
    )
    plain = np.minimum(left.worth[at], right.worth[to])
    telling = plain > _FOREIGN_RUN
    worth = plain // np.maximum(often, 1)
    # The same digits cut into numbers at different places are another document.
    recut = (form == Form.JOINED) & left.composite[at] & right.composite[to]
    pair = form == Form.PAIR
    fits = prefixes_agree(ours.keys, theirs.keys, i, j) | (form >= Form.LONG)
    order = np.lexsort([j, i])
    order = order[fits[order]]
    i, j, form, worth, telling = i[order], j[order], form[order], worth[order], telling[order]
    pair_of = mix(i, j)
    first = np.flatnonzero(np.diff(pair_of, prepend=~pair_of[:1]) != 0)
    if not len(first):
        return _none(ours, theirs, left, right)
    paired = np.logical_or.reduceat(pair[order], first)
    cut_apart = np.logical_or.reduceat(recut[order], first) & ~paired
    shared = np.add.reduceat(telling.astype(np.int64), first)
    strong = np.logical_or.reduceat((form <= Form.PO) | (worth >= WORTH[Form.RUN]), first)
    total = np.maximum.reduceat(worth, first) * 4 + np.minimum(shared, 3)
    document = np.minimum.reduceat(form, first) <= Form.LONG
    i, j = i[first], j[first]
    keep = ~cut_apart
    i, j, total, shared = i[keep], j[keep], total[keep], shared[keep]
    document, strong = document[keep], strong[keep]
    agree = kinds_agree(ours.kind[i], theirs.kind[j]) & document
    ours_names, theirs_names = np.zeros(len(ours), bool), np.zeros(len(theirs), bool)
    ours_names[i[agree]] = True
    theirs_names[j[agree]] = True
    return Edges(i, j, total, shared, document, strong, ours_names, theirs_names, left, right)


def _none(ours: Lines, theirs: Lines, left: KeyColumns, right: KeyColumns) -> Edges:
    numbers, answers = np.zeros(0, np.int64), np.zeros(0, bool)
    return Edges(
        ours=numbers,
        theirs=numbers,
        worth=numbers,
        shared=numbers,
        document=answers,
        strong=answers,
        ours_names=np.zeros(len(ours), bool),
        theirs_names=np.zeros(len(theirs), bool),
        our_keys=left,
        their_keys=right,
    )
