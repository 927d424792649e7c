"""Products and services that stand on document lines."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import ForeignKey, Select, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tieout import audit
from tieout.audit import Actor
from tieout.db.base import (
    Base,
    JsonObject,
    LongText,
    Millionths,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Word,
)
from tieout.db.bulk import chunks, new_ids
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.money import rounded

_CHUNK = 500


class Product(Base):
    """Something we sell."""

    __tablename__ = "products"

    id: Mapped[PrimaryKey]
    code: Mapped[Reference] = mapped_column(unique=True)
    name: Mapped[Name]
    specification: Mapped[Name] = mapped_column(default="")
    unit: Mapped[Word] = mapped_column(default="")
    #: List price in millionths of the company's base currency.
    price_micro: Mapped[Millionths | None]
    #: The product this one was found to be; it stays for the documents that name it.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)


class ProductMerge(Base):
    """Two products that are one, or two that somebody has said are two."""

    __tablename__ = "product_merges"

    id: Mapped[PrimaryKey]
    #: Which is a duplicate, and of which.
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    #: merged, undone, apart.
    state: Mapped[Word] = mapped_column(index=True)
    reason: Mapped[LongText] = mapped_column(default="")
    made_label: Mapped[Name]
    made_at: Mapped[Moment]
    #: What was moved, by id, so that exactly that can be put back.
    moved: Mapped[JsonObject] = mapped_column(default=dict)
    undone_label: Mapped[Name] = mapped_column(default="")
    undone_at: Mapped[Moment | None]


class ProductCodeTaken(Conflict):
    """Two products cannot have one code."""

    message = N_("Product %(code)s is there already: %(name)s. Choose another code.")


class ProductIncomplete(InvalidInput):
    """A product without a code or a name."""

    message = N_("A product needs a code and a name.")


class NoSuchProduct(NotFound):
    """A code that nothing has."""

    message = N_("There is no product “%(code)s”. Correct the code, or add the product first.")


@dataclass(frozen=True)
class ProductInput:
    """A product as it is entered."""

    code: str
    name: str
    specification: str = ""
    unit: str = ""
    #: In the company's base currency.
    price: Decimal | None = None


def add_product(session: Session, given: ProductInput, *, by: Actor) -> Product:
    """Add a product.

    Raises:
        ProductIncomplete, ProductCodeTaken: it cannot be added so.
    """
    return add_products(session, [given], by=by)[0]


def add_products(session: Session, new: Sequence[ProductInput], *, by: Actor) -> list[Product]:
    """Add products at once; each is noted in the trail.

    Raises:
        ProductIncomplete, ProductCodeTaken: one of them cannot be added so.
    """
    made: list[Product] = []
    taken: dict[str, str] = {}
    for some in chunks(new, _CHUNK):
        values = [_values(given) for given in some]
        codes = [str(said["code"]) for said in values]
        query = select(Product.code, Product.name).where(Product.code.in_(codes))
        taken.update((code, name) for code, name in session.execute(query))
        for code, given in zip(codes, some, strict=True):
            if code in taken:
                raise ProductCodeTaken(code=code, name=taken[code])
            taken[code] = given.name
        ids = new_ids(session, Product, len(some))
        products = [Product(id=one, **said) for one, said in zip(ids, values, strict=True)]
        session.add_all(products)
        session.flush()
        for product, said in zip(products, values, strict=True):
            audit.record(session, by, "product.added", product, after=said)
        made += products
    return made


def change_product(session: Session, product: Product, given: ProductInput, *, by: Actor) -> None:
    """Change a product; documents that are posted keep what they say.

    Raises:
        ProductIncomplete, ProductCodeTaken: it cannot be changed so.
    """
    change_products(session, [(product, given)], by=by)


def change_products(
    session: Session, changes: Sequence[tuple[Product, ProductInput]], *, by: Actor
) -> None:
    """Change products at once; each is noted in the trail.

    Raises:
        ProductIncomplete, ProductCodeTaken: one of them cannot be changed so.
    """
    for some in chunks(changes, _CHUNK):
        values = [_values(given) for _, given in some]
        _check_codes(
            session, [(one, str(v["code"])) for (one, _), v in zip(some, values, strict=True)]
        )
        before = [
            {name: getattr(one, name) for name in v}
            for (one, _), v in zip(some, values, strict=True)
        ]
        for (product, _), said in zip(some, values, strict=True):
            for name, value in said.items():
                setattr(product, name, value)
        session.flush()
        for (product, _), was, said in zip(some, before, values, strict=True):
            audit.record(session, by, "product.changed", product, before=was, after=said)


def find_product(session: Session, code: str) -> Product:
    """Find a product by its code; the one it was merged into where it was.

    Raises:
        NoSuchProduct: nothing has that code.
    """
    found = session.scalar(with_code(code))
    if found is None:
        raise NoSuchProduct(code=code.strip())
    return standing(session, found)


def standing(session: Session, product: Product) -> Product:
    """The product itself, or the one it was merged into."""
    if product.merged_into_id is None:
        return product
    return session.get_one(Product, product.merged_into_id)


def products(keyword: str = "") -> Select[Product]:
    """Select the products whose code, name or specification holds a text, by code.

    Those that were merged into another are left out.
    """
    query = select(Product).where(Product.merged_into_id.is_(None))
    if word := keyword.strip():
        columns = (Product.code, Product.name, Product.specification)
        query = query.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    return query.order_by(Product.code)


def with_code(code: str) -> Select[Product]:
    """Select the product that has a code."""
    return select(Product).where(Product.code == code.strip())


def called(session: Session, text: str) -> Product | None:
    """The product that has a code, or alone has a name; None where none or several do."""
    found = session.scalar(with_code(text))
    if found is not None:
        return standing(session, found)
    of_that_name = products().where(Product.name == text.strip())
    named = session.scalars(of_that_name.limit(2)).all()
    return named[0] if len(named) == 1 else None


def ids_by_code(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """Return the ids of the products that have these codes, or had them before they were merged."""
    wanted = sorted(set(codes))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 5000):
        one = func.coalesce(Product.merged_into_id, Product.id)
        query = select(Product.code, one).where(Product.code.in_(wanted[start : start + 5000]))
        found.update((code, product_id) for code, product_id in session.execute(query))
    return found


def _check_codes(session: Session, wanted: Sequence[tuple[Product, str]]) -> None:
    """See that a product which gets another code takes nobody's."""
    renamed = {code: product.id for product, code in wanted if code != product.code}
    query = select(Product).where(Product.code.in_(list(renamed)))
    for there in session.scalars(query) if renamed else ():
        if there.id != renamed[there.code]:
            raise ProductCodeTaken(code=there.code, name=there.name)


def _values(given: ProductInput) -> dict[str, object]:
    values: dict[str, object] = asdict(given)
    del values["price"]
    code, name = given.code.strip(), given.name.strip()
    if not code or not name:
        raise ProductIncomplete
    micro = None if given.price is None else rounded(given.price * 1_000_000)
    return {**values, "code": code, "name": name, "price_micro": micro}
