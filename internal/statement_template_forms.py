"""What is entered about a template of statements: columns, parts, wording, pictures."""

from typing import ClassVar, cast

from wtforms import BooleanField, SelectField, StringField, TextAreaField

from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.disputes.files import File
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.rendering import pictures
from tieout.statements import layouts
from tieout.statements.layouts import COLUMNS, GROUPS, LANGUAGES, PARTS, WORDS, Layout
from tieout.statements.templates import TemplateNameMissing, TemplateThere
from tieout.web.file_fields import OneFileField
from tieout.web.forms import Form, Required, ToldAt
from tieout.web.versions import VersionedForm

_NOTHING = {"": N_("nothing")}
LANGUAGE_NAMES = {"": N_("the reader's"), "en": "English", "zh": "中文"}
COLUMN_FIELDS = tuple(f"column_{at}" for at in range(1, len(COLUMNS) + 1))
PART_FIELDS = tuple(f"part_{at}" for at in range(1, len(PARTS) + 1))
WORD_FIELDS = tuple(f"{name}_{language}" for name in WORDS for language in LANGUAGES)
_SAID = {"en": N_("in English"), "zh": N_("in Chinese")}
PICTURES = {"logo": N_("Logo"), "seal": N_("Seal")}


def _fields() -> dict[str, object]:
    """A field for each place of a column and of a part, for each piece of wording."""
    found: dict[str, object] = {}
    for at, name in enumerate(COLUMN_FIELDS, 1):
        found[name] = SelectField(str(at), choices={**_NOTHING, **COLUMNS}, default="")
    for at, name in enumerate(PART_FIELDS, 1):
        found[name] = SelectField(str(at), choices={**_NOTHING, **PARTS}, default="")
    for name, words in WORDS.items():
        for language in LANGUAGES:
            kind = StringField if name in ("title", "foot") else TextAreaField
            found[f"{name}_{language}"] = kind(words, description=_SAID[language])
    return found


class PictureField(OneFileField):
    """A picture."""

    def is_fit(self, file: File) -> bool:
        """Whether it is one that is taken."""
        try:
            pictures.checked(file.content, file.filename)
        except InvalidInput:
            return False
        return True


class _TemplateForm(VersionedForm):
    """A template of statements."""

    name = StringField(N_("Name"), [Required(N_("Give the template a name."))])
    group = SelectField(N_("Movements"), choices=dict(GROUPS))
    language = SelectField(N_("Language"), choices=LANGUAGE_NAMES)
    logo = PictureField(N_("Logo"), description=N_("PNG or JPEG, at most 2 MB."))
    seal = PictureField(N_("Seal"), description=N_("PNG or JPEG, at most 2 MB."))
    without_logo = BooleanField(N_("Take the logo away"))
    without_seal = BooleanField(N_("Take the seal away"))

    told_at: ClassVar[ToldAt] = {
        TemplateNameMissing: "name",
        TemplateThere: "name",
        layouts.RunningBalanceBroken: "group",
        layouts.NoAmounts: "column_1",
        layouts.NoDocuments: "column_1",
        layouts.NothingShown: "part_1",
    }

    def layout(self) -> Layout:
        """The layout as it was chosen."""
        return Layout(
            columns=tuple(str(self[name].data) for name in COLUMN_FIELDS if self[name].data),
            parts=tuple(str(self[name].data) for name in PART_FIELDS if self[name].data),
            group=str(self["group"].data),
            words={
                name: {
                    language: text.replace("\r\n", "\n").strip()
                    for language in LANGUAGES
                    if (text := str(self[f"{name}_{language}"].data or "")).strip()
                }
                for name in WORDS
            },
            language=str(self["language"].data or ""),
        )

    def picture(self, name: str) -> bytes | None:
        """A picture that was handed in, checked and made anew.

        Raises:
            PictureTooLarge, NoPicture, PictureOutOfSize: it is not taken.
        """
        given = cast(PictureField, self[name]).file()
        return pictures.checked(given.content, given.filename) if given else None


TemplateForm: type[_TemplateForm] = type("TemplateForm", (_TemplateForm,), _fields())


def filled(name: str, layout: Layout, version: int) -> _TemplateForm:
    """The form filled in with a template as it is."""
    values: dict[str, object] = {
        "name": name,
        "group": layout.group,
        "language": layout.language,
        "version": version,
    }
    values |= dict(zip(COLUMN_FIELDS, layout.columns, strict=False))
    values |= dict(zip(PART_FIELDS, layout.parts, strict=False))
    for piece, said in layout.words.items():
        values |= {f"{piece}_{language}": text for language, text in said.items()}
    return TemplateForm(formdata=None, **values)


class PlaceForm(Form):
    """Where a template is chosen."""

    place = StringField(
        N_("Group or customer"), [Required(N_("Enter a group's name, or a customer's code."))]
    )

    told_at: ClassVar[ToldAt] = {CustomerUnknown: "place", CustomerAmbiguous: "place"}
