"""Products and services that stand on document lines."""

from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import Base, Millionths, Name, PrimaryKey, Reference, Word


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
