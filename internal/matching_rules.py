"""The form of the rules of comparing, as settings, customers and what-ifs ask for them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import flash
from wtforms import Field, SelectField, StringField
from wtforms.validators import StopValidation

from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.reconciliation import rule_choices
from tieout.reconciliation.rule_choices import (
    CHOICES,
    DIRECTION,
    DIRECTIONS,
    GROUPS,
    PASS,
    PASS_MODES,
    RuleChoice,
)
from tieout.rendering.translation import gettext, reader
from tieout.web.forms import Form

_NOT_CHOSEN = N_("not chosen")


class _Understood:
    """The text can be taken for the rule; an empty one means that nothing is chosen."""

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse what has no meaning, in the rule's own words."""
        if str(field.data or "").strip():
            try:
                rule_choices.read(field.short_name, str(field.data))
            except InvalidInput as error:
                raise StopValidation(reader.get().sentence(error.sentence)) from error


def _field(choice: RuleChoice) -> Field:
    if choice.kind in (PASS, DIRECTION):
        known = PASS_MODES if choice.kind == PASS else DIRECTIONS
        return SelectField(
            choice.words,
            [_Understood()],
            description=choice.hint,
            choices={"": _NOT_CHOSEN, **known},
            validate_choice=False,
        )
    return StringField(choice.words, [_Understood()], description=choice.hint)


#: A field for each rule.
RulesForm: type[Form] = type("RulesForm", (Form,), {n: _field(one) for n, one in CHOICES.items()})


class WhatIfForm(RulesForm):  # type: ignore[valid-type,misc]
    """The same in the address of a page: nothing is changed by it."""

    class Meta(Form.Meta):
        """A page that is only looked at carries no token."""

        csrf = False


#: What each rule is called.
WORDS = {name: one.words for name, one in CHOICES.items()}


def filled(form: Form, chosen: Mapping[str, object]) -> Form:
    """The form with what was chosen, as it is typed."""
    for name in CHOICES:
        form[name].data = rule_choices.as_text(name, chosen[name]) if name in chosen else ""
    return form


def taken(form: Form) -> dict[str, object]:
    """What a form that is right chooses; what is left empty is not chosen."""
    return {
        name: rule_choices.read(name, text)
        for name in CHOICES
        if (text := str(form[name].data or "").strip())
    }


def say_kept(version: int | None) -> None:
    """Tell whoever changed rules which version of them holds; None: they were the same."""
    if version is None:
        flash(gettext("Nothing was changed."))
    else:
        flash(gettext("Version %(number)s holds from now on.", number=version))


def grouped(form: Form) -> list[tuple[str, str, list[Field]]]:
    """The fields below their headings: code, words, fields."""
    return [
        (code, gettext(words), [form[name] for name, one in CHOICES.items() if one.group == code])
        for code, words in GROUPS.items()
    ]


def otherwise(above: Mapping[str, object]) -> dict[str, str]:
    """What holds for each rule where nothing is chosen here."""
    return {name: told(name, above.get(name, rule_choices.USUAL[name])) for name in CHOICES}


def told(name: str, value: object) -> str:
    """A value of a rule in the reader's words."""
    choice, text = CHOICES[name], rule_choices.as_text(name, value)
    if choice.kind == PASS:
        return gettext(PASS_MODES[text])
    if choice.kind == DIRECTION:
        return gettext(DIRECTIONS[text])
    if name == "tolerance_cap" and Decimal(text) == 0:
        return gettext("no limit")
    return text or gettext("nothing")
