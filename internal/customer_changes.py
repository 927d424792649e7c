"""Adding and changing a customer, its accounts and its people."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from internal.customer_forms import AccountForm, ContactForm, CustomerForm
from internal.scope import customer, seen
from tieout import clock
from tieout.customers import services
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.customers.queries import group_names
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("customer_changes", __name__)

SAVED = N_("%(name)s is saved.")


@bp.get("/customers/new")
@requires(Permission.KEEP_CUSTOMERS)
def new() -> ResponseReturnValue:
    """Ask for a new customer."""
    return _new(CustomerForm())


@bp.post("/customers/new")
@requires(Permission.KEEP_CUSTOMERS)
def add() -> ResponseReturnValue:
    """Add a customer; the next step is its first account."""
    form, by = CustomerForm.checked(_new), viewer().actor
    with transaction() as session:
        given = form.given(session, by=by)
        made = services.add_customer(session, given, by=by, at=clock.now())
    flash(gettext("%(name)s is added. Now open its first account.", name=made.name))
    return redirect(url_for(".new_account", customer_id=made.id), 303)


@bp.get("/customers/<int:customer_id>/edit")
@requires(Permission.KEEP_CUSTOMERS)
def edit(customer_id: int) -> ResponseReturnValue:
    """Ask what of a customer changes."""
    session = sessions()
    return _edit(customer_id, CustomerForm.of(session, customer(session, customer_id)))


@bp.post("/customers/<int:customer_id>/edit")
@requires(Permission.KEEP_CUSTOMERS)
def save(customer_id: int) -> ResponseReturnValue:
    """Change a customer."""
    customer(sessions(), customer_id)
    form, by = CustomerForm.checked(lambda shown: _edit(customer_id, shown)), viewer().actor
    with transaction() as session:
        there = customer(session, customer_id)
        given = form.given(session, by=by)
        services.change_customer(session, there, given, version=form.seen, by=by)
    return _back(there)


@bp.get("/customers/<int:customer_id>/contacts/new")
@requires(Permission.KEEP_CUSTOMERS)
def new_contact(customer_id: int) -> ResponseReturnValue:
    """Ask for a new person."""
    return _contact(customer(sessions(), customer_id), ContactForm())


@bp.post("/customers/<int:customer_id>/contacts/new")
@requires(Permission.KEEP_CUSTOMERS)
def add_contact(customer_id: int) -> ResponseReturnValue:
    """Add a person."""
    there = customer(sessions(), customer_id)
    form = ContactForm.checked(lambda shown: _contact(there, shown))
    with transaction() as session:
        there = customer(session, customer_id)
        services.add_contact(session, there, form.given(), by=viewer().actor, at=clock.now())
    return _back(there, "contacts")


@bp.get("/contacts/<int:contact_id>")
@requires(Permission.KEEP_CUSTOMERS)
def edit_contact(contact_id: int) -> ResponseReturnValue:
    """Ask what of a person changes."""
    contact = seen(sessions(), Contact, contact_id)
    return _contact(contact.customer, ContactForm(data=ContactForm.values(contact)), contact)


@bp.post("/contacts/<int:contact_id>")
@requires(Permission.KEEP_CUSTOMERS)
def save_contact(contact_id: int) -> ResponseReturnValue:
    """Change a person."""
    seen(sessions(), Contact, contact_id)
    form = ContactForm.checked(lambda shown: _contact_again(contact_id, shown))
    with transaction() as session:
        contact = seen(session, Contact, contact_id)
        by = viewer().actor
        services.change_contact(session, contact, form.given(), version=form.seen, by=by)
        there = contact.customer
    return _back(there, "contacts")


@bp.get("/customers/<int:customer_id>/accounts/new")
@requires(Permission.KEEP_CUSTOMERS)
def new_account(customer_id: int) -> ResponseReturnValue:
    """Ask for a new account."""
    return _account(customer(sessions(), customer_id), AccountForm())


@bp.post("/customers/<int:customer_id>/accounts/new")
@requires(Permission.KEEP_CUSTOMERS)
def add_account(customer_id: int) -> ResponseReturnValue:
    """Open an account."""
    there = customer(sessions(), customer_id)
    form = AccountForm.checked(lambda shown: _account(there, shown))
    with transaction() as session:
        there = customer(session, customer_id)
        services.add_account(session, there, form.given(), by=viewer().actor, at=clock.now())
    return _back(there)


@bp.get("/accounts/<int:account_id>")
@requires(Permission.KEEP_CUSTOMERS)
def edit_account(account_id: int) -> ResponseReturnValue:
    """Ask what of an account changes."""
    account = seen(sessions(), CustomerAccount, account_id)
    return _account(account.customer, AccountForm(data=AccountForm.values(account)), account)


@bp.post("/accounts/<int:account_id>")
@requires(Permission.KEEP_CUSTOMERS)
def save_account(account_id: int) -> ResponseReturnValue:
    """Change an account's terms and limit."""
    seen(sessions(), CustomerAccount, account_id)
    form = AccountForm.checked(lambda shown: _account_again(account_id, shown))
    with transaction() as session:
        account = seen(session, CustomerAccount, account_id)
        services.change_account(
            session,
            account,
            terms_days=int(form.terms_days.data or 0),
            credit_limit=form.limit(account.currency),
            version=form.seen,
            by=viewer().actor,
        )
        there = account.customer
    return _back(there)


def _new(form: CustomerForm) -> ResponseReturnValue:
    return page(
        "internal/customer_form.html",
        form=form,
        customer=None,
        meanwhile=[],
        groups=group_names(sessions()),
    )


def _edit(customer_id: int, form: CustomerForm) -> ResponseReturnValue:
    session = sessions()
    there = customer(session, customer_id)
    return page(
        "internal/customer_form.html",
        form=form,
        customer=there,
        meanwhile=form.meanwhile(CustomerForm.values(session, there)),
        groups=group_names(session),
    )


def _contact_again(contact_id: int, form: ContactForm) -> ResponseReturnValue:
    contact = seen(sessions(), Contact, contact_id)
    return _contact(contact.customer, form, contact)


def _contact(
    of: Customer, form: ContactForm, contact: Contact | None = None
) -> ResponseReturnValue:
    meanwhile = form.meanwhile(ContactForm.values(contact)) if contact else []
    return page(
        "internal/contact_form.html", form=form, customer=of, contact=contact, meanwhile=meanwhile
    )


def _account_again(account_id: int, form: AccountForm) -> ResponseReturnValue:
    account = seen(sessions(), CustomerAccount, account_id)
    return _account(account.customer, form, account)


def _account(
    of: Customer, form: AccountForm, account: CustomerAccount | None = None
) -> ResponseReturnValue:
    meanwhile = []
    if account is not None:
        form.currency.data, form.kind.data = account.currency, account.kind
        meanwhile = form.meanwhile(AccountForm.values(account))
    return page(
        "internal/account_form.html", form=form, customer=of, account=account, meanwhile=meanwhile
    )


def _back(there: Customer, part: str = "") -> ResponseReturnValue:
    flash(gettext(SAVED, name=there.name))
    target = url_for("internal.customer.show", customer_id=there.id, _anchor=part or None)
    return redirect(target, 303)
