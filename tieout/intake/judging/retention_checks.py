"""Checks of what is kept back: until when, and whether amount and percentage agree."""

from collections.abc import Iterator
from decimal import Decimal

from tieout.i18n import N_, Sentence
from tieout.intake.judging import sieves
from tieout.intake.judging.case import Case
from tieout.intake.judging.check import DOCUMENTS, Check, Finding, Limit, Severity, Takes
from tieout.intake.judging.due import months_kept
from tieout.money import Money

RELEASE_UNSAID = N_(
    "%(kept)s of %(number)s is kept back, and nothing says until when. Taken as it is, it falls "
    "due on %(day)s, %(months)s months after the document. Or fill in “Retention until”."
)
RATE_DIFFERS = N_(
    "%(rate)s %% of %(amount)s are %(worked_out)s, but %(kept)s is kept back. Look whether the "
    "amount is the whole of the document."
)


def release(case: Case, _limit: Decimal | None) -> Iterator[Finding]:
    """Find what is kept back without a day."""
    if not any(part.is_retention for part in case.given.due):
        return
    said = [row.row for row in case.group.rows]
    if any(row.day("retention_due") for row in said):
        return
    if not any({"retention", "retention_rate"} & row.values.keys() for row in said):
        return  # entered by hand, each part with its day
    for part in case.given.due:
        if part.is_retention:
            facts = {
                "kept": abs(part.amount),
                "number": case.given.number,
                "day": part.due_on,
                "months": months_kept(case.books),
            }
            yield Finding(Sentence(RELEASE_UNSAID, facts), "retention_due")


def rate_and_amount(case: Case, _limit: None) -> Iterator[Finding]:
    """Find an amount kept back that is not the percentage said beside it, beyond a cent."""
    kept = next((part.amount for part in case.given.due if part.is_retention), None)
    rate = case.group.first.row.number_of("retention_rate")
    if kept is None or rate is None:
        return
    amount = case.given.amount
    cent = Money(1, amount.currency).decimal
    worked_out = abs(amount.decimal) * rate / 100
    if abs(worked_out - abs(kept.decimal)) > cent:
        facts = {
            "rate": f"{rate.normalize():f}",
            "amount": abs(amount),
            "worked_out": Money.of(worked_out.quantize(cent), amount.currency),
            "kept": abs(kept),
        }
        yield Finding(Sentence(RATE_DIFFERS, facts), "retention")


RETENTION_RELEASE = Check(
    "retention_release",
    N_("Kept back without a day"),
    N_("What is kept back of a document (retention) falls due on a day of its own."),
    DOCUMENTS,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=release,
    sieve=sieves.kept_back,
    limit=Limit(Takes.NUMBER, N_("Months it is kept back where no day is said"), "12"),
)
RETENTION_RATE = Check(
    "retention_rate",
    N_("Kept back: amount and per cent differ"),
    N_("Where a row says both, the amount kept back is that part of the document, to a cent."),
    DOCUMENTS,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=rate_and_amount,
    sieve=sieves.kept_back,
)
