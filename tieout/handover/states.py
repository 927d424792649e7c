"""Where a document made here stands with the system that keeps the books."""

from enum import StrEnum

from tieout.i18n import N_


class HandoverState(StrEnum):
    """How far it has come."""

    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    #: The other system's document has taken its place.
    BOOKED = "booked"
    #: Taken back here before it was handed over.
    DROPPED = "dropped"


#: Those that still stand for a document of the other system.
OPEN = (HandoverState.WAITING, HandoverState.HANDED_OVER)

STATES: dict[HandoverState, str] = {
    HandoverState.WAITING: N_("waiting to be handed over"),
    HandoverState.HANDED_OVER: N_("handed over, not booked yet"),
    HandoverState.BOOKED: N_("booked"),
    HandoverState.DROPPED: N_("taken back before it was handed over"),
}
