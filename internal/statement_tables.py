"""Statements and their answers as a table for files."""

from collections.abc import Sequence

from tieout.i18n import N_
from tieout.money import Money
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, in_a_row
from tieout.statements import answers, moves
from tieout.statements.queries import Answered, Standing

WITH_AUDITOR = N_("Answered, with the auditor")


def outcome_words(one: Answered, standing: Standing) -> str:
    """What came back on one currency of a statement."""
    if one.is_with_auditor:
        return gettext(WITH_AUDITOR)
    if one.answer is not None:
        outcome = gettext(answers.OUTCOMES[one.answer.outcome])
        return in_a_row(outcome, gettext("changed since")) if one.asks_again else outcome
    return gettext(answers.OUTCOMES[answers.NO_ANSWER]) if standing.is_open else ""


def statements(rows: Sequence[Standing]) -> TableDefinition:
    """Each currency of each statement, with what was answered."""
    lines = [
        Row(
            (
                row.statement.number,
                row.statement.version,
                row.statement.customer.code,
                row.statement.customer.name,
                row.statement.period_start,
                row.statement.period_end,
                gettext(moves.NAMES[row.statement.state]),
                one.section.currency,
                Money(one.section.closing_minor, one.section.currency),
                outcome_words(one, row),
                Money(one.answer.disputed_minor, one.section.currency) if one.answer else None,
                _stated(one),
                one.answer.answered_at if one.answer else None,
                one.answer.receipt if one.answer else None,
            )
        )
        for row in rows
        for one in row.sections
    ]
    return TableDefinition(
        name=gettext("Confirmation results"),
        columns=(
            Column("number", gettext("Statement"), width=16),
            Column("version", gettext("Version"), Kind.NUMBER, width=9),
            Column("code", gettext("Code")),
            Column("customer", gettext("Customer"), width=30),
            Column("from", gettext("From day"), Kind.DATE),
            Column("to", gettext("To day"), Kind.DATE),
            Column("state", gettext("State"), width=12),
            Column("currency", gettext("Currency"), width=9),
            Column("closing", gettext("Closing balance"), Kind.MONEY, width=16),
            Column("answer", gettext("Answer"), width=22),
            Column("disputed", gettext("Disputed"), Kind.MONEY, width=16),
            Column("stated", gettext("Their balance"), Kind.MONEY, width=16),
            Column("answered", gettext("Answered"), Kind.MOMENT, width=16),
            Column("receipt", gettext("Receipt"), width=16),
        ),
        rows=lines,
    )


def _stated(one: Answered) -> Money | None:
    if one.answer is None or one.answer.stated_minor is None:
        return None
    return Money(one.answer.stated_minor, one.section.currency)
