"""Which column says what: proposed, shown, corrected by a person, remembered."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake import headings as words
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind, Kind
from tieout.intake.reading import Cell
from tieout.intake.values.dates import DateOrder
from tieout.intake.values.numbers import DecimalMark, Figure, read_number
from tieout.money import checked_currency


class FieldMappedTwice(InvalidInput):
    """One field from two columns."""

    message = N_("Columns %(one)s and %(other)s are both said to be “%(field)s”. Keep one.")


class ColumnMappedTwice(InvalidInput):
    """Two fields from one column."""

    message = N_("Column %(column)s is said to be two things. Keep one.")


class UnknownField(InvalidInput):
    """A field this kind of file does not have."""

    message = N_("“%(field)s” is nothing such a file can say.")


class FieldMissing(InvalidInput):
    """A column without which nothing can be read."""

    message = N_("No column is said to be “%(field)s”. Choose the column that holds it.")


class TaxMissing(InvalidInput):
    """Amounts before tax alone."""

    message = N_(
        "“%(field)s” is before tax, and no column is said to be “Tax”. Choose the column of the "
        "tax, or map these figures as the amount where they hold it."
    )


class AmountMissing(InvalidInput):
    """No column from which an amount follows."""

    message = N_(
        "No column holds an amount. Choose the column for the amount, "
        "or those for debit and credit, or for quantity and unit price."
    )


class OrderUnsaid(InvalidInput):
    """Dates that could be two days each, and nobody said which."""

    message = N_(
        "The dates in column %(column)s could be two different days each. Choose how they are "
        "written: the day first, or the month."
    )


def letters(index: int) -> str:
    """The letters of a column, as a spreadsheet shows them: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True)
class Column:
    """A column that says something, and how it is written."""

    #: Counted from 0.
    index: int
    field: str
    heading: str = ""
    mark: DecimalMark = DecimalMark.POINT
    order: DateOrder = DateOrder.YEAR_FIRST
    #: It writes below zero what it means above, as some debit columns do.
    is_turned: bool = False
    #: Nothing in it proves the order of its dates, and nobody has said it.
    is_unsure: bool = False
    #: What its figures count in: 10,000 under 金额(万元).
    factor: int = 1

    def figure(self, cell: Cell) -> Figure | None:
        """Read a number as this column writes it; None for a blank cell.

        Raises:
            NotANumber, WrongGrouping, DateForNumber, ErrorInCell, NeverCalculated
        """
        found = read_number(cell, self.mark)
        if found is None or self.factor == 1:
            return found
        return replace(found, value=found.value * self.factor)

    @property
    def letters(self) -> str:
        """As a spreadsheet shows it."""
        return letters(self.index)

    def to_json(self) -> dict[str, Any]:
        """Return what a row stores."""
        return {
            "index": self.index,
            "field": self.field,
            "heading": self.heading,
            "mark": str(self.mark),
            "order": str(self.order),
            "is_turned": self.is_turned,
            "is_unsure": self.is_unsure,
            "factor": self.factor,
        }

    @classmethod
    def from_json(cls, stored: Dictionary[str, Any]) -> "Column":
        """Read back what `to_json` wrote."""
        return cls(
            index=int(stored["index"]),
            field=str(stored["field"]),
            heading=str(stored["heading"]),
            mark=DecimalMark(stored["mark"]),
            order=DateOrder(stored["order"]),
            is_turned=bool(stored["is_turned"]),
            is_unsure=bool(stored.get("is_unsure", False)),
            factor=int(stored.get("factor", 1)),
        )


