"""Two products that are one: the duplicate stays for what names it, all that is new is the other.

Documents that are posted keep what they say. Agreed prices move along, except where the product
that stays has one of its own for the same customers, currency and quantity. A merge is undone
exactly: what it moved goes back.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.catalog import Product, ProductMerge
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.ledger.beside import AgreedPrice

MERGED, UNDONE, APART = "merged", "undone", "apart"
STATES = {MERGED: N_("merged"), UNDONE: N_("undone"), APART: N_("kept apart")}


class ProductWithItself(InvalidInput):
    """A product merged with itself."""

    message = N_("A product cannot be merged with itself. Choose another one.")


class ProductMergedAlready(Conflict):
    """A product that is another one already."""

    message = N_("Product %(code)s was merged into another already. Use that one.")


class ReasonMissing(InvalidInput):
    """A merge without a word why."""

    message = N_("Say why they are one.")


class NotMerged(Conflict):
    """A merge that is no longer there."""

    message = N_("This merge was undone already. Nothing to do.")


def merge(
    session: Session, product: Product, into: Product, *, reason: str, by: Actor, at: datetime
) -> ProductMerge:
    """Let one product be another from now on.

    Raises:
        ProductWithItself, ProductMergedAlready, ReasonMissing: they cannot be merged so.
    """
    if product is into:
        raise ProductWithItself
    for one in (product, into):
        if one.merged_into_id is not None:
            raise ProductMergedAlready(code=one.code)
    if not reason.strip():
        raise ReasonMissing
    moved = {
        "products": _followers(session, product.id),
        "prices": _prices_to_move(session, product, into),
    }
    _move(session, moved, into.id)
    product.merged_into_id = into.id
    made = ProductMerge(
        product_id=product.id,
        into_id=into.id,
        state=MERGED,
        reason=reason.strip(),
        made_label=by.label,
        made_at=at,
        moved=moved,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "product.merged",
        product,
        before={"merged_into_id": None},
        after={"merged_into_id": into.id, "into": into.code, "reason": made.reason},
    )
    return made


def undo(session: Session, merged: ProductMerge, *, by: Actor, at: datetime) -> None:
    """Let a product stand for itself again, with what had moved.

    Raises:
        NotMerged: it does already.
    """
    if merged.state != MERGED:
        raise NotMerged
    product = session.get_one(Product, merged.product_id)
    _move(session, merged.moved, product.id)
    product.merged_into_id = None
    merged.state, merged.undone_label, merged.undone_at = UNDONE, by.label, at
    session.flush()
    audit.record(
        session,
        by,
        "product.unmerged",
        product,
        before={"merged_into_id": merged.into_id},
        after={"merged_into_id": None},
    )


def keep_apart(
    session: Session, one: Product, other: Product, *, by: Actor, at: datetime
) -> ProductMerge:
    """Note that two products are two, so that they are proposed no more."""
    made = ProductMerge(
        product_id=one.id, into_id=other.id, state=APART, made_label=by.label, made_at=at, moved={}
    )
    session.add(made)
    session.flush()
    audit.record(session, by, "product.kept_apart", one, after={"other": other.code})
    return made


def merge_of(session: Session, merge_id: int) -> ProductMerge:
    """Fetch a merge.

    Raises:
        NotFound: there is none.
    """
    found = session.get(ProductMerge, merge_id)
    if found is None:
        raise NotFound
    return found


def recent(session: Session, most: int = 100) -> Sequence[ProductMerge]:
    """The merges there were, the latest first."""
    query = select(ProductMerge).where(ProductMerge.state != APART)
    return session.scalars(query.order_by(ProductMerge.id.desc()).limit(most)).all()


def _followers(session: Session, product_id: int) -> list[int]:
    """The products that were merged into this one before."""
    query = select(Product.id).where(Product.merged_into_id == product_id)
    return list(session.scalars(query.order_by(Product.id)))


def _prices_to_move(session: Session, product: Product, into: Product) -> list[int]:
    taken = {_for_whom(price) for price in _prices(session, into)}
    return [price.id for price in _prices(session, product) if _for_whom(price) not in taken]


def _prices(session: Session, product: Product) -> Sequence[AgreedPrice]:
    query = select(AgreedPrice).where(AgreedPrice.product_id == product.id)
    return session.scalars(query.order_by(AgreedPrice.id)).all()


def _for_whom(price: AgreedPrice) -> tuple[object, ...]:
    return price.customer_id, price.group_id, price.currency, price.from_quantity_micro


def _move(session: Session, moved: dict[str, list[int]], to: int) -> None:
    session.execute(
        update(Product).where(Product.id.in_(moved["products"])).values(merged_into_id=to)
    )
    session.execute(
        update(AgreedPrice).where(AgreedPrice.id.in_(moved["prices"])).values(product_id=to)
    )
