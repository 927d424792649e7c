"""The balance reconciliation statement (余额调节表) as PDF and workbook."""

from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from tieout.i18n import N_
from tieout.money import Money
from tieout.rendering import excel, formats
from tieout.rendering.tables import (
    Check,
    Column,
    Kind,
    Row,
    Style,
    SumsDiffer,
    TableDefinition,
    Value,
)
from tieout.rendering.translation import gettext, ngettext, reader, reading
from tieout.reports import words
from tieout.reports.data import AdjustmentData, BookData, ReconciliationPrint

#: Who acts, in the words for the customer and for staff; the first two say so when empty.
WHO = {
    "you": (N_("You correct"), N_("The customer corrects")),
    "we": (N_("We correct"), N_("We correct")),
    "itself": (N_("Clears by itself"), N_("Clears by itself")),
    "together": (N_("To be settled together"), N_("To be settled together")),
}
ALWAYS_SHOWN = ("you", "we")


def pdf(data: Mapping[str, Any]) -> bytes:
    """Print a reconciliation."""
    from tieout.rendering.pdf import render_pdf

    given = cast(ReconciliationPrint, data)
    with reading(given["language"], given["zone"]):
        checks = proofs(given)
        currency = given["currency"]
        return render_pdf(
            "reports/reconciliation.html",
            {
                "company": words.company_name(given["company"]),
                "sender": words.party(given["company"]),
                "recipient": words.party(given["customer"]),
                "facts": _facts(given),
                "number": given["number"],
                "as_at": given["as_at"],
                "verdict": _verdict(given),
                "ties_out": given["residual"] == 0,
                "zero_line": checks[-1].words,
                "others": bool(given["others"]),
                "matched": _matched(given),
                "last_agreed": given.get("last_agreed"),
                "unexplained": words.money(given["residual"], currency),
                "contact": words.whom_to_ask(given["company"]),
                "printed_at": given.get("printed_at"),
                "verify_url": given.get("verify_url"),
            },
            {
                "bridge": bridge(given, on_paper=True),
                "others": others(given),
                "differences": differences(given),
            },
        )


def xlsx(data: Mapping[str, Any]) -> bytes:
    """Write a reconciliation as a workbook."""
    given = cast(ReconciliationPrint, data)
    with reading(given["language"], given["zone"]):
        facts: list[tuple[str, Value]] = [
            (gettext("Company"), words.company_name(given["company"])),
            (gettext("Customer"), given["customer"]["name"]),
            *((str(fact["words"]), str(fact["value"])) for fact in _facts(given)),
            (gettext("Unexplained"), Money(given["residual"], given["currency"])),
        ]
        day = date.fromisoformat(given["as_at"])
        return excel.workbook(
            gettext("Balance reconciliation statement"),
            [bridge(given), *([others(given)] if given["others"] else []), differences(given)],
            facts=facts,
            checks=proofs(given),
            at=datetime.combine(day, time(), ZoneInfo(given["zone"])),
        )


def proofs(given: ReconciliationPrint) -> tuple[Check, ...]:
    """Return what proves a reconciliation, the zero line last.

    Raises:
        SumsDiffer: a column does not add up, or the residual is not what is left.
    """
    currency = given["currency"]
    left = given["ours"]["adjusted"] - given["theirs"]["adjusted"]
    left -= sum(item["amount"] for item in given["others"])
    found = (
        _column_check(given["ours"], gettext("Our book"), currency),
        _column_check(given["theirs"], _their_title(given), currency),
        Check(f"{_zero_sum(given)} = {words.money(left, currency)}", left == given["residual"]),
    )
    for check in found:
        if not check.holds:
            raise SumsDiffer(table=given["number"], check=check.words)
    return found


def _column_check(book: BookData, title: str, currency: str) -> Check:
    total = book["balance"] + sum(item["amount"] for item in book["items"])
    sentence = gettext(
        "%(book)s: %(balance)s with its adjustments is %(adjusted)s",
        book=title,
        balance=words.money(book["balance"], currency),
        adjusted=words.money(total, currency),
    )
    return Check(sentence, total == book["adjusted"])


def _zero_sum(given: ReconciliationPrint) -> str:
    """Write the sum of the zero line: "115,700.00 − 115,700.00"."""
    currency = given["currency"]
    parts = [words.money(given["ours"]["adjusted"], currency)]
    for amount in (given["theirs"]["adjusted"], *(item["amount"] for item in given["others"])):
        sign = "+" if amount < 0 else formats.MINUS
        parts.append(f"{sign} {words.money(abs(amount), currency)}")
    return " ".join(parts)