@dataclass(frozen=True)
class Mapping:
    """How the rows of a file are to be understood."""

    kind: BatchKind
    columns: tuple[Column, ...]
    #: The last row of headings; 0 where the file has none.
    header_row: int = 0
    #: Digest of the headings.
    signature: str = ""
    #: For rows that name none.
    currency: str = ""
    #: For rows that name none; empty: by the sign.
    document_kind: str = ""
    #: The code of the customer all rows belong to, or those that name none.
    customer_code: str = ""
    #: Whether `customer_code` is for all rows, or only for those that name nobody.
    is_one_customer: bool = False
    #: Whether the sign is the other way round: their debit is our credit.
    is_turned: bool = False
    #: Whether amounts finer than their currency are rounded; otherwise they are refused.
    rounds: bool = False
    #: Whether rows hidden in a workbook, mostly by a filter, are left out.
    leaves_hidden: bool = False
    #: Whether these are suppliers' documents and what we paid them: accounts on which we owe.
    is_payable: bool = False
    #: What words in the file mean: ("RV", "invoice").
    meanings: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        fields: dict[str, Column] = {}
        taken: set[int] = set()
        for column in self.columns:
            if column.field not in FIELDS[self.kind]:
                raise UnknownField(field=column.field)
            if (other := fields.get(column.field)) is not None:
                raise FieldMappedTwice(
                    one=other.letters,
                    other=column.letters,
                    field=Sentence(FIELDS[self.kind][column.field].label),
                )
            if column.index in taken:
                raise ColumnMappedTwice(column=column.letters)
            fields[column.field] = column
            taken.add(column.index)

    @cached_property
    def by_field(self) -> dict[str, Column]:
        """Each column by the field it says."""
        return {column.field: column for column in self.columns}

    def column(self, field: str) -> Column | None:
        """The column of a field, if any says it."""
        return self.by_field.get(field)

    def has(self, *fields: str) -> bool:
        """Whether all of these fields are said by a column."""
        return all(field in self.by_field for field in fields)

    def check(self) -> None:
        """See that nothing is missing without which no row can be read.

        Raises:
            FieldMissing, AmountMissing, TaxMissing, OrderUnsaid
        """
        table = FIELDS[self.kind]
        for field in table:
            if field.is_required and not self.has(field.name):
                raise FieldMissing(field=Sentence(field.label))
        mapped = {column.field for column in self.columns}
        needs_amount = any(field.one_of == "amount" for field in table)
        if needs_amount and not mapped & {f.name for f in table if f.one_of == "amount"}:
            raise AmountMissing
        before_tax = next((c for c in self.columns if c.field in _BEFORE_TAX), None)
        if before_tax is not None and not mapped & {*_AMOUNTS, "unit_price", "tax"}:
            raise TaxMissing(field=Sentence(table[before_tax.field].label))
        is_priced = needs_amount and "unit_price" in mapped
        if is_priced and not mapped & _AMOUNTS and not self.has("quantity"):
            raise AmountMissing
        names = {field.name for field in table if field.one_of == "name"}
        if names and not mapped & names:
            raise FieldMissing(field=Sentence(table["name"].label))
        for column in self.columns:
            if column.is_unsure:
                raise OrderUnsaid(column=column.letters)

    def sure(self) -> "Mapping":
        """The same, once somebody has looked at how its dates are read."""
        return replace(
            self, columns=tuple(replace(column, is_unsure=False) for column in self.columns)
        )

    def corrected(self, uses: Dictionary[int, str], headings: Sequence[str]) -> "Mapping":
        """The same mapping with other uses of columns; an empty use leaves a column out.

        Raises:
            FieldMappedTwice, ColumnMappedTwice, UnknownField
        """
        before = {column.index: column for column in self.columns}
        wanted = {index: column.field for index, column in before.items()} | dict(uses)
        columns = []
        for index, field in sorted(wanted.items()):
            if not field:
                continue
            heading = headings[index] if index < len(headings) else ""
            known = before.get(index, Column(index, field, heading))
            columns.append(replace(known, field=field))
        return replace(self, columns=tuple(columns))

    def to_json(self) -> dict[str, Any]:
        """Return what a batch stores and a remembered mapping keeps."""
        return {
            "kind": str(self.kind),
            "columns": [column.to_json() for column in self.columns],
            "header_row": self.header_row,
            "signature": self.signature,
            "currency": self.currency,
            "document_kind": self.document_kind,
            "customer_code": self.customer_code,
            "is_one_customer": self.is_one_customer,
            "is_turned": self.is_turned,
            "rounds": self.rounds,
            "is_payable": self.is_payable,
            "leaves_hidden": self.leaves_hidden,
            "meanings": [list(pair) for pair in self.meanings],
        }

    @classmethod
    def from_json(cls, stored: Dictionary[str, Any]) -> "Mapping":
        """Read back what `to_json` wrote, checking it again."""
        return cls(
            kind=BatchKind(stored["kind"]),
            columns=tuple(Column.from_json(column) for column in stored["columns"]),
            header_row=int(stored["header_row"]),
            signature=str(stored["signature"]),
            currency=checked_currency(stored["currency"]) if stored["currency"] else "",
            document_kind=str(Kind(stored["document_kind"])) if stored["document_kind"] else "",
            customer_code=str(stored["customer_code"]),
            is_one_customer=bool(stored["is_one_customer"]),
            is_turned=bool(stored["is_turned"]),
            rounds=bool(stored["rounds"]),
            is_payable=bool(stored.get("is_payable", False)),
            leaves_hidden=bool(stored.get("leaves_hidden", False)),
            meanings=tuple((str(word), str(Kind(kind))) for word, kind in stored["meanings"]),
        )


_AMOUNTS = {"amount", "debit", "credit", "line_amount"}
_BEFORE_TAX = {"net_amount", "line_net", "net_price"}


def signature_of(kind: BatchKind, headings: Sequence[str]) -> str:
    """What a file is known by the next time: its headings, or how wide it is without any."""
    return words.signature([kind, *(headings if any(headings) else [str(len(headings))])])
