"""Customers, their accounts, their people."""

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.customers.names import search_key
from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    JsonList,
    JsonObject,
    LongText,
    MinorUnits,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Version,
    Word,
)


def _search_key(context: DefaultExecutionContext) -> str:
    given = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return search_key(
        given["code"], given["name"], *given.get("aliases") or (), given.get("tax_id") or ""
    )


class CustomerGroup(Base):
    """Customers treated alike: policies, rules and schedules may hang on it."""

    __tablename__ = "customer_groups"

    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)


class Customer(Base):
    """A company (or person) we trade with, as customer or as supplier."""

    __tablename__ = "customers"

    id: Mapped[PrimaryKey]
    #: Our code for it; kept as text, leading zeros and all.
    code: Mapped[Reference] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(index=True)
    #: Other names it goes by, for recognising it in files.
    aliases: Mapped[JsonList] = mapped_column(default=list)
    tax_id: Mapped[Reference] = mapped_column(default="", index=True)
    address: Mapped[LongText] = mapped_column(default="")
    #: Where goods go, where that is elsewhere.
    delivery_address: Mapped[LongText] = mapped_column(default="")
    language: Mapped[Word] = mapped_column(default="en")
    time_zone: Mapped[Word] = mapped_column(default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("customer_groups.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    #: The sales person who sees it.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"), index=True)
    tags: Mapped[JsonList] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    #: The customer it turned out to be; its books and statements stay where they are.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    created_at: Mapped[Moment]
    #: Code, names and tax id in one width and case, for searching; kept by `services`.
    search_key: Mapped[LongText] = mapped_column(default=_search_key)
    version: Mapped[Version]

    accounts: Mapped[list["CustomerAccount"]] = relationship(
        back_populates="customer", order_by="CustomerAccount.currency"
    )
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="customer", order_by="Contact.id"
    )


class CustomerAccount(Base):
    """What is owed between us and one customer in one currency."""

    __tablename__ = "customer_accounts"
    __table_args__ = (UniqueConstraint("customer_id", "currency", "kind"),)

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    currency: Mapped[CurrencyCode]
    #: receivable or payable; the sign is turned only where it is shown.
    kind: Mapped[Word] = mapped_column(default="receivable")
    #: Days after the document date on which it falls due, unless the document says.
    terms_days: Mapped[int] = mapped_column(Integer, default=30)
    credit_limit_minor: Mapped[MinorUnits | None]
    created_at: Mapped[Moment]
    version: Mapped[Version]

    customer: Mapped[Customer] = relationship(back_populates="accounts")


class Contact(Base):
    """A person at a customer: whom we write to and who answers."""

    __tablename__ = "contacts"

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[Name]
    email: Mapped[Name] = mapped_column(default="", index=True)
    phone: Mapped[Name] = mapped_column(default="")
    position: Mapped[Name] = mapped_column(default="")
    language: Mapped[Word] = mapped_column(default="")
    #: look, answer, manage: what a link or a sign-in of this person may do.
    role: Mapped[Word] = mapped_column(default="answer")
    receives_statements: Mapped[bool] = mapped_column(Boolean, default=True)
    receives_reminders: Mapped[bool] = mapped_column(Boolean, default=True)
    #: Choices made in the portal: channels, frequency, theme.
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[Moment]
    version: Mapped[Version]

    customer: Mapped[Customer] = relationship(back_populates="contacts")


class DeliveryStop(Base):
    """Nothing is to be delivered to a customer, until the stop is lifted."""

    __tablename__ = "delivery_stops"

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    reason: Mapped[LongText]
    #: reminder: lifted by itself once nothing is overdue; hand: only by hand.
    source: Mapped[Word]
    from_on: Mapped[Day]
    made_by: Mapped[Name]
    made_at: Mapped[Moment]
    lifted_by: Mapped[Name | None]
    lifted_at: Mapped[Moment | None]
    lifted_why: Mapped[LongText] = mapped_column(default="")


class CustomerMerge(Base):
    """Two customers that are one: proposed, approved by a second person, and undone if wrong."""

    __tablename__ = "customer_merges"

    id: Mapped[PrimaryKey]
    #: Who is a duplicate, and of whom.
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    #: proposed, merged, undone, turned_down.
    state: Mapped[Word] = mapped_column(default="proposed", index=True)
    reason: Mapped[LongText] = mapped_column(default="")
    prepared_by: Mapped[int | None]
    prepared_label: Mapped[Name]
    prepared_at: Mapped[Moment]
    decided_by: Mapped[int | None]
    decided_label: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    #: What was moved, by id, so that exactly that can be put back.
    moved: Mapped[JsonObject] = mapped_column(default=dict)
    undone_label: Mapped[Name] = mapped_column(default="")
    undone_at: Mapped[Moment | None]
    version: Mapped[Version]


class Membership(Base):
    """A portal login acts for a customer, as one of its contacts."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("login_id", "customer_id"),)

    id: Mapped[PrimaryKey]
    login_id: Mapped[int] = mapped_column(ForeignKey("portal_logins.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    #: look, answer, manage.
    role: Mapped[Word]
