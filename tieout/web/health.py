"""Whether the pages and the database answer."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import tieout
from tieout.db import sessions
from tieout.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say whether all is well, for whoever watches over the process."""
    try:
        sessions().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"status": "database does not answer", "version": tieout.__version__}, 503
    return {"status": "ok", "version": tieout.__version__}
