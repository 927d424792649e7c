"""What stands around every page of the workbench: how much waits in each place."""

from sqlalchemy.exc import SQLAlchemyError

from internal.scope import owner_id
from internal.today import FAILED_SINCE
from tieout import clock
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.month_end import waiting
from tieout.web.viewer import maybe_viewer


def context() -> dict[str, object]:
    """The counts beside the places, for whoever has signed in."""
    viewer = maybe_viewer()
    if viewer is None or not viewer.may(Permission.SEE_BOOKS):
        return {}
    owner = owner_id()
    within = waiting.everybody if owner is None else waiting.own_customers(owner)
    try:
        return {"nav_counts": waiting.places(sessions(), clock.now() - FAILED_SINCE, within)}
    except SQLAlchemyError:  # an error page is drawn without its database
        return {}
