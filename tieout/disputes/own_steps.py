"""What a customer does with its dispute on its page, and what follows, as page and mail say it."""

from collections.abc import Mapping

from tieout.disputes.models import Dispute, DisputeEntry
from tieout.i18n import N_, Sentence

_FOLLOWS_OF_DEBT: Mapping[str, str] = {
    "answer": N_("You hear from us on its page and by mail."),
    "reopened": N_("We look at it once more. Until we take it up again, the amount counts as due."),
    "withdrawn": N_("The amount counts as due, as it was booked."),
}
#: Of a payment or a credit note nothing is due.
_FOLLOWS_OF_CREDIT: Mapping[str, str] = {
    **_FOLLOWS_OF_DEBT,
    "reopened": N_(
        "We look at it once more. Until we take it up again, it counts as we booked it."
    ),
    "withdrawn": N_("It counts as we booked it."),
}
_DONE: Mapping[str, str] = {
    "answer": N_("Your message about dispute %(receipt)s is with us."),
    "reopened": N_("Your objection about dispute %(receipt)s is with us."),
    "withdrawn": N_("Dispute %(receipt)s is withdrawn."),
}


def words(dispute: Dispute, entry: DisputeEntry) -> tuple[Sentence, Sentence]:
    """What was done by an entry of its timeline, and what follows from it."""
    follows = _FOLLOWS_OF_CREDIT if dispute.document.amount_minor < 0 else _FOLLOWS_OF_DEBT
    return Sentence(_DONE[entry.kind], {"receipt": dispute.receipt}), Sentence(follows[entry.kind])


def is_answered(entry: DisputeEntry) -> bool:
    """Whether we answer it, by the day the dispute names."""
    return entry.kind != "withdrawn"
