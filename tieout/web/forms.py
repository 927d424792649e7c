"""Forms: words in the reader's language, the same page again with what was wrong.

    class NoteForm(Form):
        text = TextAreaField(N_("Note"), [Required(N_("Write what happened."))])

    form = NoteForm.checked(show)      # show(form) draws the page the form stands on

What `checked` refuses, and whatever a service raises after it, is shown on that page, with
everything that was typed.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, cast

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, FieldList, FormField, IntegerField, StringField
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import HiddenInput

from tieout.errors import InvalidInput, TieoutError
from tieout.i18n import N_, Sentence
from tieout.money import Money
from tieout.rendering.translation import reader
from tieout.web.csrf import TokenOfForm

#: Thousands set apart by commas or spaces, as people copy them from a page.
_GROUPED = re.compile(r"[-+]?\d{1,3}([ ,]\d{3})+(\.\d+)?$")


_HIDDEN = Markup('<input id="{id}" name="{name}" type="hidden" value="{value}">')
_IN_ROW = N_("%(label)s, row %(row)s")
_OF_FIELD = N_("%(label)s: %(error)s")

#: The field, or the fields, an error may be about.
ToldAt = Mapping[type[TieoutError], str | tuple[str, ...]]


class FormRefused(InvalidInput):
    """Something on a form has to be put right."""

    message = N_("Something on the form has to be put right.")


class Form(FlaskForm):
    """The base of every form; labels, hints, choices and errors are marked with N_."""

    class Meta:
        """Our token, our words."""

        csrf_class = TokenOfForm

        def get_translations(self, _form: object) -> "_Words":
            """The words of WTForms' own validators."""
            return _Words()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, without the one character no database keeps."""
            given = super().wrap_formdata(form, formdata)  # type: ignore[misc]
            if given is None or not any(_holds_nul(one) for _, one in given.items(multi=True)):
                return given
            return MultiDict(
                (name, one.replace("\0", " ") if isinstance(one, str) else one)
                for name, one in given.items(multi=True)
            )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[no-untyped-call]
        for field in self:
            _translate(field)

    #: Where an error of a service is said: its class, and the field that was typed wrong; of
    #: several fields, and of rows of fields, it is the one that holds what the error names.
    told_at: ClassVar[ToldAt] = {}

    @classmethod
    def checked(cls, again: "Callable[[Self], ResponseReturnValue]", **given: Any) -> Self:
        """Read the form that was sent.

        Raises:
            FormRefused: something is wrong; `again` draws the page with it.
        """
        form = cls(**given)
        for field in (leaf for one in form for leaf in _leaves(one)):
            if isinstance(field, StringField) and field.data is None:
                field.data = ""  # it was not sent at all
        g.form_again = (form, again)
        if not form.validate():
            raise FormRefused
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """See whether everything is right; the errors are in the reader's language."""
        right = bool(super().validate(extra_validators))
        for field in self:
            _say_errors(field)
        return right

    def hidden_tag(self, *_fields: object) -> Markup:
        """Its hidden fields, written here: a page of forms holds dozens of them."""
        hidden: list[Any] = [field for field in self if isinstance(field.widget, HiddenInput)]
        return Markup("\n").join(
            _HIDDEN.format(id=field.id, name=field.name, value=field._value()) for field in hidden
        )

    @property
    def wrong_fields(self) -> list["WrongField"]:
        """Every wrong field, those in rows too, for the words above the form."""
        return [one for field in self for one in _wrong(field)]

    def come_back(self, error: TieoutError) -> None:
        """Get ready to be shown again: fields that hold files hold them now."""
        for field in self:
            if hasattr(field, "come_back"):
                field.come_back(error)

    def refuse(self, sentence: Sentence | str) -> None:
        """Say something about the form as a whole, above its fields."""
        self.form_errors = [*self.form_errors, _said(sentence)]

    def is_about_typing(self, error: TieoutError) -> bool:
        """Whether an error is about something that was typed into one of the fields."""
        return any(one in self.told_at for one in type(error).__mro__)

    def tell(self, error: TieoutError) -> None:
        """Say an error at the field it is about, or above all of them."""
        names = next((self.told_at[one] for one in type(error).__mro__ if one in self.told_at), ())
        fields = [self[name] for name in ((names,) if isinstance(names, str) else names)]
        named = [one for field in fields for one in _leaves(field) if _is_named(one, error)]
        wrong = named[0] if named else next((one for one in fields if not _is_group(one)), None)
        if wrong is None:
            self.refuse(error.sentence)
            return
        wrong.errors = [_said(error.sentence)]
        for field in fields:
            if isinstance(field, FieldList):
                field.errors = [row.errors for row in field]


Again = tuple[Form, Callable[[Any], ResponseReturnValue]]


class WrongField(NamedTuple):
    """Where a wrong field is, and what is said of it above the form."""

    id: str
    words: str
    error: str


F = TypeVar("F", bound=Form)


def apart(form: F) -> F:
    """Let a form stand beside another one on its page: no two fields share an id."""
    for field in form:
        field.id = f"{type(form).__name__.lower()}-{field.id}"
    return form


