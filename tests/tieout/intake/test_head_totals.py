"""Settlements of a marketplace: what the first row states is what the entries below come to."""

import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from tieout.intake.controls import Control
from tieout.intake.uploads import inspect, opened

HEADINGS = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency "
    "transaction-type order-id marketplace-name amount-type amount-description amount posted-date "
    "sku quantity-purchased"
).split()


def _point(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _settlement(
    number: int, seed: int, written: Callable[[Decimal], str]
) -> tuple[list[str], Decimal]:
    """The rows of one settlement, and what they come to."""
    draw = random.Random(seed)
    amounts = [Decimal(draw.randint(-3_000, 20_000)) / 100 for _ in range(draw.randint(3, 7))]
    total = sum(amounts, Decimal(0))
    days = "2026-06-01", "2026-06-14", "2026-06-16"
    rows = ["\t".join([str(number), *days, written(total), "EUR", *[""] * 9])]
    for place, amount in enumerate(amounts):
        kind = "Refund" if amount < 0 else "Order"
        cells = kind, f"{number}-{place}", "shop.example", "ItemPrice", "Principal"
        day = f"2026-06-{place + 13}"
        rows.append("\t".join([str(number), *[""] * 5, *cells, written(amount), day, "S-1", "1"]))
    return rows, total


def _controls(*settlements: list[str]) -> tuple[Control, ...]:
    text = "\n".join(["\t".join(HEADINGS), *(row for rows in settlements for row in rows)])
    found = inspect(text.encode(), "settlement.txt", None)
    with opened(text.encode(), "settlement.txt", None) as table:
        list(table.chunks(2))  # the same, however the rows are cut
        assert table.controls == found.controls
    return found.controls


@pytest.mark.parametrize("written", [_point, _comma])
def test_each_settlement_comes_to_what_it_states(written: Callable[[Decimal], str]) -> None:
    first, one = _settlement(900, 1, written)
    second, other = _settlement(901, 2, written)

    controls = _controls(first, second)

    assert [(c.label, c.currency, c.expected, c.found, c.row) for c in controls] == [
        ("total-amount", "EUR", one, one, 2),
        ("total-amount", "EUR", other, other, 2 + len(first)),
    ]


def test_a_row_that_is_missing_is_told_in_its_settlement() -> None:
    first, _ = _settlement(900, 3, _point)
    second, _ = _settlement(901, 4, _point)
    missing = Decimal(second[-1].split("\t")[HEADINGS.index("amount")])

    controls = _controls(first, second[:-1])

    assert [c.ties for c in controls] == [True, False]
    assert controls[1].difference == -missing


def test_a_total_in_every_row_states_nothing_of_all() -> None:
    text = "Date,Invoice No,Customer,Amount,Total amount\n2026-06-13,1,Brook,10.00,12.00\n"

    assert inspect(text.encode(), "list.csv", None).controls == ()
