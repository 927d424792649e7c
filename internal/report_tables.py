"""Reports as tables: for pages and for files."""

from collections.abc import Sequence
from dataclasses import dataclass

from internal.statement_tables import statements as statement_table
from tieout.ledger.ageing import CompanyAgeing
from tieout.money import Money
from tieout.month_end import stages
from tieout.month_end.moved import GROUPS, OTHER, AccountMoved
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, in_a_row, reader
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


def moved(rows: Sequence[AccountMoved], currency: str) -> TableDefinition:
    """What happened on every account in a period, with the sums that prove it."""
    opening = Money.total((row.opening for row in rows), currency)
    groups = {
        group: Money.total((row.moved[group] for row in rows), currency)
        for group in (*GROUPS, OTHER)
    }
    closing = Money.total((row.closing for row in rows), currency)
    say = reader.get().fact
    words = gettext(
        "Opening %(opening)s + movements %(moved)s = closing %(closing)s",
        opening=str(say(opening)),
        moved=str(say(Money.total(groups.values(), currency))),
        closing=str(say(closing)),
    )
    titles = {
        "sales": gettext("Invoices"),
        "returns": gettext("Credit notes"),
        "payments": gettext("Payments"),
        OTHER: gettext("Other"),
    }
    return TableDefinition(
        name=gettext("Reconciliation report %(currency)s", currency=currency),
        columns=(
            Column("code", gettext("Code"), width=10),
            Column("name", gettext("Customer"), width=24),
            Column("opening", gettext("Opening"), Kind.MONEY, width=16),
            *(Column(group, titles[group], Kind.MONEY, width=16) for group in groups),
            Column("closing", gettext("Closing"), Kind.MONEY, width=16),
            Column("answer", gettext("Answer"), width=18),
            Column("disputed", gettext("Disputed"), Kind.MONEY, width=14),
            Column("unexplained", gettext("Unexplained"), Kind.MONEY, width=14),
        ),
        rows=[
            Row(
                (
                    row.standing.code,
                    row.standing.name,
                    row.opening,
                    *(row.moved[group] for group in groups),
                    row.closing,
                    answered(row),
                    row.disputed,
                    row.unexplained,
                )
            )
            for row in rows
        ],
        totals={
            "opening": opening,
            **groups,
            "closing": closing,
            "disputed": Money.total((row.disputed for row in rows), currency),
            "unexplained": Money.total(
                (row.unexplained for row in rows if row.unexplained is not None), currency
            ),
        },
        checks=(Check(words, opening + Money.total(groups.values(), currency) == closing),),
        empty=gettext("Nothing was open and nothing moved."),
    )


def answered(row: AccountMoved) -> str:
    """What the customer says to the last balance of the period."""
    if row.standing.is_changed:
        return gettext("Changed since")
    return gettext(stages.OUTCOMES[row.standing.outcome])


#: What the table of answers shows of each statement: its month is one, its state issued.
OF_A_MONTH = (
    "number",
    "code",
    "customer",
    "currency",
    "closing",
    "answer",
    "disputed",
    "stated",
    "answered",
    "receipt",
)


def confirmations(rows: Sequence[Standing]) -> TableDefinition:
    """Each answer to a month's statements; the counts by answer are its checks."""
    whole = statement_table(rows)
    kept = [whole.index(key) for key in OF_A_MONTH]
    checks = []
    for currency, lines in results(rows).items():
        told = [
            Money(one.section.closing_minor, currency)
            for row in rows
            for one in row.sections
            if one.section.currency == currency
        ]
        counted = Money.total((line.amount for line in lines), currency)
        words = in_a_row(*(f"{line.words} {line.count}{_beside(line.amount)}" for line in lines))
        checks.append(
            Check(
                f"{words} = {len(told)}{_beside(Money.total(told, currency))}",
                counted == Money.total(told, currency)
                and sum(line.count for line in lines) == len(told),
            )
        )
    return TableDefinition(
        name=whole.name,
        columns=tuple(whole.columns[at] for at in kept),
        rows=[Row(tuple(row.cells[at] for at in kept)) for row in whole.rows],
        checks=tuple(checks),
        empty=gettext("No statement of this month is issued yet."),
    )


def _beside(amount: Money) -> str:
    """An amount beside a count."""
    return gettext(" (%(words)s)", words=amount)
