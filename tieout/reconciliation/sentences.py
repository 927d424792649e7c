"""The sentences differences are told in: what it is, in two voices, and what has to be done.

`%(document)s` begins a sentence; `%(book)s` and `%(file)s` are “your book” to the customer and
“their book” to the company's people, so that one sentence serves both.
"""

from tieout.i18n import N_
from tieout.matching import Detail, Difference

YOUR_BOOK, THEIR_BOOK = N_("your book"), N_("their book")
YOUR_FILE, THEIR_FILE = N_("your file"), N_("their file")
YOUR_PAYMENT = N_("Your payment of %(day)s")
THEIR_PAYMENT = N_("The customer's payment of %(day)s")

#: What it is; one sentence, the document first.
WHAT = {
    Difference.MATCH: N_("%(document)s is the same in both books."),
    Difference.REF_FORMAT: N_("%(document)s is written differently in %(book)s."),
    Difference.REF_MISMATCH: N_("%(document)s has another number in %(book)s."),
    Difference.SPLIT: N_("%(document)s stands in several parts in %(book)s."),
    Difference.MERGED: N_("%(document)s and others are one line in %(book)s."),
    Difference.MANY_TO_MANY: N_("%(document)s and others are grouped differently in %(book)s."),
    Difference.SHORT_PAYMENT_DISCOUNT: N_("%(document)s differs by a discount of %(rate)s %%."),
    Difference.BANK_FEE: N_("%(document)s arrived %(gap)s short."),
    Difference.TAX_ROUNDING: N_("%(document)s differs by %(gap)s of rounding."),
    Difference.FX_ROUNDING: N_("%(document)s differs by %(gap)s through the exchange rate."),
    Difference.AMOUNT_TRANSPOSITION: N_("%(document)s: two digits are swapped."),
    Difference.AMOUNT_TYPO: N_("%(document)s: one digit differs."),
    Difference.SIGN_REVERSED: N_("%(document)s stands on the wrong side in %(book)s."),
    Difference.PRICE_OR_QUANTITY_DIFFERENCE: N_("%(document)s has another amount in %(book)s."),
    Difference.DUPLICATE_IN_OURS: N_("%(document)s is in our book %(times)s."),
    Difference.DUPLICATE_IN_THEIRS: N_("%(document)s is in %(book)s %(times)s."),
    Difference.MISSING_IN_THEIRS: N_("%(document)s of %(day)s is missing in %(book)s."),
    Difference.MISSING_IN_OURS: N_("%(document)s of %(day)s is missing in our book."),
    Difference.WRONG_CUSTOMER: N_("%(document)s stands in another account of ours."),
    Difference.WRONG_PERIOD: N_("%(document)s is dated %(days)s days apart in %(book)s."),
    Difference.UNEXPLAINED: N_("%(document)s: %(gap)s more or less than in %(book)s, unproven."),
}
#: The pass that brings together what nothing but being left speaks for.
BY_BEING_LEFT = "only_ones_left"
ONLY_ONES_LEFT = N_(
    "%(document)s and one line in %(book)s are all that is left of these days, with other amounts:"
    " perhaps the same document."
)
#: The same where the finer cause says more.
WHAT_BY_DETAIL = {
    Detail.EXTRA_DIGIT: N_("%(document)s: a digit was dropped or added."),
    Detail.DECIMAL_SLIP: N_("%(document)s: the decimal point has slipped."),
    Detail.TAX: N_("%(document)s differs by the tax of %(rate)s %%."),
    Detail.WITHHELD: N_("%(document)s arrived short: tax was withheld."),
    Detail.TOLERATED: N_("%(document)s differs by %(gap)s, within the tolerance."),
}
#: The same where quantities and prices make up the whole difference.
OTHER_QUANTITY = N_("%(document)s has another quantity in %(book)s.")
OTHER_PRICE = N_("%(document)s has another price in %(book)s.")
OTHER_ITEMS = N_("%(document)s has other items in %(book)s.")
#: Item by item; theirs first, as it is theirs that is looked at.
SHORT = N_("%(their_item)s in %(book)s against %(our_item)s in ours: %(apart)s short.")
MORE = N_("%(their_item)s in %(book)s against %(our_item)s in ours: %(apart)s more.")
CHEAPER = N_("%(their_item)s in %(book)s against %(our_item)s in ours: %(apart)s less for each.")
DEARER = N_("%(their_item)s in %(book)s against %(our_item)s in ours: %(apart)s more for each.")
NOT_THERE = N_("%(our_item)s is not in %(book)s.")
NOT_HERE = N_("%(their_item)s in %(book)s is not in ours.")
#: On its way: not there yet, or there since; by the book that has not got it.
NOT_IN_THEIRS_YET = N_("%(document)s of %(day)s has not reached %(book)s yet.")
IN_THEIRS_SINCE = N_("%(document)s of %(day)s reached %(book)s on %(later)s.")
NOT_IN_OURS_YET = N_("%(document)s of %(day)s has not reached our book yet.")
IN_OURS_SINCE = N_("%(document)s of %(day)s reached our book on %(later)s.")
PAYMENT_NOT_IN_OURS_YET = N_("%(payment)s has not reached our book yet.")
PAYMENT_IN_OURS_SINCE = N_("%(payment)s reached our book on %(later)s.")
TWICE, TIMES = N_("twice"), N_("%(count)s times")
BY_HAND = N_("%(document)s was matched by hand, leaving %(gap)s.")
SAME_SIDE = N_("%(document)s and others of one book were matched by hand.")

