"""Quiet hours: when a reminder may reach a customer, by the clock where the customer is.

Pure: a span that goes over midnight is one night; where both ends are the same there is none.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Longest run of free days that is looked over for the next day reminders may leave on.
LONGEST = 60


def opens(
    at: datetime, zone: str, begins: time, ends: time, is_free: Callable[[date], bool]
) -> datetime | None:
    """When a reminder may leave that would leave now; None: at once.

    Quiet are the hours from `begins` to `ends`, and the whole of each free day.
    """
    there = ZoneInfo(zone)
    local = at.astimezone(there)
    day, clock = local.date(), local.time()
    if begins <= ends:
        is_quiet, waits_till_tomorrow = begins <= clock < ends, False
    else:
        is_quiet = clock >= begins or clock < ends
        waits_till_tomorrow = clock >= begins
    if not is_quiet and not is_free(day):
        return None
    if waits_till_tomorrow or (is_free(day) and not is_quiet):
        day += timedelta(days=1)
    for _ in range(LONGEST):
        if not is_free(day):
            break
        day += timedelta(days=1)
    opening = ends if is_quiet or begins > ends else time(0)
    return max(datetime.combine(day, opening, there).astimezone(UTC), at)
