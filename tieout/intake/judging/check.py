"""What a check is: a rule that is told to people, can be switched, and says what it finds.

A check looks at one thing to be posted with its rows (`look`), or at what is known of a whole
file (`look_at_file`). It says what it finds; how much that weighs the company decides.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.controls import Control
from tieout.intake.judging.rows import Judged
from tieout.intake.kinds import BatchKind

DOCUMENTS = frozenset({BatchKind.DOCUMENTS})
PAYMENTS = frozenset({BatchKind.PAYMENTS})
MONEY = DOCUMENTS | PAYMENTS
MASTER_DATA = frozenset({BatchKind.CUSTOMERS, BatchKind.PRODUCTS})
EVERYTHING = MONEY | MASTER_DATA


class Severity(StrEnum):
    """What becomes of a row, or a file, of which a check has something to say."""

    #: It cannot be taken as it is.
    REFUSE = "refuse"
    #: A person puts it right, or takes it as it is.
    DECISION = "decision"
    #: It stands in the books already; nothing is to be done.
    REPEATED = "repeated"
    #: It is taken, and said.
    WARN = "warn"
    OFF = "off"


SEVERITIES: dict[Severity, str] = {
    Severity.REFUSE: N_("Refuse"),
    Severity.DECISION: N_("Ask a person"),
    Severity.REPEATED: N_("Pass over"),
    Severity.WARN: N_("Only say it"),
    Severity.OFF: N_("Off"),
}
#: The strictest first: what most checks may be.
ANY = (Severity.REFUSE, Severity.DECISION, Severity.WARN, Severity.OFF)


class Takes(StrEnum):
    """What the figure or word beside a check is."""

    NUMBER = "number"
    DAY = "day"
    PERCENTAGES = "percentages"
    TEXT = "text"


class LimitNotUnderstood(InvalidInput):
    """A limit a check cannot work with."""

    message = N_("“%(text)s” cannot be taken for “%(label)s”. %(hint)s")


_HINTS = {
    Takes.NUMBER: N_("Write a number of at least 0."),
    Takes.DAY: N_("Write a day such as 2026-01-01, or leave it empty."),
    Takes.PERCENTAGES: N_("Write percentages such as 0, 6, 9, 13."),
    Takes.TEXT: N_("Write a word, or leave it empty."),
}


@dataclass(frozen=True)
class Limit:
    """The one thing about a check that can be set: how old, how far ahead, which rates."""

    takes: Takes
    label: str
    #: What holds unless the company chooses, as typed.
    otherwise: str = ""

    def read(self, text: str) -> Any:
        """Read what was typed: a number, a day, rates, a text; None for nothing.

        Raises:
            LimitNotUnderstood: with what to write.
        """
        text = text.strip()
        if not text:
            return None
        try:
            return _READERS[self.takes](text)
        except (ValueError, InvalidOperation) as error:
            facts = {"label": Sentence(self.label), "hint": Sentence(_HINTS[self.takes])}
            raise LimitNotUnderstood(text=text, **facts) from error


def _number(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or value < 0:
        raise ValueError(text)
    return value


def _percentages(text: str) -> tuple[int, ...]:
    """Rates in hundredths of a per cent, rising."""
    parts = text.replace("，", ",").replace("、", ",").replace("%", "").split(",")
    return tuple(sorted({int(_number(part) * 100) for part in parts if part.strip()}))


_READERS: dict[Takes, Callable[[str], Any]] = {
    Takes.NUMBER: _number,
    Takes.DAY: date.fromisoformat,
    Takes.PERCENTAGES: _percentages,
    Takes.TEXT: str,
}


@dataclass(frozen=True)
class Finding:
    """What a check has to say."""

    sentence: Sentence
    #: The field it is about; empty for the whole row.
    field: str = ""
    #: The row it is about; the first of the thing where none is named.
    row: Judged | None = None
    #: What rows that are put right together share, such as a name.
    about: str = ""


@dataclass(frozen=True)
class FileCase:
    """A whole file, as a check is shown it: never its rows, which may be a million."""

    kind: BatchKind
    filename: str
    #: What the file itself says its rows come to.
    controls: tuple[Control, ...] = ()
    #: The import that posted the very same file, if one did.
    posted_before: int | None = None
    #: Counts of rows by state, sums by currency; as the page shows them.
    totals: dict[str, Any] = field(default_factory=dict)


#: What a check of documents and payments is: it gets a `case.Case`, which knows the books and so
#: stands above this module, and its limit.
Look = Callable[[Any, Any], Iterable[Finding]]
LookAtFile = Callable[[FileCase, Any], Iterable[Finding]]
#: Picks of many cases those a check may have something to say of; it is not asked about the others.
Sieve = Callable[[Sequence[Any], Any], Iterable[Any]]


@dataclass(frozen=True)
class Check:
    """A rule for what comes in."""

    #: As it is registered; stored with rows and in settings.
    name: str
    label: str
    #: One sentence: what it looks for, and why.
    help: str
    kinds: frozenset[BatchKind]
    #: What a company may choose between; the first holds unless it chooses.
    severities: tuple[Severity, ...]
    look: Look | None = None
    look_at_file: LookAtFile | None = None
    limit: Limit | None = None
    #: Where there is none, `look` is asked about every case; see `sieves`.
    sieve: Sieve | None = None

    @property
    def otherwise(self) -> Severity:
        """What holds unless the company chooses."""
        return self.severities[0]

    @property
    def is_essential(self) -> bool:
        """Whether the books could not be right without it."""
        return Severity.OFF not in self.severities
