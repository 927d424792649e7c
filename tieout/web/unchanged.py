"""Pages shown again to whoever has seen them, while nothing has changed since."""

from collections.abc import Callable, Hashable

from flask import current_app, request
from flask import session as browser
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.rendering.translation import reader
from tieout.web.csrf import form_token
from tieout.web.keeping import Shelf
from tieout.web.pages import theme
from tieout.web.static import static
from tieout.web.viewer import viewer

#: Characters of whole pages.
_PAGES: Shelf[tuple[str, str]] = Shelf(16_000_000)


def unchanged(session: Session, draw: Callable[[], str], *key: Hashable) -> str:
    """Draw a page, or show its viewer the same again while nothing has changed.

    Every change of the books, of answers and of people leaves an entry in the trail, so its end
    says whether there was one. Only the forms' token is another one each time. Whoever came by a
    link gets forms that can be sent once, and a page that tells what was just done is told once:
    these are always drawn.
    """
    person = viewer()
    if person.is_link or request.method != "GET" or "_flashes" in browser:
        return draw()
    whole = (
        *key,
        id(current_app._get_current_object()),  # type: ignore[attr-defined] # a proxy
        audit.head(session),
        settings.today(session),
        (person.audience, person.person_id, person.session_id, person.name, person.email),
        (person.place, person.places, person.permissions),
        (request.script_root, request.full_path),
        (reader.get(), theme(), static("css/tokens.css")),
    )
    token = form_token()
    found = _PAGES.get(whole)
    if found is None:
        found = draw(), token
        _PAGES.put(whole, found, len(found[0]))
    return found[0].replace(found[1], token)
