"""The forms of one dispute on the workbench; each remembers what was looked at."""

from typing import Any

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import Length

from tieout.disputes.files import File
from tieout.disputes.models import Dispute
from tieout.i18n import N_
from tieout.identity.models import StaffUser
from tieout.money import Money
from tieout.rendering.translation import gettext
from tieout.web.file_fields import FilesField
from tieout.web.forms import AmountField, DayField, Form, Required

LONG = Length(max=4000)


class DisputeForm(Form):
    """Whatever is done with a dispute that was looked at."""

    seen = HiddenField()

    @property
    def version(self) -> int:
        """The version that was looked at; one that there is not where it cannot be read."""
        text = str(self.seen.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def ready(self, dispute: Dispute) -> None:
        """Write into the form what its page shows, and let it stand beside others."""
        self.seen.data = str(dispute.version)
        for field in self:
            field.id = f"{type(self).__name__.removesuffix('Form').lower()}-{field.id}"


class FilesForm(DisputeForm):
    """Words with files."""

    files = FilesField(N_("Files"))

    def handed_in(self) -> tuple[File, ...]:
        """The files as they were handed in."""
        return self.files.files()


class AnswerForm(FilesForm):
    """What the customer reads."""

    text = TextAreaField(N_("Your answer"), [LONG])


class NoteForm(FilesForm):
    """What only staff read."""

    text = TextAreaField(N_("Note"), [LONG])


class CareForm(DisputeForm):
    """Who cares for it, and by when we answer."""

    assignee = SelectField(N_("Assignee"))
    answer_by = DayField(N_("Answer by"), [Required(N_("Choose a day."))])

    def __init__(
        self, *arguments: Any, people: list[StaffUser], dispute: Dispute, **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        choices: Any = {"": gettext("nobody in particular")}
        choices |= {str(one.id): one.name for one in people}
        if dispute.assignee is not None:
            choices.setdefault(str(dispute.assignee.id), dispute.assignee.name)
        self.assignee.choices = choices

    @property
    def assignee_id(self) -> int | None:
        """Whom it is given to."""
        return int(self.assignee.data) if self.assignee.data else None


class AcceptForm(DisputeForm):
    """How much is accepted, and what the customer reads about it."""

    amount = AmountField(N_("Amount accepted"), [Required(N_("Enter an amount."))])
    text = TextAreaField(N_("What the customer reads"), [LONG])

    def __init__(self, *arguments: Any, currency: str, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.amount.currency = currency

    def accepted(self) -> Money:
        """The amount accepted."""
        return self.amount.money()


class RejectForm(DisputeForm):
    """Why it is rejected."""

    text = TextAreaField(
        N_("Why, as the customer reads it"),
        [Required(N_("Say why the dispute is rejected; the customer reads it.")), LONG],
    )


class TakeUpForm(DisputeForm):
    """Opening a rejected dispute again."""

    text = TextAreaField(N_("What the customer reads (may stay empty)"), [LONG])
