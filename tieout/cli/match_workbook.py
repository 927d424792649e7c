"""What `tieout match` writes for people: balances, differences with their reasons, what agrees."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import numpy as np

from tieout.cli.match_books import Book
from tieout.cli.match_outputs import Outcome
from tieout.matching import DIFFERENCES, Actor, Confidence, Difference
from tieout.money import Money
from tieout.reconciliation import names, words
from tieout.reconciliation.shown import ShownGroup, ShownLine
from tieout.reconciliation.vocabulary import (
    ACCEPTED,
    ITSELF,
    NOBODY,
    PROPOSED,
    TOGETHER,
    WE,
    YOU,
)
from tieout.rendering import excel
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition, Value
from tieout.rendering.translation import gettext, reader

#: Groups that agree are listed in the workbook up to this many; beyond, their sums.
MOST_MATCHED = 20_000
_ACTS = {
    Actor.NOTHING: NOBODY,
    Actor.CLEARS_BY_ITSELF: ITSELF,
    Actor.WE_CORRECT: WE,
    Actor.YOU_CORRECT: YOU,
    Actor.SETTLE_TOGETHER: TOGETHER,
}


def workbook(outcome: Outcome) -> bytes:
    """Write it down for people: summary, bridge, differences with reasons, what agrees."""
    summary = outcome.summary()
    accounts = outcome.bridge.accounts
    facts: list[tuple[str, Value]] = [
        (gettext("Our book"), outcome.ours.file),
        (gettext("Their book"), outcome.theirs.file),
        (gettext("Lines"), f"{len(outcome.ours.ids)} / {len(outcome.theirs.ids)}"),
        (gettext("As at"), outcome.rules.cutoff),
        (gettext("Balance in our book"), outcome.money(sum(a.ours for a in accounts))),
        (gettext("Balance in their book"), outcome.money(sum(a.theirs for a in accounts))),
        (gettext("Difference"), Money.of(summary["difference"], outcome.currency)),
        (gettext("Unexplained"), Money.of(summary["unexplained"], outcome.currency)),
    ]
    checks = [
        Check(gettext("Every line of both files is in exactly one group"), outcome.is_whole),
        Check(
            gettext("What is named adds up to the difference of the balances"),
            summary["checks"]["named"],
        ),
    ]
    day = outcome.rules.cutoff or date.fromordinal(_last_day(outcome))
    return excel.workbook(
        gettext("Reconciliation"),
        [_bridge(outcome), _differences(outcome), _matched(outcome)],
        facts=facts,
        checks=checks,
        at=datetime.combine(day, time(), UTC),
    )


def _last_day(outcome: Outcome) -> int:
    days = np.concatenate([outcome.ours.lines.day, outcome.theirs.lines.day])
    return int(days.max(initial=date(2000, 1, 1).toordinal()))


def _bridge(outcome: Outcome) -> TableDefinition:
    """A row a customer: both balances, what stands between them, both adjusted ones."""
    amounts = (
        ("ours", gettext("Our book")),
        ("theirs", gettext("Their book")),
        ("only_ours", gettext("Only in ours")),
        ("only_theirs", gettext("Only in theirs")),
        ("value", gettext("Other amounts")),
        ("opening", gettext("Opening")),
        ("adjusted_ours", gettext("Ours, adjusted")),
        ("adjusted_theirs", gettext("Theirs, adjusted")),
        ("undecided", gettext("To be settled together")),
        ("unexplained", gettext("Unexplained")),
    )
    accounts = outcome.bridge.accounts
    return TableDefinition(
        name=gettext("Balances"),
        columns=(
            Column("customer", gettext("Customer"), width=18),
            *(Column(key, title, Kind.MONEY, width=16) for key, title in amounts),
        ),
        rows=[
            Row(
                (
                    outcome.customers.get(account.customer, ""),
                    *(outcome.money(getattr(account, key)) for key, _ in amounts),
                )
            )
            for account in accounts
        ],
        totals={
            key: outcome.money(sum(getattr(account, key) for account in accounts))
            for key, _ in amounts
        },
    )


def _differences(outcome: Outcome) -> TableDefinition:
    """Every difference in words, with its proof and who acts."""
    say = reader.get().sentence
    rows = []
    for group, customer in shown_groups(outcome):
        why = words.why(group, staff=True)
        rows.append(
            Row(
                (
                    outcome.customers.get(customer, ""),
                    say(names.difference_name(group)),
                    say(words.what(group, staff=True)),
                    say(why) if why else "",
                    say(names.note(group.acts, staff=True)) if group.acts != NOBODY else "",
                    group.residual,
                )
            )
        )
    return TableDefinition(
        name=gettext("Differences"),
        columns=(
            Column("customer", gettext("Customer"), width=18),
            Column("type", gettext("Type"), width=20),
            Column("words", gettext("Difference"), width=44),
            Column("proof", gettext("Proof"), width=70),
            Column("acts", gettext("Who acts"), width=22),
            Column(
                "amount",
                gettext("Amount, %(currency)s", currency=outcome.currency),
                Kind.SIGNED,
                width=16,
            ),
        ),
        rows=rows,
        empty=gettext("Both books agree."),
    )


def shown_groups(outcome: Outcome) -> Iterator[tuple[ShownGroup, int]]:
    """The groups that leave something in an account, the largest first."""
    items = outcome.bridge.items
    for row in np.argsort(-np.abs(items.residual), kind="stable").tolist():
        yield _shown(outcome, row), int(items.customer[row])


def _shown(outcome: Outcome, row: int) -> ShownGroup:
    items, groups = outcome.bridge.items, outcome.groups
    number = int(items.group[row])
    places = outcome.lines_of[0][number], outcome.lines_of[1][number]
    cutoff = outcome.rules.cutoff or date.max
    return ShownGroup(
        no=number,
        seen="",
        difference=Difference(DIFFERENCES[int(items.type[row])]),
        found_by="",
        state=PROPOSED if groups.confidence[number] == Confidence.PROPOSED else ACCEPTED,
        acts=_ACTS[items.actor[row]],
        residual=outcome.money(int(items.residual[row])),
        only_ours=outcome.money(int(items.only_ours[row])),
        only_theirs=outcome.money(int(items.only_theirs[row])),
        value=outcome.money(int(items.value[row])),
        as_at=cutoff,
        ours=tuple(_line(outcome, outcome.ours, place, theirs=False) for place in places[0]),
        theirs=tuple(_line(outcome, outcome.theirs, place, theirs=True) for place in places[1]),
        detail=groups.detail_of(number).name.lower(),
        numbers=tuple(groups.proof[number].tolist()),
        shared=int(groups.shared[number]),
        gap=int(groups.gap[number]),
        rivals=int(groups.rivals[number]),
        our_repeats=frozenset(p for p in places[0] if groups.our_repeats[p]),
        their_repeats=frozenset(p for p in places[1] if groups.their_repeats[p]),
    )


def _line(outcome: Outcome, book: Book, place: int, *, theirs: bool) -> ShownLine:
    return ShownLine(
        id=place,
        on=date.fromordinal(int(book.lines.day[place])),
        number=book.numbers[place] or book.ids[place],
        kind=book.kinds[place],
        description=book.descriptions[place],
        amount=outcome.money(int(book.lines.amount[place])),
        row_no=book.rows[place] if theirs else 0,
    )


def _matched(outcome: Outcome) -> TableDefinition:
    """What agrees, line by line while that can be read, else by type."""
    left = set(outcome.bridge.items.group.tolist())
    both = [
        number
        for number in range(len(outcome.groups))
        if number not in left and outcome.lines_of[0][number] and outcome.lines_of[1][number]
    ]
    if len(both) > MOST_MATCHED:
        return _matched_sums(outcome, both)
    say = reader.get().sentence
    rows = []
    for number in both:
        ours = [outcome.ours.numbers[p] or outcome.ours.ids[p] for p in outcome.lines_of[0][number]]
        theirs = [
            outcome.theirs.numbers[p] or outcome.theirs.ids[p] for p in outcome.lines_of[1][number]
        ]
        amount = int(outcome.ours.lines.amount[outcome.lines_of[0][number]].sum())
        rows.append(
            Row(
                (
                    _customer(outcome, number),
                    ", ".join(ours),
                    ", ".join(theirs),
                    say(names.type_name(outcome.groups.difference(number))),
                    outcome.money(amount),
                )
            )
        )
    return TableDefinition(
        name=gettext("Matches"),
        columns=(
            Column("customer", gettext("Customer"), width=18),
            Column("ours", gettext("Our book"), width=34),
            Column("theirs", gettext("Their book"), width=34),
            Column("type", gettext("Type"), width=20),
            Column(
                "amount",
                gettext("Amount, %(currency)s", currency=outcome.currency),
                Kind.MONEY,
                width=16,
            ),
        ),
        rows=rows,
        empty=gettext("Nothing agrees."),
    )


def _customer(outcome: Outcome, number: int) -> str:
    place = outcome.lines_of[0][number][0]
    return outcome.customers.get(int(outcome.ours.lines.customer[place]), "")


def _matched_sums(outcome: Outcome, both: list[int]) -> TableDefinition:
    say = reader.get().sentence
    counts: Counter[Difference] = Counter()
    sums: Counter[Difference] = Counter()
    for number in both:
        kind = outcome.groups.difference(number)
        counts[kind] += 1
        sums[kind] += int(outcome.ours.lines.amount[outcome.lines_of[0][number]].sum())
    return TableDefinition(
        name=gettext("Matches"),
        columns=(
            Column("type", gettext("Type"), width=24),
            Column("groups", gettext("Groups"), Kind.NUMBER, width=12),
            Column(
                "amount",
                gettext("Amount, %(currency)s", currency=outcome.currency),
                Kind.MONEY,
                width=18,
            ),
        ),
        rows=[
            Row((say(names.type_name(kind)), counts[kind], outcome.money(sums[kind])))
            for kind in sorted(counts)
        ],
    )
