"""Everything of a customer's to take along: one pack, written while it is sent."""

from collections.abc import Iterator, Sequence

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.documents import refuse_hidden
from portal.takeout_files import File, contents
from tieout import clock, settings
from tieout.customers.models import Customer
from tieout.db import sessions
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.rendering.packing import Pack
from tieout.web.access import requires
from tieout.web.downloads import streamed
from tieout.web.pages import page
from tieout.web.viewer import Place, viewer

bp = Blueprint("takeout", __name__)


@bp.get("/preferences/data")
@requires(Permission.LOOK)
def show() -> ResponseReturnValue:
    """Say what can be taken along."""
    return page("portal/takeout.html", customer_name=_place().customer_name)


@bp.get("/preferences/data/export.zip")
@requires(Permission.LOOK)
def export() -> ResponseReturnValue:
    """Hand out everything the viewer may see of this page's customer."""
    session = sessions()
    refuse_hidden(session)
    at = clock.now()
    customer = session.get_one(Customer, viewer().customer_id)
    name = f"{customer.code} {settings.today(session):%Y-%m-%d}.zip"
    about = {
        "company": settings.company(session).name,
        "customer": {"code": customer.code, "name": customer.name},
        "asked_by": viewer().name,
    }
    files = contents(session, at)
    session.rollback()  # making files takes a while; the books are let go before
    pieces = _pieces(Pack("data_export", at, about), files)
    return streamed(pieces, name, "application/zip")


def _pieces(pack: Pack, files: Sequence[File]) -> Iterator[bytes]:
    for name, make in files:
        yield pack.add(name, make())
    yield pack.close()


def _place() -> Place:
    """The customer of this page.

    Raises:
        NotFound: there is none.
    """
    place = viewer().place
    if place is None:
        raise NotFound
    return place
