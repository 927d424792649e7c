"""Today: what waits for whom, each a number and a link."""

from flask import Blueprint

from tieout.identity.permissions import Permission
from tieout.web.access import requires
from tieout.web.pages import page

bp = Blueprint("dashboard", __name__)


@bp.get("/")
@requires(Permission.SEE_BOOKS)
def show() -> str:
    """Show what waits."""
    return page("internal/dashboard.html")
