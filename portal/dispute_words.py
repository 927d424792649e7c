"""How a dispute stands, in the words its customer reads."""

from collections.abc import Callable

from tieout.disputes import moves
from tieout.disputes.models import Dispute
from tieout.disputes.queries import Step
from tieout.i18n import N_
from tieout.rendering import formats
from tieout.rendering.translation import gettext, reader

#: By state: the chip, and what stands on it.
STATES = {
    moves.OPEN: ("waiting_for_us", N_("We are looking into it")),
    moves.ACCEPTING: ("waiting_for_us", N_("We are looking into it")),
    moves.REOPENED: ("waiting_for_us", N_("We look at it once more")),
    moves.ANSWERED: ("waiting_for_customer", N_("We have answered")),
    moves.ACCEPTED: ("accepted", N_("Accepted")),
    moves.PART_ACCEPTED: ("part_accepted", N_("Part accepted")),
    moves.REJECTED: ("rejected", N_("Rejected")),
    moves.WITHDRAWN: ("withdrawn", N_("Withdrawn")),
}


def state_of(dispute: Dispute) -> tuple[str, str]:
    """The chip of a dispute and its word."""
    code, word = STATES[dispute.state]
    return code, gettext(word)


def promised_words(dispute: Dispute) -> str:
    """By when we answer, while the ball is with us."""
    if dispute.state not in moves.WITH_US:
        return ""
    day = formats.weekday_day(dispute.answer_by, reader.get().language)
    return gettext("We answer by %(day)s.", day=day)


def entry_of(step: Step, address: Callable[[int], str]) -> dict[str, object]:
    """A step of the timeline as its component draws it."""
    return {
        "at": step.at,
        "who": step.who,
        "side": "theirs" if step.side == "customer" else "ours",
        "act": reader.get().sentence(step.act),
        "text": step.text,
        "files": [(name, address(entry_id)) for entry_id, name in step.files],
    }
