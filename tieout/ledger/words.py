"""What documents, rules and references are called, to be translated where they are shown."""

from tieout.i18n import N_, Sentence
from tieout.ledger.models import DocumentKind

KINDS: dict[DocumentKind, str] = {
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.CREDIT_NOTE: N_("Credit note"),
    DocumentKind.PAYMENT: N_("Payment"),
    DocumentKind.REFUND: N_("Refund"),
    DocumentKind.BOUNCED_PAYMENT: N_("Bounced payment"),
    DocumentKind.DISCOUNT: N_("Discount"),
    DocumentKind.WRITE_OFF: N_("Write-off"),
    DocumentKind.RECOVERY: N_("Recovery"),
    DocumentKind.FEE: N_("Fee"),
    DocumentKind.INTEREST: N_("Interest"),
    DocumentKind.ADJUSTMENT: N_("Adjustment"),
    DocumentKind.OPENING_BALANCE: N_("Opening balance"),
    DocumentKind.TRANSFER: N_("Transfer"),
    DocumentKind.EXCHANGE_DIFFERENCE: N_("Exchange difference"),
}

#: Why a debit and a credit were settled with one another.
RULES: dict[str, str] = {
    "reference": N_("it names the document"),
    "exact_amount": N_("the only open document with exactly this amount"),
    "exact_subset": N_("the only documents that add up to exactly this amount"),
    "remittance": N_("the customer said so"),
    "oldest_first": N_("oldest first, as agreed for this customer"),
    "by_hand": N_("by hand"),
    "reversal": N_("the document was reversed"),
    "transfer": N_("moved to another account"),
}

REFERENCES: dict[str, str] = {
    "po": N_("Purchase order"),
    "order": N_("Order"),
    "delivery": N_("Delivery note"),
    "tax_invoice": N_("Tax invoice"),
    "bank": N_("Bank reference"),
    "remittance": N_("Remittance advice"),
    "contract": N_("Contract"),
    "reverses": N_("Reverses"),
    "other": N_("Reference"),
}


def kind_name(kind: str) -> Sentence:
    """Return the name of a kind as a sentence, so that it can stand as a fact in another."""
    return Sentence(KINDS[DocumentKind(kind)])
