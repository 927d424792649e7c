"""The auditor's requests as a table for files; what the reader may not know yet stays out."""

from collections.abc import Collection, Sequence

from internal.statement_tables import WITH_AUDITOR
from tieout.money import Money
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext
from tieout.statements import answers
from tieout.statements.replies import Reply


def outcome(one: Reply, silent: Collection[int]) -> str:
    """What came back, in words."""
    if one.statement is None:
        return gettext("Not issued")
    if one.answer is None:
        return gettext(answers.OUTCOMES[answers.NO_ANSWER])
    if one.statement.id in silent:
        return gettext(WITH_AUDITOR)
    return gettext(answers.OUTCOMES[one.answer.outcome])


def replies(rows: Sequence[Reply], silent: Collection[int]) -> TableDefinition:
    """Each request with its reply and since when staff see it."""
    return TableDefinition(
        name=gettext("The auditor’s requests"),
        columns=(
            Column("code", gettext("Code")),
            Column("customer", gettext("Customer"), width=30),
            Column("statement", gettext("Statement"), width=16),
            Column("currency", gettext("Currency"), width=9),
            Column("balance", gettext("Balance"), Kind.MONEY, width=16),
            Column("answer", gettext("Answer"), width=24),
            Column("disputed", gettext("Disputed"), Kind.MONEY, width=16),
            Column("stated", gettext("Their balance"), Kind.MONEY, width=16),
            Column("answered", gettext("Answered"), Kind.MOMENT, width=16),
            Column("receipt", gettext("Receipt"), width=16),
            Column("released", gettext("Staff see it since"), Kind.MOMENT, width=16),
        ),
        rows=[_row(one, silent) for one in rows],
    )


def _row(one: Reply, silent: Collection[int]) -> Row:
    answer = one.answer
    if one.statement is not None and one.statement.id in silent:
        answer = None
    return Row(
        (
            one.customer.code,
            one.customer.name,
            one.statement.number if one.statement else None,
            one.balance.currency if one.balance else None,
            one.balance,
            outcome(one, silent),
            Money(answer.disputed_minor, answer.currency) if answer else None,
            Money(answer.stated_minor, answer.currency)
            if answer and answer.stated_minor is not None
            else None,
            answer.answered_at if answer else None,
            answer.receipt if answer else None,
            one.request.released_at,
        )
    )
