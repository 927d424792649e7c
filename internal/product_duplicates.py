"""Products that may be one: proposed, merged, kept apart, taken back."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from tieout import catalog, clock
from tieout.catalog import Product
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import product_merging
from tieout.ledger.product_duplicates import proposals
from tieout.ledger.product_merging import STATES
from tieout.rendering.translation import gettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import Form, Required, ToldAt
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("product_duplicates", __name__)


class ProductMergeForm(Form):
    """Which product is a duplicate, and of which."""

    told_at: ClassVar[ToldAt] = {
        catalog.NoSuchProduct: ("product", "into"),
        product_merging.ProductWithItself: "into",
        product_merging.ProductMergedAlready: "product",
    }

    product = StringField(
        N_("The duplicate"),
        [Required(N_("Say which product is the duplicate."))],
        description=N_("Its code. It stays for the documents that name it."),
    )
    into = StringField(
        N_("The one that stays"),
        [Required(N_("Say which product stays."))],
        description=N_("Its code. Whatever comes in under either code is this one from now on."),
    )
    reason = TextAreaField(N_("Why they are one"), [Required(N_("Say why."))])


@bp.get("/products/duplicates")
@requires(Permission.KEEP_CUSTOMERS)
def index() -> ResponseReturnValue:
    """List products that may be one, and the merges there were."""
    session = sessions()
    merges = product_merging.recent(session)
    ids = {one for merge in merges for one in (merge.product_id, merge.into_id)}
    return page(
        "internal/product_duplicates.html",
        pairs=proposals(session),
        merges=merges,
        products={one: session.get_one(Product, one) for one in ids},
        states=STATES,
    )


@bp.get("/products/duplicates/merge")
@requires(Permission.KEEP_CUSTOMERS)
def new() -> ResponseReturnValue:
    """Ask which is a duplicate of which."""
    session = sessions()
    form = ProductMergeForm()
    for field, name in ((form.product, "product"), (form.into, "into")):
        named = asked.number(name)
        if named is not None:
            field.data = _product(session, named).code
    return _form(form)


@bp.post("/products/duplicates/merge")
@requires(Permission.KEEP_CUSTOMERS)
def merge() -> ResponseReturnValue:
    """Merge them."""
    form = ProductMergeForm.checked(_form)
    with transaction() as session:
        product_merging.merge(
            session,
            _called(session, str(form.product.data)),
            _called(session, str(form.into.data)),
            reason=str(form.reason.data),
            by=viewer().actor,
            at=clock.now(),
        )
    flash(gettext("The two products are merged."))
    return redirect(url_for(".index"), 303)


@bp.post("/products/<int:product_id>/apart/<int:other_product_id>")
@requires(Permission.KEEP_CUSTOMERS)
def keep_apart(product_id: int, other_product_id: int) -> ResponseReturnValue:
    """Note that two products are two."""
    with transaction() as session:
        one, other = _product(session, product_id), _product(session, other_product_id)
        product_merging.keep_apart(session, one, other, by=viewer().actor, at=clock.now())
    flash(gettext("They are kept apart and no longer proposed."))
    return redirect(url_for(".index"), 303)


@bp.post("/products/merges/<int:product_merge_id>/undo")
@requires(Permission.KEEP_CUSTOMERS)
def undo(product_merge_id: int) -> ResponseReturnValue:
    """Take a merge back."""
    with transaction() as session:
        merged = product_merging.merge_of(session, product_merge_id)
        product_merging.undo(session, merged, by=viewer().actor, at=clock.now())
    flash(gettext("The merge is undone: both stand for themselves again."))
    return redirect(url_for(".index"), 303)


def _called(session: Session, code: str) -> Product:
    found = session.scalar(catalog.with_code(code))
    if found is None:
        raise catalog.NoSuchProduct(code=code.strip())
    return found


def _product(session: Session, product_id: int) -> Product:
    found = session.get(Product, product_id)
    if found is None:
        raise NotFound
    return found


def _form(form: ProductMergeForm) -> ResponseReturnValue:
    return page("internal/product_merge_form.html", form=form)
