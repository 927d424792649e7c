"""Whether this browser has proven its mailbox, where the company wants that before what matters."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, request, url_for
from flask import session as browser
from sqlalchemy.orm import Session

from tieout import clock
from tieout.db import sessions
from tieout.identity import codes
from tieout.identity.codes import Holder
from tieout.identity.models import SignInSession
from tieout.identity.tokens import Purpose
from tieout.settings import choices
from tieout.web.viewer import Viewer, viewer

WANTED = "answer_code_wanted"
#: In the browser's own signed cookie: which code it used.
KEY = "proven_by"
#: And there too: of which section authority was ticked before the code was asked for.
TICKED = "ticked"

View = TypeVar("View", bound=Callable[..., Any])


def proven(view: View) -> View:
    """Open a view once a code has proven the mailbox, where the company wants that."""

    @wraps(view)
    def opened(*arguments: Any, **keywords: Any) -> Any:
        if wants_code(sessions(), viewer()):
            if request.form.get("authority"):
                browser[TICKED] = keywords.get("section_id")
            return redirect(url_for("portal.proof.ask", next=_page_of(keywords)), 303)
        return view(*arguments, **keywords)

    return cast(View, opened)


def wants_code(session: Session, person: Viewer) -> bool:
    """Whether a code has to be entered first."""
    if not choices.chosen(session, WANTED) or _came_with_app(session, person):
        return False
    return not is_proven(session, person)


def is_proven(session: Session, person: Viewer) -> bool:
    """Whether this browser has entered a code that was sent to it."""
    used = browser.get(KEY)
    at = clock.now()
    return isinstance(used, int) and codes.is_proven(session, holder_of(person), used, at=at)


def take_ticked() -> int | None:
    """The section of which this browser ticked authority before it was sent for a code; once."""
    section_id = browser.pop(TICKED, None) if KEY in browser else None
    return section_id if isinstance(section_id, int) else None


def holder_of(person: Viewer) -> Holder:
    """Who proves it."""
    if person.is_link:
        return Holder(person.contact_id, Purpose.LINK_CODE, person.token_id or 0)
    return Holder(person.contact_id, Purpose.SESSION_CODE, person.session_id or 0)


def _came_with_app(session: Session, person: Viewer) -> bool:
    """Whether they signed in with a code from an app: that is more than a mail."""
    here = session.get(SignInSession, person.session_id) if person.session_id else None
    return here is not None and here.method == "totp"


def _page_of(keywords: dict[str, Any]) -> str:
    """The page to go on to: the one that was asked for, or the one its form stands on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    if "section_id" in keywords:
        return url_for("portal.statements.show", statement_id=keywords["statement_id"])
    return request.script_root + request.path
