"""Who looks at the workbench: somebody of the company who has signed in."""

from contextlib import suppress

from tieout import clock
from tieout.db import SomebodyWrites, transaction
from tieout.db import sessions as db_sessions
from tieout.identity import sessions
from tieout.identity.permissions import permissions_of
from tieout.identity.sessions import Audience
from tieout.web import cookies
from tieout.web.addresses import origin
from tieout.web.viewer import Viewer


def load() -> Viewer | None:
    """The viewer of this request; roles count as they are now."""
    session, at = db_sessions(), clock.now()
    secret = cookies.secret_of(Audience.STAFF)
    signed_in = sessions.of_staff(session, secret, at=at) if secret else None
    if signed_in is None:
        return None
    found, user = signed_in
    viewer = Viewer(
        audience=Audience.STAFF,
        person_id=user.id,
        name=user.name,
        email=user.email,
        origin=origin(),
        language=user.language,
        roles=tuple(user.roles),
        permissions=permissions_of(user.roles),
        session_id=found.id,
    )
    if sessions.is_seen_late(found, at=at):
        with suppress(SomebodyWrites), transaction(waits=False) as writing:
            sessions.see(writing, found.id, at=at)
    return viewer
