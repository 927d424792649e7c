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
    (
        Kind.CREDIT,
        r"credit|debit.?note|return|allowance|[贷貸][项項]|[红紅]字|退[货貨]|折[让讓]|[冲沖][减減]",
    ),
    (
        Kind.PAYMENT,
        (
            r"payment|receipt|wire|transfer|remittance|refund|\bpaid\b"
            r"|收款|付款|回款|(?<![应應])付[货貨]款|收到.*款|支付|[电電][汇匯]|[转轉][账帳]|退票|退款"
        ),
    ),
    (
        Kind.OTHER,
        (
            r"adjust(?!able)|journal|rebate|write.?off|opening|exchange"
            r"|[调調]整|返利|尾差|期初|[汇匯]兑"
        ),
    ),
    (
        Kind.INVOICE,
        (
            r"invoice|\bbill\b|sale|deliver|goods|purchase|service"
            r"|[发發]票|[销銷]售|[采採][购購]|[购購][进進]|[应應]付[货貨]款|入[库庫]|出[库庫]"
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