def bridge(given: ReconciliationPrint, *, on_paper: bool = False) -> TableDefinition:
    """A column a book, each from its balance to its adjusted one; on paper with room between."""
    currency = given["currency"]
    ours, theirs = given["ours"], given["theirs"]
    amount = gettext("Amount, %(currency)s", currency=_unit(currency))
    room = (Column("room", "", width=3),) if on_paper else ()
    between: tuple[Value, ...] = (None,) * len(room)

    def balances(title: str, key: Literal["balance", "adjusted"], style: Style) -> Row:
        one, other = Money(ours[key], currency), Money(theirs[key], currency)
        return Row((title, one, *between, title, other), style)

    return TableDefinition(
        name=gettext("Balance reconciliation statement"),
        columns=(
            Column("ours", gettext("Our book"), width=38),
            Column("our_amount", amount, Kind.SIGNED, width=16),
            *room,
            Column("theirs", _their_title(given), width=38),
            Column("their_amount", amount, Kind.SIGNED, width=16),
        ),
        rows=(
            balances(gettext("Balance"), "balance", Style.OPENING),
            *(
                Row((*_adjustment(one, currency), *between, *_adjustment(other, currency)))
                for one, other in zip_longest(ours["items"], theirs["items"])
            ),
            balances(gettext("Adjusted balance"), "adjusted", Style.CLOSING),
        ),
    )


def _unit(currency: str) -> str:
    return formats.currency_unit(currency, reader.get().language)


def _adjustment(item: AdjustmentData | None, currency: str) -> tuple[Value, Value]:
    if item is None:
        return None, None
    note = words.words(item.get("note"))
    text = words.words(item["words"]) + (f"\n{note}" if note else "")
    return text, Money(item["amount"], currency)


def others(given: ReconciliationPrint) -> TableDefinition:
    """What is on neither side: undecided, or in the opening balances already."""
    return TableDefinition(
        name=gettext("Not decided yet"),
        columns=(
            Column("words", gettext("Item"), width=92),
            Column("amount", gettext("Amount"), Kind.SIGNED, width=16),
        ),
        rows=tuple(Row(_adjustment(item, given["currency"])) for item in given["others"]),
    )


def differences(given: ReconciliationPrint) -> TableDefinition:
    """Every difference with its proof, by who has to act."""
    currency = given["currency"]
    amount = gettext("Amount, %(currency)s", currency=_unit(currency))
    rows: list[Row] = []
    for who, titles in WHO.items():
        of_them = [found for found in given["differences"] if found["who"] == who]
        if not of_them and who not in ALWAYS_SHOWN:
            continue
        title = gettext(titles[0] if given.get("audience", "customer") == "customer" else titles[1])
        count = (
            ngettext("%(num)s difference", "%(num)s differences", len(of_them))
            if of_them
            else gettext("nothing")
        )
        rows.append(Row((f"{title}: {count}", None, None, None), Style.HEADING))
        rows += [
            Row(
                (
                    words.words(found["words"]),
                    words.words(found.get("proof")),
                    _day(found.get("until")),
                    Money(found["amount"], currency),
                )
            )
            for found in of_them
        ]
    return TableDefinition(
        name=gettext("Differences"),
        columns=(
            Column("words", gettext("Difference"), width=38),
            Column("proof", gettext("Proof"), width=46),
            Column("until", gettext("Deadline"), Kind.DATE, width=13),
            Column("amount", amount, Kind.MONEY, width=16),
        ),
        rows=tuple(rows),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _their_title(given: ReconciliationPrint) -> str:
    if given.get("audience", "customer") == "customer":
        return gettext("Your book")
    return gettext("Their book")


def _facts(given: ReconciliationPrint) -> list[dict[str, object]]:
    return words.facts(
        (gettext("Number"), given["number"]),
        (gettext("Customer no."), given["customer"]["code"]),
        (gettext("As at"), words.longday(given["as_at"])),
        (gettext("Currency"), formats.currency_name(given["currency"], reader.get().language)),
        (gettext("Ledger compared"), given.get("their_file")),
    )


def _verdict(given: ReconciliationPrint) -> list[dict[str, object]]:
    """The four figures that say it all."""
    currency = given["currency"]
    ours, theirs = given["ours"]["balance"], given["theirs"]["balance"]
    return [
        {"words": name, "figure": words.money(amount, currency)}
        for name, amount in (
            (gettext("Our book"), ours),
            (_their_title(given), theirs),
            (gettext("Difference"), ours - theirs),
            (gettext("Unexplained"), given["residual"]),
        )
    ]


def _matched(given: ReconciliationPrint) -> str:
    return ngettext(
        "%(num)s line matches on both sides, %(amount)s.",
        "%(num)s lines match on both sides, %(amount)s.",
        given["matched"],
        amount=Money(given["matched_amount"], given["currency"]),
    )
