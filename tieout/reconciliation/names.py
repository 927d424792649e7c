"""Short names: of what a difference is, of whoever acts, of a document in a sentence."""

from tieout.i18n import N_, Sentence
from tieout.matching import Difference
from tieout.money import Money, decimals_of
from tieout.reconciliation.priced import of_items
from tieout.reconciliation.shown import ShownGroup, ShownLine
from tieout.reconciliation.vocabulary import ITSELF, NOBODY, TOGETHER, WE, YOU

#: What a group is, in a word or two.
DIFFERENCES = {
    Difference.MATCH: N_("Same"),
    Difference.REF_FORMAT: N_("Written differently"),
    Difference.REF_MISMATCH: N_("Other number"),
    Difference.SPLIT: N_("One to several"),
    Difference.MERGED: N_("Several to one"),
    Difference.MANY_TO_MANY: N_("Several to several"),
    Difference.SHORT_PAYMENT_DISCOUNT: N_("Discount"),
    Difference.BANK_FEE: N_("Bank fee"),
    Difference.TAX_ROUNDING: N_("Rounding"),
    Difference.FX_ROUNDING: N_("Exchange rate"),
    Difference.AMOUNT_TRANSPOSITION: N_("Swapped digits"),
    Difference.AMOUNT_TYPO: N_("Wrong digit"),
    Difference.SIGN_REVERSED: N_("Wrong side"),
    Difference.PRICE_OR_QUANTITY_DIFFERENCE: N_("Other amount"),
    Difference.DUPLICATE_IN_OURS: N_("Twice in our book"),
    Difference.DUPLICATE_IN_THEIRS: N_("Twice in their book"),
    Difference.INVOICE_IN_TRANSIT: N_("Document on its way"),
    Difference.PAYMENT_IN_TRANSIT: N_("Payment on its way"),
    Difference.MISSING_IN_THEIRS: N_("Missing in their book"),
    Difference.MISSING_IN_OURS: N_("Missing in our book"),
    Difference.WRONG_CUSTOMER: N_("Other account"),
    Difference.WRONG_PERIOD: N_("Other period"),
    Difference.UNEXPLAINED: N_("Unexplained"),
}
#: Those that speak of the customer's book, for the customer.
_FOR_CUSTOMERS = {
    Difference.DUPLICATE_IN_THEIRS: N_("Twice in your book"),
    Difference.MISSING_IN_THEIRS: N_("Missing in your book"),
}
#: Their tone and icon on pages, as `components/state.html` knows them.
TONES = {
    Difference.SHORT_PAYMENT_DISCOUNT: ("info", "bank"),
    Difference.BANK_FEE: ("info", "bank"),
    Difference.AMOUNT_TRANSPOSITION: ("disputed", "swap"),
    Difference.AMOUNT_TYPO: ("disputed", "swap"),
    Difference.SIGN_REVERSED: ("disputed", "swap"),
    Difference.PRICE_OR_QUANTITY_DIFFERENCE: ("disputed", "question"),
    Difference.UNEXPLAINED: ("disputed", "question"),
}
#: Who acts, as a note below an item: for the customer, and for the company's people.
NOTES = {
    YOU: (N_("you correct"), N_("the customer corrects")),
    WE: (N_("we correct"), N_("we correct")),
    ITSELF: (N_("clears by itself"), N_("clears by itself")),
    TOGETHER: (N_("to be settled together"), N_("to be settled together")),
    NOBODY: ("", ""),
}

_NUMBERED = N_("%(kind)s %(number)s")
_DATED = N_("%(kind)s of %(day)s")
#: A line of a book that does not say what it is.
ENTRY = N_("Ledger entry")
#: What documents are called; said here once more, because telling needs no ledger.
_KINDS = {
    "invoice": N_("Invoice"),
    "credit_note": N_("Credit note"),
    "payment": N_("Payment"),
    "refund": N_("Refund"),
    "bounced_payment": N_("Bounced payment"),
    "discount": N_("Discount"),
    "write_off": N_("Write-off"),
    "recovery": N_("Recovery"),
    "fee": N_("Fee"),
    "interest": N_("Interest"),
    "adjustment": N_("Adjustment"),
    "opening_balance": N_("Opening balance"),
    "transfer": N_("Transfer"),
    "exchange_difference": N_("Exchange difference"),
}
KNOWN_KINDS = frozenset(_KINDS)


#: The same where quantities and prices make up the whole difference.
_OTHER = {"quantity": N_("Other quantity"), "price": N_("Other price"), "items": N_("Other items")}


def difference_name(group: ShownGroup) -> Sentence:
    """What a group is, in a word or two."""
    if group.priced:
        return Sentence(_OTHER[of_items(group.priced)])
    return type_name(group.difference)


def type_name(difference: Difference, *, staff: bool = True) -> Sentence:
    """What a type of difference is called."""
    if not staff and difference in _FOR_CUSTOMERS:
        return Sentence(_FOR_CUSTOMERS[difference])
    return Sentence(DIFFERENCES[difference])


def note(acts: str, *, staff: bool) -> Sentence:
    """Who acts, as a note below an item."""
    return Sentence(NOTES[acts][staff])


def kind_name(kind: str) -> Sentence:
    """What a line is called."""
    return Sentence(_KINDS.get(kind, ENTRY))


def document(line: ShownLine) -> Sentence:
    """A document as a sentence begins with it: “Invoice INV-1043”."""
    kind = kind_name(line.kind)
    if line.number:
        return Sentence(_NUMBERED, {"kind": kind, "number": line.number})
    return Sentence(_DATED, {"kind": kind, "day": line.on})


def figure(amount: Money) -> str:
    """An amount inside a sentence whose currency stands elsewhere; the same in any language."""
    sign = "\u2212" if amount.minor < 0 else ""
    return f"{sign}{abs(amount).decimal:,.{decimals_of(amount.currency)}f}"
