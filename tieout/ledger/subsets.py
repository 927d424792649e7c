"""The only set of open amounts that adds up to what came in, if there is exactly one."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Sums of one half that are looked through; with more, nobody can be sure there is no other set.
_MOST_SUMS = 1 << 16
#: Up to so many open amounts a set that is the only one is taken at its word.
_FEW = 12
#: Above, the chance that some set fits by accident must be below one in so many.
_ODDS = 100


@dataclass(frozen=True)
class Subset:
    """A set of amounts, the only one with its sum."""

    #: Places of the amounts, rising.
    places: tuple[int, ...]
    #: Whether it is hardly by accident that it fits.
    is_telling: bool


def only_subset(amounts: Sequence[int], wanted: int) -> Subset | None:
    """Find the only set of these amounts that adds up to `wanted`.

    None where there is none, where there are several, or where there are too many sums to be
    sure. Amounts are in minor units and above zero.
    """
    kept = [place for place, amount in enumerate(amounts) if amount <= wanted]
    if sum(amounts[place] for place in kept) < wanted:
        return None
    half = len(kept) // 2
    one = _sums([amounts[place] for place in kept[:half]], wanted)
    other = _sums([amounts[place] for place in kept[half:]], wanted)
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
    if found is None:
        return None
    places = tuple(place for bit, place in enumerate(kept) if found >> bit & 1)
    return Subset(places, _is_telling(len(kept), sum(amounts[place] for place in kept)))


def _sums(amounts: Sequence[int], most: int) -> dict[int, tuple[int, int]] | None:
    """Every sum of these, how often it comes about (once, or more), and one way it does."""
    sums = {0: (1, 0)}
    for bit, amount in enumerate(amounts):
        more = dict(sums)
        for total, (times, mask) in sums.items():
            if total + amount <= most:
                there = more.get(total + amount)
                more[total + amount] = (2, mask) if there else (times, mask | 1 << bit)
        if len(more) > _MOST_SUMS:
            return None
        sums = more
    return sums


def _is_telling(count: int, total: int) -> bool:
    return count <= _FEW or (1 << count) * _ODDS <= total
