"""What of a ledger makes one doubt its figures: how it was read, and what its entries look like."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from tieout.i18n import Sentence
from tieout.intake import described, doubts, left_aside, watching
from tieout.reconciliation import sentences as say

#: Days without an entry after which the few beyond are doubted, and how many of a hundred few are.
FAR, _FEW = 366, 10

#: What intake says of a file that changes figures where it is wrong, in the words of a comparison.
_SAID: Mapping[str, str] = {
    doubts.ORDER_IN_DOUBT: say.DAYS_IN_DOUBT,
    doubts.DECIMALS_IN_DOUBT: say.DECIMALS_IN_DOUBT,
    described.OTHER_SHEETS: say.OTHER_SHEETS,
    watching.HIDDEN_ROWS: say.HIDDEN_ROWS,
}
_SAID_AS_IT_IS = frozenset(
    {
        left_aside.LEFT_OF_EACH,
        watching.CUT_OFF,
        described.NUL_BYTES,
        described.UNREAD_CHARACTERS,
    }
)


class Entry(NamedTuple):
    """An entry of a ledger: its row and its day."""

    on: date
    row: int


def of_reading(file: str, warnings: Iterable[Sentence]) -> Iterator[Sentence]:
    """What was doubtful when a file was read and changes what it comes to."""
    for one in warnings:
        if one.text in _SAID:
            yield Sentence(_SAID[one.text], {**one.facts, "file": file})
        elif one.text in _SAID_AS_IT_IS:
            yield Sentence(say.SAID_OF_FILE, {"file": file, "what": one})


def sheets_beside(warnings: Iterable[Sentence], sheets: Iterable[str]) -> list[str]:
    """The sheets of a workbook with rows that were not read."""
    others = [str(one.facts["others"]) for one in warnings if one.text == described.OTHER_SHEETS]
    return [name for name in sheets if any(name in found for found in others)]


def far_day(entries: Iterable[Entry]) -> Entry | None:
    """The first of a few entries more than a year away from all others."""
    ordered = sorted(entries)
    few = max(len(ordered) * _FEW // 100, 1)
    for at, (one, other) in enumerate(pairwise(ordered), start=1):
        if (other.on - one.on).days <= FAR:
            continue
        if len(ordered) - at <= few < at:
            return other
        if at <= few < len(ordered) - at:
            return ordered[0]
    return None
