"""Checks of whole files: seen before, and what the file says of itself."""

from collections.abc import Iterator

from tieout.i18n import N_, Sentence
from tieout.intake.controls import Control
from tieout.intake.judging.check import EVERYTHING, Check, FileCase, Finding, Severity

POSTED_BEFORE = N_(
    "“%(file)s” was posted before, as import %(batch)s. Rows that stand in the books are passed "
    "over; look at what is left."
)
DOES_NOT_TIE = N_(
    "%(label)s: the file says %(expected)s, its rows come to %(found)s; the difference is "
    "%(difference)s. A row may be missing, or read in another way."
)
DOES_NOT_TIE_AT = N_(
    "%(label)s, row %(row)s: the file says %(expected)s, its rows come to %(found)s; the "
    "difference is %(difference)s. A row may be missing, or read in another way."
)
#: More of them are one and the same mistake.
_MOST = 5
AND_MORE = N_("%(count)s more figures of the file do not tie.")


def file_seen(case: FileCase, _limit: None) -> Iterator[Finding]:
    """Name the import that posted the very same file."""
    if case.posted_before is not None:
        facts = {"file": case.filename, "batch": case.posted_before}
        yield Finding(Sentence(POSTED_BEFORE, facts))


def control_totals(case: FileCase, _limit: None) -> Iterator[Finding]:
    """Name what the file says of itself that its rows do not come to."""
    apart = [control for control in case.controls if not control.ties]
    for control in apart[:_MOST]:
        yield Finding(_sentence(control), about=control.label)
    if len(apart) > _MOST:
        yield Finding(Sentence(AND_MORE, {"count": len(apart) - _MOST}))


def _sentence(control: Control) -> Sentence:
    facts = {
        "label": " ".join(part for part in (control.label, control.account) if part),
        "row": control.row,
        "expected": f"{control.expected:,f} {control.currency}".strip(),
        "found": f"{control.found:,f} {control.currency}".strip(),
        "difference": f"{control.expected - control.found:,f}",
    }
    return Sentence(DOES_NOT_TIE_AT if control.row else DOES_NOT_TIE, facts)


FILE_SEEN = Check(
    "file_seen",
    N_("File that was posted before"),
    N_("The very same file again, whatever its name."),
    EVERYTHING,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look_at_file=file_seen,
)
CONTROL_TOTALS = Check(
    "control_totals",
    N_("Totals and balances that do not tie"),
    N_("What a file says of itself, its sums, counts and balances, is what its rows come to."),
    EVERYTHING,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look_at_file=control_totals,
)
