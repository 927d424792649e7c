"""The forms of a ledger handed in: the file, and how its columns and its sign are read."""

from collections.abc import Callable, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from tieout.customers.models import CustomerAccount
from tieout.disputes.files import File
from tieout.errors import TieoutError
from tieout.i18n import N_
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import letters
from tieout.intake.uploads import Inspected
from tieout.intake.values.text import shown
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.web.file_fields import OneFileField
from tieout.web.forms import DayField, Form, FormRefused, Required

#: What browsers offer to choose; what a file is, its content says.
ACCEPT = ".xlsx,.xls,.xlsm,.xlsb,.ods,.csv,.txt,.tsv"

#: What can be said about the sign of a file.
SIGNS = {
    "": N_("As it fits our book"),
    "kept": N_("Debits, or amounts above zero, raise what is owed"),
    "turned": N_("Credits, or amounts below zero, raise what is owed"),
}

#: Draws the page of a reading that was refused.
Again = Callable[[Any], ResponseReturnValue]


class LedgerFileField(OneFileField):
    """A ledger; it is held where the account or the day has to be put right."""

    def is_fit(self, file: File) -> bool:
        """Whether a file may be sent again: what is in it, reading tells."""
        return bool(file.content)

    def come_back(self, error: TieoutError) -> None:
        """Hold the file, unless it was read and is what is wrong."""
        if isinstance(error, FormRefused):
            super().come_back(error)


class LedgerForm(Form):
    """A ledger to be compared: the file, and the account it is about."""

    file = LedgerFileField(
        N_("Ledger of your account with us"),
        description=N_("Workbook or CSV. It needs a date, an amount or debit and credit."),
    )
    account = SelectField(N_("Account"), coerce=int)

    def __init__(
        self, *arguments: Any, accounts: Sequence[CustomerAccount], **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.account.choices = [(one.id, account_name(one)) for one in accounts]

    def validate_file(self, field: LedgerFileField) -> None:
        """See that a file came."""
        if not field.chosen() and not field.held:
            raise ValidationError(N_("Choose the file with your ledger."))

    @property
    def upload(self) -> tuple[bytes, str]:
        """The content of the file, and its name."""
        file = self.file.file()
        assert file is not None  # noqa: S101 - validate_file says so
        return file.content, file.filename


class PartyForm(Form):
    """The company in a file of several whose entries are to be compared."""

    party = StringField(N_("Company"), [Required()])


class SheetForm(Form):
    """The sheet of a workbook whose entries are to be compared."""

    sheet = StringField(N_("Sheet"), [Required()])


class DatedLedgerForm(LedgerForm):
    """A ledger to be compared at a day of the person's choice."""

    as_at = DayField(N_("As at"), [Required(N_("Enter the day at which both books are compared."))])


class ColumnField(SelectField):
    """What one column of a file says."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.type = "SelectField"  # what the macros know


class ReadingForm(Form):
    """How a ledger is to be read: what each column says, and whose sign it has."""

    sign = RadioField(N_("Sign of the amounts"), [Optional()], default="")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.sign.choices = [(code, gettext(label)) for code, label in SIGNS.items()]
        for column in self.columns:
            column.choices = [
                ("", gettext("not used")),
                *((one.name, gettext(one.label)) for one in FIELDS[BatchKind.THEIR_LEDGER]),
            ]

    @property
    def columns(self) -> list[ColumnField]:
        """The fields for the columns of the file."""
        return [field for field in self if isinstance(field, ColumnField)]

    @property
    def uses(self) -> dict[int, str]:
        """What each column was said to be."""
        return {int(field.name.partition("_")[2]): field.data or "" for field in self.columns}

    @property
    def flipped(self) -> bool | None:
        """What was said about the sign; None where nothing was."""
        return {"kept": False, "turned": True}.get(self.sign.data or "")


def reading_form(inspected: Inspected) -> type[ReadingForm]:
    """The form for a file, with a field for each of its columns."""
    now = {column.index: column.field for column in inspected.mapping.columns}
    fields: dict[str, Any] = {}
    for index, heading in enumerate(inspected.headings):
        fields[f"column_{index}"] = ColumnField(
            _column_name(index, heading),
            default=now.get(index, ""),
            description=_examples(inspected, index),
            validate_choice=False,
        )
    return type("ReadingForm", (ReadingForm,), fields)


def _column_name(index: int, heading: str) -> str:
    name = gettext("Column %(letters)s", letters=letters(index))
    return in_a_row(name, heading)


def _examples(inspected: Inspected, index: int) -> str:
    cells = (
        shown(row.cells[index]).strip()
        for row in inspected.rows
        if row.number not in inspected.asides and index < len(row.cells)
    )
    found = [cell for cell in list(cells)[:200] if cell][:3]
    between = "、" if reader.get().language == "zh" else ", "
    return between.join(cell[:40] for cell in found)


def account_name(account: CustomerAccount) -> str:
    """An account as one chooses it."""
    if account.kind == "payable":
        return gettext("%(currency)s, we buy from you", currency=account.currency)
    return account.currency
