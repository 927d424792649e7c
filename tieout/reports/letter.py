"""The confirmation letter in the form accountants know: balances, seal boxes, a reply slip.

Positive requests list the balances and ask for one of two answers; negative ones ask only whoever
disagrees, and name the clause; blank ones leave the figures to be filled in.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from tieout.money import Money
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, pgettext, reader, reading
from tieout.reports import words
from tieout.reports.data import SectionData, StatementData, StatementPrint
from tieout.reports.statement import head, layout_of, pictures, proofs

POSITIVE, NEGATIVE, BLANK = "positive", "negative", "blank"


def pdf(data: Mapping[str, Any]) -> bytes:
    """Print the confirmation letter of a statement.

    Raises:
        SumsDiffer: its figures do not tie; what was frozen has been tampered with.
    """
    from tieout.rendering.pdf import render_pdf

    given = cast(StatementPrint, data)
    statement = given["statement"]
    for section in statement["sections"]:
        proofs(statement, section)
    with reading(layout_of(given).language or given["language"], given["zone"]):
        shown = pictures(given)
        return render_pdf(
            "reports/letter.html",
            {
                "statement": {"answer_by": None, "audit_head": None, "silence": None, **statement},
                "request": statement.get("request", POSITIVE),
                "facts": head(statement, pgettext("letter", "No."), gettext("Date of the letter")),
                "sender": words.party(statement["company"]),
                "recipient": words.party(statement["customer"]),
                "company": words.company_name(statement["company"]),
                "contact": words.whom_to_ask(statement["company"]),
                "currencies": [_figures(statement, one) for one in statement["sections"]],
                "sha256": words.fingerprint(statement),
                "printed_at": given.get("printed_at"),
                "verify_url": given.get("verify_url"),
                "logo": "logo" in shown,
                "seal": "seal" in shown,
            },
            {"balances": _balances(statement)},
            shown,
        )


def _figures(statement: StatementData, section: SectionData) -> dict[str, object]:
    """A currency with the sentence its balance is confirmed by."""
    return {
        "currency": section["currency"],
        "agreement": words.agreement(
            statement["kind"],
            Money(section["closing"], section["currency"]),
            words.company_name(statement["company"]),
        ),
    }


def _balances(statement: StatementData) -> TableDefinition:
    """The balances in the two columns of the usual form; empty where they are asked for."""
    blank = statement.get("request") == BLANK
    day = date.fromisoformat(statement["as_at"])
    return TableDefinition(
        name=gettext("Balances"),
        columns=(
            Column("as_at", gettext("Cut-off date"), Kind.DATE, width=20),
            Column("currency", gettext("Currency"), width=20),
            Column("owes_us", gettext("You owe us"), Kind.MONEY, width=28),
            Column("we_owe", gettext("We owe you"), Kind.MONEY, width=28),
            Column("remarks", gettext("Remarks"), width=48),
        ),
        rows=tuple(
            Row(
                (
                    day,
                    _currency(section["currency"]),
                    None if blank else _side(statement, section, ours=True),
                    None if blank else _side(statement, section, ours=False),
                    gettext("to be filled in by you") if blank else _remark(section),
                )
            )
            for section in statement["sections"]
        ),
    )


def _currency(code: str) -> str:
    from tieout.rendering import formats

    return formats.currency_name(code, reader.get().language)


def _side(statement: StatementData, section: SectionData, *, ours: bool) -> Money | None:
    """The balance, where this is the column it stands in."""
    closing = section["closing"]
    owes_us = (closing >= 0) == (statement["kind"] == "receivable") or closing == 0
    return Money(abs(closing), section["currency"]) if ours == owes_us else None


def _remark(section: SectionData) -> str | None:
    if not section["disputed"]:
        return None
    disputed = Money(section["disputed"], section["currency"])
    return gettext("of which %(amount)s is disputed", amount=disputed)
