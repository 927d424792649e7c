"""One customer of books that hold several: the entries of all others are left out."""

import numpy as np

from tieout.cli.match_book import Book, Customers
from tieout.errors import InvalidInput
from tieout.i18n import N_

#: Customers named in a sentence; the others are counted.
_NAMED = 5


class NoSuchCustomer(InvalidInput):
    """A name neither book knows."""

    message = N_("Neither book holds a customer “%(name)s”. There are: %(names)s.")


def only(name: str, ours: Book, theirs: Book, customers: Customers) -> None:
    """Leave the entries of one customer in each book that holds several.

    Raises:
        NoSuchCustomer: neither book names it.
    """
    named = {_plain(known): number for number, known in customers.names().items() if known}
    number = named.get(_plain(name))
    if number is None:
        known = [one for one in customers.names().values() if one]
        names = ", ".join(known[:_NAMED]) + (f" … ({len(known)})" if len(known) > _NAMED else "")
        raise NoSuchCustomer(name=name, names=names or "—")
    for book in (ours, theirs):
        if len(np.unique(book.lines.customer)) > 1:
            book.keep(number)
    left = [np.unique(book.lines.customer).tolist() for book in (ours, theirs)]
    customers.only(*left[0], *left[1])


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
