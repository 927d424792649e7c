"""What a person should look at in a proposed mapping: days and decimals that nothing proves."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace

from tieout.i18n import N_, Sentence
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout
from tieout.intake.mapping import Mapping, letters
from tieout.intake.profile import Profile
from tieout.intake.values.dates import DateOrder

DECIMALS_IN_DOUBT = N_(
    "Column %(column)s: “%(text)s” has been read with “%(mark)s” before the decimals, "
    "but nothing in the column proves it. Look at the preview, or choose the other mark."
)
ORDER_IN_DOUBT = N_(
    "Column %(column)s: “%(text)s” could be two different days; it has been read "
    "with the %(first)s first. Look at the preview, or choose the other order."
)
HEADING_TWICE = N_("The heading “%(heading)s” stands over %(count)s columns; one of them is read.")
_FIRST = {
    DateOrder.DAY_FIRST: N_("day"),
    DateOrder.MONTH_FIRST: N_("month"),
    DateOrder.YEAR_FIRST: N_("year"),
}


def open_questions(mapping: Mapping, profiles: Sequence[Profile]) -> dict[int, str]:
    """Columns nothing in which proves how they are written."""
    found = {}
    for column in mapping.columns:
        reads, seen = FIELDS[mapping.kind][column.field].reads, profiles[column.index]
        text = ""
        if reads in (Reads.AMOUNT, Reads.NUMBER):
            text = seen.mark.doubtful
        elif reads == Reads.DATE:
            text = seen.order.doubtful
        if text:
            found[column.index] = text
    return found


def one_order(
    mapping: Mapping, questions: dict[int, str], profiles: Sequence[Profile]
) -> tuple[Mapping, Dictionary[int, str]]:
    """One file writes its dates one way: a doubtful column follows one that proves its order."""
    table = FIELDS[mapping.kind]
    dates = [column for column in mapping.columns if table[column.field].reads == Reads.DATE]
    orders = {
        found.order
        for column in dates
        if (found := profiles[column.index].order).is_proved and found.order
    }
    if len(orders) != 1 or not any(column.index in questions for column in dates):
        return mapping, questions
    order = orders.pop()
    columns = tuple(
        replace(column, order=order) if column in dates and column.index in questions else column
        for column in mapping.columns
    )
    left = {
        index: text for index, text in questions.items() if index not in {d.index for d in dates}
    }
    return replace(mapping, columns=columns), left


def asked(mapping: Mapping, questions: Dictionary[int, str]) -> Mapping:
    """Mark the dates a person has to say the order of; another's own book is only looked at."""
    if mapping.kind == BatchKind.THEIR_LEDGER:
        return mapping
    table = FIELDS[mapping.kind]
    columns = tuple(
        replace(
            column,
            is_unsure=column.index in questions and table[column.field].reads == Reads.DATE,
        )
        for column in mapping.columns
    )
    return replace(mapping, columns=columns)


def doubts_of(mapping: Mapping, questions: Dictionary[int, str]) -> list[Sentence]:
    """What to look at in columns nothing proves."""
    doubts = []
    for column in mapping.columns:
        text = questions.get(column.index)
        if text is None:
            continue
        facts: dict[str, object] = {"column": letters(column.index), "text": text}
        if FIELDS[mapping.kind][column.field].reads == Reads.DATE:
            facts["first"] = Sentence(_FIRST[column.order])
            doubts.append(Sentence(ORDER_IN_DOUBT, facts))
        else:
            facts["mark"] = str(column.mark)
            doubts.append(Sentence(DECIMALS_IN_DOUBT, facts))
    return doubts


def headings_twice(mapping: Mapping, layout: Layout) -> list[Sentence]:
    """Headings that stand over several columns of which one is read."""
    used = {variants(column.heading)[0] for column in mapping.columns if column.heading}
    all_headings = [variants(heading)[0] for heading in layout.headings if heading]
    return [
        Sentence(HEADING_TWICE, {"heading": heading, "count": all_headings.count(heading)})
        for heading in dict.fromkeys(all_headings)
        if heading in used and all_headings.count(heading) > 1
    ]
