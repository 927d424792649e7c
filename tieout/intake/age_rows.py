"""Rows below a ledger that say how old is what is owed: “Current | 1-30 | 31-60 | Total”.

They are no entries, and what stands in their cells is neither a day nor a number, wherever the
columns of the ledger happen to be. Labels stand in one row and the sums below them, or each sum
beside its label.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tieout.chinese import compiled
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.text import shown

_DAYS = r"(?:days?|d|tage|jours|d[ií]as|天|日)"
_MONTHS = r"(?:months?|mths?|monate?|mois|mes(?:es)?|个?月)"
_BEHIND = (
    r"(?:\s*(?:past\s+due|overdue|over\s*due|old|late|and\s+(?:over|older)|以上|以内|及以上|内))?"
)
#: What only a table of ages says: a range of days, or more than so many.
_RANGE = compiled(
    rf"(?:\d{{1,3}}\s*[-–—~～至到]\s*\d{{1,4}}(?:\s*(?:{_DAYS}|{_MONTHS}))?{_BEHIND}"
    rf"|(?:over|more\s+than|older\s+than|[>＞≥<＜≤]=?|超过|大于)\s*\d{{1,3}}(?:\s*(?:{_DAYS}|{_MONTHS}))?{_BEHIND}"
    rf"|\d{{1,3}}\s*\+(?:\s*{_DAYS})?{_BEHIND}"
    rf"|\d{{1,3}}\s*(?:{_DAYS}|{_MONTHS})\s*\+?{_BEHIND})",
    re.IGNORECASE,
)
#: What stands beside those.
_BESIDE = compiled(
    r"current|not\s+(?:yet\s+)?due|(?:total\s+)?(?:over|past\s+)?due|overdue|older|future|total(?:\s+\w+)?"
    r"|(?:amount|balance|total)\s+(?:over)?due|balance|outstanding|未到期|未逾期|当期|逾期|合\s*计|总\s*计|余额",
    re.IGNORECASE,
)
#: What may stand at the beginning of either row.
_TITLE = compiled(
    r"age?ing(?:\s+(?:summary|analysis|of\s+.*))?|age(?:d)?\s+(?:analysis|balances?)|账龄(?:分析)?|[A-Z]{3}",
    re.IGNORECASE,
)
_SUM = compiled(r"[^\w]*[A-Z]{0,3}[^\w]*\d[\d.,'’\s]*(?:%|cr|dr)?[^\w]*[A-Z]{0,3}", re.IGNORECASE)
#: Ranges with which a row speaks of ages.
_LEAST = 2


def age_rows(below: Iterable[Row]) -> frozenset[int]:
    """The numbers of the rows that say how old is what is owed."""
    found: set[int] = set()
    labels: Row | None = None
    lone: list[int] = []
    for row in below:
        filled = [cell for cell in row.cells if not is_blank(cell)]
        if not filled:
            continue
        if labels is not None and _are_sums(filled):
            found.update((labels.number, row.number))
        if _alternate(filled):
            found.add(row.number)
        labels = row if _are_labels(filled) else None
        if len(filled) == len(("label", "sum")) and _says_age(filled[0]) and _is_sum(filled[1]):
            lone.append(row.number)
    return frozenset(found.union(lone if len(lone) > _LEAST else ()))


def _are_labels(filled: Sequence[Cell]) -> bool:
    said = _past_title(filled)
    ranges = sum(1 for cell in said if _is_range(cell))
    return ranges >= _LEAST and all(map(_says_age, said))


def _are_sums(filled: Sequence[Cell]) -> bool:
    said = _past_title(filled)
    return len(said) > 1 and all(map(_is_sum, said))


def _alternate(filled: Sequence[Cell]) -> bool:
    """Whether labels and sums stand in turn: “Current: | 100.00 | 30 days: | 0.00”."""
    said = _past_title(filled)
    labels, sums = said[::2], said[1::2]
    ranges = sum(1 for cell in labels if _is_range(cell))
    return (
        ranges >= _LEAST
        and len(labels) == len(sums)
        and all(map(_says_age, labels))
        and all(map(_is_sum, sums))
    )


def _past_title(filled: Sequence[Cell]) -> Sequence[Cell]:
    is_titled = isinstance(filled[0], str) and _TITLE.fullmatch(filled[0].strip().rstrip(":："))
    return filled[1:] if is_titled else filled


def _is_range(cell: Cell) -> bool:
    return isinstance(cell, str) and _range(cell)


def _says_age(cell: Cell) -> bool:
    return isinstance(cell, str) and (_range(cell) or bool(_BESIDE.fullmatch(_bare(cell))))


def _is_sum(cell: Cell) -> bool:
    text = shown(cell).strip()
    return bool(_SUM.fullmatch(text) or set(text) <= {"-", "–", "—"})


@lru_cache(maxsize=1_000)
def _range(text: str) -> bool:
    return bool(_RANGE.fullmatch(_bare(text)))


def _bare(text: str) -> str:
    return text.strip().rstrip(":：").strip()
