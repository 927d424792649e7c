"""What `tieout match` writes for people: balances, differences with their reasons, what agrees."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from tieout.cli.match_book import Book
from tieout.cli.match_bridge import bridge_table
from tieout.cli.match_outputs import Outcome
from tieout.cli.match_shown import shown_groups
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import names, numbers_apart, words
from tieout.reconciliation.shown import ShownGroup, ShownLine
from tieout.reconciliation.vocabulary import NOBODY
from tieout.rendering import excel
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition, Value
from tieout.rendering.translation import gettext, reader

#: Groups that agree are listed in the workbook up to this many; beyond, their sums.
MOST_MATCHED = 20_000


def workbook(outcome: Outcome) -> bytes:
    """Write it down for people: summary, statement, balances, differences, what agrees."""
    summary = outcome.summary()
    accounts = outcome.bridge.accounts
    say = reader.get().sentence
    groups = list(shown_groups(outcome))
    facts: list[tuple[str, Value]] = [
        (gettext("Look at this first"), say(warning)) for warning in outcome.warnings
    ]
    facts += [
        (gettext("Our book"), outcome.ours.file),
        (gettext("Their book"), outcome.theirs.file),
        (gettext("Lines, ours and theirs"), _lines(outcome)),
        (gettext("As at"), outcome.rules.cutoff),
        (gettext("Currency"), outcome.currency),
        (gettext("Balance in our book"), outcome.money(sum(a.ours for a in accounts))),
        (gettext("Balance in their book"), outcome.money(sum(a.theirs for a in accounts))),
        (gettext("Difference"), Money.of(summary["difference"], outcome.currency)),
        (gettext("Unexplained"), Money.of(summary["unexplained"], outcome.currency)),
        (
            gettext("Sign of their file"),
            gettext("turned: credits of their book raise what is owed")
            if outcome.was_mirrored
            else gettext("kept: debits of their book raise what is owed"),
        ),
    ]
    checks = [
        Check(gettext("Every line of both files is in exactly one group"), outcome.is_whole),
        Check(
            gettext("What is named adds up to the difference of the balances"),
            summary["checks"]["named"],
        ),
    ]
    names_somebody = any(outcome.customers.values())
    day = outcome.rules.cutoff or date(2000, 1, 1)
    return excel.workbook(
        gettext("Reconciliation"),
        [
            bridge_table(outcome, groups),
            *([_bridge(outcome)] if names_somebody else []),
            *(
                one if names_somebody else _of_nobody(one)
                for one in (_differences(outcome, groups), _matched(outcome))
            ),
        ],
        facts=facts,
        checks=checks,
        at=datetime.combine(day, time(), UTC),
    )


def _lines(outcome: Outcome) -> str:
    return f"{len(outcome.ours.ids):,} / {len(outcome.theirs.ids):,}"


def _of_nobody(table: TableDefinition) -> TableDefinition:
    """A table without the column of customers: neither file names one."""
    if table.columns[0].key != "customer":
        return table
    rows = [replace(row, cells=row.cells[1:]) for row in table.rows]
    return replace(table, columns=table.columns[1:], rows=rows)


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


def _differences(outcome: Outcome, groups: Sequence[tuple[ShownGroup, int]]) -> TableDefinition:
    """Every difference in words, with its proof, who acts and until when."""
    say = reader.get().sentence
    rows = []
    for group, customer in groups:
        why = words.why(group, staff=True)
        rows.append(
            Row(
                (
                    outcome.customers.get(customer, ""),
                    say(names.difference_name(group)),
                    say(words.what(group, staff=True)),
                    say(why) if why else "",
                    say(names.note(group.acts, staff=True)) if group.acts != NOBODY else "",
                    group.until,
                    gettext("to be confirmed") if group.is_open else gettext("proved"),
                    _called(outcome.ours, [line.id for line in group.ours]),
                    _first(group.ours),
                    _called(outcome.theirs, [line.id for line in group.theirs]),
                    _first(group.theirs),
                    _amount(group.ours),
                    _amount(group.theirs),
                    group.residual,
                )
            )
        )
    return TableDefinition(
        name=gettext("Differences"),
        columns=(
            Column("customer", gettext("Customer"), width=14),
            Column("type", gettext("Type"), width=20),
            Column("words", gettext("Difference"), width=36),
            Column("proof", gettext("Proof"), width=50),
            Column("acts", gettext("Who acts"), width=18),
            Column("until", gettext("Deadline"), Kind.DATE, width=11),
            Column("state", gettext("State"), width=14),
            Column("our_number", gettext("Our number"), width=18),
            Column("our_day", gettext("Our date"), Kind.DATE, width=11),
            Column("their_number", gettext("Their number"), width=18),
            Column("their_day", gettext("Their date"), Kind.DATE, width=11),
            Column("ours", gettext("Our amount"), Kind.MONEY, width=14),
            Column("theirs", gettext("Their amount"), Kind.MONEY, width=14),
            Column(
                "amount",
                gettext("Difference, %(currency)s", currency=outcome.currency),
                Kind.SIGNED,
                width=16,
            ),
        ),
        rows=rows,
        totals={"amount": Money.total((group.residual for group, _ in groups), outcome.currency)},
        empty=gettext("Both books agree."),
    )


def _called(book: Book, places: Sequence[int]) -> str:
    """By its number, else by where it stands in its file."""
    return ", ".join(
        book.numbers[place] or gettext("row %(row)s", row=book.rows[place]) for place in places
    )


def _first(lines: Sequence[ShownLine]) -> date | None:
    return min((line.on for line in lines), default=None)


def _amount(lines: Sequence[ShownLine]) -> Money | None:
    if not lines:
        return None
    return Money.total((line.amount for line in lines), lines[0].amount.currency)


def _note(outcome: Outcome, number: int) -> str:
    """How the numbers of a pair differ, where it can be seen."""
    ours, theirs = outcome.lines_of[0][number], outcome.lines_of[1][number]
    if len(ours) != 1 or len(theirs) != 1:
        return ""
    note = numbers_apart.note(outcome.ours.numbers[ours[0]], outcome.theirs.numbers[theirs[0]])
    return "" if note is None else reader.get().sentence(note)


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
        ours = _called(outcome.ours, outcome.lines_of[0][number])
        theirs = _called(outcome.theirs, outcome.lines_of[1][number])
        amount = int(outcome.ours.lines.amount[outcome.lines_of[0][number]].sum())
        rows.append(
            Row(
                (
                    _customer(outcome, number),
                    ours,
                    theirs,
                    say(names.type_name(outcome.groups.difference(number))),
                    _note(outcome, number),
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
            Column("note", gettext("Note"), width=48),
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
