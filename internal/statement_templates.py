"""Templates of statements: made, changed, chosen, and seen with real figures."""

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.exports import TYPES
from internal.scope import owner_id
from internal.statement_template_forms import (
    COLUMN_FIELDS,
    PART_FIELDS,
    PICTURES,
    PlaceForm,
    TemplateForm,
    _TemplateForm,
    filled,
)
from tieout import attachments, clock
from tieout.attachments import Attachment
from tieout.customers import find_customer
from tieout.customers.queries import groups
from tieout.db import sessions, transaction
from tieout.errors import Conflict, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext, reader
from tieout.reports import preview
from tieout.reports.data import LookData
from tieout.reports.frozen import statement_print
from tieout.reports.making import made
from tieout.statements import listing, moves, templates
from tieout.statements.layouts import PARTS, WORDS, Layout
from tieout.statements.listing import StatementSearch
from tieout.statements.models import Statement, StatementTemplate
from tieout.statements.templates import TemplateInput
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.forms import apart
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("statement_templates", __name__)

FORMS = ("pdf", "xlsx")
#: The name of the button that shows what was entered and keeps nothing.
LOOK = "look"


class NothingToShow(Conflict):
    """A template to be looked at before there is anything it could print."""

    message = N_("No statement is issued yet, so there is nothing to show. Keep it and look later.")


