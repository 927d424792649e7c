"""The number of what somebody changed for themselves or their own, and the page that says it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.answering import contact_of
from tieout import clock
from tieout.customers import acts
from tieout.customers.models import Contact
from tieout.rendering.translation import gettext
from tieout.web.viewer import viewer


def recorded(session: Session, what: str, *, about: Contact | None = None) -> str:
    """Give what the viewer does its number; the copy goes to them by mail."""
    person = viewer()
    who = contact_of(session, person)
    return acts.record(session, who, what, about=about, by=person.actor, at=clock.now())


def shown_or(number: str, back: str) -> ResponseReturnValue:
    """Go to the receipt, or back where nothing was different from before."""
    if number:
        return redirect(url_for("portal.receipts.show", number=number), 303)
    flash(gettext("That is how it was already; nothing was changed."), "warning")
    return redirect(back, 303)
