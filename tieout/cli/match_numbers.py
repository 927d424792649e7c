"""By which of its two numbers an entry is known to the other book.

A ledger may give every entry a number of its own beside the reference of the document. Mostly the
other book knows the reference; where it knows the own numbers, those are the ones to compare by.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tieout.cli.match_book import Book
from tieout.matching import Keys

_APART = re.compile(r"[\W_]+")
_LAST_DIGITS = re.compile(r"0*(\d{3,})$")


def known_by(ours: Book, theirs: Book) -> None:
    """Take the numbers by which more entries of either book are found in the other."""
    both = [(ours, set(_ways(theirs))), (theirs, set(_ways(ours)))]
    for book, known in both:
        if book.own_numbers and _found(book.own_numbers, known) > _found(book.numbers, known):
            _swap(book)


def _ways(book: Book) -> Iterator[str]:
    """Every way in which a book writes its numbers."""
    for number in (*book.numbers, *book.own_numbers):
        yield from _written(number)


def _written(number: str) -> Iterator[str]:
    plain = _APART.sub("", number).casefold()
    if plain:
        yield plain
        if found := _LAST_DIGITS.search(plain):
            yield found[1]


def _found(numbers: Iterable[str], known: set[str]) -> int:
    return sum(1 for number in numbers if not known.isdisjoint(_written(number)))


def _swap(book: Book) -> None:
    """Compare by the own numbers; what was the reference is the order where none is said."""
    references = list(book.numbers)
    numbers = [own or other for own, other in zip(book.own_numbers, references, strict=True)]
    orders = [
        order or (other if number != other else "")
        for order, other, number in zip(book.orders, references, numbers, strict=True)
    ]
    book.numbers = numbers
    keys = Keys.of(numbers, orders, book.descriptions)
    book.lines = replace(book.lines, keys=keys)
