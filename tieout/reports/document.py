"""The copy of a document on paper: what it says, line by line, and that it is a copy."""

from collections.abc import Mapping
from typing import Any, cast

from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.tables import Carried, Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader, reading, titled
from tieout.reports import words
from tieout.reports.data import CopyPrint


def pdf(data: Mapping[str, Any]) -> bytes:
    """Print the copy of a document."""
    from tieout.rendering.pdf import render_pdf

    given = cast(CopyPrint, data)
    currency = given["currency"]
    with reading(given["language"], given["zone"]):
        return render_pdf(
            "reports/document.html",
            {
                "company": words.company_name(given["company"]),
                "sender": words.party(given["company"]),
                "recipient": words.party(given["customer"]),
                "title": gettext("%(kind)s, copy", kind=words.document_kind(given["kind"])),
                "number": given["number"],
                "currency": currency,
                "facts": _facts(given),
                "figure": words.money(given["amount"], currency),
                "tax": words.money(given["tax"], currency) if given["tax"] else "",
                "description": given["description"],
                "contact": words.whom_to_ask(given["company"]),
                "printed_at": given.get("printed_at"),
                "has_lines": bool(given["lines"]),
            },
            {"lines": _lines(given)},
        )


def _facts(given: CopyPrint) -> list[dict[str, object]]:
    currency = given["currency"]
    due = [
        (
            gettext("Due") if len(given["due"]) == 1 else gettext("Due, part %(no)s", no=no),
            words.longday(part["on"])
            if len(given["due"]) == 1
            else titled(words.longday(part["on"]), words.money(part["amount"], currency)),
        )
        for no, part in enumerate(given["due"], start=1)
    ]
    kinds = [one["words"] for one in given["references"]]
    known = [
        (gettext(kind), one["value"]) for kind, one in zip(kinds, given["references"], strict=True)
    ]
    return words.facts(
        (gettext("Date"), words.longday(given["date"])),
        *due,
        (gettext("Customer no."), given["customer"]["code"]),
        *known,
    )


def _lines(given: CopyPrint) -> TableDefinition:
    """What was sold or returned; with its sum where that is the document's."""
    currency, language = given["currency"], reader.get().language
    adds_up = given["lines"] and sum(line["amount"] for line in given["lines"]) == given["amount"]
    unit = formats.currency_unit(currency, language)
    return TableDefinition(
        name=gettext("Lines"),
        columns=(
            Column("code", gettext("Code"), width=14),
            Column("words", gettext("Product or service"), width=40),
            Column("quantity", gettext("Quantity"), Kind.QUANTITY, width=12),
            Column("unit", gettext("Unit"), width=8),
            Column("price", gettext("Unit price"), width=14),
            Column(
                "amount",
                gettext("Amount, %(currency)s", currency=unit),
                Kind.MONEY,
                width=18,
                carried=Carried.SUM,
            ),
        ),
        rows=tuple(
            Row(
                (
                    line["code"],
                    line["words"],
                    line["quantity"],
                    line["unit"],
                    ""
                    if line["price"] is None
                    else formats.price(line["price"], language, currency),
                    Money(line["amount"], currency),
                )
            )
            for line in given["lines"]
        ),
        totals={"amount": Money(given["amount"], currency)} if adds_up else {},
    )
