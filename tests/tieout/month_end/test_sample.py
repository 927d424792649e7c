"""An auditor's sample can be drawn again, and owes nothing to the order of the books."""

from hypothesis import given
from hypothesis import strategies as st

from tieout.money import Money
from tieout.month_end import sample
from tieout.month_end.moved import AccountMoved
from tieout.month_end.sample import ABOVE, KEY, RANDOM, STRATIFIED, Draw
from tieout.month_end.stages import Standing

NOTHING = Money.zero("CNY")


def accounts(*balances: int) -> list[AccountMoved]:
    """Accounts C-0001 … with these balances in yuan."""
    return [_account(no, Money.of(balance, "CNY")) for no, balance in enumerate(balances, 1)]


def _account(no: int, balance: Money) -> AccountMoved:
    standing = Standing(
        no, f"C-{no:04}", f"Customer {no}", None, no, balance, None, "no_answer", False, ()
    )
    return AccountMoved(standing, NOTHING, {}, balance, NOTHING, None)


def codes(rows: list[sample.Drawn]) -> set[str]:
    return {row.account.standing.code for row in rows}


def draw(method: str, size: int = 5, above: int = 10**6, seed: str = "2026-06") -> Draw:
    return Draw(method, seed, size, Money.of(above, "CNY"))


def test_everything_from_an_amount_counts_credit_balances_too() -> None:
    rows = sample.drawn(accounts(500, 499, -700, 0), draw(ABOVE, above=500))

    assert codes(rows) == {"C-0001", "C-0003"}


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    books = accounts(*range(100, 200))

    assert sample.drawn(books, draw(RANDOM)) == sample.drawn(books[::-1], draw(RANDOM))
    assert codes(sample.drawn(books, draw(RANDOM))) != codes(
        sample.drawn(books, draw(RANDOM, seed="another"))
    )


def test_the_large_ones_are_all_taken_and_each_stratum_gives_its_share() -> None:
    books = accounts(10_000, *[900] * 10, *[300] * 30, *[90] * 100)
    rows = sample.drawn(books, draw(STRATIFIED, size=9, above=5_000))

    assert [row.stratum for row in rows] == [KEY, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_nothing_is_drawn_where_nothing_is_owed() -> None:
    for method in sample.METHODS:
        assert sample.drawn(accounts(0, 0), draw(method)) == []


@given(
    st.lists(st.integers(-10_000, 10_000), max_size=40),
    st.integers(0, 50),
    st.integers(0, 5_000),
    st.sampled_from(list(sample.METHODS)),
)
def test_nobody_is_drawn_twice_and_as_many_as_asked_for(
    balances: list[int], size: int, above: int, method: str
) -> None:
    books = accounts(*balances)
    rows = sample.drawn(books, draw(method, size, above))
    owing = [one for one in books if one.closing]
    large = [one for one in owing if abs(one.closing.decimal) >= above]

    assert len(codes(rows)) == len(rows)
    expected = {
        RANDOM: min(size, len(owing)),
        ABOVE: len(large),
        STRATIFIED: len(large) + min(size, len(owing) - len(large)),
    }
    assert len(rows) == expected[method]
