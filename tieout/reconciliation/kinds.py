"""What our documents are for the engine."""

from tieout.ledger.models import DocumentKind
from tieout.matching import Kind

#: Whatever the customer pays or gets back in money is a payment; what raises the debt beside
#: invoices is asked for by a paper of its own and travels like one.
_KINDS = {
    DocumentKind.INVOICE: Kind.INVOICE,
    DocumentKind.FEE: Kind.INVOICE,
    DocumentKind.INTEREST: Kind.INVOICE,
    DocumentKind.CREDIT_NOTE: Kind.CREDIT,
    DocumentKind.PAYMENT: Kind.PAYMENT,
    DocumentKind.REFUND: Kind.PAYMENT,
    DocumentKind.BOUNCED_PAYMENT: Kind.PAYMENT,
}


def kind_for(document_kind: str) -> Kind:
    """The engine's kind for a kind of document; UNKNOWN where a book does not say."""
    return _KINDS.get(DocumentKind(document_kind), Kind.OTHER) if document_kind else Kind.UNKNOWN
