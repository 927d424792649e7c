"""One customer on one page: balances, ageing, what is open, what was said, what was changed."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.scope import customer
from internal.trail_words import change_words
from internal.words import kind_word, message_word
from tieout import settings
from tieout.customers.models import CustomerAccount, CustomerGroup
from tieout.customers.queries import names
from tieout.db import sessions
from tieout.identity.models import StaffUser
from tieout.identity.permissions import Permission
from tieout.ledger import ageing, balances
from tieout.ledger.ageing import Ageing
from tieout.ledger.items import OpenItem
from tieout.money import Money
from tieout.reports.customer_page import customer_page
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here
from tieout.web.pages import page

bp = Blueprint("customer", __name__)


@dataclass(frozen=True)
class AccountBooks:
    """An account as at a day: what is owed, how old it is, what is open."""

    account: CustomerAccount
    ageing: Ageing
    items: list[OpenItem]

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
    today = settings.today(session)
    on, known_at = asked.day("on") or today, asked.moment("known")
    about = customer_page(session, there)
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
        currencies={account.id: account.currency for account in there.accounts},
        kind_word=kind_word,
        message_word=message_word,
    )


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
        balances.open_items(session, account.id, on, known_at),
    )
