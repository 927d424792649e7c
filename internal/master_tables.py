"""Customers and products as files that can be brought in again, headed as imports know them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest

from tieout.catalog import Product
from tieout.customers.models import Contact, CustomerAccount
from tieout.customers.reading import Whole
from tieout.intake.fields import FIELDS
from tieout.intake.kinds import BATCH_LABELS, BatchKind
from tieout.money import Money
from tieout.rendering.tables import Column, Row, TableDefinition, Value
from tieout.rendering.translation import gettext

#: The fields of an import of customers that an export gives, in this order.
_CUSTOMER = (
    "code",
    "name",
    "aliases",
    "tax_id",
    "address",
    "delivery_address",
    "language",
    "time_zone",
    "group",
    "parent",
    "owner",
    "tags",
    "is_active",
    "currency",
    "terms_days",
    "credit_limit",
    "contact",
    "position",
    "email",
    "phone",
)
_PRODUCT = ("code", "name", "specification", "unit", "unit_price")


def products(rows: Iterable[Product]) -> TableDefinition:
    """Products and services."""
    return TableDefinition(
        name=gettext(BATCH_LABELS[BatchKind.PRODUCTS]),
        columns=_columns(BatchKind.PRODUCTS, _PRODUCT),
        rows=[
            Row(
                (
                    one.code,
                    one.name,
                    one.specification or None,
                    one.unit or None,
                    None if one.price_micro is None else _price(one.price_micro),
                )
            )
            for one in rows
        ],
    )


def customers(rows: Sequence[Whole]) -> TableDefinition:
    """Customers with their accounts and contacts: a row for each, the first says the rest."""
    return TableDefinition(
        name=gettext(BATCH_LABELS[BatchKind.CUSTOMERS]),
        columns=_columns(BatchKind.CUSTOMERS, _CUSTOMER),
        rows=[row for whole in rows for row in _rows(whole)],
    )


def _rows(whole: Whole) -> Iterable[Row]:
    one = whole.customer
    both = zip_longest(whole.accounts, whole.contacts)
    for account, contact in list(both) or [(None, None)]:
        yield Row(
            (
                one.code,
                one.name,
                "; ".join(one.aliases) or None,
                one.tax_id or None,
                one.address or None,
                one.delivery_address or None,
                one.language,
                one.time_zone or None,
                whole.group or None,
                whole.parent or None,
                whole.owner or None,
                ", ".join(one.tags) or None,
                gettext("yes") if one.is_active else gettext("no"),
                *_account(account),
                *_contact(contact),
            )
        )


def _account(account: CustomerAccount | None) -> tuple[Value, ...]:
    if account is None:
        return (None, None, None)
    limit = account.credit_limit_minor
    return (
        account.currency,
        account.terms_days,
        None if limit is None else Money(limit, account.currency).decimal,
    )


def _contact(contact: Contact | None) -> tuple[Value, ...]:
    if contact is None:
        return (None, None, None, None)
    return (
        contact.name or None,
        contact.position or None,
        contact.email or None,
        contact.phone or None,
    )


def _columns(kind: BatchKind, names: Sequence[str]) -> tuple[Column, ...]:
    known = {field.name: field for field in FIELDS[kind]}
    return tuple(Column(name, gettext(known[name].label), width=18) for name in names)


def _price(micro: int) -> Decimal:
    return Decimal(f"{Decimal(micro).scaleb(-6).normalize():f}")
