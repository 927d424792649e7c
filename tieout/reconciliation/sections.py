"""The items of a balance reconciliation statement: one by one, or summed up where they are many.

A statement of ten thousand lines says nothing. Beyond a page of them every type is one section,
with its sum and how many there are; each difference stands by itself in the list below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.i18n import N_, Sentence
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import names, words
from tieout.reconciliation.shown import Step

#: Items of a column that stand one by one.
MOST_ITEMS = 30

_SECTION = N_("%(type)s, %(count)s items")


@dataclass(frozen=True)
class Section:
    """A line of the statement: one difference, or all of one type."""

    words: Sentence
    #: Who acts.
    note: Sentence
    amount: Money


def sections(steps: Sequence[Step], *, staff: bool) -> list[Section]:
    """The lines of a column, the largest type first where they are summed up."""
    if len(steps) <= MOST_ITEMS:
        return [
            Section(
                words.item(step.group, staff=staff),
                names.note(step.group.acts, staff=staff),
                step.amount,
            )
            for step in steps
        ]
    found: dict[tuple[str, Difference], list[Step]] = {}
    for step in steps:
        found.setdefault((step.group.acts, step.group.difference), []).append(step)
    summed = [
        Section(
            _of_type(difference, some, staff=staff),
            names.note(acts, staff=staff),
            Money.total((step.amount for step in some), some[0].amount.currency),
        )
        for (acts, difference), some in found.items()
    ]
    return sorted(summed, key=lambda one: -abs(one.amount.minor))


def _of_type(difference: Difference, some: Sequence[Step], *, staff: bool) -> Sentence:
    if len(some) == 1:
        return words.item(some[0].group, staff=staff)
    return Sentence(
        _SECTION, {"type": names.type_name(difference, staff=staff), "count": len(some)}
    )
