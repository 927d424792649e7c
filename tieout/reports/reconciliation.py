"""The balance reconciliation statement (余额调节表) as PDF and workbook."""

from collections.abc import Mapping, Sequence
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
from tieout.rendering.translation import gettext, in_a_row, ngettext, reader, reading, titled
from tieout.reports import words
from tieout.reports.data import (
    AdjustmentData,
    BookData,
    DifferenceData,
    GroupData,
    ReconciliationPrint,
)

#: Who acts, in the words for the customer and for staff; the first two say so when empty.
WHO = {
    "you": (N_("You correct"), N_("The customer corrects")),
    "we": (N_("We correct"), N_("We correct")),
    "itself": (N_("Clears by itself"), N_("Clears by itself")),
    "together": (N_("To be settled together"), N_("To be settled together")),
}
ALWAYS_SHOWN = ("you", "we")
#: Differences of one kind that paper shows one by one, the largest; beyond, it cannot be read.
MOST_ON_PAPER = 200


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
            [
                bridge(given),
                *([others(given)] if given["others"] else []),
                all_differences(given),
                *([agreed(given)] if given.get("agreed") else []),
            ],
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
    """The differences with their proof, by who has to act, as paper holds them."""
    currency = given["currency"]
    rows: list[Row] = []
    for who, title in _titles(given).items():
        of_them = [found for found in given["differences"] if found["who"] == who]
        if not of_them and who not in ALWAYS_SHOWN:
            continue
        count = (
            ngettext("%(num)s difference", "%(num)s differences", len(of_them))
            if of_them
            else gettext("nothing")
        )
        rows.append(Row((titled(title, count), None, None, None), Style.HEADING))
        rows += [
            Row(
                (
                    words.words(found["words"]),
                    words.words(found.get("proof")),
                    _day(found.get("until")),
                    Money(found["amount"], currency),
                )
            )
            for found in of_them[:MOST_ON_PAPER]
        ]
        if left := of_them[MOST_ON_PAPER:]:
            rows.append(Row((*_left_out(len(left)), None, _sum(left, currency))))
    return TableDefinition(
        name=gettext("Differences"),
        columns=(
            Column("words", gettext("Item"), width=38),
            Column("proof", gettext("Proof"), width=46),
            Column("until", gettext("Deadline"), Kind.DATE, width=13),
            Column("amount", _amount_title(currency), Kind.MONEY, width=16),
        ),
        rows=tuple(rows),
    )


def all_differences(given: ReconciliationPrint) -> TableDefinition:
    """Every difference with its proof and its lines, as a workbook sorts and filters them."""
    currency = given["currency"]
    titles = _titles(given)
    return TableDefinition(
        name=gettext("Differences"),
        columns=(
            Column("who", gettext("Who acts"), width=20),
            Column("type", gettext("Type"), width=20),
            Column("words", gettext("Item"), width=40),
            Column("proof", gettext("Proof"), width=50),
            Column("until", gettext("Deadline"), Kind.DATE, width=13),
            *_line_columns(given),
            Column(
                "amount", gettext("Difference, %(currency)s", currency=_unit(currency)), Kind.SIGNED
            ),
        ),
        rows=tuple(
            Row(
                (
                    titles[who],
                    words.words(found.get("type")),
                    words.words(found["words"]),
                    words.words(found.get("proof")),
                    _day(found.get("until")),
                    *_cells(found.get("ours"), currency),
                    *_cells(found.get("theirs"), currency),
                    Money(_signed(found), currency),
                )
            )
            for who in titles
            for found in given["differences"]
            if found["who"] == who
        ),
        empty=gettext("Nothing differs."),
    )


def agreed(given: ReconciliationPrint) -> TableDefinition:
    """What agrees, line by line."""
    currency = given["currency"]
    return TableDefinition(
        name=gettext("Lines that match"),
        columns=(Column("type", gettext("Type"), width=20), *_line_columns(given)),
        rows=tuple(
            Row(
                (
                    words.words(found["type"]),
                    *_cells(found["ours"], currency),
                    *_cells(found["theirs"], currency),
                )
            )
            for found in given.get("agreed", ())
        ),
        empty=gettext("Nothing agrees."),
    )


def _titles(given: ReconciliationPrint) -> dict[str, str]:
    """Who acts, for whoever reads."""
    is_staff = given.get("audience", "customer") != "customer"
    return {who: gettext(both[is_staff]) for who, both in WHO.items()}


def _line_columns(given: ReconciliationPrint) -> tuple[Column, ...]:
    """Number, date and amount in each book."""
    date_, amount = gettext("Date"), _amount_title(given["currency"])
    found: list[Column] = []
    for side, title in (("ours", gettext("Our book")), ("theirs", _their_title(given))):
        found += [
            Column(side, title, width=24),
            Column(f"{side}_on", in_a_row(title, date_), Kind.DATE, width=13),
            Column(f"{side}_amount", in_a_row(title, amount), Kind.MONEY, width=18),
        ]
    return tuple(found)


def _cells(group: GroupData | None, currency: str) -> tuple[Value, Value, Value]:
    if group is None or group["amount"] is None:
        return None, None, None
    return group["numbers"], _day(group["on"]), Money(group["amount"], currency)


def _signed(found: DifferenceData) -> int:
    """By how much ours is more than theirs, so that a column of them adds up."""
    ours, theirs = (
        (group["amount"] or 0) if group else 0 for group in (found.get("ours"), found.get("theirs"))
    )
    return -found["amount"] if ours < theirs else found["amount"]


def _amount_title(currency: str) -> str:
    return gettext("Amount, %(currency)s", currency=_unit(currency))


def _left_out(count: int) -> tuple[str, str]:
    """What paper leaves to the workbook."""
    return (
        ngettext("%(num)s smaller one", "%(num)s smaller ones", count),
        gettext("The workbook has them one by one."),
    )


def _sum(found: Sequence[DifferenceData], currency: str) -> Money:
    return Money(sum(one["amount"] for one in found), currency)


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
