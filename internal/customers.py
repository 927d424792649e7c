"""The customers: a list with what each owes, found by any part of a name, code or tax number."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from internal import master_tables, tables
from internal.exports import FORMS, bare, check_rows, exported
from internal.scope import owner_id
from tieout import settings
from tieout.customers.queries import CustomerSearch
from tieout.customers.queries import customers as all_customers
from tieout.customers.reading import whole
from tieout.db import sessions
from tieout.identity import people
from tieout.identity.permissions import Permission
from tieout.ledger import listing
from tieout.ledger.listing import AccountList
from tieout.settings import rates
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import count, here, listed, sorting
from tieout.web.pages import page

bp = Blueprint("customers", __name__)

ORDERS = (*listing.ORDERS, *(f"-{name}" for name in listing.ORDERS))


@bp.get("/customers/master-data")
@requires(Permission.SEE_BOOKS)
def master_data() -> ResponseReturnValue:
    """Hand over everything about the customers, as a file that can be brought in again."""
    session = sessions()
    search = CustomerSearch(is_active=None, owner_id=owner_id())
    check_rows(count(session, all_customers(search)))
    table = master_tables.customers(whole(session, search))
    return bare(table, asked.choice("as", FORMS, "xlsx"))


@bp.get("/customers")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the customers asked for, or hand the list over as a file."""
    session = sessions()
    today, wanted = settings.today(session), _wanted()
    query = listing.accounts(wanted, today)
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        return exported(tables.customers(map(listing.as_listed, session.execute(query))), form)
    found, sums = listed(session, query), listing.sums(session, wanted, today)
    return page(
        "internal/customers.html",
        found=found,
        rows=[listing.as_listed(row) for row in found.rows],
        sums=sums,
        worth=rates.in_base(
            session, [one.balance for one in sums if one.kind == "receivable"], today
        ),
        wanted=wanted,
        owners=people.choices(session) if owner_id() is None else [],
        today=today,
        here=here,
        sorting=sorting,
    )


def _wanted() -> AccountList:
    activity = asked.choice("active", ("no", "all"))
    return AccountList(
        search=CustomerSearch(
            keyword=asked.text("q"),
            currency=asked.text("currency").upper(),
            kind=asked.choice("kind", ("receivable", "payable")),
            is_active={"": True, "no": False, "all": None}[activity],
            owner_id=owner_id(),
        ),
        standing=asked.choice("standing", listing.STANDINGS),
        owner_id=asked.number("owner"),
        order=asked.choice("sort", ORDERS, "code"),
    )
