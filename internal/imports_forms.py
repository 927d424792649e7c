"""What is typed and chosen about imports."""

from collections.abc import Mapping as Words
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar

from flask import request
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.errors import InvalidInput, TieoutError
from tieout.i18n import N_
from tieout.intake.approving import NoteMissing
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.kinds import BATCH_LABELS, Kind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading.errors import Unreadable
from tieout.intake.templates import KINDS
from tieout.intake.undoing import ReasonMissing
from tieout.intake.values.dates import DateOrder
from tieout.intake.values.numbers import DecimalMark
from tieout.ledger.words import KINDS as KIND_NAMES
from tieout.money import UnknownCurrency, checked_currency
from tieout.web.forms import Form, Required, ToldAt, WholeNumberField

#: Encodings that are offered where the guess is wrong.
ENCODINGS = ("utf-8", "gb18030", "big5", "cp1252", "utf-16", "cp932")
AS_FOUND = N_("As found")
TOLD_BY_THE_FILE = N_("Told by the file itself")


class NoFile(InvalidInput):
    """A form without a file."""

    message = N_("Choose a file first.")


class NoKind(InvalidInput):
    """A form that does not say what the file holds."""

    message = N_("Say what is in the file.")


class UploadForm(Form):
    """A file and what it holds."""

    told_at: ClassVar[ToldAt] = {NoFile: "file", NoKind: "kind", Unreadable: "file"}

    kind = RadioField(
        N_("What is in it?"),
        choices={"": TOLD_BY_THE_FILE, **{str(kind): BATCH_LABELS[kind] for kind in KINDS}},
    )
    file = FileField(
        N_("File"),
        description=N_(
            "A table (.xlsx, .xls, .ods, .csv), a bank statement (CAMT, MT940, OFX, BAI2, QIF), an"
            " invoice (UBL, CII, Factur-X in its PDF) or records in JSON, up to 50 MB."
        ),
    )


class DigestForm(Form):
    """Exactly what was looked at."""

    digest = HiddenField()


class NoteForm(Form):
    """Why a batch is sent back."""

    note = TextAreaField(
        N_("Why it is sent back"), [Required(NoteMissing.message), Length(max=500)]
    )


class UndoForm(Form):
    """Why a batch is undone."""

    reason = TextAreaField(
        N_("Why it is undone"), [Required(ReasonMissing.message), Length(max=500)]
    )


class AssignForm(Form):
    """Whose the rows are that name somebody unknown."""

    told_at: ClassVar[ToldAt] = {CustomerUnknown: "customer", CustomerAmbiguous: "customer"}

    text = HiddenField()
    customer = StringField(
        N_("Customer"), [Required(N_("Write the customer’s code or name.")), Length(max=200)]
    )
    keep_name = BooleanField(N_("Known by this name from now on"))


class FileForm(Form):
    """A file that is taken as it is, in spite of what a check says of it."""

    check = HiddenField()
    #: Digest of what was said.
    said = HiddenField()
    note = StringField(N_("Why it is right"), [Length(max=500)])


