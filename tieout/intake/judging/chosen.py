"""What the company has chosen about each check, read once for all rows of a file."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.judging.check import Check, Finding, Severity
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.rows import Judged
from tieout.intake.kinds import BatchKind
from tieout.intake.places import Problem
from tieout.settings.models import Setting

_PREFIX = "check."


class CannotBeChosen(InvalidInput):
    """A weight a check cannot have."""

    message = N_("“%(check)s” is part of keeping books and cannot be switched so.")


@dataclass(frozen=True)
class Active:
    """A check that is on, how much it weighs, and its limit as read."""

    check: Check
    severity: Severity
    limit: Any

    def say(self, row: Judged, finding: Finding) -> None:
        """Tell a row what was found; where somebody has taken it as it is, it only stands there."""
        row.refuse(
            Problem(
                finding.sentence,
                finding.field,
                is_decision=self.severity is Severity.DECISION,
                check=self.check.name,
                about=finding.about,
                is_warning=self.severity is Severity.WARN or self.check.name in row.taken,
            )
        )


@dataclass(frozen=True)
class Chosen:
    """The checks as the company wants them."""

    #: By name: what was chosen and the limit as typed; the others are as they come.
    choices: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session) -> "Chosen":
        """Read what was chosen."""
        query = select(Setting.name, Setting.value).where(
            Setting.name.startswith(_PREFIX), Setting.scope == "company"
        )
        made = {
            name.removeprefix(_PREFIX): (value["value"]["severity"], value["value"].get("limit"))
            for name, value in session.execute(query)
        }
        return cls(made)

    def severity(self, name: str) -> Severity:
        """How much a check weighs."""
        check = CHECKS[name]
        stored, _ = self.choices.get(name, ("", None))
        return Severity(stored) if stored in check.severities else check.otherwise

    def limit_text(self, name: str) -> str:
        """The limit of a check as it is typed."""
        check = CHECKS[name]
        _, stored = self.choices.get(name, ("", None))
        return (check.limit.otherwise if check.limit else "") if stored is None else stored

    def limit(self, name: str) -> Any:
        """The limit of a check as it works with it; None for none."""
        check = CHECKS[name]
        return check.limit.read(self.limit_text(name)) if check.limit else None

    def active(self, kind: BatchKind) -> list[Active]:
        """The checks that are on for a kind of file, in the order of the table."""
        return [
            Active(check, severity, self.limit(name))
            for name in CHECKS
            if kind in (check := CHECKS[name]).kinds
            and (severity := self.severity(name)) is not Severity.OFF
        ]

    def problem(self, name: str, sentence: Sentence, field: str = "", about: str = "") -> Problem:
        """What a check that speaks while rows are read says, weighed as the company wants it."""
        severity = self.severity(name)
        return Problem(
            sentence,
            field,
            is_decision=severity is Severity.DECISION,
            check=name,
            about=about,
            is_warning=severity is Severity.WARN,
        )


def choose(session: Session, name: str, severity: str, limit: str = "", *, by: Actor) -> bool:
    """Choose how much a check weighs and its limit; say whether anything changed.

    Raises:
        CannotBeChosen: it cannot be switched so.
        LimitNotUnderstood: the limit says nothing.
    """
    check, now = CHECKS[name], Chosen.of(session)
    if severity not in check.severities:
        raise CannotBeChosen(check=Sentence(check.label))
    limit = limit.strip()
    if check.limit:
        check.limit.read(limit)
    if (now.severity(name), now.limit_text(name)) == (severity, limit if check.limit else ""):
        return False
    value = {"severity": severity, "limit": limit if check.limit else None}
    settings.write(session, _PREFIX + name, value, by=by)
    return True
