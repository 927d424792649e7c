"""The rules what is to be posted is held against: each a small function in one visible table.

A check gets a document to be and says what is wrong with it, or nothing. Built-ins stand in
`CHECKS`; plug-ins add theirs through the entry points `tieout.checks`.
"""

from datetime import timedelta
from typing import Protocol

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.judging.books import Books
from tieout.intake.places import Problem
from tieout.ledger import rules
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.locks import PeriodLocked
from tieout.ledger.words import kind_name
from tieout.registry import Registry

DUE_BEFORE_ISSUED = N_(
    "The due date %(due_on)s lies before the date %(issued_on)s. Correct one of them."
)


class Check(Protocol):
    """A rule for what is to be posted."""

    def __call__(self, given: DocumentInput, books: Books) -> Problem | None:
        """Say what is wrong, or nothing."""


CHECKS: Registry[Check] = Registry(
    "tieout.checks",
    rules_of_the_books="tieout.intake.judging.checks:rules_of_the_books",
    open_period="tieout.intake.judging.checks:open_period",
    due_after_issued="tieout.intake.judging.checks:due_after_issued",
)


def rules_of_the_books(given: DocumentInput, books: Books) -> Problem | None:
    """Hold a document against what every posting is held against."""
    try:
        rules.check(given, given.amount.currency)
    except InvalidInput as error:
        return Problem(error.sentence, "amount")
    return None


def open_period(given: DocumentInput, books: Books) -> Problem | None:
    """Refuse a day in a locked period, naming the first open day."""
    through = books.locked_through
    if through is None or given.issued_on > through:
        return None
    locked = PeriodLocked(
        number=given.number or kind_name(given.kind),
        day=given.issued_on,
        through=through,
        first_open_day=through + timedelta(days=1),
    )
    return Problem(locked.sentence, "date")


def due_after_issued(given: DocumentInput, books: Books) -> Problem | None:
    """Refuse a document that would be due before it was made."""
    for part in given.due:
        if part.due_on < given.issued_on:
            facts = {"due_on": part.due_on, "issued_on": given.issued_on}
            return Problem(Sentence(DUE_BEFORE_ISSUED, facts), "due_date")
    return None


def problem_of(given: DocumentInput, books: Books) -> Problem | None:
    """The first thing that is wrong with a document, if anything is."""
    for name in CHECKS:
        if (problem := CHECKS[name](given, books)) is not None:
            return problem
    return None
