"""Until when somebody acts about a difference, or it clears by itself; from its days alone."""

from datetime import date, timedelta

from tieout.i18n import N_, Sentence
from tieout.periods import Period
from tieout.reconciliation.vocabulary import ITSELF, NOBODY

EXPECTED_BY = N_("Expected by %(day)s; after that it counts as missing.")


def until(acts: str, *, as_at: date, cleared: date | None, transit_days: int) -> date | None:
    """By when it is gone or done: while it travels, else before the books are compared again."""
    if acts == NOBODY or as_at == date.max:
        return None
    if acts == ITSELF:
        return cleared or as_at + timedelta(days=transit_days)
    return Period.month_of(Period.month_of(as_at).end + timedelta(days=1)).end


def expected(acts: str, day: date | None, *, is_cleared: bool) -> Sentence | None:
    """Until when something is awaited that clears by itself and has not yet."""
    if acts != ITSELF or day is None or is_cleared:
        return None
    return Sentence(EXPECTED_BY, {"day": day})
