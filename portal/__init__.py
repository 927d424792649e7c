"""The customers' pages, at /.

Each page is a module named in `PAGES` with a blueprint `bp`. Records are fetched through
`portal.scope.own` alone; another customer's record is not there.
"""

from flask import Blueprint

from tieout.events import Subscription

#: The modules of this face, in the order of its menu.
PAGES = (
    "sign_in",
    "links",
    "switching",
    "overview",
    "statements",
    "families",
    "proof",
    "confirming",
    "receipts",
    "verify",
    "disputing",
    "disputes",
    "promises",
    "documents",
    "copies",
    "books",
    "books_reading",
    "preferences",
    "security",
    "contacts",
    "takeout",
    "unsubscribe",
    "telegram",
)

#: What the pages listen to: nothing.
SUBSCRIPTIONS: list[Subscription] = []


def blueprint() -> Blueprint:
    """The face, put together anew for each application."""
    from portal import frame
    from tieout.web.faces import assemble

    face = assemble(Blueprint("portal", __name__), __name__, PAGES)
    face.context_processor(frame.context)
    return face
