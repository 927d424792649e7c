"""Entries of one book from before the other begins: they stand against its opening balance.

A ledger that opens with a balance does not show what that is made of. What the other book has
of those days, and nothing matches, is therefore part of its own opening, not missing.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tieout.cli.match_book import Book
from tieout.i18n import N_, Sentence
from tieout.matching import Groups, Lines
from tieout.matching.text import Ints

FOLDED = N_(
    "Entries of “%(file)s” from before %(day)s: %(count)s. “%(other)s” begins there with an opening"
    " balance; they count in the opening of “%(file)s”."
)


@dataclass(frozen=True)
class Opened:
    """Both books with what belongs to their openings taken out of their lines."""

    ours: Lines
    theirs: Lines
    our_opening: int
    their_opening: int
    told: tuple[Sentence, ...] = ()


def opened(groups: Groups, ours: Book, theirs: Book) -> Opened:
    """Take lone entries from before the other book's opening balance into the opening."""
    our_lines, mine, first = _folded(groups.ours, groups.theirs, ours, theirs)
    their_lines, other, second = _folded(groups.theirs, groups.ours, theirs, ours)
    return Opened(
        our_lines,
        their_lines,
        ours.opening + mine,
        theirs.opening + other,
        (*first, *second),
    )


def _folded(
    groups: Ints, others: Ints, book: Book, other: Book
) -> tuple[Lines, int, tuple[Sentence, ...]]:
    """The lines of a book with an amount of nothing where they count in its opening."""
    lines = book.lines
    if not other.opening or not len(other.lines) or not len(lines):
        return lines, 0, ()
    begins = int(other.lines.day.min())
    early = (lines.day < begins) & ~np.isin(groups, others)
    if not early.any():
        return lines, 0, ()
    told = Sentence(
        FOLDED,
        {
            "file": book.file,
            "other": other.file,
            "day": date.fromordinal(begins),
            "count": int(early.sum()),
        },
    )
    amount = np.where(early, 0, lines.amount)
    return replace(lines, amount=amount), int(lines.amount[early].sum()), (told,)
