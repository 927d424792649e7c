"""What stands beside the books: prices agreed on, and goods delivered but not yet invoiced."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    LongText,
    Millionths,
    MinorUnits,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Version,
)


class AgreedPrice(Base):
    """What a product costs a customer, a group of customers, or everybody, while it holds."""

    __tablename__ = "agreed_prices"
    __table_args__ = (
        CheckConstraint("customer_id IS NULL OR group_id IS NULL", name="one_side"),
        CheckConstraint("price_micro >= 0", name="price_not_negative"),
        CheckConstraint("from_quantity_micro >= 0", name="quantity_not_negative"),
        Index("ix_agreed_prices_product", "product_id", "currency", "valid_from"),
    )

    id: Mapped[PrimaryKey]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("customer_groups.id"), index=True)
    currency: Mapped[CurrencyCode]
    #: For one unit, tax included.
    price_micro: Mapped[Millionths]
    #: It holds from this quantity on.
    from_quantity_micro: Mapped[Millionths] = mapped_column(default=0)
    valid_from: Mapped[Day]
    #: The last day; None: until further notice.
    valid_to: Mapped[date | None] = mapped_column(Date)
    #: The contract or offer that says so.
    source: Mapped[Name] = mapped_column(default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[Name]
    version: Mapped[Version]


class Delivery(Base):
    """Goods that went out and wait for their invoice (发货未开票); never part of the balance."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        Index("ix_deliveries_account", "account_id", "number_key"),
    )

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    #: Of the delivery note; the invoice that quotes it releases the delivery.
    number: Mapped[Reference]
    number_key: Mapped[Reference]
    delivered_on: Mapped[Day]
    currency: Mapped[CurrencyCode]
    #: What it will be invoiced at, tax included.
    amount_minor: Mapped[MinorUnits]
    order_number: Mapped[Reference] = mapped_column(default="")
    description: Mapped[LongText] = mapped_column(default="")
    #: "list:<digest>" or "" when entered by hand.
    source: Mapped[Reference] = mapped_column(default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[Name]
    #: From when on it no longer counts, because it was wrong or came back.
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_at: Mapped[Moment | None]
    withdrawn_by: Mapped[Name] = mapped_column(default="")
    withdrawn_why: Mapped[LongText] = mapped_column(default="")
    version: Mapped[Version]
