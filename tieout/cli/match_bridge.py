"""The balance reconciliation statement of `tieout match`: from both balances to one, to 0.00."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.cli.match_outputs import Outcome
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import names, words
from tieout.reconciliation.sentences import OPENINGS_DIFFER
from tieout.reconciliation.shown import ShownGroup
from tieout.reconciliation.vocabulary import ITSELF, TOGETHER, WE, YOU
from tieout.rendering.tables import Check, Column, Kind, Row, Style, TableDefinition
from tieout.rendering.translation import gettext, reader

#: Items are listed one by one up to this many; beyond, by type.
MOST_ITEMS = 200


@dataclass(frozen=True)
class Item:
    """A line of the statement."""

    group: ShownGroup
    customer: str
    amount: Money


def bridge_table(outcome: Outcome, groups: Sequence[tuple[ShownGroup, int]]) -> TableDefinition:
    """Both directions, then what stands on neither side, then what is left."""
    accounts, money = outcome.bridge.accounts, outcome.money

    def total(name: str) -> Money:
        return money(sum(getattr(account, name) for account in accounts))

    def items(acts: str, amount_of: Callable[[ShownGroup], Money]) -> list[Item]:
        return [
            Item(group, outcome.customers.get(customer, "") if len(accounts) > 1 else "", amount)
            for group, customer in groups
            if group.acts == acts and not group.is_open and (amount := amount_of(group))
        ]

    ours = items(ITSELF, lambda group: group.only_theirs) + items(WE, lambda g: -g.residual)
    theirs = items(ITSELF, lambda group: group.only_ours + group.value)
    theirs += items(YOU, lambda group: group.residual)
    together = items(TOGETHER, lambda group: group.residual)
    day = outcome.rules.cutoff or date.max
    our_adjusted, their_adjusted = total("adjusted_ours"), total("adjusted_theirs")
    opening, unexplained = total("opening"), total("unexplained")
    proposed = [
        Item(
            group, outcome.customers.get(customer, "") if len(accounts) > 1 else "", group.residual
        )
        for group, customer in groups
        if group.is_open and group.difference is not Difference.UNEXPLAINED and group.residual
    ]
    waiting = _sum(outcome, proposed)
    apart = our_adjusted - their_adjusted
    left = apart - _sum(outcome, together) - opening - unexplained
    rows = [
        Row((gettext("From our balance"), "", None, None), Style.HEADING),
        Row((gettext("Balance in our book"), "", day, total("ours")), Style.OPENING),
        *_rows(ours),
        Row((gettext("Ours, adjusted"), "", day, our_adjusted), Style.CLOSING),
        Row((gettext("From their balance"), "", None, None), Style.HEADING),
        Row((gettext("Balance in their book"), "", day, total("theirs")), Style.OPENING),
        *_rows(theirs),
        Row((gettext("Theirs, adjusted"), "", day, their_adjusted), Style.CLOSING),
        Row((gettext("What stands between both"), "", None, None), Style.HEADING),
        Row((gettext("Ours, adjusted, less theirs, adjusted"), "", day, apart), Style.OPENING),
        *_rows([Item(one.group, one.customer, -one.amount) for one in together]),
        *([Row((gettext(OPENINGS_DIFFER), "", None, -opening))] if opening else []),
        *_rows([Item(one.group, one.customer, -one.amount) for one in proposed], is_open=True),
        Row((gettext("Not explained"), "", None, waiting - unexplained)),
        Row((gettext("Left"), "", day, left), Style.CLOSING),
    ]
    return TableDefinition(
        name=gettext("Reconciliation statement"),
        columns=(
            Column("item", gettext("Item"), width=64),
            Column("note", gettext("Who acts"), width=26),
            Column("day", gettext("Date"), Kind.DATE, width=14),
            Column(
                "amount",
                gettext("Amount, %(currency)s", currency=outcome.currency),
                Kind.SIGNED,
                width=18,
            ),
        ),
        rows=rows,
        checks=(
            Check(
                gettext("Our balance and its items come to %(sum)s", sum=our_adjusted),
                total("ours") + _sum(outcome, ours) == our_adjusted,
            ),
            Check(
                gettext("Their balance and its items come to %(sum)s", sum=their_adjusted),
                total("theirs") + _sum(outcome, theirs) == their_adjusted,
            ),
            Check(gettext("The statement comes out at %(sum)s", sum=left), not left),
        ),
    )


def _sum(outcome: Outcome, items: Iterable[Item]) -> Money:
    return Money.total((item.amount for item in items), outcome.currency)


def _rows(items: Sequence[Item], *, is_open: bool = False) -> list[Row]:
    say = reader.get().sentence
    if len(items) > MOST_ITEMS:
        return _by_type(items)
    return [
        Row(
            (
                (f"{one.customer}: " if one.customer else "")
                + say(words.item(one.group, staff=True)),
                gettext("to be confirmed")
                if is_open
                else say(names.note(one.group.acts, staff=True)),
                min(line.on for line in (*one.group.ours, *one.group.theirs)),
                one.amount,
            )
        )
        for one in items
    ]


def _by_type(items: Sequence[Item]) -> list[Row]:
    say = reader.get().sentence
    found: dict[tuple[str, str], list[Item]] = {}
    for one in items:
        found.setdefault((str(one.group.difference), one.group.acts), []).append(one)
    return [
        Row(
            (
                gettext(
                    "%(type)s, %(count)s items",
                    type=say(names.difference_name(some[0].group)),
                    count=len(some),
                ),
                say(names.note(acts, staff=True)),
                None,
                Money.total((one.amount for one in some), some[0].amount.currency),
            )
        )
        for (_, acts), some in sorted(found.items())
    ]
