"""Whose row it is: by code, name, tax number, or by the invoice a payment names."""

from collections.abc import Iterator

from tieout.i18n import N_, Sentence
from tieout.intake.judging.books import Books
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.intake.understanding import UnderstoodRow

UNKNOWN = N_(
    "There is no customer “%(text)s”. Choose the customer here, or add it first and check the rows "
    "again."
)
AMBIGUOUS = N_("“%(text)s” could be any of these customers: %(known)s. Choose one.")
NOBODY = N_("The row names no customer. Choose one, or leave the row out.")
SEVERAL = N_("The text names documents of several customers: %(known)s. Choose the one who paid.")

#: Checks that are put right by saying whose a row is.
ABOUT_CUSTOMERS = ("customer_unknown", "customer_ambiguous", "customer_missing")
#: The fields that name a customer, the surest first.
NAMING = ("customer_code", "tax_id", "customer_name", "payer")


def customer_of(mapping: Mapping, row: UnderstoodRow, books: Books) -> int | Problem:
    """Find whose row it is, or say what has to be decided."""
    if mapping.is_one_customer and mapping.customer_code:
        return _by(mapping, "customer_code", mapping.customer_code, books)
    problem: Problem | None = None
    says_nobody = True
    for field, text in _said(row):
        says_nobody = False
        found = _by(mapping, field, text, books)
        if isinstance(found, int):
            return found
        problem = problem or found
        if field == "customer_code" and mapping.kind != BatchKind.PAYMENTS:
            return found  # a code that is wrong is not made right by a name beside it
    if mapping.kind == BatchKind.PAYMENTS:
        paid = books.named.get(remittance_of(row), set())
        if len(paid) == 1:
            return next(iter(paid))
        if len(paid) > 1:
            codes = ", ".join(sorted(books.directory.codes[one] for one in paid))
            several = Sentence(SEVERAL, {"known": codes})
            return books.checks.problem("customer_ambiguous", several, "customer_code", codes)
    if says_nobody and (clearing := clearing_code(mapping, books)):
        return _by(mapping, "customer_code", clearing, books)
    return problem or books.checks.problem("customer_missing", Sentence(NOBODY), "customer_code")


def clearing_code(mapping: Mapping, books: Books) -> str:
    """Who gets the rows that name nobody: as decided for the file, else by the company's rule.

    Money is never given to a clearing customer by rule: who paid is found out.
    """
    if mapping.customer_code or mapping.kind == BatchKind.PAYMENTS:
        return mapping.customer_code
    return books.clearing


def remittance_of(row: UnderstoodRow) -> str:
    """What a payment says it is for."""
    return row.text("remittance")


def naming(row: UnderstoodRow) -> str:
    """What a row calls its customer, as it is shown and decided on."""
    return next((text for name in NAMING if (text := row.text(name))), "")


def _said(row: UnderstoodRow) -> Iterator[tuple[str, str]]:
    for field in NAMING:
        if text := row.text(field):
            yield field, text


def _by(mapping: Mapping, field: str, text: str, books: Books) -> int | Problem:
    found = books.directory.find(text)
    if len(found) == 1:
        return found[0]
    if not found:
        return books.checks.problem(
            "customer_unknown", Sentence(UNKNOWN, {"text": text}), field, text
        )
    known = ", ".join(books.directory.codes[one] for one in found)
    several = Sentence(AMBIGUOUS, {"text": text, "known": known})
    return books.checks.problem("customer_ambiguous", several, field, text)
