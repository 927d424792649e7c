"""What checks say of a whole file, and what a person decided about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake import batches
from tieout.intake.controls import Control
from tieout.intake.judging.check import FileCase, Severity
from tieout.intake.judging.chosen import Chosen
from tieout.intake.models import FileDecision, ImportBatch
from tieout.intake.queries import posted_before


class FileUndecided(InvalidInput):
    """A file about which something is said that a person has to decide first."""

    message = N_("%(what)s Nothing was posted. Take the file as it is, or discard it.")


class FileCannotBeTaken(InvalidInput):
    """A file that the company's checks do not let in."""

    message = N_("%(what)s The company’s checks refuse such a file; nothing was posted.")


class NothingSaid(InvalidInput):
    """A decision about something that is not, or no longer, said of the file."""

    message = N_("The file has changed since you looked at it. Look at it again, then decide.")


@dataclass(frozen=True)
class Told:
    """What one check says of a file."""

    check: str
    label: str
    severity: Severity
    sentences: tuple[Sentence, ...]
    #: Of what is said; a decision is bound to it.
    digest: str
    decision: FileDecision | None = None

    @property
    def stops(self) -> bool:
        """Whether the file cannot be posted before somebody decides, or at all."""
        if self.severity is Severity.REFUSE:
            return True
        return self.severity is Severity.DECISION and self.decision is None


def told(session: Session, batch: ImportBatch) -> list[Told]:
    """What the checks say of a file, with what was decided."""
    before = posted_before(session, batch)
    case = FileCase(
        kind=batches.kind_of(batch),
        filename=batch.filename,
        controls=tuple(Control.from_json(one) for one in batch.reading.get("controls", ())),
        posted_before=before.id if before else None,
        totals=dict(batch.totals),
    )
    query = select(FileDecision).where(FileDecision.batch_id == batch.id)
    decided = {(one.check, one.content): one for one in session.scalars(query)}
    said = []
    for active in Chosen.of(session).active(case.kind):
        if active.check.look_at_file is None:
            continue
        found = tuple(one.sentence for one in active.check.look_at_file(case, active.limit))
        if not found:
            continue
        digest = audit.digest_of_rows([one.text, str(one)] for one in found)
        name = active.check.name
        decision = decided.get((name, digest))
        said.append(Told(name, active.check.label, active.severity, found, digest, decision))
    return said


def decide(
    session: Session,
    batch: ImportBatch,
    check: str,
    *,
    digest: str,
    note: str = "",
    by: Actor,
    at: datetime,
) -> FileDecision:
    """Take a file as it is, in spite of what a check says of it.

    Raises:
        BatchMovedOn: it is not being prepared any more.
        NothingSaid: that is not, or no longer, said of it.
    """
    batches.open_for_changes(session, batch)
    one = next((one for one in told(session, batch) if one.check == check), None)
    if one is None or one.digest != digest or one.severity is Severity.REFUSE:
        raise NothingSaid
    if one.decision is not None:
        return one.decision
    decision = note_down(session, batch, check, digest, words=note, by=by, at=at)
    audit.record(
        session,
        by,
        "import.file_taken",
        batch,
        after={"check": check, "said": digest, "note": decision.note},
    )
    return decision


def note_down(
    session: Session,
    batch: ImportBatch,
    check: str,
    digest: str,
    *,
    words: str = "",
    by: Actor,
    at: datetime,
) -> FileDecision:
    """Keep who decided about a whole file: they took part in preparing it."""
    query = select(FileDecision).where(
        FileDecision.batch_id == batch.id,
        FileDecision.check == check,
        FileDecision.content == digest,
    )
    decision = session.scalars(query).one_or_none() or FileDecision(
        batch_id=batch.id, check=check, content=digest
    )
    decision.note = words.strip()[:500]
    decision.decided_by = by.id if by.kind == "staff" else None
    decision.decided_label, decision.decided_at = by.label, at
    session.add(decision)
    session.flush()
    return decision


def has_decided(session: Session, batch: ImportBatch, by: Actor) -> bool:
    """Whether somebody has decided anything about the file as a whole."""
    query = select(FileDecision.id).where(
        FileDecision.batch_id == batch.id, FileDecision.decided_label == by.label
    )
    return session.scalar(query.limit(1)) is not None


def check_file(session: Session, batch: ImportBatch) -> None:
    """See that nothing is said of a file that still has to be decided.

    Raises:
        FileUndecided, FileCannotBeTaken: with what is said.
    """
    for one in told(session, batch):
        if one.severity is Severity.REFUSE:
            raise FileCannotBeTaken(what=one.sentences[0])
        if one.stops:
            raise FileUndecided(what=one.sentences[0])
