"""The auditor's sample as a table, with how it was drawn and what it covers."""

from collections.abc import Mapping, Sequence

from internal.report_tables import answered
from tieout.money import Money
from tieout.month_end.moved import AccountMoved
from tieout.month_end.sample import ABOVE, KEY, METHODS, RANDOM, Draw, Drawn
from tieout.periods import Period
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition, Value
from tieout.rendering.translation import gettext, in_a_row, reader, titled


def sample(
    rows: Sequence[Drawn],
    population: Sequence[AccountMoved],
    paid: Mapping[int, Money],
    draw: Draw,
) -> TableDefinition:
    """Each account drawn: its balance, what was answered, what was paid since."""
    currency = draw.above.currency
    nothing = Money.zero(currency)
    balance = Money.total((row.account.closing for row in rows), currency)
    since = Money.total(
        (paid.get(row.account.standing.account_id, nothing) for row in rows), currency
    )
    all_of = [one for one in population if one.closing]
    say = reader.get().fact
    words = gettext(
        "%(drawn)s of %(all)s accounts, %(balance)s of %(total)s",
        drawn=len(rows),
        all=len(all_of),
        balance=str(say(balance)),
        total=str(say(Money.total((one.closing for one in all_of), currency))),
    )
    return TableDefinition(
        name=gettext("Sample %(currency)s", currency=currency),
        columns=(
            Column("code", gettext("Code"), width=10),
            Column("name", gettext("Customer"), width=28),
            Column("stratum", gettext("Stratum"), width=14),
            Column("balance", gettext("Balance"), Kind.MONEY, width=16),
            Column("answer", gettext("Answer"), width=18),
            Column("disputed", gettext("Disputed"), Kind.MONEY, width=14),
            Column("since", gettext("Paid since"), Kind.MONEY, width=16),
        ),
        rows=[
            Row(
                (
                    row.account.standing.code,
                    row.account.standing.name,
                    stratum(row, draw),
                    row.account.closing,
                    answered(row.account),
                    row.account.disputed,
                    paid.get(row.account.standing.account_id, nothing),
                )
            )
            for row in rows
        ],
        totals={"balance": balance, "since": since},
        checks=(Check(words, len({row.account.standing.account_id for row in rows}) == len(rows)),),
        empty=gettext("No account is drawn: there is no balance, or the amount is too high."),
    )


def stratum(row: Drawn, draw: Draw) -> str:
    """Why an account was drawn."""
    if row.stratum == KEY:
        return gettext("by size")
    return gettext("at random") if draw.method == RANDOM else str(row.stratum)


def facts(draw: Draw, period: Period) -> list[tuple[str, Value]]:
    """How the sample was drawn, so that anyone can draw it again."""
    found: list[tuple[str, Value]] = [
        (gettext("As at"), period.end),
        (gettext("Method"), gettext(METHODS[draw.method])),
    ]
    if draw.method != ABOVE:
        found += [(gettext("Sample size"), draw.size), (gettext("Seed"), draw.seed)]
    if draw.method != RANDOM:
        found.append((gettext("From"), draw.above))
    return found


def told(draw: Draw, period: Period) -> str:
    """The same in one line, for paper."""
    say = reader.get().fact
    return in_a_row(*(titled(words, str(say(value))) for words, value in facts(draw, period)))
