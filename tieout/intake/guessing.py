"""A mapping proposed from the headings and the values of a file."""

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from tieout.i18n import N_, Sentence
from tieout.intake.amount_columns import runs_against, settled
from tieout.intake.asides import likely_entries
from tieout.intake.fields import FIELDS, Field, Reads
from tieout.intake.fields.field import headings
from tieout.intake.fields.vocabulary import INVOICE_NO
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout
from tieout.intake.left_aside import LEFT_OF_EACH, beside
from tieout.intake.mapping import Column, Mapping, letters, signature_of
from tieout.intake.profile import Profile, profile
from tieout.intake.reading import Row
from tieout.intake.said_once import order_column
from tieout.intake.values.dates import DateOrder
from tieout.intake.values.numbers import DecimalMark

#: Below this a column stays out of the mapping.
_ENOUGH = 38.0
#: Ways of reading that a column must mostly take, whatever its heading says.
_STRICT = frozenset(Reads) - {Reads.IDENTIFIER, Reads.TEXT}
#: Words strong enough to be known inside a longer heading.
_STRONG = frozenset(
    "amount date currency debit credit balance quantity qty price tax vat invoice customer "
    "description payer reference supplier email phone address gstin sku".split()
)
#: Chinese headings that mean something else at the end of a longer one.
_WHOLE_ONLY = frozenset({"单位", "元", "借", "贷", "时间", "编号", "类型", "名称", "收款", "付款"})
#: Words by which a heading says that it is something else after all.
_AGAINST = {
    "unit_price": re.compile(
        r"purchase|cost|buying|minimum|%|\b(tax|vat|exchange) rate|excl tax"
        r"|采购|进价|进货|成本|最低|批发|税率|汇率"
    ),
    "amount": re.compile(
        r"\b(untaxed|net of|without|excl|fee|shipping|discount|paid|coupon|freight|refund)\b"
        r"|不含税|无税|未税|优惠|折扣|运费|手续费|退款|抵扣"
        r"|收款|付款|到账|回款|已收|已付"
    ),
    "line_amount": re.compile(r"\bsub ?total\b|不含税|无税|未税"),
    "customer_name": re.compile(
        r"\b(user|file|sheet|first|last) name\b|\bcard ?holder\b|\bcard (brand|type)\b"
    ),
    "customer_code": re.compile(r"\b(payee|beneficiary|card|bank|gl|ledger) |收款"),
    "payer": re.compile(r"\bcard ?holder\b"),
    "currency": re.compile(r"\bamount currency\b"),
    "own_account": re.compile(r"\b(payee|beneficiary) "),
    "original_amount": re.compile(r"balance|余额|结余"),
    "number": re.compile(r"\b(reference|related|parent|original) (transaction|txn)\b"),
    "quantity": re.compile(r"inventory|stock|on hand|库存|结存"),
    "date": re.compile(r"\b(due|start|end|from|to|paid|available|value|clearing) "),
}
#: Nouns that stand before what was done: “Date Invoiced”.
_FIRST_NOUNS = frozenset({"date", "qty", "quantity", "amount"})
_DONE = re.compile(r"(?!paid|shipped|closed|modified|received|updated|due)\w+(ed|en|t)")
#: Headings that say little: taken where the values look like it.
_WEAK = {"name", "item", "reference", "ref", "id", "rate", "charge", "konto", "transaction"}
_OTHER_WAY = {"money_in": "money_out", "money_out": "money_in"}
#: Where the number of an invoice goes whose document has another, the surest first.
_OTHER_NUMBERS = ("tax_invoice_no", "reference")
_INSIDE = ("id", "internal id")
#: “Invoice ID” is mostly a number inside the other program.
INVOICE_NUMBERS = frozenset(headings(INVOICE_NO)) - {"invoice id"}
#: Headings over one's own account where every row says the same, over a payer's where not.
_ANY_ACCOUNT = frozenset(
    ("account", "account no", "account number", "iban", "konto", "kontonummer", "账号", "账户")
)
_ACCOUNT = re.compile(r"account|konto|账号|账户")
_OF_CUSTOMERS = re.compile(r"\b(customer|cust|client|debtor)\b|客户")
#: Where every row says the same, it is one's own shop; where not, that of a customer.
_SHOP = re.compile(r"\b(shop|store)\b|店铺|门店|网店")


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
        return (*_doubts(self.mapping, self.questions), *self.notes)

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
            if (score := _score(field, heading, profiles[column])) >= _ENOUGH
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
    mapping, questions = _one_order(mapping, _questions(mapping, profiles), profiles)
    mapping = asked(mapping, questions)
    notes = [*_twice(mapping, layout), *told]
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
            if index in used or not heading or variants(heading)[0] not in _ranks(field):
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
        if reads in _STRICT and profile(rows, column.index).fit[reads] < 0.5:
            return False
    return True


