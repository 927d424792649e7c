"""Whether a printed statement is ours: asked by anyone, with the code that stands on it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.statements.freeze import is_genuine
from tieout.statements.models import Statement
from tieout.statements.moves import SUPERSEDED


@dataclass(frozen=True)
class Verification:
    """What anyone who holds a statement may learn of it, and nothing else."""

    number: str
    version: int
    sha256: str
    is_genuine: bool
    #: A newer version has taken its place.
    is_superseded: bool = False


def verification(session: Session, code: str) -> Verification | None:
    """What is known of the statement with a code; None when there is none."""
    cleaned = "".join(letter for letter in code.upper() if letter.isalnum())
    grouped = "-".join(cleaned[start : start + 4] for start in range(0, len(cleaned), 4))
    statement = session.scalar(select(Statement).where(Statement.verify_code == grouped))
    if statement is None or statement.sha256 is None:
        return None
    return Verification(
        number=statement.number or "",
        version=statement.version,
        sha256=statement.sha256,
        is_genuine=is_genuine(statement),
        is_superseded=statement.state == SUPERSEDED,
    )
