"""The first page: what is owed, what is overdue, what waits for an answer."""

from flask import Blueprint

from tieout.identity.permissions import Permission
from tieout.web.access import requires
from tieout.web.pages import page

bp = Blueprint("overview", __name__)


@bp.get("/")
@requires(Permission.LOOK)
def show() -> str:
    """Show where the customer stands."""
    return page("portal/overview.html")
