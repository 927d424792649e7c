"""What a row of payments, or of a bank statement, can say."""

from tieout.i18n import N_
from tieout.intake.fields import vocabulary as words
from tieout.intake.fields.field import Field, FieldTable, Reads, headings

FIELDS = FieldTable(
    (
        Field(
            "date",
            N_("Date"),
            Reads.DATE,
            headings(
                words.DATE,
                "receipt date|received on|收款日期|到账日期|回款日期|付款日期|入账时间|到账时间",
            ),
            N_("The day the money arrived."),
            "2026-06-30",
            is_required=True,
        ),
        Field(
            "number",
            N_("Number"),
            Reads.IDENTIFIER,
            headings(
                "transfer wise id|receipt no|receipt number|receipt|payment no|payment number"
                "|payment id"
                "|收款单号|收据号|收款编号|回款单号",
                words.NUMBER,
            ),
            N_("Your number of the receipt; may be empty."),
            "REC-2031",
        ),
        Field(
            "bank_reference",
            N_("Bank reference"),
            Reads.IDENTIFIER,
            headings("transaction id", words.BANK_REFERENCE, words.REFERENCE),
            N_("The bank’s number of the transaction."),
            "20260630-778812",
        ),
        Field(
            "customer_code",
            N_("Customer code"),
            Reads.IDENTIFIER,
            headings(words.CUSTOMER_CODE),
            N_("Your code of the customer; empty: found by the payer’s name."),
            "C-0012",
        ),
        Field(
            "customer_name",
            N_("Customer name"),
            Reads.TEXT,
            headings(words.CUSTOMER_NAME),
            N_("The customer’s name; used where there is no code."),
        ),
        Field(
            "payer",
            N_("Payer"),
            Reads.TEXT,
            headings(words.PAYER),
            N_("Who paid, as the bank says."),
            "Brightwater Trading Ltd",
        ),
        Field(
            "payer_account",
            N_("Payer’s account"),
            Reads.IDENTIFIER,
            headings(words.PAYER_ACCOUNT),
            N_("The account the money came from."),
        ),
        Field(
            "amount",
            N_("Amount"),
            Reads.AMOUNT,
            headings(words.AMOUNT, words.PAID_AMOUNT, "payment amount|amount paid|net"),
            N_("What arrived; below zero for what was paid out."),
            "12800.00",
            one_of="amount",
        ),
        Field(
            "money_in",
            N_("Money in"),
            Reads.AMOUNT,
            headings(words.MONEY_IN),
            N_("What arrived; instead of the amount."),
            one_of="amount",
        ),
        Field(
            "money_out",
            N_("Money out"),
            Reads.AMOUNT,
            headings(words.MONEY_OUT),
            N_("What was paid out; left out on purpose."),
            one_of="amount",
        ),
        Field(
            "direction",
            N_("In or out"),
            Reads.DIRECTION,
            headings(words.DIRECTION),
            N_("Whether an amount without a sign came in or went out."),
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
            "remittance",
            N_("Remittance text"),
            Reads.TEXT,
            headings(
                words.DESCRIPTION,
                "remittance|remittance text|remittance information|remittance info"
                "|payment purpose|payment details"
                "|unstructured|付款用途|汇款附言|转账附言|付款备注|交易用途|商品"
                "|transaction ref1|transaction reference 1|order|order name|order id"
                "|merchant reference|order reference",
            ),
            N_("What the payer wrote: the invoices that are paid."),
            "INV-1031 INV-1032",
        ),
        Field(
            "status",
            N_("Status"),
            Reads.TEXT,
            headings(words.STATUS, words.PAYMENT_STATUS),
            N_("Whether it came through; what failed or was only announced is left out."),
            identifies=False,
        ),
        Field(
            "own_account",
            N_("Own account"),
            Reads.IDENTIFIER,
            headings(words.OWN_ACCOUNT),
            N_("The account of yours the money came in on."),
        ),
        Field(
            "balance",
            N_("Balance"),
            Reads.AMOUNT,
            headings(words.BALANCE),
            N_("The bank’s balance after it; checked, not posted."),
            identifies=False,
        ),
    )
)
