"""The people of the customer: who receives what, and who may answer; kept by one of them."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, EmailField, SelectField, StringField

from portal.answering import contact_of
from portal.proving import proven
from portal.recording import recorded, shown_or
from portal.scope import own
from tieout import clock
from tieout.customers import acts
from tieout.customers.models import Contact, Customer
from tieout.customers.services import ContactInput, add_contact, change_contact
from tieout.db import sessions, transaction
from tieout.errors import Conflict, NotAllowed
from tieout.i18n import N_
from tieout.identity.permissions import NAMES, Permission, PortalRole
from tieout.web.access import requires
from tieout.web.forms import Required
from tieout.web.pages import page
from tieout.web.versions import VersionedForm
from tieout.web.viewer import viewer

bp = Blueprint("contacts", __name__)

ROLES = {
    "look": N_("Look: sees statements and documents"),
    "answer": N_("Answer: also confirms, disputes and hands in your ledger"),
    "manage": N_("Manage: also decides who acts for your company"),
}


class NotYourself(Conflict):
    """Whoever keeps the people would lock themselves out."""

    message = N_(
        "You cannot take this from yourself, or nobody might be left who can. Ask a colleague who"
        " manages people, or us."
    )


class ContactForm(VersionedForm):
    """A person of the customer's."""

    name = StringField(N_("Person's name"), [Required(N_("Enter a name."))])
    email = EmailField(N_("E-mail address"), [Required(N_("Enter an e-mail address."))])
    phone = StringField(N_("Telephone"))
    position = StringField(N_("Position"))
    language = SelectField(
        N_("Language of messages"),
        choices={"": N_("Your company's"), "en": "English", "zh": "中文"},
    )
    role = SelectField(N_("May"), choices=ROLES, default="answer")
    receives_statements = BooleanField(N_("Receives statements"), default=True)
    receives_reminders = BooleanField(N_("Receives reminders"), default=True)
    is_active = BooleanField(N_("Works for us"), default=True)

    def given(self) -> ContactInput:
        """The person as they were entered."""
        names = ContactInput.__dataclass_fields__
        return ContactInput(**{name: self[name].data for name in names})


class SignInFirst(NotAllowed):
    """A link opens one statement, not the people of its customer."""

    message = N_("The link of a mail opens one statement. Sign in to see and change your people.")


@bp.get("/preferences/people")
@requires(Permission.LOOK)
def index() -> ResponseReturnValue:
    """List the people of the customer.

    Raises:
        SignInFirst: the viewer came by a link.
    """
    if viewer().is_link:
        raise SignInFirst
    session = sessions()
    customer = session.get_one(Customer, viewer().customer_id)
    return page(
        "portal/people.html",
        people=sorted(customer.contacts, key=lambda one: (not one.is_active, one.name)),
        names={role.value: NAMES[role] for role in PortalRole},
        may_change=viewer().may(Permission.MANAGE),
        me=viewer().contact_id,
    )


@bp.get("/preferences/people/new")
@requires(Permission.MANAGE)
@proven
def new() -> ResponseReturnValue:
    """Ask who is to be added."""
    return _page(ContactForm())


@bp.post("/preferences/people/new")
@requires(Permission.MANAGE)
@proven
def add() -> ResponseReturnValue:
    """Add a person."""
    form = ContactForm.checked(_page)
    with transaction() as session:
        customer = session.get_one(Customer, viewer().customer_id)
        made = add_contact(session, customer, form.given(), by=viewer().actor, at=clock.now())
        number = recorded(session, acts.PERSON_ADDED, about=made)
    return shown_or(number, url_for(".index"))


@bp.get("/preferences/people/<int:contact_id>")
@requires(Permission.MANAGE)
@proven
def edit(contact_id: int) -> ResponseReturnValue:
    """Show what can be changed about a person."""
    contact = own(sessions(), Contact, contact_id)
    return _page(ContactForm(data={**values_of(contact), "version": contact.version}), contact)


@bp.post("/preferences/people/<int:contact_id>")
@requires(Permission.MANAGE)
@proven
def change(contact_id: int) -> ResponseReturnValue:
    """Change a person."""
    contact = own(sessions(), Contact, contact_id)
    form = ContactForm.checked(lambda form: _page(form, own(sessions(), Contact, contact_id)))
    with transaction() as session:
        contact = own(session, Contact, contact_id)
        given = form.given()
        if contact == contact_of(session, viewer()) and _loses(contact, given):
            raise NotYourself
        before, was_active = values_of(contact), contact.is_active
        change_contact(session, contact, given, version=form.seen, by=viewer().actor)
        what = acts.PERSON_CHANGED
        if was_active and not contact.is_active:
            what = acts.PERSON_SWITCHED_OFF
        is_new = values_of(contact) != before
        number = recorded(session, what, about=contact) if is_new else ""
    return shown_or(number, url_for(".index"))


def values_of(contact: Contact) -> dict[str, object]:
    """A person as they are entered."""
    return {name: getattr(contact, name) for name in ContactInput.__dataclass_fields__}


def _loses(contact: Contact, given: ContactInput) -> bool:
    """Whether somebody would no longer be let in, or no longer keep the people."""
    same = given.email.strip().lower() == contact.email.strip().lower()
    return not given.is_active or given.role != contact.role or not same


def _page(form: ContactForm, contact: Contact | None = None) -> str:
    meanwhile = []
    if contact is not None:
        meanwhile = form.meanwhile({**values_of(contact), "version": contact.version})
    return page("portal/person.html", form=form, contact=contact, meanwhile=meanwhile)
