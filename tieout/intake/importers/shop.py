"""Orders, refunds and customers as WooCommerce and its like write them.

An order is a sale with what was bought, its postage and its fees as lines, each with its tax; a
refund is a credit note that names its order. What the shop has not sold, because it was never
paid, cancelled or failed, is left out with that reason; of an order that stands in the list
several times the last version counts.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.records import cell_of, records_of
from tieout.intake.kinds import BatchKind, Kind
from tieout.intake.reading.cells import Cell, Row

_PARENT = re.compile(r"/orders/(\d+)")
#: What the shop calls an order that waits for its money; other files call invoices so.
_WORDS = {"pending": "pending payment", "on-hold": "on hold"}
SUPERSEDED = "superseded"
DOCUMENT_COLUMNS = (
    ("number", "number"),
    ("date_created", "date"),
    ("type", "kind"),
    ("status", "status"),
    ("customer_id", "customer_code"),
    ("billing", "customer_name"),
    ("billing.email", ""),
    ("currency", "currency"),
    ("total", "amount"),
    ("total_tax", "tax"),
    ("order", "order_no"),
    ("transaction_id", "reference"),
    ("payment_method", ""),
    ("reason", "description"),
    ("sku", "product_code"),
    ("name", "product_name"),
    ("quantity", "quantity"),
    ("line_total", "line_amount"),
)
CUSTOMER_COLUMNS = (
    ("id", "code"),
    ("name", "name"),
    ("contact", "contact"),
    ("email", "email"),
    ("billing.phone", "phone"),
    ("billing.address", "address"),
    ("username", ""),
    ("date_created", ""),
    ("is_paying_customer", ""),
)
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class _Line:
    """A line of an order, its tax included."""

    name: str
    amount: Decimal
    code: str = ""
    quantity: Cell = ""


class Shop:
    """Orders, refunds or customers of a shop, as its interface answers them."""

    def recognises(self, head: bytes) -> bool:
        """See whether the fields only such a shop writes stand there."""
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"[", b"{"):
            return False
        return (
            (b'"order_key"' in head and b'"billing"' in head)
            or (b'"refunded_by"' in head and b'"amount"' in head)
            or (b'"is_paying_customer"' in head and b'"username"' in head)
        )

    def read(self, path: Path, file: str) -> Contents:
        """Read the records by what they are."""
        records, encoding = records_of(path, file)
        if any("is_paying_customer" in one for one in records):
            return _customers(records, encoding)
        return _documents(records, encoding)


def _documents(records: Sequence[Mapping[str, Any]], encoding: str) -> Contents:
    rows: list[Row] = []
    controls: list[Control] = []
    last = {str(one.get("id")): place for place, one in enumerate(records)}
    for place, record in enumerate(records):
        is_refund = "refunded_by" in record
        lines = list(_lines(record))
        total = _total(record, is_refund=is_refund)
        sense = -1 if is_refund else 1
        adds_up = total == sense * sum((line.amount for line in lines), _NOTHING)
        common = _common(record, total, is_refund=is_refund)
        if last[str(record.get("id"))] != place:
            common = (*common[:3], SUPERSEDED, *common[4:])
        elif lines and isinstance(total, Decimal) and not is_refund:
            controls.append(_control(record, total, lines, len(rows) + 1))
        if not lines or (is_refund and not adds_up):
            rows.append(Row(len(rows) + 1, (*common, "", "", "", "")))
            continue
        for line in lines:  # a refund states its amount above zero, its lines below
            cells = (line.code, line.name, line.quantity, sense * line.amount)
            rows.append(Row(len(rows) + 1, (*common, *cells)))
    return Contents(
        kind=BatchKind.DOCUMENTS,
        headings=tuple(heading for heading, _ in DOCUMENT_COLUMNS),
        fields=tuple(field for _, field in DOCUMENT_COLUMNS),
        rows=rows,
        controls=tuple(controls),
        details={"records": [_detail(one) for one in records]},
        encoding=encoding,
    )


def _control(
    record: Mapping[str, Any], total: Decimal, lines: Sequence[_Line], row: int
) -> Control:
    found = sum((line.amount for line in lines), _NOTHING)
    currency, label = _text(record, "currency"), _text(record, "number", "id")
    return Control(ControlKind.TOTAL, label, currency, total, found, row)


def _common(record: Mapping[str, Any], total: Cell, *, is_refund: bool) -> tuple[Cell, ...]:
    status = _text(record, "status")
    customer = _text(record, "customer_id")
    return (
        _text(record, "number", "id"),
        _text(record, "date_created", "date_created_gmt"),
        str(Kind.CREDIT_NOTE if is_refund else Kind.INVOICE),
        _WORDS.get(status, status),
        "" if customer == "0" else customer,
        _name(record.get("billing")),
        _text(_inner(record, "billing"), "email"),
        _text(record, "currency"),
        total,
        _number(record.get("total_tax")),
        _parent(record) if is_refund else "",
        _text(record, "transaction_id"),
        _text(record, "payment_method_title", "payment_method"),
        _text(record, "reason", "customer_note"),
    )


def _total(record: Mapping[str, Any], *, is_refund: bool) -> Cell:
    return _number(record.get("amount" if is_refund else "total"))


def _parent(record: Mapping[str, Any]) -> str:
    """The order a refund takes back."""
    if parent := _text(record, "parent_id"):
        return "" if parent == "0" else parent
    found = _PARENT.search(str(record.get("_links", "")))
    return found[1] if found else ""


def _lines(record: Mapping[str, Any]) -> Iterator[_Line]:
    for name in ("line_items", "shipping_lines", "fee_lines"):
        for line in record.get(name) or ():
            total, tax = _number(line.get("total")), _number(line.get("total_tax"))
            if not isinstance(total, Decimal):
                continue
            amount = total + (tax if isinstance(tax, Decimal) else _NOTHING)
            if name != "line_items" and not amount:
                continue
            quantity = line.get("quantity", "")
            yield _Line(
                name=html.unescape(_text(line, "name", "method_title")),
                amount=amount,
                code=_text(line, "sku"),
                quantity=cell_of(quantity) if name == "line_items" else "",
            )


def _detail(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _text(record, "id"),
        "status": _text(record, "status"),
        "currency": _text(record, "currency"),
        "amount": _text(record, "total", "amount"),
        "date": _text(record, "date_created"),
        "lines": len(record.get("line_items") or ()),
    }


def _customers(records: Sequence[Mapping[str, Any]], encoding: str) -> Contents:
    rows = []
    for number, record in enumerate(records, 1):
        billing = _inner(record, "billing")
        person = _person(billing) or _person(record)
        cells: tuple[Cell, ...] = (
            _text(record, "id"),
            _name(billing) or person or _text(record, "username"),
            person,
            _text(record, "email") or _text(billing, "email"),
            _text(billing, "phone"),
            _address(billing),
            _text(record, "username"),
            _text(record, "date_created"),
            cell_of(record.get("is_paying_customer")),
        )
        rows.append(Row(number, cells))
    return Contents(
        kind=BatchKind.CUSTOMERS,
        headings=tuple(heading for heading, _ in CUSTOMER_COLUMNS),
        fields=tuple(field for _, field in CUSTOMER_COLUMNS),
        rows=rows,
        details={"records": [{"id": _text(one, "id")} for one in records]},
        encoding=encoding,
    )


def _inner(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = record.get(name)
    return found if isinstance(found, Mapping) else {}


def _name(billing: Any) -> str:
    """The company, or the person where none is named."""
    if not isinstance(billing, Mapping):
        return ""
    return _text(billing, "company") or _person(billing)


def _person(record: Mapping[str, Any]) -> str:
    return f"{_text(record, 'first_name')} {_text(record, 'last_name')}".strip()


def _address(billing: Mapping[str, Any]) -> str:
    names = ("address_1", "address_2", "postcode", "city", "state", "country")
    return ", ".join(text for name in names if (text := _text(billing, name)))


def _text(record: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = record.get(name)
        if value not in (None, ""):
            return " ".join(str(cell_of(value)).split())
    return ""


def _number(value: Any) -> Cell:
    """Amounts stand as texts in such files; exact all the same."""
    if value in (None, ""):
        return ""
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        return f"“{value}”"
