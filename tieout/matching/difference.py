"""Names for what a group can be, how sure it is, and who has to act."""

from enum import IntEnum, StrEnum


class Difference(StrEnum):
    """What the lines of a group say about the two books."""

    MATCH = "match"
    REF_FORMAT = "ref_format"
    REF_MISMATCH = "ref_mismatch"
    SPLIT = "split"
    MERGED = "merged"
    MANY_TO_MANY = "many_to_many"
    SHORT_PAYMENT_DISCOUNT = "short_payment_discount"
    BANK_FEE = "bank_fee"
    TAX_ROUNDING = "tax_rounding"
    FX_ROUNDING = "fx_rounding"
    AMOUNT_TRANSPOSITION = "amount_transposition"
    AMOUNT_TYPO = "amount_typo"
    SIGN_REVERSED = "sign_reversed"
    PRICE_OR_QUANTITY_DIFFERENCE = "price_or_quantity_difference"
    DUPLICATE_IN_OURS = "duplicate_in_ours"
    DUPLICATE_IN_THEIRS = "duplicate_in_theirs"
    INVOICE_IN_TRANSIT = "invoice_in_transit"
    PAYMENT_IN_TRANSIT = "payment_in_transit"
    MISSING_IN_THEIRS = "missing_in_theirs"
    MISSING_IN_OURS = "missing_in_ours"
    WRONG_CUSTOMER = "wrong_customer"
    WRONG_PERIOD = "wrong_period"
    UNEXPLAINED = "unexplained"


#: `Groups.type` holds places in this tuple.
DIFFERENCES = tuple(Difference)
CODE = {difference: code for code, difference in enumerate(DIFFERENCES)}


class Confidence(IntEnum):
    """How sure a group is, the least sure first."""

    #: For a person to accept or reject.
    PROPOSED = 0
    #: Counts, and stands on the list of what to look over.
    LISTED = 1
    ACCEPTED = 2
    #: Decided by a person.
    FIXED = 3


class Actor(StrEnum):
    """Who has to do something about a group."""

    NOTHING = "nothing"
    CLEARS_BY_ITSELF = "clears_by_itself"
    WE_CORRECT = "we_correct"
    YOU_CORRECT = "you_correct"
    SETTLE_TOGETHER = "settle_together"


#: The same finding seen from the other book.
MIRRORED = {
    Difference.SPLIT: Difference.MERGED,
    Difference.MERGED: Difference.SPLIT,
    Difference.DUPLICATE_IN_OURS: Difference.DUPLICATE_IN_THEIRS,
    Difference.DUPLICATE_IN_THEIRS: Difference.DUPLICATE_IN_OURS,
    Difference.MISSING_IN_OURS: Difference.MISSING_IN_THEIRS,
    Difference.MISSING_IN_THEIRS: Difference.MISSING_IN_OURS,
}
