"""What the rows of a file can say, by kind of batch: one table each."""

from tieout.intake.fields import customers, documents, payments, products, their_ledger
from tieout.intake.fields.field import Field, FieldTable, Reads
from tieout.intake.kinds import BatchKind

__all__ = ["FIELDS", "Field", "FieldTable", "Reads"]

FIELDS: dict[BatchKind, FieldTable] = {
    BatchKind.CUSTOMERS: customers.FIELDS,
    BatchKind.PRODUCTS: products.FIELDS,
    BatchKind.DOCUMENTS: documents.FIELDS,
    BatchKind.PAYMENTS: payments.FIELDS,
    BatchKind.THEIR_LEDGER: their_ledger.FIELDS,
}
