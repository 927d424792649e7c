"""An auditor's own sample of accounts: drawn by a seed, and drawn the same by whoever draws again.

The order of a draw comes from the seed and the customer's code alone: neither the order of the
books nor an account added later changes which of two others comes first.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tieout.i18n import N_
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.month_end.moved import GROUPS, AccountMoved
from tieout.periods import Period

RANDOM, ABOVE, STRATIFIED = "random", "above", "stratified"
#: The ways to draw, as people read them.
METHODS = {
    RANDOM: N_("At random"),
    ABOVE: N_("Everything from an amount"),
    STRATIFIED: N_("Everything from an amount, the rest by strata"),
}
#: Into how many the rest is parted by size; each holds about as much money as the others.
STRATA = 3
#: The stratum of what is taken for its size.
KEY = 0


@dataclass(frozen=True)
class Draw:
    """How a sample is drawn."""

    method: str
    seed: str
    #: How many are drawn beside those taken for their size.
    size: int
    #: From here on an account is taken for its size.
    above: Money


@dataclass(frozen=True, slots=True)
class Drawn:
    """An account of the sample, and the stratum it comes from."""

    account: AccountMoved
    #: `KEY` where it was taken for its size, else 1 to `STRATA`; 1 at random.
    stratum: int


def drawn(population: Iterable[AccountMoved], draw: Draw) -> list[Drawn]:
    """Draw a sample from the accounts with a balance, the largest first."""
    accounts = [one for one in population if one.closing]
    if draw.method == RANDOM:
        found = [Drawn(one, 1) for one in _first(accounts, draw.size, draw.seed)]
    else:
        found = [Drawn(one, KEY) for one in accounts if abs(one.closing) >= draw.above]
        if draw.method == STRATIFIED:
            rest = [one for one in accounts if abs(one.closing) < draw.above]
            found += _by_strata(rest, draw)
    return sorted(found, key=lambda one: (one.stratum, *_size(one.account)))


def receipts_after(session: Session, period: Period, accounts: Collection[int]) -> dict[int, Money]:
    """What was paid on accounts after the last day of a period, as a positive amount."""
    rows = session.execute(
        select(Document.account_id, Document.currency, func.sum(Document.amount_minor))
        .where(
            Document.issued_on > period.end,
            Document.kind.in_(GROUPS["payments"]),
            Document.account_id.in_(accounts),
        )
        .group_by(Document.account_id, Document.currency)
    )
    return {account_id: -Money(int(total), currency) for account_id, currency, total in rows}


def _by_strata(rest: Sequence[AccountMoved], draw: Draw) -> list[Drawn]:
    """Draw from each stratum alike; what one cannot give, the next ones give."""
    found: list[Drawn] = []
    left = draw.size
    parts = sorted(enumerate(_strata(rest), 1), key=lambda part: (len(part[1]), part[0]))
    for at, (stratum, accounts) in enumerate(parts):
        share = -(-left // (len(parts) - at))  # rounded up: the smallest strata first
        chosen = _first(accounts, share, draw.seed)
        found += [Drawn(one, stratum) for one in chosen]
        left -= len(chosen)
    return found


def _strata(accounts: Sequence[AccountMoved]) -> list[list[AccountMoved]]:
    """Part accounts by size, the largest first, each part holding a like amount."""
    parts: list[list[AccountMoved]] = [[] for _ in range(STRATA)]
    whole = sum(abs(one.closing.minor) for one in accounts)
    before = 0
    for one in sorted(accounts, key=_size):
        parts[before * STRATA // whole].append(one)
        before += abs(one.closing.minor)
    return parts


def _first(accounts: Sequence[AccountMoved], size: int, seed: str) -> list[AccountMoved]:
    return sorted(accounts, key=lambda one: _rank(one, seed))[:size]


def _rank(one: AccountMoved, seed: str) -> str:
    text = f"{seed}|{one.standing.code}|{one.closing.currency}"
    return hashlib.sha256(text.encode()).hexdigest()


def _size(one: AccountMoved) -> tuple[int, str]:
    return -abs(one.closing.minor), one.standing.code
