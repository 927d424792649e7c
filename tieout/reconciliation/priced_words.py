"""Quantities and prices that differ, said item by item: 98 × 12.00 against 100 × 12.00."""

from decimal import Decimal

from tieout.i18n import Sentence
from tieout.money import decimals_of
from tieout.reconciliation import sentences as say
from tieout.reconciliation.priced import MICRO, Apart, Priced, of_items
from tieout.reconciliation.shown import ShownGroup

#: Items said one by one; the others are in both documents.
MOST_SAID = 4


def what(group: ShownGroup) -> str:
    """The sentence that says what differs."""
    return {
        "quantity": say.OTHER_QUANTITY,
        "price": say.OTHER_PRICE,
        "items": say.OTHER_ITEMS,
    }[of_items(group.priced)]


def items(group: ShownGroup, *, staff: bool) -> list[Sentence]:
    """Each item that differs, the largest first."""
    book = Sentence(say.THEIR_BOOK if staff else say.YOUR_BOOK)
    places = decimals_of(group.residual.currency)
    return [_item(one, book, places) for one in group.priced[:MOST_SAID]]


def _item(one: Apart, book: Sentence, places: int) -> Sentence:
    ours, theirs = one.ours, one.theirs
    facts: dict[str, object] = {
        "book": book,
        "our_item": _written(ours, places),
        "their_item": _written(theirs, places),
    }
    if ours is None:
        return Sentence(say.NOT_HERE, facts)
    if theirs is None:
        return Sentence(say.NOT_THERE, facts)
    if ours.price == theirs.price:
        text = say.SHORT if theirs.quantity < ours.quantity else say.MORE
        apart = _figure(abs(ours.quantity - theirs.quantity), 0)
    else:
        text = say.CHEAPER if theirs.price < ours.price else say.DEARER
        apart = _figure(abs(ours.price - theirs.price), places)
    return Sentence(text, {**facts, "apart": apart})


def _written(one: Priced | None, places: int) -> str:
    return "" if one is None else f"{_figure(one.quantity, 0)} × {_figure(one.price, places)}"


def _figure(micro: int, places: int) -> str:
    """As many decimals as it has, and at least so many."""
    figure = Decimal(micro) / MICRO
    exponent = figure.normalize().as_tuple().exponent
    return f"{figure:,.{max(places, -int(exponent))}f}"
