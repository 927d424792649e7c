"""What is typed about a connector: its name and plan, and the settings its kind asks for."""

from functools import cache
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length
from wtforms.validators import Optional as MayBeEmpty

from tieout.i18n import N_
from tieout.intake.connectors.due import SCHEDULES, Plan, Schedule
from tieout.intake.connectors.models import Connector
from tieout.intake.connectors.protocol import YES, Asks, Setting
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.connectors.services import KINDS, ConnectorInput, NameMissing
from tieout.intake.kinds import BATCH_LABELS
from tieout.rendering.translation import gettext
from tieout.web.forms import Form, Required, WholeNumberField

#: Names of fields for what a kind of connector asks.
_OWN = "set_"
KEPT = N_("Kept sealed; leave it empty to keep the one there is.")
SEALED = N_("Kept sealed and never shown again.")


class ConnectorForm(Form):
    """What every connector has."""

    name = StringField(
        N_("Name"),
        [Required(NameMissing.message), Length(max=120)],
        description=N_("Such as “Web shop orders”; imports carry it."),
    )
    batch_kind = RadioField(
        N_("What is in it?"), choices={str(kind): BATCH_LABELS[kind] for kind in KINDS}
    )
    schedule = RadioField(
        N_("Pulled"), choices={str(one): words for one, words in SCHEDULES.items()}
    )
    minutes = WholeNumberField(
        N_("Minutes between two pulls"), [MayBeEmpty()], description=N_("For every so many.")
    )
    daily_at = StringField(
        N_("Time of day"), description=N_("For every day, such as 06:30, in the company’s time.")
    )
    submits = BooleanField(
        N_("Hand imports in by itself where every row is ready"),
        description=N_(
            "They wait for approval; where the company needs no second person, they are posted."
        ),
    )
    version = HiddenField()

    kind: str = ""

    def given(self) -> ConnectorInput:
        """What was typed."""
        return ConnectorInput(
            name=str(self.name.data or ""),
            kind=self.kind,
            batch_kind=str(self.batch_kind.data or ""),
            values={one.name: self._value(one) for one in CONNECTORS[self.kind].settings},
            plan=Plan(
                Schedule(str(self.schedule.data)),
                self.minutes.data or 0,
                str(self.daily_at.data or "").strip(),
            ),
            submits=bool(self.submits.data),
        )

    def seen(self) -> int:
        """The version that was looked at."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0

    def parts(self) -> list[tuple[str, list[Field]]]:
        """The fields of the kind, those of one part together."""
        found: dict[str, list[Field]] = {}
        for one in CONNECTORS[self.kind].settings:
            found.setdefault(one.part, []).append(self[_OWN + one.name])
        return list(found.items())

    def wide(self) -> set[str]:
        """Fields that need a line of their own: addresses and long texts."""
        return {
            str(self[_OWN + one.name].id)
            for one in CONNECTORS[self.kind].settings
            if one.asks in (Asks.ADDRESS, Asks.LONG)
        }

    def _value(self, setting: Setting) -> str:
        field = self[_OWN + setting.name]
        if setting.asks is Asks.TICK:
            return YES if field.data else ""
        return str(field.data or "")


@cache
def form_class(kind: str) -> type[ConnectorForm]:
    """The form of a kind of connector."""
    fields = {_OWN + one.name: _field(one) for one in CONNECTORS[kind].settings}
    return type("KindOfConnectorForm", (ConnectorForm,), {**fields, "kind": kind})


def new_form(kind: str) -> ConnectorForm:
    """An empty form with the defaults."""
    data = {_OWN + one.name: _data(one, one.default) for one in CONNECTORS[kind].settings}
    usual = {"batch_kind": str(KINDS[0]), "schedule": str(Schedule.MINUTES), "minutes": 30}
    form = form_class(kind)(formdata=None, data={**data, **usual, "daily_at": "06:30"})
    return hinted(form, is_new=True)


def filled_form(connector: Connector) -> ConnectorForm:
    """The form as the connector is; secrets stay out of it."""
    stored = connector.settings
    data = {
        _OWN + one.name: _data(one, stored.get(one.name, one.default))
        for one in CONNECTORS[connector.kind].settings
    }
    form = form_class(connector.kind)(formdata=None, obj=connector, data=data)
    form.minutes.data = connector.minutes or 30
    form.daily_at.data = connector.daily_at or "06:30"
    return hinted(form, is_new=False)


def hinted(form: ConnectorForm, *, is_new: bool) -> ConnectorForm:
    """The form with what is said about its secrets."""
    for one in CONNECTORS[form.kind].settings:
        if one.asks is Asks.SECRET:
            form[_OWN + one.name].description = gettext(SEALED if is_new else KEPT)
    return form


def _field(setting: Setting) -> Any:
    label, about = setting.label, setting.about
    quiet = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
    match setting.asks:
        case Asks.CHOICE:
            return SelectField(
                label, description=about, choices=dict(setting.choices), validate_choice=False
            )
        case Asks.TICK:
            return BooleanField(label, description=about)
        case Asks.LONG:
            return TextAreaField(label, description=about, render_kw={"spellcheck": "false"})
        case Asks.SECRET:
            return PasswordField(
                label, description=about, render_kw={"autocomplete": "new-password"}
            )
        case Asks.NUMBER:
            return StringField(
                label, description=about, render_kw={"inputmode": "numeric", **quiet}
            )
        case _:
            return StringField(label, description=about, render_kw=quiet)


def _data(setting: Setting, value: object) -> object:
    if setting.asks is Asks.TICK:
        return value == YES
    return "" if setting.asks is Asks.SECRET else value
