"""What is looked at before and after two files are compared, and said before any figure.

A refusal says why nothing can be compared and what to do; a warning goes first on the screen, in
the workbook and in the summary, because a result without it would be wrong.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np

from tieout.cli.match_book import Book, Customers
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.matching import CODE, Difference, Groups
from tieout.money import Money
from tieout.reconciliation import doubts
from tieout.reconciliation.sentences import ALL_ZERO, FAR_DAY, NOTHING_YET, ONE_SIDE, STATED

#: Customers named in a sentence; the others are counted.
_NAMED = 3
#: Entries that agree to every day and number before a book is taken for a copy; how many are
#: looked at first.
_COPIED, _FIRST = 5, 1_000


class BothEmpty(InvalidInput):
    """Two books without an entry."""

    message = N_("Neither “%(ours)s” nor “%(theirs)s” holds an entry; nothing was compared.")


class CutOffTooEarly(InvalidInput):
    """A cut-off before everything."""

    message = N_(
        "The cut-off %(day)s lies before the first entry of both books, of %(first)s. Choose a day"
        " from then on; nothing was compared."
    )


class SeveralCustomers(InvalidInput):
    """Several customers in one book, none of them in the other."""

    message = N_(
        "“%(file)s” holds several customers (%(customers)s), “%(other)s” names none of them. Say"
        " which one is meant with --customer; nothing was compared."
    )


EMPTY = N_(
    "“%(file)s” holds no entry: everything in the other book stands alone. Look whether it is the"
    " right file."
)
NOTHING_AGREES = N_(
    "Nothing of “%(file)s” agrees with our book, so its sign is taken from its kinds of entries or"
    " its balance; the summary of the workbook says how. Look whether it is the right file,"
    " customer and period."
)
COPY = N_(
    "“%(file)s” agrees with “%(ours)s” to every day and number, as a copy of it does. Look whether"
    " it is the other side's own ledger; a copy proves nothing."
)
SAME_ACCOUNT = N_(
    "“%(ours)s” in our book and “%(theirs)s” in theirs are taken to be the same account."
)
LATER = N_(
    "Entries after the cut-off %(day)s: %(count)s. They only explain what is on its way, and count"
    " in no balance."
)


def looked_over(ours: Book, theirs: Book, customers: Customers) -> list[Sentence]:
    """Refuse what cannot be compared, and warn of what the files say of themselves.

    Raises:
        BothEmpty, SeveralCustomers: with the way on.
    """
    empty = [book for book in (ours, theirs) if not len(book.lines)]
    if len(empty) > 1:
        raise BothEmpty(ours=ours.file, theirs=theirs.file)
    told = [Sentence(EMPTY, {"file": book.file}) for book in empty]
    if not empty:
        told += _one_account(ours, theirs, customers)
    for book in (ours, theirs):
        told += [*book.doubts, *_stated(book), *_looks(book)]
    return told


def days_looked_over(ours: Book, theirs: Book, cutoff: date | None) -> tuple[date, list[Sentence]]:
    """The day at which both books are compared, by itself the last day of both; and warnings.

    Raises:
        CutOffTooEarly: no book has an entry by then.
    """
    days = np.concatenate([ours.lines.day, theirs.lines.day])
    if cutoff is None:
        return date.fromordinal(int(days.max())), []
    if cutoff.toordinal() < int(days.min()):
        raise CutOffTooEarly(day=cutoff, first=date.fromordinal(int(days.min())))
    later = int((days > cutoff.toordinal()).sum())
    told = [
        Sentence(NOTHING_YET, {"file": book.file, "day": cutoff, "first": _first_day(book)})
        for book in (ours, theirs)
        if len(book.lines) and not (book.lines.day <= cutoff.toordinal()).any()
    ]
    if later:
        told.append(Sentence(LATER, {"day": cutoff, "count": later}))
    return cutoff, told


def _first_day(book: Book) -> date:
    return date.fromordinal(int(book.lines.day.min()))


def _looks(book: Book) -> Iterator[Sentence]:
    """Entries without an amount, or a few of them in another year."""
    lines = book.lines
    if len(lines) and not lines.amount.any():
        yield Sentence(ALL_ZERO, {"file": book.file})
    if len(lines) < 2 or int(np.ptp(lines.day)) <= doubts.FAR:
        return
    first = int(lines.day.min())
    there = np.flatnonzero(np.bincount(lines.day - first))
    if int(np.diff(there).max()) <= doubts.FAR:
        return
    far = doubts.far_day(
        doubts.Entry(date.fromordinal(day), row)
        for day, row in zip(lines.day.tolist(), book.rows, strict=True)
    )
    if far is not None:
        yield Sentence(FAR_DAY, {"file": book.file, "row": far.row, "day": far.on})


def outcome_looked_over(groups: Groups, ours: Book, theirs: Book) -> list[Sentence]:
    """Warn where nothing of the two books agrees, no sign is said, or one is a copy."""
    if not len(groups.ours) or not len(groups.theirs):
        return []
    if not np.isin(groups.theirs, groups.ours).any():
        return [Sentence(NOTHING_AGREES, {"file": theirs.file})]
    told = []
    amount = theirs.lines.amount
    has_reversed = bool((groups.type == CODE[Difference.SIGN_REVERSED]).any())
    if has_reversed and ((amount > 0).all() or (amount < 0).all()):
        told.append(Sentence(ONE_SIDE, {"file": theirs.file}))
    if _is_copy(groups, ours, theirs):
        told.append(Sentence(COPY, {"file": theirs.file, "ours": ours.file}))
    return told


def _is_copy(groups: Groups, ours: Book, theirs: Book) -> bool:
    """Whether every entry of both books is one of the other, to the day and number."""
    count = len(theirs.lines)
    if count < _COPIED or len(ours.lines) != count:
        return False
    at = np.full(len(groups), -1, np.int64)
    at[groups.ours] = np.arange(count)
    for some in (slice(0, _FIRST), slice(0, count)):
        mine, other = at[groups.theirs[some]], theirs.lines
        same = (mine >= 0) & (ours.lines.day[mine] == other.day[some])
        same &= ours.lines.amount[mine] == other.amount[some]
        same &= ours.lines.keys.written[mine] == other.keys.written[some]
        if not same.all():
            return False
    return True


def _stated(book: Book) -> Iterator[Sentence]:
    """A balance the file states and its entries do not give."""
    if book.closing is None:
        return
    found = book.opening + int(book.lines.amount.sum())
    if found != book.closing:
        yield Sentence(
            STATED,
            {
                "file": book.file,
                "stated": Money(book.closing, book.currency),
                "found": Money(found, book.currency),
                "gap": Money(abs(book.closing - found), book.currency),
            },
        )


def _one_account(ours: Book, theirs: Book, customers: Customers) -> Iterator[Sentence]:
    """Take one customer on either side for the same; refuse where it cannot be told which."""
    mine, other = (np.unique(book.lines.customer).tolist() for book in (ours, theirs))
    if set(mine) & set(other):
        return
    named = customers.names()
    for book, numbers, against in ((ours, mine, theirs), (theirs, other, ours)):
        if len(numbers) > 1:
            some = ", ".join(named[number] for number in numbers[:_NAMED])
            if len(numbers) > _NAMED:
                some += f" … ({len(numbers)})"
            raise SeveralCustomers(file=book.file, customers=some, other=against.file)
    first, second = named[mine[0]], named[other[0]]
    keep = mine[0] if first else other[0]
    for book in (ours, theirs):
        lines = book.lines
        book.lines = replace(lines, customer=np.full(len(lines), keep, np.int64))
    customers.only(keep)
    if first and second:
        yield Sentence(SAME_ACCOUNT, {"ours": first, "theirs": second})
