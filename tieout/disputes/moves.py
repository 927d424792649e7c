"""What may become of a dispute: one table of states and allowed acts.

open ◄──────► answered ──► accepting ──► accepted | part accepted
  │              │             │
  │              │             └──► open (the credit note was turned down)
  ├──────────────┴──► rejected ──► reopened ──► open (staff take it up again)
  └──► withdrawn
"""

from tieout.errors import Conflict
from tieout.i18n import N_, Sentence

#: Waits for us.
OPEN = "open"
#: We have answered; waits for the customer.
ANSWERED = "answered"
#: We want to accept; the credit note waits for a second person.
ACCEPTING = "accepting"
ACCEPTED = "accepted"
PART_ACCEPTED = "part_accepted"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"
#: Rejected, and the customer insists; nothing is paused until staff take it up.
REOPENED = "reopened"

#: What staff read.
NAMES = {
    OPEN: N_("Waits for us"),
    ANSWERED: N_("Waits for the customer"),
    ACCEPTING: N_("Credit note to approve"),
    ACCEPTED: N_("Accepted"),
    PART_ACCEPTED: N_("Part accepted"),
    REJECTED: N_("Rejected"),
    WITHDRAWN: N_("Withdrawn"),
    REOPENED: N_("Reopened by the customer"),
}

STATES = tuple(NAMES)
#: Still being talked about.
LIVE = (OPEN, ANSWERED, ACCEPTING, REOPENED)
#: The ball is with us.
WITH_US = (OPEN, ACCEPTING, REOPENED)
#: Decided, or taken back.
ENDED = (ACCEPTED, PART_ACCEPTED, REJECTED, WITHDRAWN)
#: The disputed part is out of reminders, and has its own column in the ageing.
HOLDS = (OPEN, ANSWERED, ACCEPTING)

MOVES: dict[tuple[str, str], str] = {
    # staff answer, the customer writes
    (OPEN, "answer"): ANSWERED,
    (ANSWERED, "answer"): ANSWERED,
    (ACCEPTING, "answer"): ACCEPTING,
    (REOPENED, "answer"): REOPENED,
    (OPEN, "write"): OPEN,
    (ANSWERED, "write"): OPEN,
    (ACCEPTING, "write"): ACCEPTING,
    (REOPENED, "write"): REOPENED,
    # among staff
    **{(state, "note"): state for state in STATES},
    **{(state, "assign"): state for state in LIVE},
    **{(state, "promise"): state for state in LIVE},
    # a credit note is drafted; a second person posts it or turns it down
    (OPEN, "propose"): ACCEPTING,
    (ANSWERED, "propose"): ACCEPTING,
    (REOPENED, "propose"): ACCEPTING,
    (ACCEPTING, "send_back"): OPEN,
    (ACCEPTING, "accept"): ACCEPTED,
    (ACCEPTING, "part_accept"): PART_ACCEPTED,
    # what lowers the balance is put right by hand: nothing is drafted
    (OPEN, "accept"): ACCEPTED,
    (ANSWERED, "accept"): ACCEPTED,
    (REOPENED, "accept"): ACCEPTED,
    (OPEN, "part_accept"): PART_ACCEPTED,
    (ANSWERED, "part_accept"): PART_ACCEPTED,
    (REOPENED, "part_accept"): PART_ACCEPTED,
    (OPEN, "reject"): REJECTED,
    (ANSWERED, "reject"): REJECTED,
    (REOPENED, "reject"): REJECTED,
    (OPEN, "withdraw"): WITHDRAWN,
    (ANSWERED, "withdraw"): WITHDRAWN,
    (ACCEPTING, "withdraw"): WITHDRAWN,
    (REOPENED, "withdraw"): WITHDRAWN,
    (REJECTED, "reopen"): REOPENED,
    (REJECTED, "take_up"): OPEN,
    (REOPENED, "take_up"): OPEN,
}

ACTS = tuple(dict.fromkeys(act for _, act in MOVES))


class MoveNotAllowed(Conflict):
    """An act that a dispute in this state does not allow."""

    message = N_(
        "Dispute %(receipt)s is “%(state)s” meanwhile, so this cannot be done with it. Look at it"
        " again; nothing was changed."
    )


class DisputeMovedOn(Conflict):
    """Somebody else did something to a dispute after it was looked at."""

    message = N_(
        "Something was added to dispute %(receipt)s after you opened it. Read it, then decide;"
        " nothing was changed."
    )


def may(state: str, act: str) -> bool:
    """Whether a dispute in this state allows an act."""
    return (state, act) in MOVES


def after(state: str, act: str, receipt: str) -> str:
    """The state after an act.

    Raises:
        MoveNotAllowed: the act is not allowed in this state.
    """
    try:
        return MOVES[state, act]
    except KeyError:
        raise MoveNotAllowed(receipt=receipt, state=Sentence(NAMES[state])) from None
