"""Why a customer disputes something: one table, as the customer chooses it."""

from tieout.errors import InvalidInput
from tieout.i18n import N_

REASONS = {
    "price": N_("The price is wrong"),
    "quantity": N_("The quantity is wrong"),
    "not_received": N_("Not received"),
    "returned": N_("Returned"),
    "paid": N_("Already paid"),
    "not_ours": N_("Not ours"),
    "duplicate": N_("Charged twice"),
    "other": N_("Another reason"),
}

#: Reasons whose credit note is for goods that came back or never came; else it is an allowance.
_RETURNS = frozenset({"quantity", "not_received", "returned"})


class UnknownReason(InvalidInput):
    """No reason, or none of the table."""

    message = N_("Choose a reason, so that the right person answers.")


def checked(reason: str) -> str:
    """The reason, if it is one of the table.

    Raises:
        UnknownReason: it is not.
    """
    if reason not in REASONS:
        raise UnknownReason
    return reason


def credit_reason(reason: str) -> str:
    """What a credit note for such a dispute gives as its reason: return or allowance."""
    return "return" if reason in _RETURNS else "allowance"
