"""The only set of open amounts that adds up to what came in, if there is exactly one."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

#: Sums of one half that are looked through; with more, nobody can be sure there is no other set.
_MOST_SUMS = 1 << 16
#: Sums that are gone through for one account, however many payments look for theirs: a second.
MOST_STEPS = 5_000_000
#: Up to so many open amounts a set that is the only one is taken at its word.
_FEW = 12
#: Above, the chance that some set fits by accident must be below one in so many.
_ODDS = 100


class Steps:
    """How much may still be searched; with nothing left, nothing is found."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most


@dataclass(frozen=True)
class Subset:
    """A set of amounts, the only one with its sum."""

    #: Places of the amounts, rising.
    places: tuple[int, ...]
    #: Whether it is hardly by accident that it fits.
    is_telling: bool


def only_subset(amounts: Sequence[int], wanted: int, steps: Steps | None = None) -> Subset | None:
    """Find the only set of these amounts that adds up to `wanted`.

    None where there is none, where there are several, or where there are too many sums to be
    sure. Amounts are in minor units and above zero. Where less is left over than is wanted, what
    is left over is looked for: everything but one invoice is found as easily as one invoice.
    """
    kept = [place for place, amount in enumerate(amounts) if amount <= wanted]
    total = sum(amounts[place] for place in kept)
    rest = total - wanted
    if rest < 0:
        return None
    some = [place for place in kept if amounts[place] <= rest] if rest < wanted else kept
    found = _only([amounts[place] for place in some], min(rest, wanted), steps or Steps())
    if found is None:
        return None
    chosen = {place for bit, place in enumerate(some) if found >> bit & 1}
    if rest < wanted:
        chosen = set(kept) - chosen
    return Subset(tuple(sorted(chosen)), _is_telling(len(kept), total))


def _only(amounts: Sequence[int], wanted: int, steps: Steps) -> int | None:
    """The only choice of these with a sum, a bit for each; each of them is at most that sum."""
    half = len(amounts) // 2
    one = _sums(amounts[:half], wanted, steps)
    other = None if one is None else _sums(amounts[half:], wanted, steps)
    if one is None or other is None:
        return None
    found: int | None = None
    for total, (times, mask) in one.items():
        fits = other.get(wanted - total)
        if fits is None:
            continue
        if found is not None or times > 1 or fits[0] > 1:
            return None
        found = mask | fits[1] << half
    return found


def _sums(amounts: Sequence[int], most: int, steps: Steps) -> dict[int, tuple[int, int]] | None:
    """Every sum of these, how often it comes about (once, or more), and one way it does."""
    if _too_many(amounts, most):
        return None
    sums = {0: (1, 0)}
    for bit, amount in enumerate(amounts):
        steps.left -= len(sums)
        if steps.left < 0 or len(sums) > _MOST_SUMS:
            return None
        room = most - amount
        for total, (times, mask) in [one for one in sums.items() if one[0] <= room]:
            there = sums.get(total + amount)
            sums[total + amount] = (2, mask) if there else (times, mask | 1 << bit)
    return None if len(sums) > _MOST_SUMS else sums


def _too_many(amounts: Sequence[int], most: int) -> bool:
    """Whether there are surely more sets than sums are looked through, told without making them.

    Of the amounts up to a third of the sum, any three fit; and so for every size.
    """
    rising = sorted(set(amounts))
    size = 1
    while (fit := bisect_right(rising, most // size)) >= size:
        if comb(fit, size) > _MOST_SUMS:
            return True
        size += 1
    return False


def _is_telling(count: int, total: int) -> bool:
    return count <= _FEW or (1 << count) * _ODDS <= total
