"""What may become of a statement: one table of states and allowed moves.

draft ──► approved ──► issued ──► superseded
  │           │
  └► excused ◄┘
"""

from tieout.errors import Conflict
from tieout.i18n import N_, Sentence

DRAFT = "draft"
APPROVED = "approved"
ISSUED = "issued"
SUPERSEDED = "superseded"
EXCUSED = "excused"

#: What people read.
NAMES = {
    DRAFT: N_("Draft"),
    APPROVED: N_("Approved"),
    ISSUED: N_("Issued"),
    SUPERSEDED: N_("Superseded"),
    EXCUSED: N_("Excused"),
}

MOVES: dict[tuple[str, str], str] = {
    (DRAFT, "refresh"): DRAFT,
    (DRAFT, "approve"): APPROVED,
    (DRAFT, "excuse"): EXCUSED,
    (APPROVED, "refresh"): DRAFT,
    (APPROVED, "issue"): ISSUED,
    (APPROVED, "excuse"): EXCUSED,
    (ISSUED, "supersede"): SUPERSEDED,
    (EXCUSED, "refresh"): DRAFT,
}

ACTS = tuple(dict.fromkeys(act for _, act in MOVES))
STATES = tuple(NAMES)
#: Frozen for ever; the customer sees them.
FROZEN = (ISSUED, SUPERSEDED)
#: Still being made.
OPEN = (DRAFT, APPROVED)


class MoveNotAllowed(Conflict):
    """An act that a statement in this state does not allow."""

    message = N_(
        "Statement %(number)s is “%(state)s”, so this cannot be done with it. Look at it again."
    )


def after(state: str, act: str, number: str | None) -> str:
    """The state after an act.

    Raises:
        MoveNotAllowed: the act is not allowed in this state.
    """
    try:
        return MOVES[state, act]
    except KeyError:
        raise MoveNotAllowed(number=number or "–", state=Sentence(NAMES[state])) from None
