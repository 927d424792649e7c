"""What stands beside the books as tables, for files; the columns are those of the pages."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tieout.ledger.allowance import Allowance, Movement
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader
from tieout.settings import ExchangeRate


def prices(
    rows: Iterable[Any],
) -> TableDefinition:
    """Agreed prices, with the headings a price list is taken over by."""
    return TableDefinition(
        name=gettext("Price list"),
        columns=(
            Column("product", gettext("Product code"), width=16),
            Column("name", gettext("Name"), width=30),
            Column("customer", gettext("Customer"), width=16),
            Column("group", gettext("Group"), width=16),
            Column("currency", gettext("Currency"), width=9),
            Column("price", gettext("Unit price, tax included"), Kind.QUANTITY, width=16),
            Column("from_quantity", gettext("From quantity"), Kind.QUANTITY, width=14),
            Column("valid_from", gettext("Valid from"), Kind.DATE),
            Column("valid_to", gettext("Valid to"), Kind.DATE),
            Column("source", gettext("Contract or offer"), width=24),
        ),
        rows=[
            Row(
                (
                    product.code,
                    product.name,
                    customer.code if customer else None,
                    group,
                    price.currency,
                    price.price_micro,
                    price.from_quantity_micro,
                    price.valid_from,
                    price.valid_to,
                    price.source or None,
                )
            )
            for price, product, customer, group in rows
        ],
    )


def rates(rows: Sequence[ExchangeRate]) -> TableDefinition:
    """Exchange rates, with the headings a list of them is taken over by."""
    return TableDefinition(
        name=gettext("Exchange rates"),
        columns=(
            Column("currency", gettext("Currency"), width=9),
            Column("on", gettext("Date"), Kind.DATE),
            Column("rate", gettext("Rate"), width=14),
            Column("source", gettext("Source"), width=30),
        ),
        rows=[Row((one.currency, one.on, one.rate, one.source)) for one in rows],
    )


def deliveries(rows: Iterable[Any], on: date) -> TableDefinition:
    """Deliveries as they stand on a day."""
    return TableDefinition(
        name=gettext("Deliveries not yet invoiced"),
        columns=(
            Column("customer", gettext("Customer"), width=14),
            Column("name", gettext("Name"), width=30),
            Column("number", gettext("Delivery note"), width=18),
            Column("delivered_on", gettext("Delivered on"), Kind.DATE),
            Column("days", gettext("Days"), Kind.NUMBER, width=8),
            Column("currency", gettext("Currency"), width=9),
            Column("amount", gettext("Amount, tax included"), Kind.MONEY, width=16),
            Column("order_number", gettext("Order"), width=16),
            Column("description", gettext("Description"), width=30),
        ),
        rows=[
            Row(
                (
                    customer.code,
                    customer.name,
                    one.number,
                    one.delivered_on,
                    (on - one.delivered_on).days,
                    one.currency,
                    Money(one.amount_minor, one.currency),
                    one.order_number or None,
                    one.description or None,
                )
            )
            for one, customer in rows
        ],
    )


def allowance(found: Allowance) -> TableDefinition:
    """What is set aside, account by account, with its check against the ledger."""
    aged = found.ageing.total
    words = gettext(
        "Basis %(basis)s + unapplied credit %(credit)s = balance %(balance)s",
        basis=_words(found.basis),
        credit=_words(aged.unapplied),
        balance=_words(aged.total),
    )
    return TableDefinition(
        name=gettext("Allowance %(currency)s", currency=found.currency),
        columns=(
            Column("code", gettext("Code")),
            Column("name", gettext("Customer"), width=30),
            Column("not_due", gettext("Not due"), Kind.MONEY, width=16),
            Column("overdue", gettext("Overdue"), Kind.MONEY, width=16),
            Column("disputed", gettext("Disputed"), Kind.MONEY, width=16),
            Column("basis", gettext("Basis"), Kind.MONEY, width=16),
            Column("own", gettext("Own rate, %"), width=12),
            Column("allowance", gettext("Allowance"), Kind.MONEY, width=16),
        ),
        rows=[
            Row(
                (
                    row.account.code,
                    row.account.name,
                    row.account.ageing.not_due,
                    row.account.ageing.overdue,
                    row.account.ageing.disputed,
                    row.basis,
                    f"{row.own.rate.normalize():f}" if row.own and row.own.rate else None,
                    row.allowance,
                )
            )
            for row in found.rows
        ],
        totals={
            "not_due": aged.not_due,
            "overdue": aged.overdue,
            "disputed": aged.disputed,
            "basis": found.basis,
            "allowance": found.total,
        },
        checks=(Check(words, found.basis + aged.unapplied == aged.total),),
    )


def movement(found: Movement) -> TableDefinition:
    """How what is set aside came about, with the documents of the ledger behind it."""
    closing = found.opening.total + found.charge - found.written_off + found.recovered
    lines: list[Row] = [
        Row((found.start, gettext("Opening"), None, found.opening.total)),
        Row((found.end, gettext("Set aside in the period"), None, found.charge)),
        *(
            Row((one.issued_on, gettext("Written off"), one.number, _amount(one)))
            for one in found.write_offs
        ),
        *(
            Row((one.issued_on, gettext("Recovered"), one.number, _amount(one)))
            for one in found.recoveries
        ),
    ]
    words = gettext(
        "Opening %(opening)s + set aside %(charge)s − written off %(off)s + recovered %(back)s"
        " = closing %(closing)s",
        opening=_words(found.opening.total),
        charge=_words(found.charge),
        off=_words(found.written_off),
        back=_words(found.recovered),
        closing=_words(found.closing.total),
    )
    return TableDefinition(
        name=gettext("Movement %(currency)s", currency=found.closing.currency),
        columns=(
            Column("on", gettext("Date"), Kind.DATE),
            Column("what", gettext("What"), width=30),
            Column("number", gettext("Document"), width=18),
            Column("amount", gettext("Amount"), Kind.MONEY, width=16),
        ),
        rows=lines,
        totals={"amount": found.closing.total},
        checks=(Check(words, closing == found.closing.total),),
    )


def _amount(document: Document) -> Money:
    return Money(document.amount_minor, document.currency)


def _words(amount: Money) -> str:
    return str(reader.get().fact(amount))
