"""How files are read: what was said of their columns before, by name, customer and headings."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import Length

from internal import scope
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.intake import readings
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.intake.mapping import letters
from tieout.intake.models import RememberedMapping
from tieout.intake.readings import Reading, ReadingUnnamed
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form, Required
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("imports_readings", __name__)


class ReadingForm(Form):
    """A remembered way of reading; the columns come as `column-0`, `column-1` …"""

    name = StringField(N_("Name"), [Required(ReadingUnnamed.message), Length(max=200)])


@bp.get("/imports/readings")
@requires(Permission.SEE_IMPORTS)
def index() -> ResponseReturnValue:
    """List the remembered ways of reading."""
    session = sessions()
    kind, words = asked.choice("kind", [str(one) for one in BatchKind]), asked.text("q")
    among = scope.condition(RememberedMapping.customer_id)
    found = listed(session, readings.readings(kind, words, among), size=30)
    return page(
        "internal/imports_readings.html",
        found=found,
        rows=[Reading.of(*row) for row in found.rows],
        kind=kind,
        words=words,
        here=here,
        labels=BATCH_LABELS,
    )


@bp.get("/imports/readings/<int:reading_id>")
@requires(Permission.SEE_IMPORTS)
def show(reading_id: int) -> ResponseReturnValue:
    """Show what its columns are taken to say."""
    one = _seen(reading_id)
    return _show(one, ReadingForm(data={"name": one.name}))


@bp.post("/imports/readings/<int:reading_id>")
@requires(Permission.IMPORT_FILES)
def change(reading_id: int) -> ResponseReturnValue:
    """Rename it, or say something else of its columns."""
    one = _seen(reading_id)
    form = ReadingForm.checked(lambda wrong: _show(one, wrong))
    uses = {
        index: request.form[f"column-{index}"]
        for index in range(len(one.headings))
        if f"column-{index}" in request.form
    }
    with transaction() as session:
        name = str(form.name.data)
        readings.change(session, reading_id, name=name, uses=uses, by=viewer().actor)
    flash(gettext("Files with these headings are read this way from now on."))
    return redirect(url_for(".show", reading_id=reading_id), 303)


@bp.post("/imports/readings/<int:reading_id>/forget")
@requires(Permission.IMPORT_FILES)
def forget(reading_id: int) -> ResponseReturnValue:
    """Forget it."""
    one = _seen(reading_id)
    with transaction() as session:
        readings.forget(session, reading_id, by=viewer().actor)
    flash(gettext("“%(name)s” is forgotten; the next such file is guessed again.", name=one.name))
    return redirect(url_for(".index"), 303)


def _seen(reading_id: int) -> Reading:
    """One of them, of a customer the viewer sees or of our own files."""
    session = sessions()
    one = readings.reading(session, reading_id)
    if one.customer_id and not scope.sees(session, one.customer_id):
        raise NotFound
    return one


def _show(one: Reading, form: ReadingForm) -> ResponseReturnValue:
    used = {column.index: column.field for column in one.mapping.columns}
    fields = [(field.name, gettext(field.label)) for field in FIELDS[one.kind]]
    return page(
        "internal/imports_reading.html",
        one=one,
        form=form,
        label=BATCH_LABELS[one.kind],
        fields=[("", gettext("Left aside")), *fields],
        columns=[
            {
                "index": index,
                "letters": letters(index),
                "heading": heading,
                "field": request.form.get(f"column-{index}", used.get(index, "")),
            }
            for index, heading in enumerate(one.headings)
        ],
    )
