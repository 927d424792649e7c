"""Reading the trail: by who, what, when and which object."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, cast, or_, select
from sqlalchemy.orm import Session

from tieout.audit.actor import Actor
from tieout.audit.models import AuditEntry, AuditPersonal
from tieout.audit.trail import named, noted
from tieout.db import Base


@dataclass(frozen=True)
class AuditSearch:
    """What someone is looking for; everything left out matches everything."""

    #: staff, contact, system.
    actor_kind: str = ""
    #: Part of a name.
    who: str = ""
    #: The action, or its first part: "statement" finds "statement.issued".
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    since: datetime | None = None
    #: Not included.
    before: datetime | None = None
    #: In what was changed.
    keyword: str = ""


def entries(search: AuditSearch) -> Select[AuditEntry]:
    """Select the entries someone is looking for, the latest first."""
    query = select(AuditEntry)
    if search.actor_kind:
        query = query.where(AuditEntry.actor_kind == search.actor_kind)
    if search.who:
        named = select(AuditPersonal.seq).where(
            AuditPersonal.name == "actor",
            AuditPersonal.value.icontains(search.who, autoescape=True),
        )
        query = query.where(AuditEntry.seq.in_(named))
    if search.action:
        query = query.where(
            or_(
                AuditEntry.action == search.action,
                AuditEntry.action.startswith(f"{search.action}.", autoescape=True),
            )
        )
    if search.object_type:
        query = query.where(AuditEntry.object_type == search.object_type)
    if search.object_id:
        query = query.where(AuditEntry.object_id == search.object_id)
    if search.since is not None:
        query = query.where(AuditEntry.at >= search.since)
    if search.before is not None:
        query = query.where(AuditEntry.at < search.before)
    if search.keyword:
        written = cast(AuditEntry.changes, String)
        query = query.where(written.icontains(search.keyword, autoescape=True))
    return query.order_by(AuditEntry.seq.desc())


def personal(session: Session, seqs: Sequence[int]) -> dict[int, Mapping[str, str | None]]:
    """What entries say about people, as far as it was not erased."""
    found: dict[int, dict[str, str | None]] = {}
    for start in range(0, len(seqs), 5000):
        rows = session.execute(
            select(AuditPersonal.seq, AuditPersonal.name, AuditPersonal.value).where(
                AuditPersonal.seq.in_(seqs[start : start + 5000])
            )
        )
        for seq, name, value in rows:
            found.setdefault(seq, {})[name] = value
    return dict(found)


def object_types(session: Session) -> list[str]:
    """The kinds of objects the trail speaks of."""
    return sorted(session.scalars(select(AuditEntry.object_type).distinct()))


def has_acted(session: Session, by: Actor, subject: Base, actions: Collection[str]) -> bool:
    """Whether somebody has done one of these things to a row, in this transaction too."""
    if noted(session, by, subject, actions):
        return True
    kind, key = named(subject)
    found = select(AuditEntry.seq).where(
        AuditEntry.object_type == kind,
        AuditEntry.object_id == key,
        AuditEntry.action.in_(actions),
        AuditEntry.actor_kind == by.kind,
        AuditEntry.actor_id == by.id,
    )
    return session.scalar(found.limit(1)) is not None
