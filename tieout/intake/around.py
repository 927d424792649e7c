"""What is said around the rows of a table, said in each of them, and what they then say.

Customers above their entries, days in several columns, numbers within texts, several columns a
side: ledgers are printed for people, who see what belongs together.
"""

from collections.abc import Sequence
from dataclasses import replace

from tieout.i18n import N_, Sentence
from tieout.intake.account_names import find_account_names
from tieout.intake.asides import Aside, AsideRule
from tieout.intake.date_parts import HEADING, find_date_parts
from tieout.intake.guessing import Guess, guess, named_at_least
from tieout.intake.kind_told import guess_kind
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout
from tieout.intake.mapping import Mapping, letters
from tieout.intake.numbers_within import HEADING as NUMBERS
from tieout.intake.numbers_within import find_numbers_within
from tieout.intake.reading import Row
from tieout.intake.said_once import find_said_once
from tieout.intake.sections import find_sections, has_names
from tieout.intake.several_sides import find_several_sides

ONE_FOR_SEVERAL = N_(
    "The customer is taken from %(count)s headings above the entries, such as “%(text)s” in row "
    "%(row)s."
)
FILLED_DOWN = N_(
    "%(count)s rows leave their first cells empty and were read as going on with the row above, "
    "such as row %(row)s."
)
PUT_TOGETHER = N_("The day of each row is put together from columns %(columns)s.")
YEAR_ABOVE = N_(
    "The day of each row is put together from columns %(columns)s; the year, %(year)s, stands "
    "above."
)
NUMBERS_WITHIN = N_("The number of each document is taken from the texts in column %(column)s.")
SEVERAL_SIDES = N_(
    "The balance goes up by %(up)s and down by %(down)s; each row was read as the sum of these."
)
#: Rows whose cells tell nothing of what a column holds.
_NO_VALUES = (Aside.SECTION, Aside.TOTAL, Aside.OPENING, Aside.CLOSING)
#: Rows by which it is told what a ledger says without a column for it.
_ENOUGH = 300
#: Kinds of files in which several customers may have entries.
_OF_MANY = (None, BatchKind.DOCUMENTS, BatchKind.PAYMENTS, BatchKind.THEIR_LEDGER)


def told(
    kind: BatchKind | None, bare: Layout, head: Sequence[Row], rows: Sequence[Row]
) -> tuple[Layout, list[Row], Guess]:
    """The layout with all that is said around the rows, these rows, and what they say."""
    above = [row for row in head if row.number < bare.header_row]
    layout = _with_more(kind, _with_days(_said_above(kind, bare, head, rows)), rows)
    below = list(layout.over(rows))
    guessed = guessed_of(kind, layout, _entries(kind, layout, below), above)
    if not _names_the_holder(layout, guessed.mapping):
        return layout, below, guessed
    layout = _with_days(bare)
    below = list(layout.over(rows))
    return layout, below, guessed_of(BatchKind.PAYMENTS, layout, below, above)


def _names_the_holder(layout: Layout, mapping: Mapping) -> bool:
    """Whether the name over a bank's statement is that of whoever keeps the account: ourselves."""
    sections = layout.sections
    is_of_one = sections is not None and not sections.columns and sections.count < 2
    is_of_a_bank = any(map(mapping.has, ("money_out", "balance", "own_account")))
    return is_of_one and is_of_a_bank and mapping.kind == BatchKind.PAYMENTS


def guessed_of(
    kind: BatchKind | None, layout: Layout, rows: Sequence[Row], above: Sequence[Row] = ()
) -> Guess:
    found = guess_kind(layout, rows, above) if kind is None else guess(kind, layout, rows)
    return named_at_least(found, layout, rows)


def _said_above(
    kind: BatchKind | None, layout: Layout, head: Sequence[Row], below: Sequence[Row]
) -> Layout:
    """The layout with what is said above the rows it is about: customer, or all of a document."""
    if kind not in _OF_MANY or not layout.header_row:
        return layout
    above = [row for row in head if row.number < layout.header_row]
    days = find_date_parts(layout.headings)
    sections = find_sections(layout.headings, above, list(days.over(below)) if days else below)
    is_of_one = sections is not None and not sections.columns and sections.count < 2
    if is_of_one and kind == BatchKind.THEIR_LEDGER:
        return layout  # a book of one account says whose it is for people alone
    if sections is not None:
        headings = (*layout.headings, sections.heading)
        return replace(layout, headings=headings, sections=sections)
    return replace(layout, said_once=find_said_once(layout.headings, below))


def _with_days(layout: Layout) -> Layout:
    """The layout with whole days, where year, month and day stand in columns of their own."""
    parts = find_date_parts(layout.headings)
    if parts is None:
        return layout
    headings = tuple(
        HEADING if place == parts.day else "" if place in parts.columns else heading
        for place, heading in enumerate(layout.headings)
    )
    return replace(layout, headings=headings, date_parts=parts)


def _with_more(kind: BatchKind | None, layout: Layout, below: Sequence[Row]) -> Layout:
    """The layout with what a ledger says, though no column of its own does.

    Numbers that stand before other words, and the two sides where each has several columns.
    """
    if kind not in (None, BatchKind.DOCUMENTS, BatchKind.THEIR_LEDGER):
        return layout
    rows = below[:_ENOUGH]
    rows = list(layout.date_parts.over(rows)) if layout.date_parts else rows
    names = None if layout.sections else find_account_names(layout.headings, rows)
    if names is not None and not has_names(layout.headings, rows):
        layout = replace(layout, headings=(*layout.headings, names.heading), accounts=names)
    if (numbers := find_numbers_within(layout.headings, rows)) is not None:
        headings = (*layout.headings, NUMBERS)
        layout = replace(layout, headings=headings, numbers_within=numbers)
    if (sides := find_several_sides(layout.headings, rows)) is not None:
        layout = replace(layout, headings=(*layout.headings, *sides.headings), sides=sides)
    return layout


def _entries(kind: BatchKind | None, layout: Layout, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows without headings of customers and their totals, by which columns are told."""
    if layout.sections is None:
        return rows
    rule = AsideRule(kind or BatchKind.DOCUMENTS, Mapping(kind or BatchKind.DOCUMENTS, ()), layout)
    return [row for row in rows if rule.of(row) not in _NO_VALUES] or rows


def carried(layout: Layout) -> list[Sentence]:
    """What was said once for several rows."""
    found = []
    if (one := layout.sections) is not None:
        facts = {"count": one.count, "text": one.text, "row": one.row}
        found.append(Sentence(ONE_FOR_SEVERAL, facts))
    if (parts := layout.date_parts) is not None:
        columns = ", ".join(letters(column) for column in parts.columns)
        if parts.in_heading:
            found.append(Sentence(YEAR_ABOVE, {"columns": columns, "year": parts.in_heading}))
        else:
            found.append(Sentence(PUT_TOGETHER, {"columns": columns}))
    if (within := layout.numbers_within) is not None:
        found.append(Sentence(NUMBERS_WITHIN, {"column": letters(within.column)}))
    if (sides := layout.sides) is not None:
        facts = {
            "up": ", ".join(name for column, name in sides.names if column in sides.raising),
            "down": ", ".join(name for column, name in sides.names if column in sides.lowering),
        }
        found.append(Sentence(SEVERAL_SIDES, facts))
    if (once := layout.said_once) is not None:
        found.append(Sentence(FILLED_DOWN, {"count": once.count, "row": once.row}))
    return found