def _score(field: Field, heading: str, seen: Profile) -> float:
    named = _heading_score(field, heading)
    if named <= 0:
        return 0
    fit = seen.fit[field.reads]
    if field.reads in _STRICT and seen.filled and fit < 0.5:
        return 0
    ways = variants(heading)
    against = _AGAINST.get(field.name)
    if against is not None and against.search(ways[0]) and ways[0] not in _ranks(field):
        return 0
    if field.name in ("customer_code", "customer_name", "payer") and seen.filled:
        is_name_field = field.name != "customer_code"
        if is_name_field != seen.looks_like_names:
            named -= 40 if ways[0] in _WEAK else 12
        is_account = _ACCOUNT.search(ways[0]) and not _OF_CUSTOMERS.search(ways[0])
        if not is_name_field and is_account and (seen.is_constant or seen.looks_like_names):
            return 0  # our own account, or those of the general ledger
        if is_name_field and _SHOP.search(ways[0]) and seen.is_constant:
            return 0
    if field.name == "own_account" and ways[0] in _ANY_ACCOUNT and not seen.is_constant:
        return 0  # accounts that change are those of others
    if field.name == "number" and ways[0] in _WEAK and seen.looks_like_names:
        return 0
    # what every row must say stands in a column that every row fills
    empty = 1 - seen.share_filled
    wanted = 0.4 if field.is_required or field.one_of == "name" else 0.03
    return named * (0.4 + 0.6 * fit) * (1 - wanted * empty)


@cache
def _ranks(field: Field) -> dict[str, int]:
    return {heading: rank for rank, heading in enumerate(field.headings)}


def _heading_score(field: Field, heading: str) -> float:
    if not heading.strip():
        return 0
    ranks = _ranks(field)
    best = 0.0
    for place, way in enumerate(variants(heading)):
        if way in ranks:
            best = max(best, 100 - 4 * place - min(ranks[way], 100) * 0.1)
    return best or max(_part_score(field, way) for way in variants(heading))


def _part_score(field: Field, heading: str) -> float:
    """A known heading at the end of a longer one: there stands the noun, in both languages."""
    parts = heading.split()
    best = 0.0
    if len(parts) == 2 and parts[0] in _FIRST_NOUNS and _DONE.fullmatch(parts[1]):
        best = 55.0 if parts[0] in _ranks(field) else 0.0  # “Date Invoiced”, “QtyOrdered”
    for known in field.headings:
        if known.isascii():
            pieces = known.split()
            if len(pieces) == 1 and known not in _STRONG:
                continue
            if parts[-len(pieces) :] == pieces:
                best = max(best, 30 + 40 * len(pieces) / len(parts))
        elif len(known) >= 2 and known not in _WHOLE_ONLY and heading.endswith(known):
            best = max(best, 30 + 40 * len(known) / len(heading))
    return best


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


DECIMALS_IN_DOUBT = N_(
    "Column %(column)s: “%(text)s” has been read with “%(mark)s” before the decimals, "
    "but nothing in the column proves it. Look at the preview, or choose the other mark."
)
ORDER_IN_DOUBT = N_(
    "Column %(column)s: “%(text)s” could be two different days; it has been read "
    "with the %(first)s first. Look at the preview, or choose the other order."
)
RISES_BY = N_(
    "The balance rises by what stands in column %(column)s, so that is taken as money in. Look at "
    "the preview."
)
HEADING_TWICE = N_("The heading “%(heading)s” stands over %(count)s columns; one of them is read.")
_FIRST = {
    DateOrder.DAY_FIRST: N_("day"),
    DateOrder.MONTH_FIRST: N_("month"),
    DateOrder.YEAR_FIRST: N_("year"),
}


def _questions(mapping: Mapping, profiles: Sequence[Profile]) -> dict[int, str]:
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


def _one_order(
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


def _doubts(mapping: Mapping, questions: Dictionary[int, str]) -> list[Sentence]:
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


def _twice(mapping: Mapping, layout: Layout) -> list[Sentence]:
    """Headings that stand over several columns of which one is read."""
    used = {variants(column.heading)[0] for column in mapping.columns if column.heading}
    all_headings = [variants(heading)[0] for heading in layout.headings if heading]
    return [
        Sentence(HEADING_TWICE, {"heading": heading, "count": all_headings.count(heading)})
        for heading in dict.fromkeys(all_headings)
        if heading in used and all_headings.count(heading) > 1
    ]
