"""JSON: nested records under dotted headings, lines as rows, and the orders of a shop."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import post, states, upload
from tieout.intake.importers import recognised
from tieout.intake.importers.records import lines_in, records_of
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import Inspected, inspect

ORDER: dict[str, Any] = {
    "id": 901, "number": "901", "order_key": "wc_1", "status": "completed", "currency": "CNY",
    "date_created": "2026-06-20T10:00:00", "customer_id": 0, "total": "131.00",
    "total_tax": "11.00",
    "billing": {"first_name": "", "last_name": "", "company": "Customer M-0217", "email": "a@b.cn"},
    "line_items": [
        {"name": "Valve", "sku": "P-100", "quantity": 2, "total": "100.00", "total_tax": "10.00"},
    ],
    "shipping_lines": [{"method_title": "Post", "total": "20.00", "total_tax": "1.00"}],
    "fee_lines": [],
}  # fmt: skip


def read(body: object, kind: BatchKind | None = None) -> Inspected:
    """Read JSON as the pages do."""
    return inspect(json.dumps(body).encode(), "x.json", kind)


def test_nested_fields_and_lines() -> None:
    records = [
        {
            "invoice": {"number": "N-1", "date": "2026-06-01"},
            "customer": {"code": "M-0217"},
            "tags": ["a", "b"],
            "lines": [
                {"product": "P-1", "quantity": 2, "amount": 10.10},
                {"product": "P-2", "quantity": 1, "amount": 5},
            ],
        }
    ]

    found = read({"page": 1, "data": records}, BatchKind.DOCUMENTS)

    assert found.headings == (
        "invoice.number", "invoice.date", "customer.code", "tags",
        "lines.product", "lines.quantity", "lines.amount",
    )  # fmt: skip
    assert found.rows[0].cells == (
        "N-1", "2026-06-01", "M-0217", "a, b", "P-1", 2, Decimal("10.1"),
    )  # fmt: skip
    assert found.rows[1].cells[4:] == ("P-2", 1, Decimal(5))


def test_numbers_are_exact_and_one_record_may_stand_on_each_line(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"number": "1", "amount": 0.1}\n{"number": "2", "amount": 1e2}\n')

    records, _ = records_of(path, "x.json")

    assert [one["amount"] for one in records] == [Decimal("0.1"), Decimal(100)]
    assert lines_in(records) == ""


def test_an_order_becomes_an_invoice_with_postage(session: Session) -> None:
    make_company(session)
    make_customer(session)
    assert recognised(json.dumps([ORDER]).encode()) == "shop"

    batch = post(
        session,
        upload(session, json.dumps([ORDER]), BatchKind.DOCUMENTS, "orders.json"),
    )

    assert states(session, batch) == ["posted", "posted"]
    assert batch.totals["sums"] == {"CNY": 131_00}


def test_what_was_never_sold_is_left_out_with_the_reason(session: Session) -> None:
    make_company(session)
    make_customer(session)
    orders = [
        {**ORDER, "id": n, "number": str(n), "status": status}
        for n, status in enumerate(("pending", "cancelled", "failed", "processing"), 1)
    ]

    batch = upload(session, json.dumps(orders), BatchKind.DOCUMENTS, "orders.json")

    assert states(session, batch) == ["left_out"] * 6 + ["ready"] * 2


def test_a_refund_is_a_credit_note_that_names_its_order() -> None:
    refund = {
        "id": 77, "date_created": "2026-06-21T10:00:00", "amount": "10.00", "reason": "broken",
        "refunded_by": 1, "line_items": [],
        "_links": {"up": [{"href": "https://shop.example/wp-json/wc/v3/orders/901"}]},
    }  # fmt: skip

    found = read([refund])

    said = dict(zip(found.headings, found.rows[0].cells, strict=True))
    assert (said["number"], said["type"], said["order"]) == ("77", "credit_note", "901")
    assert said["total"] == Decimal("10.00")
