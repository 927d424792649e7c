"""What happened, as the timeline says it behind a name."""

from datetime import date

from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.reasons import REASONS
from tieout.i18n import N_, Sentence
from tieout.money import Money

#: By kind of entry; "Wang Min" stands before it, what they wrote below.
ENTRIES = {
    "raised": N_("disputed %(amount)s: %(reason)s"),
    "answer": N_("wrote"),
    "note": N_("noted"),
    "file": N_("added a file"),
    "assigned": N_("gave it to %(name)s"),
    "promised": N_("promised an answer by %(day)s"),
    "proposed": N_("wants to accept %(amount)s; the credit note waits for approval"),
    "sent_back": N_("turned the credit note down"),
    "accepted": N_("accepted %(amount)s"),
    "part_accepted": N_("accepted %(amount)s, not the rest"),
    "rejected": N_("rejected it"),
    "withdrawn": N_("withdrew it"),
    "reopened": N_("does not agree with the answer"),
    "taken_up": N_("opened it again"),
    "escalated": N_("told %(name)s that no answer was given by %(day)s, as promised"),
}
_ON_BEHALF = N_("disputed %(amount)s on the customer's behalf: %(reason)s")
_TO_NOBODY = N_("gave it to nobody in particular")
_WITH_CREDIT_NOTE = {
    "accepted": N_("accepted %(amount)s; credit note %(number)s is booked"),
    "part_accepted": N_("accepted %(amount)s, not the rest; credit note %(number)s is booked"),
}


def act_of(dispute: Dispute, entry: DisputeEntry) -> Sentence:
    """What somebody did, to be read behind their name."""
    facts: dict[str, object] = dict(entry.facts)
    text = ENTRIES.get(entry.kind, ENTRIES["answer"])
    if entry.kind == "assigned" and not facts.get("name"):
        text = _TO_NOBODY
    if entry.kind == "raised" and facts.get("on_behalf"):
        text = _ON_BEHALF
    if facts.get("number"):
        text = _WITH_CREDIT_NOTE.get(entry.kind, text)
    shown: dict[str, object] = {
        "name": facts.get("name", ""),
        "number": facts.get("number", ""),
        "reason": Sentence(REASONS.get(dispute.reason, dispute.reason)),
        "amount": Money(int(str(facts.get("amount", dispute.amount_minor))), dispute.currency),
        "day": date.fromisoformat(str(facts["day"])) if "day" in facts else "",
    }
    return Sentence(text, shown)
