"""Setting connectors up and changing them."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from internal.connectors_forms import ConnectorForm, filled_form, form_class, hinted, new_form
from tieout import clock
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.intake.connectors import queries, services
from tieout.intake.connectors.models import Connector
from tieout.intake.connectors.registry import CONNECTORS
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("connectors_setup", __name__)


@bp.get("/connectors/new")
@requires(Permission.CHANGE_SETTINGS)
def choose() -> ResponseReturnValue:
    """Ask what kind of source it is."""
    return page("internal/connectors_new.html", kinds=[CONNECTORS[name] for name in CONNECTORS])


@bp.get("/connectors/new/<connector_kind>")
@requires(Permission.CHANGE_SETTINGS)
def new(connector_kind: str) -> ResponseReturnValue:
    """Ask for a new connector's settings."""
    return _form(new_form(_known(connector_kind)))


@bp.post("/connectors/new/<connector_kind>")
@requires(Permission.CHANGE_SETTINGS)
def add(connector_kind: str) -> ResponseReturnValue:
    """Set a connector up."""
    form = form_class(_known(connector_kind)).checked(lambda wrong: _form(wrong))
    with transaction() as session:
        made = services.add(session, form.given(), by=viewer().actor, at=clock.now())
        connector_id = made.id
    flash(gettext("The connector is set up. Test it, then pull for the first time."))
    return redirect(url_for("internal.connectors.show", connector_id=connector_id), 303)


@bp.get("/connectors/<int:connector_id>/edit")
@requires(Permission.CHANGE_SETTINGS)
def edit(connector_id: int) -> ResponseReturnValue:
    """Show a connector's settings as they are, without its secrets."""
    connector = queries.connector(sessions(), connector_id)
    if not _can_change(connector):
        return redirect(url_for("internal.connectors.show", connector_id=connector_id), 303)
    return _form(filled_form(connector), connector)


@bp.post("/connectors/<int:connector_id>/edit")
@requires(Permission.CHANGE_SETTINGS)
def change(connector_id: int) -> ResponseReturnValue:
    """Change a connector."""
    connector = _open(connector_id)
    form = form_class(connector.kind).checked(lambda wrong: _form(wrong, _open(connector_id)))
    with transaction() as session:
        services.change(
            session,
            queries.connector(session, connector_id),
            form.given(),
            seen=form.seen(),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("The connector is changed."))
    return redirect(url_for("internal.connectors.show", connector_id=connector_id), 303)


def _form(form: ConnectorForm, connector: Connector | None = None) -> ResponseReturnValue:
    return page(
        "internal/connector_form.html",
        form=hinted(form, is_new=connector is None),
        kind=CONNECTORS[form.kind],
        connector=connector,
        wide=form.wide(),
    )


def _known(kind: str) -> str:
    if kind not in CONNECTORS:
        raise NotFound
    return kind


def _open(connector_id: int) -> Connector:
    """A connector whose settings can be changed.

    Raises:
        NotFound: it is deleted, or its plug-in is gone.
    """
    connector = queries.connector(sessions(), connector_id)
    if not _can_change(connector):
        raise NotFound
    return connector


def _can_change(connector: Connector) -> bool:
    return connector.deleted_at is None and connector.kind in CONNECTORS
