"""Products and services that stand on document lines."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from internal import master_tables
from internal.entry_fields import FigureField
from internal.exports import FORMS, bare, check_rows
from internal.offers import offered
from internal.scope import seen
from tieout import catalog, settings
from tieout.catalog import Product, ProductCodeTaken, ProductInput
from tieout.customers.models import CustomerAccount
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form, Required, ToldAt
from tieout.web.listing import count, here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("products", __name__)


class ProductForm(Form):
    """A product or service."""

    told_at: ClassVar[ToldAt] = {ProductCodeTaken: "code"}

    code = StringField(N_("Code"), [Required(N_("Give it a code."))])
    name = StringField(N_("Name"), [Required(N_("Give it a name."))])
    specification = StringField(N_("Specification"))
    unit = StringField(N_("Unit"), description=N_("Such as pcs, kg, hour."))
    price = FigureField(N_("List price"), description=N_("In the company’s own currency."))

    @staticmethod
    def values(product: Product) -> dict[str, Any]:
        """What the fields say of a product as it is."""
        micro = product.price_micro
        return {
            "code": product.code,
            "name": product.name,
            "specification": product.specification,
            "unit": product.unit,
            "price": "" if micro is None else f"{Decimal(micro).scaleb(-6).normalize():f}",
        }

    def given(self) -> ProductInput:
        """The product as it was entered."""
        return ProductInput(
            code=str(self.code.data),
            name=str(self.name.data),
            specification=str(self.specification.data or "").strip(),
            unit=str(self.unit.data or "").strip(),
            price=self.price.figure(),
        )


@bp.get("/products")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the products."""
    session, text = sessions(), asked.text("q")
    query = catalog.products(text)
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        return bare(master_tables.products(list(session.scalars(query))), form)
    found = listed(session, query)
    return page("internal/products.html", found=found, text=text, here=here)


@bp.get("/products/offered")
@requires(Permission.KEEP_BOOKS)
def offer() -> ResponseReturnValue:
    """Offer the products a text finds, with the prices of an account, while somebody types."""
    session = sessions()
    account_id = asked.number("account")
    if not account_id:  # nobody is chosen yet
        return "", 204
    account = seen(session, CustomerAccount, account_id)
    found = offered(session, account, asked.text("q"), settings.today(session))
    return page("internal/products_offered.html", offered=found)


@bp.get("/products/new")
@requires(Permission.KEEP_CUSTOMERS)
def new() -> ResponseReturnValue:
    """Ask for a new product."""
    return _form(ProductForm())


@bp.post("/products/new")
@requires(Permission.KEEP_CUSTOMERS)
def add() -> ResponseReturnValue:
    """Add a product."""
    form = ProductForm.checked(_form)
    with transaction() as session:
        made = catalog.add_product(session, form.given(), by=viewer().actor)
    return _saved(made)


@bp.get("/products/<int:product_id>")
@requires(Permission.KEEP_CUSTOMERS)
def edit(product_id: int) -> ResponseReturnValue:
    """Ask what of a product changes."""
    product = _product(sessions(), product_id)
    return _form(ProductForm(data=ProductForm.values(product)), product)


@bp.post("/products/<int:product_id>")
@requires(Permission.KEEP_CUSTOMERS)
def save(product_id: int) -> ResponseReturnValue:
    """Change a product; posted documents keep what they say."""
    there = _product(sessions(), product_id)
    form = ProductForm.checked(lambda shown: _form(shown, there))
    with transaction() as session:
        product = _product(session, product_id)
        catalog.change_product(session, product, form.given(), by=viewer().actor)
    return _saved(product)


def _product(session: Session, product_id: int) -> Product:
    found = session.get(Product, product_id)
    if found is None:
        raise NotFound
    return found


def _form(form: ProductForm, product: Product | None = None) -> ResponseReturnValue:
    merged = catalog.standing(sessions(), product) if product else None
    return page(
        "internal/product_form.html",
        form=form,
        product=product,
        merged_into=None if merged is product else merged,
    )


def _saved(product: Product) -> ResponseReturnValue:
    flash(gettext("%(name)s is saved.", name=product.name))
    return redirect(url_for(".index", q=product.code), 303)
