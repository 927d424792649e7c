"""Where a difference leads on the workbench: the document that settles it, filled in."""

from dataclasses import dataclass

from flask import url_for

from tieout.i18n import N_
from tieout.ledger.models import DocumentKind
from tieout.matching import Difference
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.shown import ShownGroup
from tieout.rendering.translation import gettext

#: What settles a difference that our book has too much of; what may go either way stands below.
_LOWERS = {
    Difference.PRICE_OR_QUANTITY_DIFFERENCE: (
        DocumentKind.CREDIT_NOTE,
        N_("Draft a credit note of %(amount)s"),
    ),
    Difference.SHORT_PAYMENT_DISCOUNT: (
        DocumentKind.DISCOUNT,
        N_("Draft the discount of %(amount)s"),
    ),
    Difference.BANK_FEE: (DocumentKind.WRITE_OFF, N_("Draft a write-off of %(amount)s")),
    Difference.TAX_ROUNDING: (DocumentKind.WRITE_OFF, N_("Draft a write-off of %(amount)s")),
}


@dataclass(frozen=True)
class NextStep:
    """A link: what it does, and where it leads."""

    words: str
    href: str


def next_step(made: Reconciliation, group: ShownGroup) -> NextStep | None:
    """What the company does about a difference, where one document does it; nothing is posted."""
    document = group.ours[0] if group.ours else None
    if document is None or document.elsewhere or group.is_proposed or not group.residual:
        return None
    if group.difference is Difference.DUPLICATE_IN_OURS and group.our_repeats:
        return NextStep(
            gettext("Reverse the second one"),
            url_for("internal.documents.show", document_id=min(group.our_repeats)),
        )
    amount = abs(group.residual)
    if group.difference is Difference.FX_ROUNDING:
        kind, words = DocumentKind.EXCHANGE_DIFFERENCE, N_("Draft the exchange difference")
    elif group.difference in _LOWERS and group.residual.minor > 0:
        kind, words = _LOWERS[group.difference]
        if kind is DocumentKind.CREDIT_NOTE and document.kind != DocumentKind.INVOICE:
            return None  # of a payment that is short, the bank is asked
    else:
        return None
    return NextStep(
        gettext(words, amount=amount),
        url_for(
            "internal.entry.new",
            account=made.account_id,
            kind=str(kind),
            side="-1" if group.residual.minor > 0 else "1",
            amount=amount.plain,
            related=document.number if kind is DocumentKind.CREDIT_NOTE else None,
            description=gettext("Comparison %(number)s", number=made.receipt),
        ),
    )
