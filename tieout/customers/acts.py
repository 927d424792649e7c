"""What people of a customer do for themselves, each under a reference number of its own.

An act stands in the audit trail under its number; what it says, and what follows from it, is the
same on the page and in the mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, events, settings
from tieout.audit.models import AuditEntry
from tieout.customers.models import Contact
from tieout.i18n import N_, Sentence

ACTION = "act.recorded"
OBJECT = "receipt"

PERSON_ADDED = "person_added"
PERSON_CHANGED = "person_changed"
PERSON_SWITCHED_OFF = "person_switched_off"
MESSAGES = "messages"
FREQUENCY = "frequency"
LANGUAGE = "language"
CHAT_LEFT = "chat_left"
PASSWORD = "password"  # noqa: S105 - the name of an act
FACTOR_ON = "factor_on"
FACTOR_OFF = "factor_off"
BROWSER = "browser"
BROWSERS = "browsers"

#: What was done, and what holds from now on; `%(name)s` is whom it is about.
WORDS: Mapping[str, tuple[str, str]] = {
    PERSON_ADDED: (
        N_("%(name)s is added."),
        N_("%(name)s can sign in with a link sent to the address, and receives what you ticked."),
    ),
    PERSON_CHANGED: (
        N_("What we know of %(name)s is changed."),
        N_("It holds from the next message and the next sign-in on."),
    ),
    PERSON_SWITCHED_OFF: (
        N_("%(name)s no longer acts for you."),
        N_("%(name)s receives nothing more and can no longer sign in for you."),
    ),
    MESSAGES: (
        N_("Your choice of messages is saved."),
        N_(
            "Only what you chose is sent. What counts, such as the copy of an answer, comes anyway."
        ),
    ),
    FREQUENCY: (
        N_("How often we write to you is saved."),
        N_("What comes in between waits, and says what is so when it leaves."),
    ),
    LANGUAGE: (
        N_("The language of your messages is saved."),
        N_("The next message comes in it."),
    ),
    CHAT_LEFT: (
        N_("We write to that chat no more."),
        N_("Mails come as before. You can link a chat again at any time."),
    ),
    PASSWORD: (
        N_("Your password is set. Every other browser was signed out."),
        N_("You sign in with it. A link by mail is still possible."),
    ),
    FACTOR_ON: (
        N_("From now on a code from your app is asked for."),
        N_("It is asked for whenever you sign in with your password."),
    ),
    FACTOR_OFF: (
        N_("From now on your password alone is asked for."),
        N_("You can switch the code on again at any time."),
    ),
    BROWSER: (
        N_("That browser is signed out."),
        N_("Whoever wants in there has to sign in again."),
    ),
    BROWSERS: (
        N_("Every other browser is signed out."),
        N_("Whoever wants in there has to sign in again."),
    ),
}
OF_PEOPLE = (PERSON_ADDED, PERSON_CHANGED, PERSON_SWITCHED_OFF)
OF_BROWSERS = (PASSWORD, FACTOR_ON, FACTOR_OFF, BROWSER, BROWSERS)
#: What opens the door to somebody, or closes it: whoever did not do it has to hear of it.
OF_SIGN_IN = (PERSON_ADDED, *OF_BROWSERS)


@dataclass(frozen=True)
class Act:
    """One act: who did what, about whom, when."""

    number: str
    what: str
    customer_id: int
    contact_id: int
    #: Whom it is about; whoever acted where nobody else is.
    about_id: int
    at: datetime


def record(
    session: Session,
    who: Contact,
    what: str,
    *,
    about: Contact | None = None,
    by: audit.Actor,
    at: datetime,
) -> str:
    """Give an act its number; its copy goes to whoever acted."""
    zone = ZoneInfo(settings.company(session).time_zone)
    number = settings.next_number(session, "receipt", at.astimezone(zone).date())
    said = {
        "what": what,
        "customer_id": who.customer_id,
        "contact_id": who.id,
        "about_id": (about or who).id,
    }
    audit.record(session, by, ACTION, (OBJECT, number), after=said)
    events.publish(session, events.ActRecorded(number, who.id))
    return number


def find(session: Session, number: str) -> Act | None:
    """The act of a number, as it was recorded."""
    entry = session.scalar(
        select(AuditEntry).where(
            AuditEntry.object_type == OBJECT,
            AuditEntry.object_id == number,
            AuditEntry.action == ACTION,
        )
    )
    if entry is None:
        return None
    said = entry.changes["after"]
    return Act(
        number, said["what"], said["customer_id"], said["contact_id"], said["about_id"], entry.at
    )


def words(session: Session, act: Act) -> tuple[Sentence, Sentence]:
    """What was done, and what follows from it."""
    about = session.get(Contact, act.about_id)
    facts = {"name": about.name if about is not None else "–"}
    done, follows = WORDS[act.what]
    return Sentence(done, facts), Sentence(follows, facts)
