"""Choices by name, for the company or for a group, a customer or an item."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, clock
from tieout.settings.models import Setting

T = TypeVar("T")


def read(
    session: Session, name: str, default: T, *, scope: str = "company", scope_id: int = 0
) -> T:
    """Return a choice, or the default where none was made."""
    stored = _find(session, name, scope, scope_id)
    return default if stored is None else stored.value["value"]


def write(
    session: Session,
    name: str,
    value: object,
    *,
    scope: str = "company",
    scope_id: int = 0,
    by: audit.Actor,
) -> None:
    """Make a choice."""
    stored = _find(session, name, scope, scope_id)
    before = stored.value["value"] if stored else None
    if stored is None:
        stored = Setting(name=name, scope=scope, scope_id=scope_id, changed_at=clock.now())
        session.add(stored)
    stored.value = {"value": value}
    stored.changed_at = clock.now()
    session.flush()
    audit.record(
        session,
        by,
        "setting.changed",
        stored,
        before={"name": name, "value": before},
        after={"name": name, "scope": scope, "scope_id": scope_id, "value": value},
    )


def _find(session: Session, name: str, scope: str, scope_id: int) -> Setting | None:
    return session.execute(
        select(Setting).where(
            Setting.name == name, Setting.scope == scope, Setting.scope_id == scope_id
        )
    ).scalar_one_or_none()
