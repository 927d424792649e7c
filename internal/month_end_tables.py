"""The month's cycle, and the answers to its statements, as tables for files."""

from collections.abc import Sequence

from internal.month_end_rows import cell_words
from tieout.money import Money
from tieout.month_end.stages import OUTCOMES, STAGES, Standing
from tieout.periods import Period
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader


def standings(rows: Sequence[Standing], period: Period) -> TableDefinition:
    """How far each customer is: the columns of the page, and the answer in words."""
    lines = [
        Row(
            (
                row.code,
                row.name,
                row.balance.currency,
                row.balance,
                gettext(OUTCOMES[row.outcome]),
                gettext("yes") if row.is_changed else None,
                *(_said(row, at) for at in range(len(STAGES))),
            )
        )
        for row in rows
    ]
    return TableDefinition(
        name=gettext("Month end %(period)s", period=str(reader.get().fact(period))),
        columns=(
            Column("code", gettext("Code")),
            Column("name", gettext("Customer"), width=30),
            Column("currency", gettext("Currency"), width=9),
            Column("balance", gettext("Balance"), Kind.MONEY, width=16),
            Column("answer", gettext("Answer"), width=20),
            Column("changed", gettext("Changed since"), width=14),
            *(Column(code, gettext(words), width=16) for code, words in STAGES.items()),
        ),
        rows=lines,
        totals={"balance": Money.total((row.balance for row in rows), rows[0].balance.currency)}
        if rows
        else {},
    )


def _said(row: Standing, at: int) -> str | None:
    cell = row.cells[at]
    if cell is None:
        return None
    return cell_words(cell) or gettext("done")
