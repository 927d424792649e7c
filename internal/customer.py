"""One customer on one page: balances, ageing, what is open, what was said, what was changed."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.message_words import channel_word
from internal.scope import customer, owner_id, sees
from internal.trail_words import change_words
from internal.words import kind_word, message_word
from tieout import settings
from tieout.customers import stops
from tieout.customers.finding import standing
from tieout.customers.models import Customer, CustomerAccount, CustomerGroup, CustomerMerge
from tieout.customers.queries import names
from tieout.db import sessions
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission
from tieout.ledger import ageing, balances, deliveries, families
from tieout.ledger.ageing import Ageing
from tieout.ledger.merging import merges_of
from tieout.money import Money
from tieout.rendering.translation import gettext
from tieout.reports.customer_page import customer_page
from tieout.settings import rates
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import Listed, here, some_of
from tieout.web.pages import page

bp = Blueprint("customer", __name__)

#: Open items of an account on one page.
_ITEMS = 100


@dataclass(frozen=True)
class AccountBooks:
    """An account as at a day: what is owed, how old it is, what is open."""

    account: CustomerAccount
    ageing: Ageing
    #: The oldest first, a page of them.
    items: Listed

    @property
    def balance(self) -> Money:
        """What is owed."""
        return self.ageing.total

    @property
    def limit(self) -> Money | None:
        """How much may be owed."""
        minor = self.account.credit_limit_minor
        return None if minor is None else Money(minor, self.account.currency)

    @property
    def is_over_limit(self) -> bool:
        """Whether more is owed than may be."""
        return self.limit is not None and self.balance > self.limit


@bp.get("/customers/<int:customer_id>")
@requires(Permission.SEE_BOOKS)
def show(customer_id: int) -> ResponseReturnValue:
    """Show a customer, as at any day and as known at any moment."""
    session = sessions()
    there = customer(session, customer_id)
    if there.merged_into_id is not None and not asked.choice("history", ("1",)):
        flash(gettext("%(name)s was merged into this customer.", name=there.name), "info")
        return redirect(url_for(".show", customer_id=standing(session, there).id), 303)
    today = settings.today(session)
    on, known_at = asked.day("on") or today, asked.moment("known")
    about = customer_page(session, there)
    family = families.family(session, there, on, owner_id=owner_id())
    return page(
        "internal/customer.html",
        customer=there,
        books=[_books(session, account, on, known_at) for account in _accounts(there.accounts)],
        about=about,
        changes=[change_words(change) for change in about.changes],
        owner=session.get(StaffUser, there.owner_id) if there.owner_id else None,
        group=session.get(CustomerGroup, there.group_id) if there.group_id else None,
        parent=names(session, [there.parent_id]) if there.parent_id else {},
        on=on,
        known_at=known_at,
        today=today,
        here=here,
        into=standing(session, there) if there.merged_into_id else None,
        merged=[customer(session, one.customer_id) for one in _merged(session, there)],
        family=family,
        worth=rates.in_base(session, family.total.values(), on) if family else None,
        waiting={
            account.id: deliveries.waiting(session, account.id, on, known_at)
            for account in there.accounts
        },
        currencies={account.id: account.currency for account in there.accounts},
        stop=stops.in_force(session, [there.id]).get(there.id),
        kind_word=kind_word,
        channel_word=channel_word,
        message_word=message_word,
    )


def _merged(session: Session, there: Customer) -> list[CustomerMerge]:
    """The customers that turned out to be this one, as far as the viewer sees them."""
    found = [one for one in merges_of(session, there.id) if one.into_id == there.id]
    return [one for one in found if sees(session, one.customer_id)]


def _accounts(accounts: list[CustomerAccount]) -> list[CustomerAccount]:
    """Where they owe us first, then where we owe them."""
    return sorted(accounts, key=lambda one: (one.kind == "payable", one.currency))


def _books(
    session: Session, account: CustomerAccount, on: date, known_at: datetime | None
) -> AccountBooks:
    bounds = ageing.bounds(session)
    return AccountBooks(
        account,
        ageing.account_ageing(session, account.id, on, known_at, bounds=bounds),
        some_of(
            balances.open_items(session, account.id, on, known_at),
            str(account.id),
            size=_ITEMS,
            anchor=f"account-{account.id}",
        ),
    )