def _wrong(field: Field, row: int = 0) -> list[WrongField]:
    """The wrong fields of a field: itself, or those inside it, each with its row."""
    if isinstance(field, FieldList) and any(inner.errors for inner in field):
        return [one for at, inner in enumerate(field, start=1) for one in _wrong(inner, at)]
    if isinstance(field, FormField):
        return [one for inner in field for one in _wrong(inner, row)]
    if not field.errors:
        return []
    say, label = reader.get().gettext, field.label.text
    if row:
        label = say(_IN_ROW) % {"label": label, "row": row}
    error = str(field.errors[0])
    words = say(_OF_FIELD) % {"label": label, "error": error}
    first = "-0" if field.type in ("RadioField", "SelectMultipleField") else ""
    return [WrongField(f"{field.id}{first}", words, error)]


def _is_group(field: object) -> bool:
    return isinstance(field, FormField | FieldList)


def _leaves(field: Any) -> "list[Field]":
    """The field, or the fields inside it."""
    if not _is_group(field):
        return [field]
    return [leaf for inner in field for leaf in _leaves(inner)]


def _is_named(field: Field, error: TieoutError) -> bool:
    """Whether an error speaks of exactly what was typed into a field."""
    text = str(field.data or "").strip()
    return bool(text) and text in (str(fact) for fact in error.facts.values())


def _holds_nul(value: object) -> bool:
    return isinstance(value, str) and "\0" in value


class Required(InputRequired):
    """The field must be filled in; says so in its own words."""

    def __init__(self, message: str = N_("Fill this in.")) -> None:
        super().__init__(message)

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse an empty field, and one that holds nothing but spaces."""
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            raise StopValidation(self.message or "")


class AmountField(StringField):
    """An amount as people write it, read exactly; `currency` is set before it is read."""

    currency: str = ""
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the text; the amount is read when its currency is known."""
        super().process_formdata(valuelist)

    def money(self) -> Money:
        """The amount.

        Raises:
            NotAnAmount, TooManyDecimals: the text is none in this currency.
        """
        return Money.of(_ungrouped(str(self.data or "").strip()), self.currency)

    def pre_validate(self, form: Any) -> None:
        """See that the text is an amount of the currency."""
        if self.currency and str(self.data or "").strip():
            try:
                self.money()
            except TieoutError as error:
                raise _stop(error.sentence) from error


def _ungrouped(text: str) -> str:
    """An amount without what sets its thousands apart: "4,040.00" is 4040.00, "4,04" stays."""
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return text.replace(",", "").replace(" ", "") if _GROUPED.match(text) else text


class WholeNumberField(IntegerField):
    """A whole number; one that is absurdly far out counts as that far, and stays as typed."""

    #: Validators compare as floating point, which ends with three hundred digits.
    FARTHEST: ClassVar[int] = 2**53

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.type = "IntegerField"  # what the macros know

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = max(-self.FARTHEST, min(self.FARTHEST, self.data))


class DayField(DateField):
    """A day; browsers send it as 2026-06-30."""

    NOT_A_DAY: ClassVar[str] = N_("This is no day of the calendar. Write it like 2026-06-30.")
    data: date | None

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.type = "DateField"  # what the macros know

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist if value])
        except ValueError as error:
            raise ValueError(self.NOT_A_DAY) from error


class _Words:
    """WTForms' own sentences: ours where we have them, else its own translation."""

    def gettext(self, text: str) -> str:
        ours = reader.get().gettext(text)
        if ours != text or reader.get().language == "en":
            return ours
        return str(_theirs().gettext(text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        ours = reader.get().ngettext(singular, plural, n)
        if ours not in (singular, plural) or reader.get().language == "en":
            return ours
        return str(_theirs().ngettext(singular, plural, n))


def _theirs() -> Any:
    from wtforms.i18n import get_translations

    return get_translations(["zh"])


def _stop(sentence: Sentence) -> Exception:
    from wtforms.validators import StopValidation

    return StopValidation(cast(str, sentence))


def _said(words: Sentence | str) -> str:
    if isinstance(words, Sentence):
        return reader.get().sentence(words)
    return reader.get().gettext(words) if words else words


def retranslated(field: Field) -> None:
    """Put the words of a field that was added later in the reader's language."""
    _translate(field)


def _say_errors(field: Field) -> None:
    """Put the errors of a field, or of the fields inside it, in the reader's language."""
    if isinstance(field, FormField | FieldList):
        for inner in field:
            _say_errors(inner)
    else:
        field.errors = [_said(error) for error in field.errors]


def _translate(field: Field) -> None:
    if isinstance(field, FormField | FieldList):
        for inner in field:
            _translate(inner)
    field.label.text = _said(field.label.text)
    field.description = _said(field.description)
    choices = getattr(field, "choices", None)
    if isinstance(choices, dict):
        cast(Any, field).choices = {code: _said(words) for code, words in choices.items()}
    elif isinstance(choices, list):
        choices[:] = [_choice(choice) for choice in choices]


def _choice(choice: Any) -> Any:
    if isinstance(choice, tuple) and len(choice) >= 2 and isinstance(choice[1], str):
        return (choice[0], _said(choice[1]), *choice[2:])
    return choice


def sent() -> bool:
    """Whether this request sends a form."""
    return request.method == "POST"
