"""What the outcome must not depend on: how rows are numbered, and which book is called ours."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import LONG
from tieout.matching import PASSES, Groups, Kind, Line, Lines, Rules, reconcile
from tieout.matching.engine import turned_rules

MOST = 300 if LONG else 12
DAY = date(2026, 1, 1)
#: Who sells and who buys decides these: what a bank keeps back, what was granted, whether several
#: lines were summed up or one was divided, and by whose habits a line in another account is looked
#: for.
_BY_ROLE = ("sums_by_date", "sums_less_fee", "amount_in_other_account")
NEITHER_SELLS = Rules(
    discount_rates=(),
    max_bank_fee=0,
    passes=tuple(rule.name for rule in PASSES if rule.name not in _BY_ROLE),
)
RULES = Rules(cutoff=date(2026, 3, 31))
#: A list price, what is nearly one, sums of both, and amounts of their own.
AMOUNTS = (12_000, 12_000, 12_000, 9_900, 21_900, 12_003, 21_000, 1_200, 33_817, 45_817, 5_430_07)
KINDS = (Kind.INVOICE, Kind.INVOICE, Kind.PAYMENT, Kind.UNKNOWN)
REFERENCES = ("", "INV-{0}", "V{0}", "INV-2026-{0:06}", "F-24{0:02}", "Invoice {0:03}")

WORLD = st.tuples(st.integers(0, 1 << 32), st.integers(1, 60), st.integers(2, 120))


def books(seed: int, days: int, count: int) -> tuple[list[Line], list[Line]]:
    """Two books of crowded days: theirs has most lines of ours, some days later, and others."""
    chance = Random(seed)

    def line(number: int) -> Line:
        kind = chance.choice(KINDS)
        amount = chance.choice(AMOUNTS) + chance.choice((0, 0, 0, 1_000 * number))
        return Line(
            number,
            chance.choice((1, 1, 1, 2)),
            DAY + timedelta(chance.randrange(days)),
            -amount if kind == Kind.PAYMENT else amount,
            kind,
            chance.choice(REFERENCES).format(chance.randrange(40)),
        )

    ours = [line(number) for number in range(1, count + 1)]
    theirs = []
    for number, mine in enumerate(ours, start=1):
        other = line(number) if chance.random() < 0.2 else mine
        later = other.on + timedelta(chance.randrange(5))
        reference = chance.choice((other.reference, "", f"V{chance.randrange(40)}"))
        theirs.append(other._replace(id=number, on=later, reference=reference))
    return ours, theirs


def content(line: Line) -> str:
    """What a line says, but for its number."""
    return f"{line.customer} {line.on} {line.amount} {line.kind} {line.reference}"


#: What the lines of a group say, ours and theirs.
Group = tuple[tuple[str, ...], tuple[str, ...]]


def said(groups: Groups, ours: Iterable[Line], theirs: Iterable[Line]) -> Counter[Group]:
    """What stands together, by what the lines say: twins cannot be told apart."""
    sides: list[tuple[list[str], list[str]]] = [([], []) for _ in range(len(groups))]
    for side, (lines, numbers) in enumerate(((ours, groups.ours), (theirs, groups.theirs))):
        for line, number in zip(lines, numbers.tolist(), strict=True):
            sides[number][side].append(content(line))
    return Counter((tuple(sorted(mine)), tuple(sorted(other))) for mine, other in sides)


@given(world=WORLD, chance=st.randoms(use_true_random=False))
@settings(max_examples=MOST, deadline=None)
def test_rows_and_customers_may_be_numbered_in_any_order(
    world: tuple[int, int, int], chance: Random
) -> None:
    ours, theirs = books(*world)

    def anew(lines: list[Line]) -> list[Line]:
        mixed = chance.sample(lines, len(lines))
        return [
            line._replace(id=number, customer=90 - line.customer)
            for number, line in enumerate(mixed, start=1)
        ]

    def back(lines: list[Line]) -> list[Line]:
        return [line._replace(customer=90 - line.customer) for line in lines]

    groups = reconcile(Lines.of(ours), Lines.of(theirs), RULES)
    mine, other = anew(ours), anew(theirs)
    again = reconcile(Lines.of(mine), Lines.of(other), RULES)

    assert said(again, back(mine), back(other)) == said(groups, ours, theirs)


@given(world=WORLD)
@settings(max_examples=MOST, deadline=None)
def test_either_book_may_be_called_ours(world: tuple[int, int, int]) -> None:
    ours, theirs = books(*world)

    groups = reconcile(Lines.of(ours), Lines.of(theirs), NEITHER_SELLS)
    turned = reconcile(Lines.of(theirs), Lines.of(ours), turned_rules(NEITHER_SELLS))

    mirrored: Counter[Group] = Counter()
    for (other, mine), count in said(turned, theirs, ours).items():
        mirrored[mine, other] = count
    assert mirrored == said(groups, ours, theirs)
