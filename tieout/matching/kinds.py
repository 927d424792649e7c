"""Kinds of lines, and the words and codes by which other people's books name them."""

import re
from enum import IntEnum


class Kind(IntEnum):
    """What a line is; UNKNOWN goes with every other kind."""

    UNKNOWN = 0
    INVOICE = 1
    CREDIT = 2
    PAYMENT = 3
    OTHER = 4


#: Posting codes of the big accounting systems; they must stand alone.
_CODES = {
    "KR": Kind.INVOICE, "RE": Kind.INVOICE, "DR": Kind.INVOICE, "RV": Kind.INVOICE,
    "KG": Kind.CREDIT, "DG": Kind.CREDIT, "CN": Kind.CREDIT, "DN": Kind.CREDIT,
    "KZ": Kind.PAYMENT, "DZ": Kind.PAYMENT, "ZP": Kind.PAYMENT, "PMT": Kind.PAYMENT,
    "SA": Kind.OTHER, "AB": Kind.OTHER, "INV": Kind.INVOICE,
}  # fmt: skip

#: In this order: "credit note for invoice 7" is a credit note, "payment of invoice 7" a payment.
_WORDS = (
    (Kind.CREDIT, r"credit|debit.?note|return|allowance|贷项|红字|退货|折让|冲减"),
    (
        Kind.PAYMENT,
        (
            r"payment|receipt|wire|transfer|remittance|refund|\bpaid\b"
            r"|收款|付款|回款|(?<!应)付货款|收到.*款|支付|电汇|转账|退票|退款"
        ),
    ),
    (
        Kind.OTHER,
        (
            r"adjust(?!able)|journal|rebate|write.?off|opening|exchange"
            r"|调整|返利|尾差|期初|汇兑"
        ),
    ),
    (
        Kind.INVOICE,
        (
            r"invoice|\bbill\b|sale|deliver|goods|purchase|service"
            r"|发票|销售|采购|购进|应付货款|入库|出库"
        ),
    ),
)
_PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _WORDS)


def kind_of(named: str, description: str = "") -> Kind:
    """The kind a book means by its document type, or failing that by its description."""
    named = named.strip()
    if named.upper() in _CODES:
        return _CODES[named.upper()]
    for text in (named.replace("_", " "), description):
        for kind, pattern in _PATTERNS:
            if text and pattern.search(text):
                return kind
    return Kind.UNKNOWN
