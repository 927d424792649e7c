"""A mapping proposed from the headings and the values of a file."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from tieout.i18n import N_, Sentence
from tieout.intake.amount_columns import runs_against, settled
from tieout.intake.asides import likely_entries
from tieout.intake.doubts import asked, doubts_of, headings_twice, one_order, open_questions
from tieout.intake.fields import FIELDS, Field, Reads
from tieout.intake.fields.field import headings
from tieout.intake.fields.vocabulary import INVOICE_NO
from tieout.intake.heading_scores import STRICT, ranks_of, score_of
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout
from tieout.intake.left_aside import LEFT_OF_EACH, beside
from tieout.intake.mapping import Column, Mapping, signature_of
from tieout.intake.profile import Profile, profile
from tieout.intake.reading import Row
from tieout.intake.said_once import order_column
from tieout.intake.values.dates import DateOrder
from tieout.intake.values.numbers import DecimalMark

#: Below this a column stays out of the mapping.
_ENOUGH = 38.0
_OTHER_WAY = {"money_in": "money_out", "money_out": "money_in"}
#: Where the number of an invoice goes whose document has another, the surest first.
_OTHER_NUMBERS = ("tax_invoice_no", "reference")
_INSIDE = ("id", "internal id")
#: “Invoice ID” is mostly a number inside the other program.
INVOICE_NUMBERS = frozenset(headings(INVOICE_NO)) - {"invoice id"}


@dataclass(frozen=True)
class Guess:
    """A proposed mapping, how sure it is, and what a person should look at."""

    mapping: Mapping
    #: By column.
    scores: Dictionary[int, float]
    #: Columns whose values allow two readings, each with such a value.
    questions: Dictionary[int, str]
    #: What else a person should know.
    notes: tuple[Sentence, ...] = ()
    #: A statement of payments whose balance runs the other way: it is rather a ledger.
    is_against: bool = False

    @property
    def doubts(self) -> tuple[Sentence, ...]:
        """What a person should look at."""
        return (*doubts_of(self.mapping, self.questions), *self.notes)

    @property
    def total(self) -> float:
        """How well the file fits this kind of batch; what cannot be read at all fits badly."""
        missing = sum(
            1
            for field in FIELDS[self.mapping.kind]
            if field.is_required and not self.mapping.has(field.name)
        )
        return sum(self.scores.values()) - 60 * missing - 150 * self.is_against


@cache
def known_headings() -> frozenset[str]:
    """Every heading any kind of batch knows."""
    return frozenset(
        heading for table in FIELDS.values() for field in table for heading in field.headings
    )


def guess(kind: BatchKind, layout: Layout, rows: Sequence[Row]) -> Guess:
    """Propose what the columns of a file say; `rows` are those below the headings."""
    rows = likely_entries(layout, rows)
    profiles = [profile(rows, column) for column in range(len(layout.headings))]
    scored = sorted(
        (
            (-score, column, place, field)
            for column, heading in enumerate(layout.headings)
            for place, field in enumerate(FIELDS[kind])
            if (score := score_of(field, heading, profiles[column])) >= _ENOUGH
        ),
        key=lambda found: (found[0], found[2], found[1]),
    )
    chosen: dict[int, Field] = {}
    scores: dict[int, float] = {}
    for score, column, _, field in scored:
        if column not in chosen and field not in chosen.values():
            chosen[column] = field
            scores[column] = -score
    uses = {column: field.name for column, field in chosen.items()}
    uses = settled(kind, uses, profiles, headings=layout.headings)
    if kind == BatchKind.DOCUMENTS:
        _orders_of_a_shop(uses, layout.headings, profiles)
        _invoice_beside(uses, layout.headings, profiles)
    told = beside(uses, layout.headings, profiles)
    if any(one.text == LEFT_OF_EACH for one in told):
        uses = {column: name for column, name in uses.items() if name != "balance"}
    is_against = kind == BatchKind.PAYMENTS and runs_against(uses, profiles)
    if is_against:
        uses = {column: _OTHER_WAY.get(name, name) for column, name in uses.items()}
    mapping = Mapping(
        kind=kind,
        columns=_columns(kind, uses, layout, profiles),
        header_row=layout.header_row,
        signature=signature_of(kind, layout.headings),
    )
    mapping, questions = one_order(mapping, open_questions(mapping, profiles), profiles)
    mapping = asked(mapping, questions)
    notes = [*headings_twice(mapping, layout), *told]
    if is_against:
        facts = {"column": next(c.letters for c in mapping.columns if c.field == "money_in")}
        notes.append(Sentence(RISES_BY, facts))
    return Guess(mapping, scores, questions, tuple(notes), is_against)


def _orders_of_a_shop(
    uses: dict[int, str], headings: Sequence[str], profiles: Sequence[Profile]
) -> None:
    """The number of an order stands in each of its lines; that of its record in the first."""
    columns = [seen.cells for seen in profiles]
    rows = [Row(place, cells) for place, cells in enumerate(zip(*columns, strict=True))]
    column = order_column(headings, rows)
    if column is not None:
        for other in [place for place, field in uses.items() if field == "number"]:
            del uses[other]
        uses[column] = "number"


def _invoice_beside(
    uses: dict[int, str], headings: Sequence[str], profiles: Sequence[Profile]
) -> None:
    """The number of an invoice beside that of the document is what others know it by, too.

    Beside a mere “ID” it is the number itself: that one is known inside the other program alone.
    """
    free = next((one for one in _OTHER_NUMBERS if one not in uses.values()), None)
    if free is None or "number" not in uses.values():
        return
    for column, heading in enumerate(headings):
        if column in uses or not profiles[column].filled:
            continue
        if any(way in INVOICE_NUMBERS for way in variants(heading)[:1]):
            number = next(place for place, name in uses.items() if name == "number")
            if variants(headings[number])[0] in _INSIDE and profiles[column].share_filled == 1:
                del uses[number]
                free = "number"
            uses[column] = free
            return


def named_at_least(found: Guess, layout: Layout, rows: Sequence[Row]) -> Guess:
    """The same with a day and an amount that are only named, since few of their cells are any.

    What is wrong with them is then said cell by cell, rather than that the column is missing.
    """
    mapping = found.mapping
    table = FIELDS[mapping.kind]
    used = {column.index for column in mapping.columns}
    has_amount = any(table[column.field].one_of == "amount" for column in mapping.columns)
    columns = list(mapping.columns)
    for name, is_there in (("date", mapping.has("date")), ("amount", has_amount)):
        field = next((one for one in table if one.name == name), None)
        if field is None or is_there or not (field.is_required or field.one_of):
            continue
        for index, heading in enumerate(layout.headings):
            if index in used or not heading or variants(heading)[0] not in ranks_of(field):
                continue
            seen = profile(rows, index)
            if seen.filled:
                order = seen.order.order or DateOrder.YEAR_FIRST
                mark = seen.mark.mark or DecimalMark.POINT
                columns.append(Column(index, name, heading, mark=mark, order=order))
                break
    columns.sort(key=lambda column: column.index)
    return replace(found, mapping=replace(mapping, columns=tuple(columns)))


def fits(mapping: Mapping, layout: Layout, rows: Sequence[Row]) -> bool:
    """Whether a remembered mapping can read the values of another file."""
    if max((column.index for column in mapping.columns), default=0) >= len(layout.headings):
        return False
    for column in mapping.columns:
        reads = FIELDS[mapping.kind][column.field].reads
        if reads in STRICT and profile(rows, column.index).fit[reads] < 0.5:
            return False
    return True


def _columns(
    kind: BatchKind, uses: Dictionary[int, str], layout: Layout, profiles: Sequence[Profile]
) -> tuple[Column, ...]:
    common = _common_mark(kind, uses, profiles)
    columns = []
    for index, name in sorted(uses.items()):
        seen, reads = profiles[index], FIELDS[kind][name].reads
        column = Column(index, name, layout.headings[index])
        if reads in (Reads.AMOUNT, Reads.NUMBER, Reads.PERCENT):
            column = replace(column, mark=seen.mark.mark or common)
        if reads == Reads.DATE:
            column = replace(column, order=seen.order.order or DateOrder.YEAR_FIRST)
        if name in ("money_out", "credit", "debit", "retention"):
            column = replace(column, is_turned=_is_below_zero(seen, column.mark))
        columns.append(column)
    return tuple(columns)


def _common_mark(
    kind: BatchKind, uses: Dictionary[int, str], profiles: Sequence[Profile]
) -> DecimalMark:
    """One file writes its numbers one way; a column that proves nothing follows the others."""
    votes = [
        profiles[index].mark.mark
        for index, name in uses.items()
        if FIELDS[kind][name].reads in (Reads.AMOUNT, Reads.NUMBER)
    ]
    commas = votes.count(DecimalMark.COMMA)
    return DecimalMark.COMMA if commas > votes.count(DecimalMark.POINT) else DecimalMark.POINT


def _is_below_zero(seen: Profile, mark: DecimalMark) -> bool:
    numbers = [number for number in seen.numbers(mark) if number]
    return bool(numbers) and all(number < 0 for number in numbers)


RISES_BY = N_(
    "The balance rises by what stands in column %(column)s, so that is taken as money in. Look at "
    "the preview."
)


def as_written(mapping: Mapping, rows: Sequence[Row]) -> Guess:
    """The columns an importer named, with the writing of those it left as text."""
    columns, questions = [], dict[int, str]()
    for column in mapping.columns:
        reads = FIELDS[mapping.kind][column.field].reads
        if reads not in (Reads.AMOUNT, Reads.NUMBER, Reads.DATE) or not _has_text(rows, column):
            columns.append(column)
            continue
        seen = profile(rows, column.index)
        is_day = reads == Reads.DATE
        if text := seen.order.doubtful if is_day else seen.mark.doubtful:
            questions[column.index] = text
        order, mark = seen.order.order or column.order, seen.mark.mark or column.mark
        columns.append(replace(column, order=order) if is_day else replace(column, mark=mark))
    written = replace(mapping, columns=tuple(columns))
    return Guess(asked(written, questions), {}, questions)


def _has_text(rows: Sequence[Row], column: Column) -> bool:
    return any(isinstance(row.cells[column.index], str) and row.cells[column.index] for row in rows)
