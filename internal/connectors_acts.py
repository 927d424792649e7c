"""What is done with a connector: pulled, tested, paused, taken up again, started over, deleted."""

import os
from collections.abc import Callable

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.connectors import ActForm, shown
from tieout import clock, settings
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.intake.connectors import pulling, queries, sealing, services
from tieout.intake.connectors.looking import look
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.intake.kinds import BatchKind
from tieout.rendering.translation import gettext, ngettext
from tieout.web import working
from tieout.web.access import requires
from tieout.web.viewer import viewer

bp = Blueprint("connectors_acts", __name__)


@bp.post("/connectors/<int:connector_id>/pull")
@requires(Permission.PULL)
def pull(connector_id: int) -> ResponseReturnValue:
    """Pull now; what takes longer than a few seconds goes on behind the page."""
    ActForm.checked(lambda wrong: shown(connector_id, acting=wrong))
    with transaction() as session:
        pull_id = pulling.ask(session, _there(session, connector_id), by=viewer().actor).id
    owner = f"web:{os.getpid()}"
    working.behind(f"pull-{pull_id}", lambda: pulling.work(pull_id, owner))
    words, category = _came_to(pull_id)
    flash(words, category)
    return redirect(url_for("internal.connectors.show", connector_id=connector_id), 303)


@bp.post("/connectors/<int:connector_id>/test")
@requires(Permission.PULL)
def test(connector_id: int) -> ResponseReturnValue:
    """Read a few records and show them; nothing is stored."""
    ActForm.checked(lambda wrong: shown(connector_id, acting=wrong))
    session = sessions()
    connector = _there(session, connector_id)
    zone = settings.company(session).time_zone
    opened = sealing.opened(connector.name, connector.secrets)
    kind, batch_kind = connector.kind, BatchKind(connector.batch_kind)
    session.rollback()  # the source is not waited for with a read open
    seen = list(look(connector.name, kind, batch_kind, connector.settings, opened, zone=zone))
    return shown(connector_id, seen)


@bp.post("/connectors/<int:connector_id>/pause")
@requires(Permission.CHANGE_SETTINGS)
def pause(connector_id: int) -> ResponseReturnValue:
    """Pull no more by itself."""
    by = viewer().actor
    words = gettext("Paused. It is pulled only when somebody asks.")
    return _act(connector_id, words, lambda session, one: services.pause(session, one, by=by))


@bp.post("/connectors/<int:connector_id>/resume")
@requires(Permission.CHANGE_SETTINGS)
def resume(connector_id: int) -> ResponseReturnValue:
    """Pull by schedule again."""
    by, at = viewer().actor, clock.now()
    words = gettext("Taken up again.")
    return _act(
        connector_id, words, lambda session, one: services.resume(session, one, by=by, at=at)
    )


@bp.post("/connectors/<int:connector_id>/start-over")
@requires(Permission.CHANGE_SETTINGS)
def start_over(connector_id: int) -> ResponseReturnValue:
    """Ask for everything with the next pull."""
    by = viewer().actor
    words = gettext("The next pull asks for everything; rows that are here already are known.")
    return _act(connector_id, words, lambda session, one: services.start_over(session, one, by=by))


@bp.post("/connectors/<int:connector_id>/delete")
@requires(Permission.CHANGE_SETTINGS)
def delete(connector_id: int) -> ResponseReturnValue:
    """Take a connector away; its history stays."""
    by, at = viewer().actor, clock.now()
    words = gettext("Deleted, with its secrets. What it pulled stays on record.")
    return _act(
        connector_id, words, lambda session, one: services.delete(session, one, by=by, at=at)
    )


def _act(
    connector_id: int, words: str, act: Callable[[Session, Connector], None]
) -> ResponseReturnValue:
    ActForm.checked(lambda wrong: shown(connector_id, acting=wrong))
    with transaction() as session:
        act(session, _there(session, connector_id))
    flash(words)
    return redirect(url_for("internal.connectors.show", connector_id=connector_id), 303)


def _there(session: Session, connector_id: int) -> Connector:
    """A connector that was not deleted.

    Raises:
        NotFound: it was.
    """
    connector = queries.connector(session, connector_id)
    if connector.deleted_at is not None:
        raise NotFound
    return connector


def _came_to(pull_id: int) -> tuple[str, str]:
    """What is said after the button was pressed, and how."""
    session = sessions()
    session.rollback()
    found = session.get_one(ConnectorPull, pull_id)
    session.refresh(found)
    if found.state == "done":
        words = ngettext("%(num)s row came in.", "%(num)s rows came in.", found.rows)
        return words, "message"
    if found.state == "nothing":
        return gettext("There is nothing new."), "message"
    if found.state == "failed":
        return gettext("The pull failed; the reason stands below."), "warning"
    return gettext("It is being pulled. Look again in a moment."), "message"
