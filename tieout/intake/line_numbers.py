"""Lines a ledger numbers by itself: a number that stands twice may be a line exported twice."""

from collections import defaultdict

from tieout.intake.headings import variants
from tieout.intake.uploads import Inspected
from tieout.intake.values.text import shown

#: Headings of a column that numbers the lines, as they are compared.
_HEADINGS = frozenset(
    {
        "line", "line no", "line number", "line id", "row", "row no", "row id", "id",
        "entry id", "entry no", "record id", "record no", "transaction id", "posting id",
        "seq", "sequence", "sequence no",
        "行号", "序号", "行次", "流水号", "分录号", "明细号", "记录号",
    }
)  # fmt: skip


def repeated(inspected: Inspected) -> tuple[str, tuple[int, ...]] | None:
    """The first number that several entries carry, and their rows.

    A column most of whose figures repeat numbers something else, such as pages or accounts.
    """
    for place, heading in enumerate(inspected.layout.headings):
        if not _HEADINGS.intersection(variants(heading)):
            continue
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row in inspected.rows:
            if row.number in inspected.asides or place >= len(row.cells):
                continue
            if text := shown(row.cells[place]).strip():
                rows[text].append(row.number)
        count = sum(len(some) for some in rows.values())
        if len(rows) * 2 <= count:
            continue
        for text, some in rows.items():
            if len(some) > 1:
                return text, tuple(some)
    return None