TAX_IN_OURS = N_("Ours holds the tax of %(tax)s, theirs does not.")
TAX_IN_THEIRS = N_("Theirs holds the tax of %(tax)s, ours does not.")
WITHHELD_OF = N_("%(rate)s %% of %(whole)s was withheld.")
TOLERATED = N_("Nothing proves why; the rules let that much pass.")

#: What the two books say, with the rows of their file.
LINE, LINES = N_("line %(rows)s"), N_("lines %(rows)s")
BOTH_SAY = N_("Our book says %(ours)s, %(book)s %(theirs)s (%(where)s).")
TWICE_IN_THEIRS = N_(
    "Lines %(rows)s of %(file)s carry the same number and amount; we have it once, of %(day)s."
)
TWICE_IN_OURS = N_("We booked it on %(days)s; %(file)s has it once (line %(rows)s).")
ONLY_OURS = N_("No line of %(file)s goes with it.")
ONLY_THEIRS = N_("Line %(rows)s of %(file)s; no document of ours goes with it.")
CLEARED_IN_THEIRS = N_("Line %(rows)s of %(file)s, after the cut-off.")
CLEARED_IN_OURS = N_("Line %(rows)s of %(file)s; we booked it after the cut-off.")
ON_ITS_WAY_OURS = N_("So close to the cut-off that no line of %(file)s has it yet.")
ON_ITS_WAY_THEIRS = N_("Line %(rows)s of %(file)s, close to the cut-off.")
IN_PARTS = N_("%(ours)s here, %(theirs)s there (lines %(rows)s): the same sum.")
FOREIGN = N_("In its own currency the document is of %(original)s.")
DISCOUNT_OF = N_("%(gap)s is %(rate)s %% of %(whole)s.")
FEE_OF = N_("%(gap)s stayed with the banks on the way.")
TENFOLD = N_("One amount is %(count)s times the other.")
SWAPPED = N_(
    "The %(first)s and the %(second)s have changed places; the difference, %(gap)s, can be divided"
    " by nine, as it always can then."
)
HALF = N_("The difference is twice the amount.")
OTHER_ACCOUNT = N_("Line %(rows)s of %(file)s; we booked it in another account.")
DAYS_APART = N_("Dated %(day)s here, %(later)s there (line %(rows)s).")
SHARED = N_("The same number stands in both.")
NEAR = N_("The same amount, %(days)s days apart.")
SAME_DAY = N_("The same amount on the same day.")
ONLY_ONE = N_("Nothing else fits.")
RIVALS = N_("Others would fit as well: %(count)s.")
ONLY_SUM = N_("The amounts add up; no number says so.")
HINT_NINE = N_("The difference can be divided by nine: look for swapped digits.")
HINT_HALF = N_("Half of the difference is the amount of one line: look for a wrong side.")
REASON = N_("Reason given: %(reason)s")

