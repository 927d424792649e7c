"""What the viewer may not hear yet: replies that reach the auditor before staff."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from tieout.identity.permissions import Permission
from tieout.statements import auditing
from tieout.statements.models import Statement
from tieout.web.viewer import viewer


def unheard(session: Session, statements: Iterable[Statement]) -> frozenset[int]:
    """The statements among these whose replies the viewer may not read yet."""
    if viewer().may(Permission.HEAR_FIRST):
        return frozenset()
    return auditing.held(session, statements)


def unheard_answers(session: Session, confirmation_ids: Collection[int]) -> frozenset[int]:
    """The answers among these that the viewer may not read yet."""
    if viewer().may(Permission.HEAR_FIRST):
        return frozenset()
    return auditing.held_answers(session, confirmation_ids)
