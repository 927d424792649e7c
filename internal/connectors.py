"""Connectors: where data is pulled from, how each stands, and every pull there was."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from tieout import clock
from tieout.db import sessions
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.intake.connectors import marks, queries
from tieout.intake.connectors.due import SCHEDULES, Schedule
from tieout.intake.connectors.looking import Seen
from tieout.intake.connectors.queries import Standing
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.intake.places import kept_sentence
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.listing import here, listed
from tieout.web.pages import page

bp = Blueprint("connectors", __name__)


class ActForm(Form):
    """An act that needs nothing but the click."""


#: Where a connector stands, and where a pull does: the chip and its words.
STATES = {
    "active": ("active", N_("Active")),
    "running": ("running", N_("Being pulled")),
    "failed": ("failed", N_("Failed")),
    "paused": ("held", N_("Paused")),
    "deleted": ("cancelled", N_("Deleted")),
}
PULL_STATES = {
    "waiting": ("queued", N_("Waiting")),
    "running": ("running", N_("Running")),
    "done": ("done", N_("Came in")),
    "nothing": ("left_out", N_("Nothing new")),
    "failed": ("failed", N_("Failed")),
}


@bp.get("/connectors")
@requires(Permission.PULL)
def index() -> ResponseReturnValue:
    """List connectors."""
    session, at = sessions(), clock.now()
    every = queries.standings(session, at)
    state = asked.choice("state", [name for name in STATES if name != "deleted"])
    return page(
        "internal/connectors.html",
        found=[one for one in every if not state or one.state == state],
        total=len(every),
        counts={name: sum(1 for one in every if one.state == name) for name in STATES},
        deleted=queries.standings(session, at, deleted=True),
        state=state,
        states=STATES,
        here=here,
        kinds=CONNECTORS,
        labels=BATCH_LABELS,
        kind_words=kind_words,
    )


@bp.get("/connectors/<int:connector_id>")
@requires(Permission.PULL)
def show(connector_id: int) -> ResponseReturnValue:
    """Show a connector and what it pulled."""
    return shown(connector_id)


def shown(
    connector_id: int, seen: list[Seen] | None = None, acting: ActForm | None = None
) -> ResponseReturnValue:
    """Draw a connector's page, with what a look brought, or why an act was not done."""
    session = sessions()
    connector = queries.connector(session, connector_id)
    standing = queries.standing(session, connector, clock.now())
    return page(
        "internal/connector.html",
        connector=connector,
        standing=standing,
        facts=_facts(standing),
        seen=seen,
        acting=acting or ActForm(formdata=None),
        found=listed(session, queries.pulls(connector.id), size=20),
        states=STATES,
        pull_states=PULL_STATES,
        kept=kept_sentence,
        kind_words=kind_words,
    )


def kind_words(kind: str) -> str:
    """What a kind of connector is called; one whose plug-in is gone, by its name."""
    return gettext(CONNECTORS[kind].label) if kind in CONNECTORS else kind


def plan_words(standing: Standing) -> str:
    """How often a connector is pulled."""
    connector = standing.connector
    match connector.schedule:
        case Schedule.MINUTES:
            return gettext("Every %(count)s minutes", count=connector.minutes)
        case Schedule.DAILY:
            return gettext("Every day at %(time)s", time=connector.daily_at)
        case _:
            return gettext(SCHEDULES[Schedule(connector.schedule)])


def _facts(standing: Standing) -> list[tuple[str, str]]:
    connector = standing.connector
    facts = [
        (gettext("Source"), standing.source),
        (gettext("What is in it"), gettext(BATCH_LABELS[BatchKind(connector.batch_kind)])),
        (gettext("Pulled"), plan_words(standing)),
        (
            gettext("Imports"),
            gettext("handed in by itself where every row is ready")
            if connector.submits
            else gettext("wait for somebody to hand them in"),
        ),
    ]
    if come := marks.shown(connector.mark):
        facts.append((gettext("Pulled up to"), come))
    return facts
