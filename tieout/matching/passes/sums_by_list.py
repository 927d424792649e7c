"""One line that names several documents, in a list or as a range, against all of them."""

import numpy as np

from tieout.matching.board import Board, Side
from tieout.matching.claims import Candidates, claim_all
from tieout.matching.edges import classes_agree
from tieout.matching.joins import equal_rows
from tieout.matching.keys import Form
from tieout.matching.short_names import number_of
from tieout.matching.text import Ints, distinct


def by_list(board: Board) -> None:
    """Claim lists of which the other book has every number, where the sum is the line's amount."""
    found: list[tuple[Ints, Ints]] = []
    for (side, other), turned in zip(board.sides(), (False, True), strict=True):
        line, number = _listed(side)
        if len(line):
            found += [
                (named, alone) if turned else (alone, named)
                for alone, named in _whole(side, other, line, number)
            ]
    claim_all(board, Candidates.listed(found))


def _listed(side: Side) -> tuple[Ints, Ints]:
    """Free lines and each number they name."""
    keys = side.lines.keys
    place = np.flatnonzero(keys.form == Form.LISTED)
    line = np.searchsorted(keys.start, place, side="right") - 1
    free = side.group[line] < 0
    return line[free], number_of(keys.value[place[free]])


def _whole(side: Side, other: Side, line: Ints, number: Ints) -> list[tuple[Ints, Ints]]:
    """Lines and the documents they name, all of them there and adding up."""
    free, value = _numbered(other)
    at, to = equal_rows(
        (side.lines.customer[line], number), (other.lines.customer[free], value), telling=True
    )
    agree = classes_agree(side.lines.kind[line[at]], other.lines.kind[free[to]])
    at, to = at[agree], to[agree]
    if not len(at):
        return []
    order = np.lexsort([other.rank[free[to]], line[at]])
    at, to = at[order], to[order]
    named = np.bincount(line, minlength=len(side.lines))
    found = []
    begin = np.flatnonzero(np.diff(line[at], prepend=-1))
    for first, last in zip(begin.tolist(), np.append(begin[1:], len(at)).tolist(), strict=True):
        centre, documents = int(line[at[first]]), free[to[first:last]]
        amount = int(side.lines.amount[centre])
        for some in (slice(None), other.lines.amount[documents] * np.sign(amount) > 0):
            members = distinct(documents[some])
            there = len(distinct(number[at[first:last]][some]))
            total = int(other.lines.amount[members].sum())
            if there == named[centre] and len(members) > 1 and total == amount:
                found.append((np.array([centre]), members))
                break
    return found


def _numbered(side: Side) -> tuple[Ints, Ints]:
    """Free lines and each number of their references that stands for itself."""
    keys = side.lines.keys
    line, place = keys.places(side.free)
    alone = ~keys.composite[place] & np.isin(keys.form[place], (Form.JOINED, Form.LONG, Form.RUN))
    return line[alone], keys.value[place[alone]]
