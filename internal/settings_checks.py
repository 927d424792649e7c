"""The checks of what comes in: each told, and how much it weighs for the company."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tieout.db import sessions, transaction
from tieout.identity.permissions import Permission
from tieout.intake.judging import chosen
from tieout.intake.judging.check import SEVERITIES, Check
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.chosen import Chosen
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.rendering.translation import gettext, ngettext
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("settings_checks", __name__)


class ChecksForm(Form):
    """How much each check weighs; they come as `weight-<name>` and `limit-<name>`."""


@dataclass(frozen=True)
class Shown:
    """A check as the page tells it."""

    check: Check
    severity: str
    limit: str
    kinds: str
    #: What it may be, with words; one alone cannot be switched.
    choices: tuple[tuple[str, str], ...]


@bp.get("/settings/checks")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show every check, those of plug-ins too."""
    return _page(ChecksForm(formdata=None))


@bp.post("/settings/checks")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Weigh them anew; each change stands in the trail."""
    ChecksForm.checked(_page)
    changed = 0
    with transaction() as session:
        now = Chosen.of(session)
        for name in CHECKS:
            severity = request.form.get(f"weight-{name}", str(now.severity(name)))
            limit = request.form.get(f"limit-{name}", now.limit_text(name))[:200]
            changed += chosen.choose(session, name, severity, limit, by=viewer().actor)
    flash(ngettext("%(num)s check is changed.", "%(num)s checks are changed.", changed))
    return redirect(url_for(".show"), 303)


def _page(form: ChecksForm) -> str:
    now = Chosen.of(sessions())
    return page("internal/settings_checks.html", form=form, shown=[_told(n, now) for n in CHECKS])


def _told(name: str, now: Chosen) -> Shown:
    check = CHECKS[name]
    return Shown(
        check,
        request.form.get(f"weight-{name}", str(now.severity(name))),
        request.form.get(f"limit-{name}", now.limit_text(name)),
        _kinds(check),
        tuple((str(one), gettext(SEVERITIES[one])) for one in check.severities),
    )


def _kinds(check: Check) -> str:
    """What a check applies to, in words; nothing where it is everything."""
    ours = [kind for kind in BatchKind if kind is not BatchKind.THEIR_LEDGER]
    if all(kind in check.kinds for kind in ours):
        return gettext("Every file")
    return " · ".join(gettext(BATCH_LABELS[kind]) for kind in ours if kind in check.kinds)