@bp.get("/settings/statements/templates/new")
@requires(Permission.CHANGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Ask for a template, beginning with the usual look."""
    return _form(filled("", Layout(), 0))


@bp.post("/settings/statements/templates/new")
@requires(Permission.CHANGE_SETTINGS)
def make() -> ResponseReturnValue:
    """Make a template; nobody's statements look like it until it is chosen."""
    form, by, at = TemplateForm.checked(_form), viewer().actor, clock.now()
    pictures = {name: form.picture(name) for name in PICTURES}
    if LOOK in request.form:
        return _as_paper(sessions(), form, pictures)
    with transaction() as session:
        kept = {name: _kept(session, name, pictures[name], None) for name in PICTURES}
        given = TemplateInput(str(form.name.data), form.layout(), kept["logo"], kept["seal"])
        template_id = templates.make(session, given, by=by, at=at).id
    flash(gettext("The template is made. Look at it below, then choose whose statements use it."))
    return _back(template_id)


@bp.get("/settings/statements/templates/<int:statement_template_id>")
@requires(Permission.CHANGE_SETTINGS)
def show(statement_template_id: int) -> ResponseReturnValue:
    """Show a template with real figures, and ask what of it changes."""
    session = sessions()
    template = _found(session, statement_template_id)
    version = templates.current(session, template)
    return _form(
        filled(template.name, Layout.from_json(version.layout), template.version), template
    )


@bp.post("/settings/statements/templates/<int:statement_template_id>")
@requires(Permission.CHANGE_SETTINGS)
def change(statement_template_id: int) -> ResponseReturnValue:
    """Add a version; what was issued keeps the one it has."""
    there = _found(sessions(), statement_template_id)
    form = TemplateForm.checked(lambda again: _form(again, there))
    pictures = {name: form.picture(name) for name in PICTURES}
    if LOOK in request.form:
        return _as_paper(sessions(), form, _with_kept(form, pictures, there))
    with transaction() as session:
        template = _found(session, statement_template_id)
        before = templates.current(session, template)
        kept = {
            name: _kept(
                session,
                name,
                pictures[name],
                None if form[f"without_{name}"].data else getattr(before, f"{name}_id"),
            )
            for name in PICTURES
        }
        templates.change(
            session,
            template,
            TemplateInput(str(form.name.data), form.layout(), kept["logo"], kept["seal"]),
            seen=form.seen,
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("Kept. What was issued before keeps the look it was issued with."))
    return _back(statement_template_id)


@bp.post("/settings/statements/templates/<int:statement_template_id>/choose")
@requires(Permission.CHANGE_SETTINGS)
def choose(statement_template_id: int) -> ResponseReturnValue:
    """Use a template for a group or a customer."""
    there = _found(sessions(), statement_template_id)
    version = templates.current(sessions(), there)
    usual = filled(there.name, Layout.from_json(version.layout), there.version)
    form = PlaceForm.checked(lambda again: _form(usual, there, again))
    with transaction() as session:
        scope, scope_id = _place(session, str(form.place.data).strip())
        templates.choose(session, scope, scope_id, statement_template_id, by=viewer().actor)
    flash(gettext("It holds for the statements issued from now on."))
    return _back(statement_template_id)


@bp.post("/settings/statements/templates/<int:statement_template_id>/leave")
@requires(Permission.CHANGE_SETTINGS)
def leave(statement_template_id: int) -> ResponseReturnValue:
    """Use a template no longer where it was chosen."""
    with transaction() as session:
        for place in templates.places(session, statement_template_id):
            if f"{place.scope}:{place.scope_id}" == request.form.get("place"):
                templates.choose(session, place.scope, place.scope_id, None, by=viewer().actor)
    flash(gettext("There the wider choice holds again."))
    return _back(statement_template_id)


@bp.post("/settings/statements/templates/<int:statement_template_id>/put-away")
@requires(Permission.CHANGE_SETTINGS)
def put_away(statement_template_id: int) -> ResponseReturnValue:
    """Offer a template no longer, or again."""
    with transaction() as session:
        template = _found(session, statement_template_id)
        templates.put_away(session, template, is_active=not template.is_active, by=viewer().actor)
    return redirect(url_for("internal.settings_statements.show"), 303)


@bp.get("/settings/statements/templates/<int:statement_template_id>/preview")
@requires(Permission.CHANGE_SETTINGS)
def preview_file(statement_template_id: int) -> ResponseReturnValue:
    """Hand out a statement of today's books as the template prints it."""
    session = sessions()
    template = _found(session, statement_template_id)
    statement = _example(session)
    if statement is None:
        raise NotFound
    look, ending = preview.look(session, template), asked.choice("as", FORMS, "pdf")
    return _printed(session, statement, look, f"{template.name}.{ending}")


def _as_paper(
    session: Session, form: _TemplateForm, pictures: Mapping[str, bytes | None]
) -> ResponseReturnValue:
    """Print a statement by what was entered, without keeping any of it.

    Raises:
        NothingToShow: no statement was issued yet.
        InvalidInput: no statement can be printed by that layout.
    """
    statement = _example(session)
    if statement is None:
        raise NothingToShow
    layout = form.layout().checked().to_json()
    look: LookData = {"layout": layout, "logo": pictures["logo"], "seal": pictures["seal"]}
    return _printed(session, statement, look, f"{form.name.data}.pdf")


def _with_kept(
    form: _TemplateForm, pictures: Mapping[str, bytes | None], template: StatementTemplate
) -> dict[str, bytes | None]:
    """The pictures that were entered, else those there are, but for those taken away."""
    there = preview.look(sessions(), template)
    kept = {"logo": there["logo"], "seal": there["seal"]}
    return {
        name: None if form[f"without_{name}"].data else pictures[name] or kept[name]
        for name in PICTURES
    }


def _printed(
    session: Session, statement: Statement, look: LookData, name: str
) -> ResponseReturnValue:
    """A statement by some template, as the file its name ends in."""
    ending = name.rpartition(".")[2]
    data = statement_print(
        statement,
        language=reader.get().language,
        zone=reader.get().zone,
        base_url=current_app.config["TIEOUT"].base_url,
        printed_at=clock.now(),
    )
    data["look"] = look
    session.rollback()  # making a file takes a while; the books are let go before
    return download(made(f"statement.{ending}", data), name, TYPES[ending], show=ending == "pdf")


def _form(
    form: _TemplateForm, template: StatementTemplate | None = None, place: PlaceForm | None = None
) -> str:
    session = sessions()
    example = _example(session)
    return page(
        "internal/statement_template.html",
        form=form,
        template=template,
        version=templates.current(session, template) if template else None,
        column_fields=COLUMN_FIELDS,
        part_fields=PART_FIELDS,
        words=WORDS,
        parts=PARTS,
        places=templates.places(session, template.id) if template else [],
        place_form=apart(place or PlaceForm(formdata=None)),
        groups=groups(session),
        example=example,
        shown=preview.shown(session, template, example, reader.get().language)
        if template and example
        else None,
    )


def _example(session: Session) -> Statement | None:
    """The statement a template is shown with: the one asked for, else the last issued."""
    wanted = StatementSearch(state=moves.ISSUED, keyword=asked.text("with"), owner_id=owner_id())
    return session.scalars(listing.statements(wanted).limit(1)).first()


def _kept(
    session: Session, name: str, content: bytes | None, before: int | None
) -> Attachment | None:
    """The picture a version has: the new one, else the one before."""
    if content is None:
        return session.get(Attachment, before) if before else None
    return attachments.store(
        session,
        content,
        filename=f"{name}.png",
        media_type="image/png",
        purpose=templates.PURPOSE,
        customer_id=None,
        by=viewer().actor,
        at=clock.now(),
    )


def _place(session: Session, named: str) -> tuple[str, int]:
    """A group of a name, else a customer.

    Raises:
        CustomerUnknown, CustomerAmbiguous: it is neither.
    """
    for group in groups(session):
        if group.name == named:
            return "group", group.id
    return "customer", find_customer(session, named).id


def _found(session: Session, statement_template_id: int) -> StatementTemplate:
    found = session.get(StatementTemplate, statement_template_id)
    if found is None:
        raise NotFound
    return found


def _back(statement_template_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", statement_template_id=statement_template_id), 303)