#: What has to be done: for the customer, and for the company's people.
BOOK_MORE = (
    N_("Book it; you then owe %(amount)s more."),
    N_("Send the document again; the customer books it."),
)
BOOK_LESS = (
    N_("Book it; you then owe %(amount)s less."),
    N_("Send the document again; the customer books it."),
)
#: What has been paid is proved by the bank.
BOOK_PAYMENT = (
    N_("Book it; you then owe %(amount)s less."),
    N_("Show when it arrived; the customer books it."),
)
#: The same on an account on which we owe.
BOOK_MORE_OF_OURS = (
    N_("Book it; we then owe you %(amount)s more."),
    N_("Send the document again; the supplier books it."),
)
BOOK_LESS_OF_OURS = (
    N_("Book it; we then owe you %(amount)s less."),
    N_("Send the document again; the supplier books it."),
)
REVERSE_ONE = (N_("Reverse one of them."), N_("The customer reverses one of them."))
WE_REVERSE = (N_("We reverse one of them."), N_("Reverse one of them."))
#: The same where it stands there more than twice, and where it has another fault, too.
REVERSE_OTHERS = (
    N_("Keep one of them and reverse the others."),
    N_("The customer keeps one of them and reverses the others."),
)
WE_REVERSE_OTHERS = (
    N_("We keep one of them and reverse the others."),
    N_("Keep one of them and reverse the others."),
)
REVERSE_AGAIN = (
    N_("Reverse what you entered again."),
    N_("The customer reverses what it entered again."),
)
WE_REVERSE_AGAIN = (N_("We reverse what we entered again."), N_("Reverse what we entered again."))
#: Of tax withheld.
ASK_FOR_RECEIPT = (
    N_("Send the receipt of the tax, or pay the rest."),
    N_("Ask for the receipt of the tax, or for the rest."),
)
RAISE_LINE = (
    N_("Raise your line by %(amount)s."),
    N_("The customer raises its line by %(amount)s."),
)
LOWER_LINE = (
    N_("Lower your line by %(amount)s."),
    N_("The customer lowers its line by %(amount)s."),
)
TURN_LINE = (
    N_("Book it on the other side."),
    N_("The customer books it on the other side."),
)
REDATE = (N_("Nothing is owed differently."), N_("Nothing is owed differently."))
SEND_US = (
    N_("Send us the document, so that we can book it."),
    N_("Ask the customer for the document, or find where it was booked."),
)
WE_TRANSFER = (N_("We transfer it."), N_("Transfer it to this account."))
COMPARE = (
    N_("Compare it with the document; dispute what is not right."),
    N_("Compare it with the document; correct what is not right."),
)
AGREE_DISCOUNT = (
    N_("Let us agree whether the discount is granted."),
    N_("Grant the discount, or ask for the rest."),
)
AGREE_FEE = (
    N_("Let us agree who bears it."),
    N_("Bear the fee, or ask for it."),
)
WRITE_OFF = (N_("We propose to write it off."), N_("Write it off."))
AGREE_RATE = (
    N_("Let us agree on the rate."),
    N_("Book it as an exchange difference."),
)
WAIT = (N_("Nobody has to act."), N_("Nobody has to act."))
LOOK = (
    N_("Let us look at it together."),
    N_("Look at the lines; accept, match by hand, or ask."),
)

REMEDIES = {
    Difference.MISSING_IN_OURS: SEND_US,
    Difference.DUPLICATE_IN_THEIRS: REVERSE_ONE,
    Difference.DUPLICATE_IN_OURS: WE_REVERSE,
    Difference.SIGN_REVERSED: TURN_LINE,
    Difference.WRONG_PERIOD: REDATE,
    Difference.WRONG_CUSTOMER: WE_TRANSFER,
    Difference.PRICE_OR_QUANTITY_DIFFERENCE: COMPARE,
    Difference.SHORT_PAYMENT_DISCOUNT: AGREE_DISCOUNT,
    Difference.BANK_FEE: AGREE_FEE,
    Difference.TAX_ROUNDING: WRITE_OFF,
    Difference.FX_ROUNDING: AGREE_RATE,
    Difference.INVOICE_IN_TRANSIT: WAIT,
    Difference.PAYMENT_IN_TRANSIT: WAIT,
    Difference.UNEXPLAINED: LOOK,
}
#: One sentence after another.
TOGETHER = N_("%(one)s %(other)s")

