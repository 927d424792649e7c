"""The forms of disputes: what is wrong, how much it should be, a note, files."""

from datetime import date
from typing import Any

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from portal.dispute_subjects import Subject
from tieout.disputes.files import File
from tieout.disputes.reasons import REASONS, UnknownReason
from tieout.errors import TieoutError
from tieout.i18n import N_
from tieout.money import Money
from tieout.rendering.translation import LANGUAGES, gettext, reader, reading
from tieout.web.file_fields import FilesField
from tieout.web.forms import AmountField, DayField, Form, Required

LONG = Length(max=4000)


class ExpectedField(AmountField):
    """What a document should be over; empty where all of it is disputed."""

    def __init__(self, subject: Subject, label: str, **keywords: Any) -> None:
        super().__init__(label, [Optional()], **keywords)
        self.subject = subject
        self.currency = subject.whole.currency

    def expected(self) -> Money | None:
        """The amount, or None for nothing given."""
        return self.money() if str(self.data or "").strip() else None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """See that something, and not more than there is, would be in dispute."""
        if validation_stopped:
            return
        try:
            self.subject.claim(self.expected()).disputed()
        except TieoutError as error:
            raise ValidationError(reader.get().sentence(error.sentence)) from error


class FilesForm(Form):
    """Whatever takes files."""

    files = FilesField(N_("Photos or papers"))

    def handed_in(self) -> tuple[File, ...]:
        """The files as they were handed in."""
        return self.files.files()


class DisputeForm(FilesForm):
    """One reason and one note for everything that is disputed."""

    reason = RadioField(
        N_("What is wrong?"),
        [Required(UnknownReason.message)],
        choices=dict(REASONS),
        validate_choice=False,
    )
    note = TextAreaField(N_("What should we know?"), [LONG])
    #: The language the words beside the button stood in.
    words = HiddenField()

    def amounts(self) -> list[ExpectedField]:
        """The fields for what each document should be over."""
        return [field for field in self if isinstance(field, ExpectedField)]

    def said(self) -> str:
        """What is to be known, in the person's words."""
        return str(self.note.data or "")

    @property
    def language(self) -> str:
        """The language the person read."""
        return self.words.data if self.words.data in LANGUAGES else reader.get().language


class PaidForm(DisputeForm):
    """What somebody is asked who says that it is paid already: when, how much, and the proof."""

    files = FilesField(N_("Proof of payment"))
    paid_on = DayField(N_("Day of the payment"), [Optional()])

    def said(self) -> str:
        """The note, and before it the day of the payment."""
        if not isinstance(self.paid_on.data, date):
            return super().said()
        with reading(self.language, reader.get().zone):
            day = gettext("Paid on %(day)s.", day=self.paid_on.data)
        return f"{day}\n{super().said()}".strip()


def dispute_form(subjects: list[Subject], *, is_paid: bool = False) -> type[DisputeForm]:
    """The form for some documents: with a field for each of them."""
    fields = {}
    for subject in subjects:
        label = gettext("Expected amount")
        if len(subjects) > 1:
            label = gettext("Expected amount of %(number)s", number=subject.number)
        fields[f"expected_{subject.key}"] = ExpectedField(subject, label)
    return type("DisputeForm", (PaidForm if is_paid else DisputeForm,), fields)


class WriteForm(FilesForm):
    """A message into the thread."""

    text = TextAreaField(N_("Your message"), [LONG])


class WithdrawForm(Form):
    """Taking a dispute back."""

    why = TextAreaField(N_("Anything to add? (may stay empty)"), [LONG])


class ReopenForm(FilesForm):
    """Insisting on a rejected dispute."""

    text = TextAreaField(
        N_("Why do you not agree with the answer?"),
        [Required(N_("Say why you do not agree with the answer.")), LONG],
    )
