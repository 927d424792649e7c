"""Help, for everybody and in both languages: one folder of pages a language."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import MEANINGS, NAMES, ROLES, PortalRole, Role
from tieout.rendering.translation import gettext, reader
from tieout.web.access import public
from tieout.web.pages import page

bp = Blueprint("help", __name__, url_prefix="/help")

#: The pages, in the order they are listed; each is a template in both languages.
PAGES = {
    "customer": N_("For customers: agree what is owed"),
    "accountant": N_("For accountants: from the file to the closed month"),
    "data": N_("For accountants: bring your data"),
    "books": N_("For accountants: the books, kind by kind"),
    "approver": N_("For approvers and administrators"),
    "auditor": N_("For auditors: figures that can be checked"),
    "permissions": N_("Who may do what"),
    "keys": N_("Keys"),
    "commands": N_("Commands, jobs and channels"),
    "extending": N_("For developers: checks, importers, connectors"),
    "accessibility": N_("Accessibility"),
    "privacy": N_("Privacy"),
}


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """List the pages."""
    return page("help/index.html", pages=[(name, gettext(words)) for name, words in PAGES.items()])


@bp.get("/<page>")
@public
def show(page: str) -> ResponseReturnValue:
    """Show a page in the reader's language."""
    if page not in PAGES:
        raise NotFound
    return _drawn(page)


def _drawn(name: str) -> str:
    return page(
        f"help/{reader.get().language}/{name}.html",
        title=gettext(PAGES[name]),
        pages=[(code, gettext(words)) for code, words in PAGES.items()],
        here=name,
        roles=[(role, gettext(NAMES[role])) for role in Role],
        portal_roles=[(role, gettext(NAMES[role])) for role in PortalRole],
        permissions=[
            (one, gettext(words))
            for one, words in MEANINGS.items()
            if any(one in ROLES[role] for role in Role)
        ],
        portal_permissions=[
            (one, gettext(words))
            for one, words in MEANINGS.items()
            if any(one in ROLES[role] for role in PortalRole)
        ],
        table=ROLES,
    )
