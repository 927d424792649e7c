"""A customer's ledger handed in on a page of either face: read, kept, compared.

The file is read in a child process while no transaction is open; then one transaction keeps it
and compares.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import RadioField, SelectField
from wtforms.validators import Optional, ValidationError

from tieout import attachments
from tieout.attachments import Attachment
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.db import sessions, transaction
from tieout.i18n import N_, Sentence
from tieout.intake import remembering
from tieout.intake.asides import ASIDES
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping, letters
from tieout.intake.models import ImportBatch
from tieout.intake.reading import Row
from tieout.intake.their_ledger import read_their_ledger
from tieout.intake.uploads import Inspected, inspect
from tieout.intake.values.text import shown
from tieout.reconciliation import queries
from tieout.reconciliation.handing_in import hand_in, purpose_of
from tieout.rendering.translation import gettext, reader
from tieout.web.forms import DayField, Form, Required

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


class LedgerForm(Form):
    """A ledger to be compared: the file, and the account it is about."""

    file = FileField(
        N_("Ledger of your account with us"),
        description=N_("Workbook or CSV. It needs a date, an amount or debit and credit."),
    )
    account = SelectField(N_("Account"), coerce=int)

    def __init__(
        self, *arguments: Any, accounts: Sequence[CustomerAccount], **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.account.choices = [(one.id, account_name(one)) for one in accounts]

    def validate_file(self, field: FileField) -> None:
        """See that a file came."""
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(N_("Choose the file with your ledger."))

    @property
    def upload(self) -> tuple[bytes, str]:
        """The content of the file, and its name."""
        file: FileStorage = self.file.data
        name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
        return file.read(), name


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


@dataclass(frozen=True)
class Handed:
    """What became of a file: compared, or kept until its columns are known."""

    attachment_id: int
    reconciliation_id: int | None


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
    return f"{name}, {heading}" if heading else name


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


def read(content: bytes, filename: str) -> Inspected:
    """Read a ledger; outside of any transaction.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
    """
    sessions().rollback()  # reading takes a while; the books are let go before
    return inspect(content, filename, BatchKind.THEIR_LEDGER)


def read_again(attachment: Attachment) -> Inspected:
    """Read a ledger that is kept already."""
    content = attachments.content_of(attachment)
    return read(content, attachment.filename)


def read_as(session: Session, batch: ImportBatch) -> Inspected:
    """Read a ledger once more, with the columns as they were understood."""
    mapping = Mapping.from_json(batch.mapping)
    attachment = session.get_one(Attachment, batch.attachment_id)
    return read_again(attachment).mapped(mapping)


@dataclass(frozen=True)
class LeftOut:
    """A row of a file that was not compared, and why."""

    row_no: int
    text: str
    why: str
    is_refused: bool


def left_out(inspected: Inspected, currency: str) -> list[LeftOut]:
    """The rows of a file that are not compared, as it is understood now."""
    why = {row: Sentence(ASIDES[aside]) for row, aside in inspected.asides.items()}
    refused: set[int] = set()
    if inspected.missing is None:
        for one in read_their_ledger(inspected, None, currency).problems:
            why[one.row_no] = one.problem.sentence
            refused.add(one.row_no)
    texts = {row.number: " · ".join(_texts(row)) for row in inspected.rows if row.number in why}
    return [
        LeftOut(row, texts.get(row, "")[:120], reader.get().sentence(why[row]), row in refused)
        for row in sorted(why)
    ]


def _texts(row: Row) -> list[str]:
    return [text for cell in row.cells if (text := shown(cell).strip())]


def take(
    content: bytes,
    filename: str,
    *,
    account_id: int,
    as_at: date,
    statement_id: int | None,
    by: Actor,
    at: datetime,
) -> Handed:
    """Keep a ledger and compare it, where its columns can be told."""
    inspected = read(content, filename)
    with transaction() as session:
        account = session.get_one(CustomerAccount, account_id)
        inspected = remembering.proposed(session, inspected, customer_id=account.customer_id)
        if statement_id is None:
            statement = queries.statement_at(session, account.id, as_at)
            statement_id = statement.id if statement else None
        attachment = attachments.store(
            session,
            content,
            filename=filename,
            media_type="application/octet-stream",
            purpose=purpose_of(statement_id),
            customer_id=account.customer_id,
            by=by,
            at=at,
        )
        if inspected.missing is not None:
            return Handed(attachment.id, None)
        made = hand_in(
            session,
            inspected,
            None,
            account=account,
            attachment=attachment,
            as_at=as_at,
            statement_id=statement_id,
            by=by,
            at=at,
        )
        return Handed(attachment.id, made.id)


def take_again(
    inspected: Inspected,
    form: ReadingForm,
    *,
    attachment_id: int,
    account_id: int,
    as_at: date,
    statement_id: int | None,
    by: Actor,
    at: datetime,
) -> int:
    """Compare a ledger that is kept, read as a person says; the id of the new comparison."""
    mapping = corrected(inspected, form.uses)
    inspected = inspected.mapped(mapping)
    with transaction() as session:
        account = session.get_one(CustomerAccount, account_id)
        made = hand_in(
            session,
            inspected,
            inspected.mapping,
            account=account,
            attachment=session.get_one(Attachment, attachment_id),
            as_at=as_at,
            statement_id=statement_id,
            flipped=form.flipped,
            by=by,
            at=at,
        )
        remembering.remember(
            session,
            inspected.mapping,
            inspected.filename,
            customer_id=account.customer_id,
            at=at,
        )
        return made.id


def corrected(inspected: Inspected, uses: dict[int, str]) -> Mapping:
    """The mapping of a file with other uses of its columns; the others stay as they are."""
    wanted = {index: field for index, field in uses.items() if index < len(inspected.headings)}
    return inspected.mapping.corrected(wanted, inspected.headings)
