"""When a document is due: on one day, in instalments row by row, part of it kept back (质保金)."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tieout.i18n import N_, Sentence
from tieout.intake.amounts import money_of
from tieout.intake.judging.books import Books
from tieout.intake.judging.rows import Group, Refused
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.ledger.inputs import DuePart
from tieout.money import Money

RELEASE = "retention_release"
#: The fields that say what is kept back.
_KEPT = frozenset({"retention", "retention_rate"})
#: Where neither the file nor the company says how long: the usual guarantee.
_MONTHS = 12

DUE_DAYS_DIFFER = N_(
    "The rows of %(number)s fall due on different days, %(one)s and %(other)s, without saying what "
    "each comes to. Map the amounts as “Line amount” for instalments, or correct one of the days."
)
INSTALMENT_WRONG = N_(
    "The rows of %(number)s that fall due on %(day)s come to %(sum)s; an instalment stands on the "
    "document’s own side. Correct the days or the amounts."
)
KEPT_BELOW_ZERO = N_("%(kept)s cannot be kept back. Correct it, or leave it empty.")
KEPT_TOO_MUCH = N_(
    "%(kept)s of %(number)s is to be kept back, more than %(whole)s. Correct one of them, or map "
    "the column of the whole amount."
)


def due_parts(
    mapping: Mapping,
    group: Group,
    amount: Money,
    values: Sequence[Decimal | None],
    books: Books,
) -> tuple[DuePart, ...]:
    """Say which part of a document is due when; empty for all of it by the account's terms.

    Raises:
        Refused: the rows contradict one another, or more is kept back than there is.
    """
    parts = _said(mapping, group, amount, values)
    kept = kept_back(mapping, group, amount)
    if kept is None or not kept.minor:
        return parts
    if not parts:
        days = books.days_of(group.account_id, group.customer_id or 0)
        parts = (DuePart(_issued_on(group) + timedelta(days=days), amount),)
    last = parts[-1]
    rest = last.amount - kept
    if abs(kept.minor) > abs(last.amount.minor):
        facts = {"kept": abs(kept), "number": _number(group), "whole": abs(last.amount)}
        raise Refused(group.first, Problem(Sentence(KEPT_TOO_MUCH, facts), "retention"))
    until = kept_until(group, books)
    open_parts = (DuePart(last.due_on, rest),) if rest.minor else ()
    return (*parts[:-1], *open_parts, DuePart(until, kept, is_retention=True))


def kept_back(mapping: Mapping, group: Group, amount: Money) -> Money | None:
    """What is kept back of a document, on its own side: as it says, else by its percentage."""
    if all(_KEPT.isdisjoint(row.row.values) for row in group.rows):
        return None
    said = [v for row in group.rows if (v := row.row.number_of("retention")) is not None]
    rates = [v for row in group.rows if (v := row.row.number_of("retention_rate")) is not None]
    if said:
        value = said[0] if _is_of_document(group, said) else sum(said, Decimal(0))
    elif rates:
        value = (abs(amount.decimal) * rates[0] / 100).quantize(
            Money(1, amount.currency).decimal, ROUND_HALF_UP
        )
    else:
        return None
    if value < 0 <= amount.minor:
        shown = Sentence(KEPT_BELOW_ZERO, {"kept": f"{value.normalize():f}"})
        raise Refused(group.first, Problem(shown, "retention"))
    kept = group.checked("retention", lambda: money_of(mapping, abs(value), amount.currency))
    return -kept if amount.minor < 0 else kept


def kept_until(group: Group, books: Books) -> date:
    """The day on which what is kept back falls due: as said, else so many months later."""
    said = [day for row in group.rows if (day := row.row.day("retention_due"))]
    return said[0] if said else months_after(_issued_on(group), months_kept(books))


def months_kept(books: Books) -> int:
    """How long it is kept back where no day is said."""
    limit = books.checks.limit(RELEASE)
    return int(limit) if limit is not None else _MONTHS


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _said(
    mapping: Mapping, group: Group, amount: Money, values: Sequence[Decimal | None]
) -> tuple[DuePart, ...]:
    by_row = [row.row.day("due_date") for row in group.rows]
    days = sorted({day for day in by_row if day is not None})
    if len(days) < 2:
        return (DuePart(days[0], amount),) if days else ()
    if any(value is None for value in values) or None in by_row:
        second = next(row for row, day in zip(group.rows, by_row, strict=True) if day != by_row[0])
        facts = {"number": _number(group), "one": days[0], "other": days[-1]}
        raise Refused(second, Problem(Sentence(DUE_DAYS_DIFFER, facts), "due_date"))
    sums = dict.fromkeys(days, Decimal(0))
    for day, value in zip(by_row, values, strict=True):
        assert day is not None and value is not None  # noqa: S101, PT018 - looked at above
        sums[day] += value
    turn = -1 if (sum(sums.values()) < 0) != (amount.minor < 0) else 1
    return tuple(
        DuePart(day, _instalment(mapping, group, amount, day, total * turn))
        for day, total in sums.items()
    )


def _instalment(mapping: Mapping, group: Group, amount: Money, day: date, value: Decimal) -> Money:
    part = group.checked("line_amount", lambda: money_of(mapping, value, amount.currency))
    if not part.minor or (part.minor < 0) != (amount.minor < 0):
        facts = {"number": _number(group), "day": day, "sum": part}
        raise Refused(group.first, Problem(Sentence(INSTALMENT_WRONG, facts), "due_date"))
    return part


def _is_of_document(group: Group, said: Sequence[Decimal]) -> bool:
    """Whether each row repeats what is kept back of the whole document."""
    return "_signed" in group.first.row.values and len(set(said)) == 1


def _issued_on(group: Group) -> date:
    day = group.first.row.day("date")
    assert day is not None  # noqa: S101 - a row without its day is refused before
    return day


def _number(group: Group) -> str:
    return group.first.row.text("number")
