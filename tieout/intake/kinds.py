"""Kinds of batches, and kinds of documents as files name them."""

from enum import StrEnum

from tieout.i18n import N_


class BatchKind(StrEnum):
    """What the rows of a file are."""

    CUSTOMERS = "customers"
    PRODUCTS = "products"
    DOCUMENTS = "documents"
    PAYMENTS = "payments"
    #: The customer's own book; no posting verb accepts it.
    THEIR_LEDGER = "their_ledger"


#: What each is called on pages.
BATCH_LABELS = {
    BatchKind.CUSTOMERS: N_("Customers"),
    BatchKind.PRODUCTS: N_("Products and services"),
    BatchKind.DOCUMENTS: N_("Invoices, credit notes and other documents"),
    BatchKind.PAYMENTS: N_("Payments received"),
    BatchKind.THEIR_LEDGER: N_("The customer’s own ledger"),
}


class Kind(StrEnum):
    """What a row says its document is; the same words as `tieout.ledger.models.DocumentKind`.

    Said here once more, because reading a file must not need the database.
    """

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"
    BOUNCED_PAYMENT = "bounced_payment"
    DISCOUNT = "discount"
    WRITE_OFF = "write_off"
    RECOVERY = "recovery"
    FEE = "fee"
    INTEREST = "interest"
    ADJUSTMENT = "adjustment"
    OPENING_BALANCE = "opening_balance"
    TRANSFER = "transfer"
    EXCHANGE_DIFFERENCE = "exchange_difference"


#: Kinds by which the customer owes us less.
LOWERS = frozenset({Kind.CREDIT_NOTE, Kind.PAYMENT, Kind.DISCOUNT, Kind.WRITE_OFF})
#: Kinds by which the customer owes us more; the rest may be either.
RAISES = frozenset(
    {
        Kind.INVOICE,
        Kind.REFUND,
        Kind.BOUNCED_PAYMENT,
        Kind.RECOVERY,
        Kind.FEE,
        Kind.INTEREST,
    }
)
