"""Documents that hang together: an invoice and its credit notes, a payment that bounced."""

from sqlalchemy import ColumnElement, Select, or_, select

from tieout.ledger.models import Document


def related(document: Document) -> Select[Document]:
    """Select what a document came from, what came of it, and the other half of one act."""
    ways: list[ColumnElement[bool]] = [Document.related_id == document.id]
    if document.related_id is not None:
        ways.append(Document.id == document.related_id)
    if document.pair:
        ways.append(Document.pair == document.pair)
    return (
        select(Document)
        .where(Document.customer_id == document.customer_id, Document.id != document.id)
        .where(or_(*ways))
        .order_by(Document.issued_on, Document.id)
    )
