"""What is kept back (质保金): whether a column is its amount or its part, and of which sum."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from decimal import Decimal

from tieout.intake.fields import Reads
from tieout.intake.profile import Profile
from tieout.intake.values.numbers import DecimalMark

#: Of the rows that say all of it, so many tenths prove it.
_MOST = 8
_SUMS = ("amount", "line_amount")


def settle_retention(uses: dict[int, str], profiles: Sequence[Profile]) -> None:
    """Correct a first guess of what is kept back by what the values prove."""
    kept = _column(uses, "retention")
    if kept is None:
        return
    if _is_share(profiles[kept]) and "retention_rate" not in uses.values():
        uses[kept] = "retention_rate"
        return
    whole = _whole(uses, profiles, kept)
    if whole is not None:
        paid, column = whole
        field = uses.pop(paid)
        uses[column] = field


def _is_share(seen: Profile) -> bool:
    """Whether nothing in a column could be an amount: shares such as 0.05."""
    numbers = [number for number in _numbers(seen) if number]
    return bool(numbers) and all(0 < number < 1 for number in numbers)


def _whole(
    uses: Dictionary[int, str], profiles: Sequence[Profile], kept: int
) -> tuple[int, int] | None:
    """Where the amount is what is left: its column, and the one of the whole."""
    amount = next((column for field in _SUMS if (column := _column(uses, field)) is not None), None)
    if amount is None:
        return None
    left, backs = _numbers(profiles[amount]), _numbers(profiles[kept])
    for index, seen in enumerate(profiles):
        if uses.get(index) not in (None, "net_amount") or seen.fit[Reads.AMOUNT] < 0.9:
            continue
        rows = [
            abs(whole) - abs(back) == abs(rest)
            for whole, back, rest in zip(_numbers(seen), backs, left, strict=True)
            if whole is not None and rest is not None and back
        ]
        if rows and sum(rows) * 10 >= len(rows) * _MOST:
            return amount, index
    return None


def _column(uses: Dictionary[int, str], field: str) -> int | None:
    return next((column for column, name in uses.items() if name == field), None)


def _numbers(seen: Profile) -> list[Decimal | None]:
    return seen.numbers(seen.mark.mark or DecimalMark.POINT)
