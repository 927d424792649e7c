"""One account as a ledger: opening, movements with the balance after each, closing, its proof."""

from datetime import date

from flask import Blueprint
from flask.typing import ResponseReturnValue

from internal import tables
from internal.exports import FORMS, check_rows, exported
from internal.scope import customer
from internal.words import account_word, kind_word
from tieout import settings
from tieout.customers.models import Customer, CustomerAccount
from tieout.db import sessions
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.ledger.ledger_view import ledger
from tieout.periods import Period
from tieout.rendering.translation import gettext, in_a_row, pgettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, some_of
from tieout.web.pages import page

bp = Blueprint("customer_ledger", __name__)

#: Entries on one page; those before it are carried into its first row.
_ENTRIES = 200


@bp.get("/customers/<int:customer_id>/ledger")
@requires(Permission.SEE_BOOKS)
def show(customer_id: int) -> ResponseReturnValue:
    """Show the ledger of an account, as known at any moment, or hand it over as a file."""
    session = sessions()
    there = customer(session, customer_id)
    account = account_asked_for(there)
    if account is None:
        return page("internal/no_account.html", customer=there)
    today = settings.today(session)
    period, known_at = _period(today), asked.moment("known")
    book = ledger(session, account.id, period, known_at)
    if form := asked.choice("as", FORMS):
        check_rows(len(book.rows))
        return exported(
            tables.ledger(book),
            form,
            [
                (gettext("Customer"), f"{there.code} {there.name}"),
                (gettext("Account"), in_a_row(account.currency, account_word(account.kind))),
                (pgettext("period", "From"), period.start),
                (pgettext("period", "To"), period.end),
                (gettext("As known at"), known_at),
            ],
        )
    entries = some_of(book.rows, "entries", size=_ENTRIES)
    return page(
        "internal/customer_ledger.html",
        customer=there,
        account=account,
        book=book,
        entries=entries,
        brought=book.rows[entries.first - 2].balance if entries.first > 1 else None,
        known_at=known_at,
        months=[Period.month_of(today), Period.month_of(today).previous_month()],
        year=Period.year(today.year),
        today=today,
        kind_word=kind_word,
        account_word=account_word,
        here=here,
    )


def account_asked_for(there: Customer) -> CustomerAccount | None:
    """The account the address names, else the first one; None where there is none.

    Raises:
        NotFound: it names an account of somebody else.
    """
    wanted = asked.number("account")
    if wanted is None:
        return min(there.accounts, key=lambda one: (one.kind == "payable", one.id), default=None)
    for account in there.accounts:
        if account.id == wanted:
            return account
    raise NotFound


def _period(today: date) -> Period:
    """The days asked for; this year up to today where none are, or up to the day `on`."""
    on = asked.day("on")
    end = asked.day("to") or on or today
    start = asked.day("from") or end.replace(month=1, day=1)
    return Period(start, end)
