"""Which of many documents and payments a check may have something to say of, told at once.

A sieve passes over what is plainly in order, so that a check is asked about the others alone. It
may keep one that turns out to be right; it never lets one go of which its check would speak.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tieout.intake.judging.case import Case
from tieout.ledger import rules
from tieout.ledger.models import NEGATIVE
from tieout.money import Money


def locked(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What has its day in a locked period."""
    through = cases[0].books.locked_through
    return () if through is None else [one for one in cases if one.given.issued_on <= through]


def due_early(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What is due in parts, or before its day."""
    return [
        one
        for one in cases
        if (due := one.given.due) and (len(due) > 1 or due[0].due_on < one.given.issued_on)
    ]


def ahead(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What has its day after the file was handed in."""
    received_on = cases[0].books.received_on
    if received_on is None:
        return ()
    return [one for one in cases if one.given.issued_on > received_on]


def before_books(cases: Sequence[Case], limit: date | None) -> Iterable[Case]:
    """What has its day before the books begin."""
    return () if limit is None else [one for one in cases if one.given.issued_on < limit]


def long_ago(cases: Sequence[Case], limit: Decimal | None) -> Iterable[Case]:
    """What has its day so many years before the file was handed in."""
    received_on = cases[0].books.received_on
    if limit is None or received_on is None:
        return ()
    most = limit * 366
    # the fewest whole days that are more than those
    days = int(most) + 1 if most < (received_on - date.min).days else None
    if days is None:
        return ()
    first = received_on - timedelta(days=days)
    return [one for one in cases if one.given.issued_on <= first]


def lines_apart(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What comes to something else than its lines."""
    return [
        one
        for one in cases
        if (lines := one.given.lines)
        and abs(sum([line.amount.minor for line in lines]) - one.given.amount.minor) > len(lines)
    ]


def against_the_rules(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What may be against the rules of the books."""
    doubtful = rules.doubtful([one.given for one in cases])
    return [cases[place] for place in doubtful]


def price_apart(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """Lines whose quantity and price may be another amount than they say."""
    cents = {one.group.currency: Money(1, one.given.amount.currency).decimal for one in cases}
    return [
        one
        for one in cases
        if _says_another([row.row.values for row in one.group.rows], cents[one.group.currency])
    ]


def _says_another(rows: Sequence[dict[str, Any]], cent: Decimal) -> bool:
    for values in rows:
        if "net_price" in values and "line_net" in values:
            return True
        if "unit_price" in values and "line_amount" in values and "quantity" in values:
            try:
                product = abs(values["quantity"] * values["unit_price"])
                if abs(product - abs(values["line_amount"])) > cent:
                    return True
            except (TypeError, ArithmeticError):
                return True
    return False


def with_tax(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What states a tax."""
    return [one for one in cases if one.given.tax is not None]


def rows_with_tax(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What states a tax in a row."""
    return [one for one in cases if [row for row in one.group.rows if "tax" in row.row.values]]


def kept_back(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What is kept back in part."""
    return [
        one
        for one in cases
        if one.given.due and [part for part in one.given.due if part.is_retention]
    ]


def with_agreed_prices(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """Everything, where any price is agreed."""
    return () if cases[0].books.prices is None else cases


def without_account(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What opens an account."""
    return [one for one in cases if not one.group.account_id]


def of_inactive(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What is of customers that are marked as inactive."""
    inactive = cases[0].books.inactive
    return [one for one in cases if one.group.customer_id in inactive] if inactive else ()


def of_stopped(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What is of customers nothing is delivered to."""
    stopped = cases[0].books.stopped
    return [one for one in cases if one.group.customer_id in stopped] if stopped else ()


def again(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What has a row that stands in its file before."""
    return [one for one in cases if [row for row in one.group.rows if row.occurrence > 1]]


def nothing(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What comes to nothing."""
    return [one for one in cases if not one.given.amount.minor]


def returned(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """What has a line below zero though it is no credit note."""
    return [
        one
        for one in cases
        if [
            line
            for line in one.given.lines
            if line.quantity is not None and line.quantity.is_signed()
        ]
        and one.given.kind not in NEGATIVE
    ]


def unusual(cases: Sequence[Case], _limit: Any) -> Iterable[Case]:
    """Everything, where accounts have documents to be held against."""
    return cases if cases[0].books.usual else ()
