"""The forms of answers: what was seen rides along, so that an answer binds to it."""

from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from portal.shown import Section
from tieout.disputes.files import File
from tieout.i18n import N_
from tieout.money import Money
from tieout.rendering.translation import LANGUAGES, reader
from tieout.statements.models import Statement
from tieout.web.file_fields import FilesField
from tieout.web.forms import AmountField, Form, Required

TICK = N_("Tick that you may sign for your company, then confirm.")


class Seen(Form):
    """What a person saw when they answered."""

    version = HiddenField()
    sha256 = HiddenField()
    #: In minor units; nothing where the figures were hidden.
    balance = HiddenField()
    disputed = HiddenField()
    #: The reference of the answer that was shown; nothing where there was none.
    answered = HiddenField()
    #: The language the words beside the button stood in.
    words = HiddenField()
    authority = BooleanField(N_("I may sign for my company"), [Required(TICK)])

    def tell_apart(self, key: object) -> None:
        """Let several of these forms stand on one page."""
        for field in self:
            field.id = f"{field.id}-{key}"

    @property
    def language(self) -> str:
        """The language the person read."""
        return self.words.data if self.words.data in LANGUAGES else reader.get().language

    @property
    def seen_version(self) -> int:
        """The version that was shown; one that there is not where it cannot be read."""
        return whole(self.version.data, -1) or -1

    def money(self, name: str, currency: str) -> Money | None:
        """A figure that was shown."""
        minor = whole(self[name].data, None)
        return None if minor is None else Money(minor, currency)


class ConfirmForm(Seen):
    """Agreeing to the balance, by whoever the page says."""


class PersonForm(Seen):
    """An answer by a person who says who they are."""

    person = StringField(N_("Your name"), [Required(N_("Enter your name.")), Length(max=200)])
    position = StringField(N_("Your position"), [Length(max=200)])
    note = TextAreaField(N_("Note for us"), [Length(max=4000)])


class BalanceForm(PersonForm):
    """An answer about the balance, with a signed or stamped copy where there is one."""

    files = FilesField(N_("Signed or stamped copy"))

    def handed_in(self) -> tuple[File, ...]:
        """The files as they were handed in."""
        return self.files.files()


class AnswerForm(BalanceForm):
    """Agreeing to the balance, as another person or with a note."""


class FigureForm(BalanceForm):
    """The balance in the customer's own books: another one, or stated before it sees ours."""

    stated = AmountField(N_("Balance in your books"), [Required(N_("Enter your balance."))])

    def __init__(self, *arguments: Any, currency: str, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.stated.currency = currency


class LinesForm(PersonForm):
    """Agreeing to single lines."""


def fill(
    form: Seen, statement: Statement, section: Section | None = None, *, is_hidden: bool = False
) -> None:
    """Write into a form what its page shows; of lines, no section."""
    form.version.data = str(statement.version)
    form.sha256.data = statement.sha256
    form.words.data = reader.get().language
    form.balance.data = form.disputed.data = form.answered.data = ""
    if section is not None and section.given is not None:
        form.answered.data = section.given.answer.receipt
    if section is not None and not is_hidden:
        form.balance.data = str(section.closing.minor)
        form.disputed.data = str(section.held.minor)


def whole(text: object, otherwise: int | None) -> int | None:
    """Read a whole number as our own page wrote it."""
    given = str(text or "").strip()
    digits = given.removeprefix("-")
    return int(given) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else otherwise
