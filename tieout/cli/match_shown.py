"""The groups of `tieout match` as sentences need them: lines, numbers of the proof, who acts."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from tieout.cli.match_book import Book
from tieout.cli.match_outputs import Outcome
from tieout.matching import DIFFERENCES, Actor, Confidence, Difference, kind_of
from tieout.matching.kinds import Kind
from tieout.money import decimals_of
from tieout.reconciliation.names import KNOWN_KINDS
from tieout.reconciliation.priced import CAUSED, Apart, proved
from tieout.reconciliation.shown import ShownGroup, ShownLine
from tieout.reconciliation.vocabulary import (
    ACCEPTED,
    ITSELF,
    NOBODY,
    PROPOSED,
    TOGETHER,
    WE,
    YOU,
)

_ACTS = {
    Actor.NOTHING: NOBODY,
    Actor.CLEARS_BY_ITSELF: ITSELF,
    Actor.WE_CORRECT: WE,
    Actor.YOU_CORRECT: YOU,
    Actor.SETTLE_TOGETHER: TOGETHER,
}
#: What a line is called where its book writes another word for its kind.
_CALLED = {Kind.INVOICE: "invoice", Kind.CREDIT: "credit_note", Kind.PAYMENT: "payment"}


def shown_groups(outcome: Outcome) -> Iterator[tuple[ShownGroup, int]]:
    """The groups that leave something in an account, the largest first, with their customer."""
    items = outcome.bridge.items
    for row in np.argsort(-np.abs(items.residual), kind="stable").tolist():
        yield _shown(outcome, row), int(items.customer[row])


def _shown(outcome: Outcome, row: int) -> ShownGroup:
    items, groups = outcome.bridge.items, outcome.groups
    number = int(items.group[row])
    places = outcome.lines_of[0][number], outcome.lines_of[1][number]
    is_sure = groups.confidence[number] != Confidence.PROPOSED
    return ShownGroup(
        no=number,
        seen="",
        difference=Difference(DIFFERENCES[int(items.type[row])]),
        found_by="",
        state=ACCEPTED if is_sure else PROPOSED,
        acts=_ACTS[items.actor[row]],
        residual=outcome.money(int(items.residual[row])),
        only_ours=outcome.money(int(items.only_ours[row])),
        only_theirs=outcome.money(int(items.only_theirs[row])),
        value=outcome.money(int(items.value[row])),
        as_at=outcome.rules.cutoff or date.max,
        ours=tuple(_line(outcome, outcome.ours, place, theirs=False) for place in places[0]),
        theirs=tuple(_line(outcome, outcome.theirs, place, theirs=True) for place in places[1]),
        detail=groups.detail_of(number).name.lower(),
        numbers=tuple(groups.proof[number].tolist()),
        shared=int(groups.shared[number]),
        gap=int(groups.gap[number]),
        rivals=int(groups.rivals[number]),
        our_repeats=frozenset(p for p in places[0] if groups.our_repeats[p]),
        their_repeats=frozenset(p for p in places[1] if groups.their_repeats[p]),
        transit_days=outcome.rules.transit_days,
        priced=_priced(outcome, row, places),
    )


def _priced(outcome: Outcome, row: int, places: tuple[list[int], list[int]]) -> tuple[Apart, ...]:
    """Quantities and prices that differ, where both books have them and they are the cause."""
    if DIFFERENCES[int(outcome.bridge.items.type[row])] not in CAUSED or not all(places):
        return ()
    books = outcome.ours, outcome.theirs
    items = [
        [book.priced[place] for place in some if place in book.priced]
        for book, some in zip(books, places, strict=True)
    ]
    ours, theirs = (
        int(book.lines.amount[some].sum()) for book, some in zip(books, places, strict=True)
    )
    unit = 10 ** decimals_of(outcome.currency)
    return proved(*items, our_amount=ours, their_amount=theirs, unit=unit)


def _line(outcome: Outcome, book: Book, place: int, *, theirs: bool) -> ShownLine:
    return ShownLine(
        id=place,
        on=date.fromordinal(int(book.lines.day[place])),
        number=book.numbers[place],
        kind=_kind(book.kinds[place], book.descriptions[place]),
        description=book.descriptions[place],
        amount=outcome.money(int(book.lines.amount[place])),
        row_no=book.rows[place] if theirs else 0,
    )


def _kind(written: str, description: str) -> str:
    return written if written in KNOWN_KINDS else _CALLED.get(kind_of(written, description), "")
