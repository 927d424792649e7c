"""A reminder on paper: what is overdue, by when it is to be paid, and to which account."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.money import Money, plain
from tieout.rendering.tables import Column, Kind, Row, Style, TableDefinition
from tieout.rendering.translation import gettext, reading


def pdf(data: Mapping[str, Any]) -> bytes:
    """Print the letter of a reminder from its frozen figures."""
    from tieout.rendering.pdf import render_pdf

    with reading(str(data["language"]), str(data["zone"])):
        return render_pdf(
            "reports/reminder.html",
            {
                "company": data["company"]["name"],
                "sender": data["company"],
                "recipient": data["customer"],
                "facts": [
                    {"words": gettext("Date"), "value": _day(data["on"])},
                    {"words": gettext("Account"), "value": data["customer"]["code"]},
                ],
                "level": data["level"],
                "net": Money(data["net"], data["currency"]),
                "pay_by": data["pay_by"],
                "left_out": _left_out(data),
                "costs": _costs(data),
                "pay_to": data["pay_to"],
                "contact": data["company"]["contact"],
                "printed_at": data.get("printed_at"),
            },
            {"items": _items(data)},
            {},
        )


def _items(data: Mapping[str, Any]) -> TableDefinition:
    currency = str(data["currency"])
    open_in = gettext("Open, %(currency)s", currency=currency)
    rows = [
        Row(
            (
                one["number"],
                date.fromisoformat(one["due_on"]),
                one["days"],
                Money(one["amount"], currency),
            )
        )
        for one in data["items"]
    ]
    left_out = data.get("left_out", ())
    credit = sum(one["amount"] for one in left_out if one["why"] == "unapplied")
    if credit:
        words = gettext("Your credit, not yet set off")
        rows.append(Row((words, None, None, Money(-credit, currency))))
    net = Money(data["net"], currency)
    rows.append(Row((gettext("To pay now"), None, None, net), Style.CLOSING))
    return TableDefinition(
        name=gettext("What is overdue"),
        columns=(
            Column("number", gettext("Invoice"), width=50),
            Column("due_on", gettext("Due"), Kind.DATE, width=26),
            Column("days", gettext("Days late"), Kind.NUMBER, width=24),
            Column("amount", open_in, Kind.MONEY, width=34),
        ),
        rows=tuple(rows),
    )


def _left_out(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is not asked for, with its number."""
    currency = str(data["currency"])
    return [
        {**one, "amount": Money(one["amount"], currency)}
        for one in data.get("left_out", ())
        if one["why"] != "unapplied"
    ]


def _costs(data: Mapping[str, Any]) -> dict[str, Any] | None:
    stated, currency = data.get("costs"), str(data["currency"])
    if not stated:
        return None
    return {
        "fee": Money(stated["fee"], currency),
        "interest": Money(stated["interest"], currency),
        "rate": plain(Decimal(stated["ppm"]).scaleb(-4)),
        "in_all": Money(data["net"] + stated["fee"] + stated["interest"], currency),
        "rows": [
            {**row, "amount": Money(row["amount"], currency)}
            | {"interest": Money(row["interest"], currency)}
            for row in stated["rows"]
        ],
    }


def _day(iso: str) -> str:
    from tieout.rendering.environment import longday

    return longday(iso)
