"""A check: documents dated on a Sunday, on which this company is closed."""

from collections.abc import Iterator

from tieout.i18n import N_, Sentence
from tieout.intake.judging.case import Case
from tieout.intake.judging.check import DOCUMENTS, Check, Finding, Limit, Severity, Takes

ON_SUNDAY = N_("%(day)s is a Sunday, and we are closed. Check the date.")
SUNDAY = 7


def closed_on_sundays(case: Case, most: int | None) -> Iterator[Finding]:
    """Find documents of a Sunday; small ones, up to the limit, come from the web shop."""
    given = case.given
    if given.issued_on.isoweekday() != SUNDAY:
        return
    if most is not None and abs(given.amount.decimal) <= most:
        return
    yield Finding(Sentence(ON_SUNDAY, {"day": given.issued_on}), "date")


WEEKEND = Check(
    name="weekend",
    label=N_("Dated on a Sunday"),
    help=N_("We are closed on Sundays; only the web shop sells, in small amounts."),
    kinds=DOCUMENTS,
    severities=(Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=closed_on_sundays,
    limit=Limit(Takes.NUMBER, N_("Amounts up to this are usual"), "100"),
)