#: As an item of the balance reconciliation statement: no full stop, the amount beside it.
ITEM_NOT_IN_THEIRS = N_("%(document)s of %(day)s, not in %(book)s")
ITEM_NOT_IN_OURS = N_("%(document)s of %(day)s, not in our book")
ITEM_THEIRS_SINCE = N_("%(document)s of %(day)s, in %(book)s since %(later)s")
ITEM_OURS_SINCE = N_("%(document)s of %(day)s, in our book since %(later)s")
ITEM_PAYMENT_SINCE = N_("%(payment)s, in our book since %(later)s")
ITEM_PAYMENT_ON_WAY = N_("%(payment)s, on its way")
ITEM_ON_WAY = N_("%(document)s of %(day)s, on its way")
ITEM_TWICE = N_("%(document)s booked %(times)s")
ITEM_VALUE = N_("%(document)s booked as %(theirs)s instead of %(ours)s")
ITEM_APART = N_("%(document)s, %(ours)s here and %(theirs)s there")
ITEM_OTHER_ACCOUNT = N_("%(document)s, in another account of ours")

#: Said before any figure: a result without it would be wrong.
STATED = N_(
    "“%(file)s” states a closing balance of %(stated)s, but its entries come to %(found)s:"
    " %(gap)s is missing in the file or stands twice. The comparison goes by the entries; a"
    " complete export settles it."
)
SEVERAL = N_(
    "“%(file)s” holds entries of several companies: %(names)s. All of them were compared with this"
    " account. Choose whose entries are to be compared, or leave these alone in the file."
)
ONE_OF_SEVERAL = N_("Of “%(file)s”, only the entries of %(name)s were compared.")
NOTHING_AGREES = N_(
    "Nothing of “%(file)s” agrees with our book, so its sign is taken from its kinds of entries or"
    " its balance. Look whether it is the right file, customer and period; whose sign it has is"
    " said under “How the file was read”."
)
NOTHING_YET = N_(
    "“%(file)s” has no entry up to the cut-off %(day)s; its first one is of %(first)s. Compare at a"
    " later day, or hand in a ledger that begins earlier."
)
OURS_EMPTY = N_(
    "Our book of this account has no entry up to %(day)s, so nothing of “%(file)s” can agree. Look"
    " whether it is the right account, currency and day."
)
NOT_REACHED = N_(
    "Row %(row)s of “%(file)s” states %(stated)s, but its entries come to %(found)s there. An entry"
    " is missing in the file or stands twice; the comparison goes by the entries."
)
REPEATED = N_(
    "Line number %(number)s of “%(file)s” stands in rows %(rows)s. All of them were compared; if"
    " the export took a line twice, hand in a new one."
)
ALL_ZERO = N_(
    "Every amount of “%(file)s” is 0.00. Look which of its columns holds the amounts; by this one"
    " nothing can be compared."
)
ONE_SIDE = N_(
    "Every amount of “%(file)s” stands on the same side, also what our book has on the other. If"
    " the export leaves out the sign, payments and credits count the wrong way: export debit and"
    " credit apart, or amounts with their sign."
)
FAR_DAY = N_(
    "Row %(row)s of “%(file)s” is dated %(day)s, more than a year from every other entry. If its"
    " year is mistaken, put it right and compare again."
)
SAME_AS_OURS = N_(
    "“%(file)s” agrees with our book to every day and number, as a copy of our own statement does."
    " Look whether it is the other side's own ledger; a copy proves nothing."
)
DAYS_IN_DOUBT = N_(
    "“%(text)s” in column %(column)s of “%(file)s” could be two different days; it was read with"
    " the %(first)s first. If that is wrong, write the dates like 2026-06-30 and compare again."
)
DECIMALS_IN_DOUBT = N_(
    "“%(text)s” in column %(column)s of “%(file)s” was read with “%(mark)s” before the decimals,"
    " and nothing proves it. If that is wrong, write the amounts like 1234.56 and compare again."
)
OTHER_SHEETS = N_(
    "Only sheet “%(sheet)s” of “%(file)s” was compared; there are entries in %(others)s, too. Put"
    " all of them into one sheet, or choose the other one."
)
HIDDEN_ROWS = N_(
    "Rows of “%(file)s” are hidden in the workbook: %(count)s, the first is row %(row)s. They were"
    " compared like the others; take them out where they do not belong to it."
)
SAID_OF_FILE = N_("“%(file)s”: %(what)s")
OPENINGS_DIFFER = N_("The balances before the first line differ")
