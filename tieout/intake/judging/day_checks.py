"""Checks of days: locked, ahead of time, too long ago, due before they begin."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tieout.i18n import N_, Sentence
from tieout.intake.judging import sieves
from tieout.intake.judging.case import Case
from tieout.intake.judging.check import ANY, MONEY, Check, Finding, Limit, Severity, Takes
from tieout.ledger.locks import PeriodLocked
from tieout.ledger.models import DocumentKind
from tieout.ledger.words import kind_name

DUE_BEFORE_ISSUED = N_(
    "The due date %(due_on)s lies before the date %(issued_on)s. Correct one of them."
)
AHEAD = N_(
    "The date %(day)s lies ahead: the file was handed in on %(received_on)s. Correct it, or take "
    "the row as it is."
)
BEFORE_BOOKS = N_(
    "The date %(day)s lies before %(first)s, the first day of the books. Correct it, or bring what "
    "was open then as an opening balance."
)
LONG_AGO = N_("The date %(day)s is more than %(years)s years ago. Check the year.")


def open_period(case: Case, _limit: None) -> Iterator[Finding]:
    """Refuse a day in a locked period, naming the first open day."""
    through, given = case.books.locked_through, case.given
    if through is None or given.issued_on > through:
        return
    locked = PeriodLocked(
        number=given.number or kind_name(given.kind),
        day=given.issued_on,
        through=through,
        first_open_day=through + timedelta(days=1),
    )
    yield Finding(locked.sentence, "date")


def due_after_issued(case: Case, _limit: None) -> Iterator[Finding]:
    """Find a document that would be due before it was made."""
    for part in case.given.due:
        if part.due_on < case.given.issued_on:
            facts = {"due_on": part.due_on, "issued_on": case.given.issued_on}
            yield Finding(Sentence(DUE_BEFORE_ISSUED, facts), "due_date")


def date_ahead(case: Case, limit: Decimal | None) -> Iterator[Finding]:
    """Find a day that had not come when the file was handed in; money arrives a day ahead at most.

    A day of grace covers the time zones of banks.
    """
    received_on = case.books.received_on
    if received_on is None or case.given.issued_on <= received_on:
        return
    days = 1 if case.given.kind == DocumentKind.PAYMENT else int(limit or 0)
    if case.given.issued_on > received_on + timedelta(days=days):
        facts = {"day": case.given.issued_on, "received_on": received_on}
        yield Finding(Sentence(AHEAD, facts), "date")


def date_before_books(case: Case, limit: date | None) -> Iterator[Finding]:
    """Find a day before the books begin."""
    given = case.given
    if limit is None or given.issued_on >= limit or given.kind == DocumentKind.OPENING_BALANCE:
        return
    facts = {"day": given.issued_on, "first": limit}
    yield Finding(Sentence(BEFORE_BOOKS, facts), "date")


def date_old(case: Case, limit: Decimal | None) -> Iterator[Finding]:
    """Find a day so long ago that the year may be wrong."""
    received_on = case.books.received_on
    if limit is None or received_on is None:
        return
    if (received_on - case.given.issued_on).days > limit * 366:
        facts = {"day": case.given.issued_on, "years": limit}
        yield Finding(Sentence(LONG_AGO, facts), "date")


OPEN_PERIOD = Check(
    "open_period",
    N_("Locked period"),
    N_("A period that is closed stays as it was reported."),
    MONEY,
    (Severity.REFUSE,),
    look=open_period,
    sieve=sieves.locked,
)
DUE_AFTER_ISSUED = Check(
    "due_after_issued",
    N_("Due before its date"),
    N_("A document is due on its day at the earliest."),
    MONEY,
    ANY,
    look=due_after_issued,
    sieve=sieves.due_early,
)
DATE_AHEAD = Check(
    "date_ahead",
    N_("Date in the future"),
    N_("Documents may be made ahead by so many days; money never arrives before it does."),
    MONEY,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=date_ahead,
    sieve=sieves.ahead,
    limit=Limit(Takes.NUMBER, N_("Days ahead that are usual"), "31"),
)
DATE_BEFORE_BOOKS = Check(
    "date_before_books",
    N_("Date before the books begin"),
    N_("What happened before the first day comes in as opening balances."),
    MONEY,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=date_before_books,
    sieve=sieves.before_books,
    limit=Limit(Takes.DAY, N_("First day of the books")),
)
DATE_OLD = Check(
    "date_old",
    N_("Date long ago"),
    N_("A year typed wrongly looks like a document from another age."),
    MONEY,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=date_old,
    sieve=sieves.long_ago,
    limit=Limit(Takes.NUMBER, N_("Years"), "10"),
)
