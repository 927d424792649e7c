"""Agreed prices: listed, noted, ended."""

from decimal import Decimal
from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from internal import beside_tables
from internal.entry_fields import FigureField
from internal.exports import FORMS, bare, check_rows
from internal.scope import customer, owner_id
from tieout import catalog, clock, settings
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.queries import group_names
from tieout.customers.services import group_named
from tieout.db import sessions, transaction
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import prices
from tieout.ledger.beside import AgreedPrice
from tieout.ledger.prices import PriceInput, PriceSearch
from tieout.money import UnknownCurrency, checked_currency
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, Required, ToldAt
from tieout.web.listing import count, here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("prices", __name__)


class PriceMissing(InvalidInput):
    """A price without one."""

    message = N_("Give the price.")


class PriceForm(Form):
    """A price that was agreed."""

    told_at: ClassVar[ToldAt] = {
        catalog.NoSuchProduct: "product",
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
        UnknownCurrency: "currency",
        prices.PriceThere: "valid_from",
        prices.ForTwo: "group",
    }

    product = StringField(N_("Product"), [Required(N_("Give the code or name of the product."))])
    customer = StringField(
        N_("Customer"), description=N_("Code or name; empty with a group, or for everybody.")
    )
    group = StringField(N_("Group"))
    currency = StringField(N_("Currency"), [Required(N_("Enter a currency, such as CNY."))])
    price = FigureField(N_("Unit price, tax included"), [Required(PriceMissing.message)])
    from_quantity = FigureField(N_("From quantity"), description=N_("Empty: from one on."))
    valid_from = DayField(N_("Valid from"), [Required(N_("Give the first day."))])
    valid_to = DayField(N_("Valid to"), description=N_("Empty: until further notice."))
    source = StringField(N_("Contract or offer"), description=N_("What says so."))

    def given(self, session: Session) -> PriceInput:
        """The price as it was entered.

        Raises:
            NoSuchProduct, CustomerUnknown, UnknownCurrency: it is of nothing, or of nobody.
        """
        text = str(self.product.data)
        product = catalog.called(session, text) or catalog.find_product(session, text)
        named, group = (str(one.data or "").strip() for one in (self.customer, self.group))
        members = group_named(session, group, by=viewer().actor) if group else None
        day, price = self.valid_from.data, self.price.figure()
        assert day is not None and price is not None  # noqa: S101, PT018 - the form was checked
        return PriceInput(
            product_id=product.id,
            currency=checked_currency(str(self.currency.data)),
            price=price,
            valid_from=day,
            valid_to=self.valid_to.data,
            from_quantity=self.from_quantity.figure() or Decimal(0),
            customer_id=customer(session, find_customer(session, named).id).id if named else None,
            group_id=members.id if members else None,
            source=str(self.source.data or ""),
        )


class EndForm(Form):
    """Until when a price holds."""

    told_at: ClassVar[ToldAt] = {prices.EndsTooEarly: "on"}

    on = DayField(N_("Last day"), [Required(N_("Give the last day."))])


@bp.get("/prices")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the prices that hold, or all of them, or hand them over as a file."""
    session = sessions()
    today, text = settings.today(session), asked.text("q")
    everything = asked.choice("show", ("all",)) == "all"
    search = PriceSearch(
        keyword=text,
        on=None if everything else today,
        customer_id=asked.number("customer"),
        owner_id=owner_id(),
    )
    query = prices.listed(search)
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        return bare(beside_tables.prices(session.execute(query).all()), form)
    return page(
        "internal/prices.html",
        found=listed(session, query),
        text=text,
        everything=everything,
        today=today,
        here=here,
    )


@bp.get("/prices/new")
@requires(Permission.KEEP_CUSTOMERS)
def new() -> ResponseReturnValue:
    """Ask for a price."""
    session = sessions()
    company, named = settings.company(session), asked.number("customer")
    form = PriceForm(currency=company.base_currency, valid_from=settings.today(session))
    if named is not None:
        form.customer.data = customer(session, named).code
    return _form(form)


@bp.post("/prices/new")
@requires(Permission.KEEP_CUSTOMERS)
def add() -> ResponseReturnValue:
    """Note a price."""
    form = PriceForm.checked(_form)
    with transaction() as session:
        prices.add(session, form.given(session), by=viewer().actor, at=clock.now())
    flash(gettext("The price is noted. Invoices are held against it from its first day on."))
    return redirect(url_for(".index", q=form.product.data), 303)


@bp.get("/prices/<int:price_id>")
@requires(Permission.KEEP_CUSTOMERS)
def show(price_id: int) -> ResponseReturnValue:
    """Ask until when a price holds."""
    session = sessions()
    _price(session, price_id)
    return _show(price_id, EndForm(on=settings.today(session)))


@bp.post("/prices/<int:price_id>")
@requires(Permission.KEEP_CUSTOMERS)
def end(price_id: int) -> ResponseReturnValue:
    """Let a price end."""
    _price(sessions(), price_id)
    form = EndForm.checked(lambda shown: _show(price_id, shown))
    with transaction() as session:
        day = form.on.data or settings.today(session)
        prices.end(session, _price(session, price_id), on=day, by=viewer().actor)
    flash(gettext("The price holds until that day, and no longer."))
    return redirect(url_for(".index"), 303)


def _price(session: Session, price_id: int) -> AgreedPrice:
    """A price the viewer may see: everybody's, a group's, or of a customer of theirs."""
    found = session.get(AgreedPrice, price_id)
    if found is None:
        raise NotFound
    if found.customer_id is not None:
        customer(session, found.customer_id)
    return found


def _form(form: PriceForm) -> ResponseReturnValue:
    session = sessions()
    return page(
        "internal/price_form.html",
        form=form,
        products=list(session.scalars(catalog.products().limit(300))),
        groups=group_names(session),
    )


def _show(price_id: int, form: EndForm) -> ResponseReturnValue:
    session = sessions()
    price = _price(session, price_id)
    return page(
        "internal/price.html",
        form=form,
        price=price,
        product=session.get_one(catalog.Product, price.product_id),
        customer=customer(session, price.customer_id) if price.customer_id else None,
    )
