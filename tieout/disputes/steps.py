"""What every act on a dispute has in common: the move, the entry on the timeline, its files."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from tieout import attachments
from tieout.audit import Actor
from tieout.disputes import moves
from tieout.disputes.files import MOST, File, TooManyFiles
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.errors import InvalidInput
from tieout.i18n import N_

_SIDES = {"staff": "staff", "contact": "customer", "system": "system"}
_LONGEST = 4000


class WordsMissing(InvalidInput):
    """A message that says nothing."""

    message = N_("Write what you want to say.")


class WordsTooLong(InvalidInput):
    """A message longer than anybody reads."""

    message = N_("This is longer than %(limit)s characters. Shorten it, or send it as a file.")


def move(session: Session, dispute: Dispute, act: str, *, seen: int | None = None) -> None:
    """Move a dispute on, unless somebody else has; `seen` is the version that was looked at.

    Raises:
        MoveNotAllowed: its state does not allow the act.
        DisputeMovedOn: it is not what was looked at.
    """
    session.flush()
    if seen is not None and seen != dispute.version:
        raise moves.DisputeMovedOn(receipt=dispute.receipt)
    state = moves.after(dispute.state, act, dispute.receipt)
    moved = session.execute(
        update(Dispute)
        .where(Dispute.id == dispute.id, Dispute.version == dispute.version)
        .values(state=state, version=Dispute.version + 1)
        .returning(Dispute.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(dispute)
    if moved is None:
        raise moves.DisputeMovedOn(receipt=dispute.receipt)


def enter(
    session: Session,
    dispute: Dispute,
    kind: str,
    *,
    text: str = "",
    is_internal: bool = False,
    facts: Mapping[str, object] | None = None,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> DisputeEntry:
    """Write a step on the timeline; each further file is an entry of its own.

    Raises:
        WordsTooLong, TooManyFiles, FileKindRefused, …: it cannot be taken as it is.
    """
    text = said(text)
    if len(files) > MOST:
        raise TooManyFiles(most=MOST)
    kept = [_store(session, dispute, file, by=by, at=at) for file in files]
    made = [
        DisputeEntry(
            dispute_id=dispute.id,
            customer_id=dispute.customer_id,
            kind=kind if first else "file",
            text=text if first else "",
            is_internal=is_internal,
            facts=dict(facts or {}) if first else {},
            attachment_id=attachment_id,
            side=_SIDES[by.kind],
            author=by.label,
            at=at,
        )
        for first, attachment_id in _with_first(kept)
    ]
    session.add_all(made)
    session.flush()
    session.expire(dispute, ["entries"])
    return made[0]


def said(text: str, *, needed: bool = False) -> str:
    """Words as they are kept.

    Raises:
        WordsMissing, WordsTooLong: there are none, or too many.
    """
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if needed and not text:
        raise WordsMissing
    if len(text) > _LONGEST:
        raise WordsTooLong(limit=_LONGEST)
    return text


def _with_first(kept: Sequence[int]) -> list[tuple[bool, int | None]]:
    return [(n == 0, attachment_id) for n, attachment_id in enumerate(kept or [None])]


def _store(session: Session, dispute: Dispute, file: File, *, by: Actor, at: datetime) -> int:
    return attachments.store(
        session,
        file.content,
        filename=file.filename,
        media_type=file.checked(),
        purpose="dispute",
        customer_id=dispute.customer_id,
        by=by,
        at=at,
    ).id
