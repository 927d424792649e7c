"""A comparison of two books as both faces draw it: its words in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tieout.i18n import Sentence
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import names, words
from tieout.reconciliation.priced import of_items
from tieout.reconciliation.sections import sections
from tieout.reconciliation.sentences import OPENINGS_DIFFER
from tieout.reconciliation.shown import Picture, ShownGroup, ShownLine, Step
from tieout.rendering import formats
from tieout.rendering.translation import gettext, ngettext, reader


@dataclass(frozen=True)
class Item:
    """A line of the balance reconciliation statement."""

    words: str
    note: str
    amount: Money


@dataclass(frozen=True)
class SideBySide:
    """A row of both books beside one another."""

    group: ShownGroup
    is_first: bool
    ours: ShownLine | None
    theirs: ShownLine | None


@dataclass(frozen=True)
class Told:
    """A comparison for one kind of reader: the company's people, or the customer."""

    shown: Picture
    staff: bool

    @property
    def title(self) -> str:
        """What came of it, in one sentence."""
        shown = self.shown
        language = reader.get().language
        if shown.lines_read and shown.ours and not shown.matched and not self._has_pairs:
            return gettext("Nothing of both books agrees yet")
        if shown.residual:
            return gettext(
                "%(amount)s of the difference is not explained yet",
                amount=formats.money(abs(shown.residual), language),
            )
        figure = formats.money(shown.our_adjusted, language)
        count = len(shown.differences)
        if not shown.ties_out:
            left = len(shown.undecided) + bool(shown.opening)
            return ngettext(
                "Every cent is explained; one difference is to be settled together",
                "Every cent is explained; %(num)s differences are to be settled together",
                left,
            )
        if not count:
            return gettext("Both books agree at %(amount)s", amount=figure)
        return ngettext(
            "Both books agree at %(amount)s once one difference is booked",
            "Both books agree at %(amount)s once %(num)s differences are booked",
            count,
            amount=figure,
        )

    @property
    def _has_pairs(self) -> bool:
        return any(group.ours and group.theirs for group in self.shown.groups)

    @property
    def ours(self) -> dict[str, object]:
        """Our column of the balance reconciliation statement."""
        return {
            "balance": self.shown.ours,
            "items": self._items(self.shown.our_steps),
            "adjusted": self.shown.our_adjusted,
        }

    @property
    def theirs(self) -> dict[str, object]:
        """Their column of the balance reconciliation statement."""
        return {
            "balance": self.shown.theirs,
            "items": self._items(self.shown.their_steps),
            "adjusted": self.shown.their_adjusted,
        }

    @property
    def others(self) -> list[Item]:
        """What is on neither side."""
        found = self._items(self.shown.undecided)
        if self.shown.opening:
            found.append(Item(gettext(OPENINGS_DIFFER), "", self.shown.opening))
        return found

    def what(self, group: ShownGroup) -> str:
        """What a difference is."""
        return said(words.what(group, staff=self.staff))

    def why(self, group: ShownGroup) -> str:
        """What proves it, and what has to be done."""
        return said(words.why(group, staff=self.staff))

    def by_when(self, group: ShownGroup) -> str:
        """Until when something is awaited that clears by itself."""
        return said(words.by_when(group))

    def because(self, group: ShownGroup) -> str:
        """Why its lines are taken to belong together."""
        return said(words.because(group, staff=self.staff))

    def name(self, group: ShownGroup) -> str:
        """What a group is, in a word or two."""
        return said(names.difference_name(group))

    def cause(self, group: ShownGroup) -> str:
        """The reason a dispute about it gives, where the figures say one."""
        differs = of_items(group.priced) if group.priced else ""
        if group.difference is Difference.DUPLICATE_IN_OURS:
            return "duplicate"
        return {"quantity": "quantity", "price": "price"}.get(differs, "price")

    def kind(self, kind: str) -> str:
        """What a line is, small: “invoice”."""
        return said(names.kind_name(kind))

    def side_by_side(self, groups: Iterable[ShownGroup]) -> list[SideBySide]:
        """The lines of some groups, ours beside theirs."""
        return [
            SideBySide(group, place == 0, one, other)
            for group in groups
            for place, (one, other) in enumerate(zip_longest(group.ours, group.theirs))
        ]

    def _items(self, steps: Sequence[Step]) -> list[Item]:
        return [
            Item(said(one.words), said(one.note), one.amount)
            for one in sections(steps, staff=self.staff)
        ]


def said(sentence: Sentence | None) -> str:
    """A sentence in the reader's language; nothing for none."""
    return reader.get().sentence(sentence) if sentence is not None and sentence.text else ""
