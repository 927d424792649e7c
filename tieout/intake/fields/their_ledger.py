"""What a row of a customer's own ledger can say."""

from tieout.i18n import N_
from tieout.intake.fields import vocabulary as words
from tieout.intake.fields.field import Field, FieldTable, Reads, headings

FIELDS = FieldTable(
    (
        Field(
            "date",
            N_("Date"),
            Reads.DATE,
            headings(words.DATE, words.INVOICE_DATE),
            N_("The day of the entry."),
            "2026-06-29",
            is_required=True,
        ),
        Field(
            "number",
            N_("Number"),
            Reads.IDENTIFIER,
            headings(words.NUMBER, "line id|行号|分录号"),
            N_("The number of the entry in this book."),
            "AP-5567",
        ),
        Field(
            "reference",
            N_("Reference"),
            Reads.IDENTIFIER,
            headings(
                "your ref|your reference|your no|your invoice no",
                words.REFERENCE,
                words.INVOICE_NO,
                "supplier invoice|supplier invoice no|supplier invoice number|vendor invoice"
                "|vendor invoice no|vendor ref|vendor reference|supplier ref|supplier reference"
                "|your invoice|your invoice no|their ref|供应商发票号|供方发票号|对方单号"
                "|对方单据号"
                "|供应商单号|对方发票号",
            ),
            N_("The number of the invoice, credit note or payment it is about."),
            "INV-1043",
        ),
        Field(
            "kind",
            N_("Type"),
            Reads.KIND,
            headings(words.DOCUMENT_KIND),
            N_("Invoice, credit note, payment, …"),
            "Invoice",
        ),
        Field(
            "description",
            N_("Description"),
            Reads.TEXT,
            headings(words.DESCRIPTION),
            N_("A few words on the entry."),
            "Goods June",
        ),
        Field(
            "po",
            N_("Customer’s order"),
            Reads.IDENTIFIER,
            headings(words.PO, words.ORDER_NO, "po number|our po|我方订单号"),
            N_("The order it belongs to."),
            "PO-7781",
        ),
        Field(
            "due_date",
            N_("Due date"),
            Reads.DATE,
            headings(words.DUE_DATE),
            N_("The day it is to be paid."),
        ),
        Field(
            "amount",
            N_("Amount"),
            Reads.AMOUNT,
            headings(words.AMOUNT, words.PAID_AMOUNT),
            N_("With a sign, or with a column for debit or credit beside it."),
            "25000.00",
            one_of="amount",
        ),
        Field(
            "debit",
            N_("Debit"),
            Reads.AMOUNT,
            headings(words.DEBIT),
            N_("The debit side of this book."),
            one_of="amount",
        ),
        Field(
            "credit",
            N_("Credit"),
            Reads.AMOUNT,
            headings(words.CREDIT),
            N_("The credit side of this book."),
            one_of="amount",
        ),
        Field(
            "direction",
            N_("Debit or credit"),
            Reads.DIRECTION,
            headings(words.DIRECTION),
            N_("Which side an amount without a sign stands on."),
        ),
        Field(
            "currency",
            N_("Currency"),
            Reads.CURRENCY,
            headings(words.CURRENCY),
            N_("Three letters, such as CNY or EUR."),
            "CNY",
        ),
        Field(
            "original_amount",
            N_("Amount in its own currency"),
            Reads.AMOUNT,
            headings(words.ORIGINAL_AMOUNT),
            N_("What the paper says, where that is another currency than the amount’s."),
        ),
        Field(
            "original_currency",
            N_("Its own currency"),
            Reads.CURRENCY,
            headings(words.ORIGINAL_CURRENCY),
            N_("The currency on the paper, where that is another than the amount’s."),
        ),
        Field(
            "quantity",
            N_("Quantity"),
            Reads.NUMBER,
            headings(words.QUANTITY),
            N_("How many; below zero for what came back."),
            identifies=False,
        ),
        Field(
            "unit_price",
            N_("Unit price"),
            Reads.NUMBER,
            headings(words.UNIT_PRICE),
            N_("For one, tax included."),
            identifies=False,
        ),
        Field(
            "balance",
            N_("Balance"),
            Reads.AMOUNT,
            headings(words.BALANCE),
            N_("The running balance of this book; checked, not compared line by line."),
            identifies=False,
        ),
    )
)
