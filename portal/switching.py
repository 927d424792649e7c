"""Going from one of one's customers to another."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from portal.viewers import CHOSEN
from tieout.web.access import signed_in
from tieout.web.cookies import remember
from tieout.web.viewer import act_for

bp = Blueprint("switching", __name__)


@bp.get("/go/<int:customer_id>")
@signed_in
def go(customer_id: int) -> Response:
    """Look at another customer's pages from now on."""
    act_for(customer_id)
    return remember(redirect(request.script_root + "/", 303), CHOSEN, str(customer_id))