class MappingForm(Form):
    """How the file is read; the columns come as `column-0`, `column-1` …"""

    told_at: ClassVar[ToldAt] = {UnknownCurrency: "currency"}
    #: What is wrong with a column, by its letters.
    wrong_columns: Words[str, str] = MappingProxyType({})

    sheet = SelectField(N_("Sheet"), validate_choice=False)
    header_row = WholeNumberField(
        N_("Row of the headings"),
        [MayBeEmpty(), NumberRange(0, 200)],
        description=N_("0 where there are none."),
    )
    encoding = SelectField(
        N_("Encoding"),
        choices={"": AS_FOUND, **{name: name for name in ENCODINGS}},
        validate_choice=False,
    )
    currency = StringField(
        N_("Currency"),
        description=N_("For rows that name none, such as CNY."),
    )
    document_kind = SelectField(
        N_("Type"),
        choices={
            "": N_("By the sign: invoice or credit note"),
            **{str(kind): words for kind, words in KIND_NAMES.items()},
        },
        description=N_("For rows that name none."),
    )
    customer_code = StringField(
        N_("Customer code"), description=N_("For rows that name nobody; may be empty.")
    )
    is_one_customer = BooleanField(N_("All rows are of this customer, whatever they say"))
    mark = SelectField(
        N_("Decimals after"),
        choices={"": AS_FOUND, ".": N_("a point: 1,234.56"), ",": N_("a comma: 1.234,56")},
    )
    order = SelectField(
        N_("Dates are written"),
        choices={
            "": AS_FOUND,
            "ymd": N_("year, month, day"),
            "dmy": N_("day, month, year"),
            "mdy": N_("month, day, year"),
        },
    )
    is_turned = BooleanField(N_("The sign is the other way round"))
    is_payable = BooleanField(N_("These are suppliers: what we owe them, and paid them"))
    leaves_hidden = BooleanField(N_("Leave out rows that are hidden in the workbook"))
    rounds = BooleanField(N_("Round amounts that are finer than their currency"))

    def tell(self, error: TieoutError) -> None:
        """Say an error at the columns it names, too."""
        super().tell(error)
        named = [str(error.facts.get(name, "")) for name in ("one", "other", "column")]
        said = self.form_errors[-1] if self.form_errors else ""
        self.wrong_columns = {one: said for one in named if one}

    def mapping(self, before: Mapping, headings: tuple[str, ...], words: list[str]) -> Mapping:
        """The mapping as it was chosen.

        Raises:
            FieldMappedTwice, UnknownField, UnknownCurrency: it contradicts itself.
        """
        uses = {
            index: request.form.get(f"column-{index}", "")
            for index in range(len(headings))
            if f"column-{index}" in request.form
        }
        currency = str(self.currency.data or "").strip()
        chosen = replace(
            before.corrected(uses, headings),
            currency=checked_currency(currency) if currency else "",
            document_kind=str(self.document_kind.data or ""),
            customer_code=str(self.customer_code.data or "").strip(),
            is_one_customer=bool(self.is_one_customer.data),
            is_turned=bool(self.is_turned.data),
            is_payable=bool(self.is_payable.data),
            leaves_hidden=bool(self.leaves_hidden.data),
            rounds=bool(self.rounds.data),
            meanings=_meanings(before, words),
        )
        columns = tuple(self._written(one, before) for one in chosen.columns)
        return replace(chosen, columns=columns).sure()

    def _written(self, column: Column, before: Mapping) -> Column:
        """A column with the marks that were chosen for all of them."""
        reads = FIELDS[before.kind][column.field].reads
        if reads in (Reads.AMOUNT, Reads.NUMBER, Reads.PERCENT) and self.mark.data:
            return replace(column, mark=DecimalMark(self.mark.data))
        if reads == Reads.DATE and self.order.data:
            return replace(column, order=DateOrder(self.order.data))
        return column

    @staticmethod
    def values(mapping: Mapping, sheet: str, header_row: int) -> dict[str, object]:
        """What the fields say of a mapping as it is."""
        return {
            "sheet": sheet,
            "header_row": header_row,
            "currency": mapping.currency,
            "document_kind": mapping.document_kind,
            "customer_code": mapping.customer_code,
            "is_one_customer": mapping.is_one_customer,
            "is_turned": mapping.is_turned,
            "is_payable": mapping.is_payable,
            "leaves_hidden": mapping.leaves_hidden,
            "rounds": mapping.rounds,
        }


def _meanings(before: Mapping, words: list[str]) -> tuple[tuple[str, str], ...]:
    """What words of the file mean, those of before unless they were chosen anew."""
    chosen = dict(before.meanings)
    for index, word in enumerate(words):
        meant = request.form.get(f"meaning-{index}")
        if meant:
            chosen[word] = str(Kind(meant))
        elif meant == "":
            chosen.pop(word, None)
    return tuple(chosen.items())
