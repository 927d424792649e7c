"""Reports as tables: for pages and for files."""

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.ledger.ageing import CompanyAgeing
from tieout.money import Money
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader
from tieout.statements import answers
from tieout.statements.queries import Standing


@dataclass(frozen=True)
class Result:
    """How many currencies of statements came back so, and their balance."""

    code: str
    words: str
    count: int
    amount: Money


def aged(found: CompanyAgeing) -> TableDefinition:
    """Every account by age; the columns of the page, with their check."""
    total = found.total
    kept = ["retention"] if found.has_retention else []
    keys = [
        "not_due",
        *kept,
        *(f"bucket_{at}" for at in range(len(total.buckets))),
        "disputed",
        "credit",
    ]
    titles = [
        gettext("Not due"),
        *(gettext("Retention, not due") for _ in kept),
        *(bucket.label for bucket in total.buckets),
        gettext("Disputed"),
        gettext("Unapplied credit"),
    ]
    words = gettext(
        "Columns %(sum)s = balance %(balance)s",
        sum=str(reader.get().fact(Money.total(total.columns, total.currency))),
        balance=str(reader.get().fact(total.total)),
    )
    return TableDefinition(
        name=gettext("Aged balances %(currency)s", currency=total.currency),
        columns=(
            Column("code", gettext("Code")),
            Column("name", gettext("Customer"), width=30),
            *(
                Column(key, title, Kind.MONEY, width=16)
                for key, title in zip(keys, titles, strict=True)
            ),
            Column("balance", gettext("Balance"), Kind.MONEY, width=16),
        ),
        rows=[
            Row((row.code, row.name, *found.columns(row.ageing), row.ageing.total))
            for row in found.rows
        ],
        totals={**dict(zip(keys, found.columns(total), strict=True)), "balance": total.total},
        checks=(Check(words, Money.total(total.columns, total.currency) == total.total),),
    )


def results(rows: Sequence[Standing]) -> dict[str, list[Result]]:
    """What came back on statements, a currency at a time."""
    found: dict[str, dict[str, tuple[int, Money]]] = {}
    for row in rows:
        for one in row.sections:
            code = one.section.currency
            outcome = one.answer.outcome if one.answer else answers.NO_ANSWER
            counted = found.setdefault(code, {})
            count, amount = counted.get(outcome, (0, Money.zero(code)))
            counted[outcome] = (count + 1, amount + Money(one.section.closing_minor, code))
    return {
        currency: [
            Result(code, gettext(words), *counted[code])
            for code, words in answers.OUTCOMES.items()
            if code in counted
        ]
        for currency, counted in sorted(found.items())
    }
