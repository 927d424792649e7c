"""What kind of file it is, told by its columns: documents, payments, customers or products."""

import re
from collections.abc import Sequence

from tieout.chinese import compiled
from tieout.errors import InvalidInput
from tieout.intake import ledger_told
from tieout.intake.asides import says_so
from tieout.intake.guessing import INVOICE_NUMBERS, Guess, guess
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout
from tieout.intake.mapping import Mapping
from tieout.intake.profile import profile
from tieout.intake.reading import Row
from tieout.intake.values.text import shown

#: What only a list of payments says.
_OF_PAYMENTS = (
    "payer", "payer_account", "bank_reference", "own_account", "balance", "money_in", "money_out",
)  # fmt: skip
_SPEAKS_OF_PAYING = compiled(
    r"\b(pay\w*|paid|receipts?|received|bank\w*|remit\w*|transactions?|value date|posting date"
    r"|zahlung\w*|buchungstag|wertstellung|valuta)\b|收款|付款|到账|回款|交易|入账|银行|流水"
)
#: What a service that collects money keeps back, and what only its lists say.
_KEPT_BACK = compiled(
    r"\b(fees?|commission( nc)?)$|^(processing|transaction) fees?\b|^(手续费|服务费)元?$"
)
_GROSS = compiled(r"\b(gross|total collected|gross (sales|amount))$|^交易金额元?$")
_NET = compiled(r"\bnet( (total|amount))?$|^(清算|结算|到账|入账)金额元?$")
_COLLECTED = compiled(
    r"\bpay ?outs?\b|\bbalance transaction\b|\bpsp reference\b|\bcard (brand|id|type|source)\b"
    r"|\bcharge id\b|\bstatement descriptor\b|\breporting category\b"
)
#: The accounts of the general ledger that hold what customers owe.
_RECEIVABLES = compiled(
    r"应收账款|应收帐款|accounts? receivable|trade debtors|^debtors\b", re.IGNORECASE
)
#: What stands over the ledger of a customer.
_TITLE = compiled(
    r"客户往来|客户明细账|客户对账|往来单位|应收(账|帐)?款|应收(明细|对账)"
    r"|customer (ledger|account|activity|line items?)|accounts? receivable|(sales|debtors?) ledger"
    r"|debtor account",
    re.IGNORECASE,
)
#: How near the second kind must come to be as likely as the first.
_CLOSE = 0.8
#: Numbers by which a ledger knows its documents, whatever else moves money.
_LEDGER_NUMBER = compiled(r"document (no|number)|doc (no|number)|belegn\w*|凭证")


def guess_kind(layout: Layout, rows: Sequence[Row], above: Sequence[Row] = ()) -> Guess:
    """Propose what kind of file it is, too; `above` are the rows over its headings."""
    guesses = [guess(kind, layout, rows) for kind in BatchKind if kind != BatchKind.THEIR_LEDGER]
    best = max(guesses, key=_fitness)
    documents = guesses[[one.mapping.kind for one in guesses].index(BatchKind.DOCUMENTS)]
    if best is documents:
        payments = guesses[[one.mapping.kind for one in guesses].index(BatchKind.PAYMENTS)]
        if _is_collected(layout) and _is_whole(payments):
            return payments
        return payments if _is_rather_payments(payments, documents, layout) else documents
    if best.mapping.kind == BatchKind.PAYMENTS and _is_whole(documents):
        is_titled = any(_TITLE.search(shown(cell)) for row in above for cell in row.cells)
        is_ledger = is_titled or _is_account_of_receivables(layout, rows)
        is_ledger = is_ledger or (best.is_against and _names_customers(documents.mapping))
        is_ledger = is_ledger or ledger_told.is_ledger(documents.mapping, layout, rows, above)
        return documents if is_ledger or _is_rather_documents(best, documents, layout) else best
    return best


def _is_rather_payments(payments: Guess, documents: Guess, layout: Layout) -> bool:
    """Whether a list of documents would be nobody’s, while as payments it names who paid."""
    customers = ("customer_name", "customer_code", "tax_id")
    if any(documents.mapping.has(name) for name in customers) or not payments.mapping.has("payer"):
        return False
    speaks = any(
        _SPEAKS_OF_PAYING.search(variants(heading)[0]) for heading in layout.headings if heading
    )
    return speaks and payments.total > _CLOSE * documents.total


def _is_rather_documents(best: Guess, documents: Guess, layout: Layout) -> bool:
    """Whether a list could be payments or documents, and nothing in it speaks of money moved."""
    if not documents.mapping.has("number", "date"):
        return False
    of_payments = set(_OF_PAYMENTS)
    if _has_customers_accounts(best.mapping, documents.mapping):
        of_payments -= {"money_in", "money_out", "balance"}
    if _names_invoices(documents.mapping):
        of_payments -= {"balance"}  # what of each is still open
    said = [variants(heading)[0] for heading in layout.headings if heading]
    if _is_ledger(documents.mapping):
        of_payments -= {"balance", "payer"}
        said = [way for way in said if way != "posting date"]
    if any(best.mapping.has(name) for name in of_payments) or any(
        map(_SPEAKS_OF_PAYING.search, said)
    ):
        return False
    return documents.total > _CLOSE * best.total


def _is_collected(layout: Layout) -> bool:
    """Whether a service lists what it collected: its fee beside what was paid and what is left."""
    said = [variants(heading)[0] for heading in layout.headings if heading]
    keeps_back = any(map(_KEPT_BACK.search, said))
    has_both = any(map(_GROSS.search, said)) and any(map(_NET.search, said))
    has_both = has_both or {"amount", "fee", "net"} <= set(said)
    return keeps_back and (has_both or any(map(_COLLECTED.search, said)))


def _is_account_of_receivables(layout: Layout, rows: Sequence[Row]) -> bool:
    """Whether every entry stands on the account of what customers owe."""
    for column, heading in enumerate(layout.headings):
        if not heading:
            continue
        filled = profile(rows, column).filled
        said = [text for cell in filled if not says_so(text := shown(cell).strip("'"))]
        if said and all(map(_RECEIVABLES.search, said)):
            return True
    return False


def _is_ledger(documents: Mapping) -> bool:
    """Whether documents of customers are listed by the numbers a ledger gives them."""
    number = documents.column("number")
    return (
        number is not None
        and bool(_LEDGER_NUMBER.search(variants(number.heading)[0]))
        and (documents.has("customer_name") or documents.has("customer_code"))
    )


def _names_invoices(documents: Mapping) -> bool:
    """Whether the number of every row is said to be that of an invoice."""
    number = documents.column("number")
    return number is not None and variants(number.heading)[0] in INVOICE_NUMBERS


def _has_customers_accounts(payments: Mapping, documents: Mapping) -> bool:
    """Whether debit and credit stand beside customers: a ledger, rather than a bank's statement."""
    sides = documents.column("debit"), documents.column("credit")
    return all(sides) and payments.has("money_in", "money_out") and _names_customers(documents)


def _names_customers(documents: Mapping) -> bool:
    return documents.has("customer_name") or documents.has("customer_code")


def _fitness(found: Guess) -> tuple[float, bool, int]:
    """How well a kind fits; where no heading tells, by what the values alone could be."""
    return max(found.total, 0.0), _is_whole(found), len(found.mapping.columns)


def _is_whole(found: Guess) -> bool:
    """Whether all is there without which no row can be read."""
    try:
        found.mapping.sure().check()
    except InvalidInput:
        return False
    return True
