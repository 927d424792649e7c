"""Checks of amounts: lines, prices, tax, currency, and what is out of the ordinary."""

from collections.abc import Iterator
from decimal import Decimal

from tieout.customers import stops
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.judging import sieves
from tieout.intake.judging.case import Case
from tieout.intake.judging.check import (
    DOCUMENTS,
    MONEY,
    Check,
    Finding,
    Limit,
    Severity,
    Takes,
)
from tieout.ledger import rules
from tieout.ledger.models import NEGATIVE, DocumentKind
from tieout.ledger.rules import LinesDiffer
from tieout.money import Money, decimals_of

PRICE_DIFFERS = N_(
    "%(quantity)s × %(price)s is %(product)s, but the line says %(line)s. Correct one of them, or "
    "take it as it is where a discount explains it."
)
NET_AND_TAX = N_(
    "%(net)s and the tax %(tax)s are %(total)s, but the amount says %(amount)s. Correct one of "
    "them."
)
TAX_TOO_MUCH = N_(
    "The tax %(tax)s is not within the amount %(amount)s. Correct one of them: the amount includes "
    "the tax."
)
TAX_OF_NO_RATE = N_(
    "The tax %(tax)s within %(amount)s is none of the rates in use (%(rates)s). Correct one of "
    "them, or add the rate in settings."
)
NEW_CURRENCY = N_(
    "Customer %(customer)s has no account in %(currency)s yet; one is opened with it. Correct the "
    "currency where it is wrong."
)
INACTIVE = N_(
    "Customer %(customer)s is marked as inactive. Take it as it is where this one document is "
    "right, correct the customer, or mark the customer as active again."
)
STOPPED = N_(
    "Deliveries to %(customer)s have been stopped since %(day)s: %(reason)s Ask before more goes "
    "out."
)
TWIN = N_(
    "The same row stands in the file more than once; this is number %(count)s. Each counts. Leave "
    "it out where it is a mistake."
)
NOTHING_OWED = N_("The document comes to %(amount)s: it is posted, and changes no balance.")
RETURNED = N_(
    "The quantity is below zero although the document is no credit note: the line lowers it by "
    "%(amount)s. Leave it out where it only moves stock."
)
UNUSUAL = N_(
    "%(amount)s is more than %(times)s times the largest so far of this customer, %(largest)s. "
    "Check the amount."
)
#: 100 % in hundredths of a per cent.
WHOLE = 10_000
#: Fewer documents say nothing about what is usual.
_ENOUGH = 3


def lines_sum(case: Case, _limit: None) -> Iterator[Finding]:
    """Find lines that are not the document, a cent a line apart for rounding."""
    lines, amount = case.given.lines, case.given.amount
    if not lines or any(line.amount.currency != amount.currency for line in lines):
        return
    minor = sum(line.amount.minor for line in lines)
    if abs(minor - amount.minor) > len(lines):
        total = Money(minor, amount.currency)
        error = LinesDiffer(number=case.given.number, sum=total, amount=amount)
        yield Finding(error.sentence, "amount")


def rules_of_the_books(case: Case, _limit: None) -> Iterator[Finding]:
    """Hold a document against what every posting is held against."""
    try:
        rules.check(case.given, case.given.amount.currency)
    except InvalidInput as error:
        yield Finding(error.sentence, "amount")


def price_times_quantity(case: Case, _limit: None) -> Iterator[Finding]:
    """Find lines that say another amount than their quantity and price."""
    cent = Money(1, case.given.amount.currency).decimal
    for row in case.group.rows:
        values = row.row.values
        is_net = "net_price" in values and "line_net" in values
        line = values.get("line_net" if is_net else "line_amount")
        price = values.get("net_price" if is_net else "unit_price")
        quantity = values.get("quantity")
        if not (
            isinstance(line, Decimal)
            and isinstance(price, Decimal)
            and isinstance(quantity, Decimal)
        ):
            continue
        product = abs(quantity * price)
        if abs(product - abs(line)) > cent:
            facts = {"quantity": quantity, "price": price, "product": product, "line": line}
            yield Finding(Sentence(PRICE_DIFFERS, _plain(facts)), "line_amount", row)


def _plain(facts: dict[str, Decimal]) -> dict[str, object]:
    return {name: f"{value.normalize():f}" for name, value in facts.items()}


def _amounts(facts: dict[str, Decimal], currency: str) -> dict[str, object]:
    """Amounts with the decimals of their currency, and more where the file gives more."""
    least = decimals_of(currency)
    given = {name: -int(value.normalize().as_tuple().exponent) for name, value in facts.items()}
    return {name: f"{value:,.{max(least, given[name])}f}" for name, value in facts.items()}


def net_and_tax(case: Case, _limit: None) -> Iterator[Finding]:
    """Find rows whose amount is not what stands before tax and the tax, beyond a cent."""
    cent = Money(1, case.given.amount.currency).decimal
    for row in case.group.rows:
        if "tax" not in row.row.values:
            continue
        tax = row.row.number_of("tax")
        for field, before in (("amount", "net_amount"), ("line_amount", "line_net")):
            net, amount = row.row.number_of(before), row.row.number_of(field)
            if net is None or tax is None or amount is None:
                continue
            total = abs(net) + abs(tax)
            if abs(total - abs(amount)) > cent:
                facts = {"net": net, "tax": tax, "total": total, "amount": amount}
                yield Finding(
                    Sentence(NET_AND_TAX, _amounts(facts, case.given.amount.currency)), field, row
                )


def tax_within(case: Case, _limit: None) -> Iterator[Finding]:
    """Find a tax that cannot be part of its amount."""
    tax, amount = case.given.tax, case.given.amount
    if tax is not None and tax.minor and abs(tax.minor) >= abs(amount.minor):
        yield Finding(Sentence(TAX_TOO_MUCH, {"tax": tax, "amount": amount}), "tax")


def tax_rate(case: Case, limit: tuple[int, ...] | None) -> Iterator[Finding]:
    """Find a tax that no rate gives, a cent a line apart; lines may mix the rates between."""
    tax, amount = case.given.tax, case.given.amount
    if tax is None or not tax.minor or not limit or abs(tax.minor) >= abs(amount.minor):
        return
    lines = max(1, len(case.given.lines))
    found, whole = abs(tax.minor), abs(amount.minor)
    # found ≈ whole × rate ÷ (100 % + rate), each side times the divisor: whole numbers are fast
    for rate in limit:
        if abs(found * (WHOLE + rate) - whole * rate) <= lines * (WHOLE + rate):
            return
    least, most = (whole * rate / (WHOLE + rate) for rate in (limit[0], limit[-1]))
    if lines > 1 and least <= found <= most:
        return
    rates = ", ".join(f"{rate / 100:g} %" for rate in limit)
    facts = {"tax": tax, "amount": amount, "rates": rates}
    yield Finding(Sentence(TAX_OF_NO_RATE, facts), "tax")


def account_currency(case: Case, _limit: None) -> Iterator[Finding]:
    """Find a currency in which a customer with accounts has none."""
    group, books = case.group, case.books
    if group.account_id or group.customer_id not in books.with_accounts:
        return
    code = books.directory.codes.get(group.customer_id or 0, "")
    facts = {"customer": code, "currency": group.currency}
    yield Finding(Sentence(NEW_CURRENCY, facts), "currency", about=group.currency)


def customer_inactive(case: Case, _limit: None) -> Iterator[Finding]:
    """Find documents and payments of customers that are marked as inactive."""
    customer_id = case.group.customer_id or 0
    if customer_id in case.books.inactive:
        code = case.books.directory.codes.get(customer_id, "")
        yield Finding(Sentence(INACTIVE, {"customer": code}), "customer_code", about=code)


def deliveries_stopped(case: Case, _limit: None) -> Iterator[Finding]:
    """Find invoices of customers nothing is to be delivered to."""
    stop = case.books.stopped.get(case.group.customer_id or 0)
    if stop is None or case.given.kind != DocumentKind.INVOICE:
        return
    code = case.books.directory.codes.get(stop.customer_id, "")
    facts = {"customer": code, "day": stop.from_on, "reason": stops.why(stop)}
    yield Finding(Sentence(STOPPED, facts), "customer_code", about=code)


def twins(case: Case, _limit: None) -> Iterator[Finding]:
    """Name rows that stand in their file more than once."""
    for row in case.group.rows:
        if row.occurrence > 1:
            yield Finding(Sentence(TWIN, {"count": row.occurrence}), "", row)


def zero_amount(case: Case, _limit: None) -> Iterator[Finding]:
    """Name documents that come to nothing."""
    if not case.given.amount.minor:
        yield Finding(Sentence(NOTHING_OWED, {"amount": case.given.amount}), "amount")


def below_zero(case: Case, _limit: None) -> Iterator[Finding]:
    """Explain lines below zero in documents that are no credit notes."""
    if case.given.kind in NEGATIVE or len(case.given.lines) != len(case.group.rows):
        return
    for row, line in zip(case.group.rows, case.given.lines, strict=True):
        if line.quantity is not None and line.quantity < 0:
            yield Finding(Sentence(RETURNED, {"amount": abs(line.amount)}), "quantity", row)


def unusual_amount(case: Case, limit: Decimal | None) -> Iterator[Finding]:
    """Find an amount far above everything a customer had so far."""
    count, largest = case.books.usual.get(case.group.account_id, (0, 0))
    if limit is None or count < _ENOUGH or abs(case.given.amount.minor) <= largest * limit:
        return
    amount = abs(case.given.amount)
    facts = {"amount": amount, "times": limit, "largest": Money(largest, amount.currency)}
    yield Finding(Sentence(UNUSUAL, facts), "amount")


LINES_SUM = Check(
    "lines_sum",
    N_("Lines that do not add up"),
    N_("The lines of a document come to its amount, a cent a line apart for rounding."),
    DOCUMENTS,
    (Severity.REFUSE,),
    look=lines_sum,
    sieve=sieves.lines_apart,
)
RULES_OF_THE_BOOKS = Check(
    "rules_of_the_books",
    N_("Rules of the books"),
    N_("Sign, number, currency, day and parts of a document are what every posting is held to."),
    MONEY,
    (Severity.REFUSE,),
    look=rules_of_the_books,
    sieve=sieves.against_the_rules,
)
PRICE_TIMES_QUANTITY = Check(
    "price_times_quantity",
    N_("Quantity × price is not the line"),
    N_("A line says another amount than its quantity and price, beyond a cent."),
    DOCUMENTS,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=price_times_quantity,
    sieve=sieves.price_apart,
)
NET_AND_TAX_SUM = Check(
    "net_and_tax",
    N_("Net and tax are not the amount"),
    N_("Where a row says the amount before tax, the tax and the amount, they agree to a cent."),
    DOCUMENTS,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=net_and_tax,
    sieve=sieves.rows_with_tax,
)
TAX_WITHIN = Check(
    "tax_within",
    N_("Tax not within its amount"),
    N_("The amount includes its tax; a tax as large as the amount says that columns are mixed up."),
    DOCUMENTS,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=tax_within,
    sieve=sieves.with_tax,
)
TAX_RATE = Check(
    "tax_rate",
    N_("Tax of no known rate"),
    N_("Amount and tax agree with one of the rates in use, a cent a line apart."),
    DOCUMENTS,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=tax_rate,
    sieve=sieves.with_tax,
    limit=Limit(Takes.PERCENTAGES, N_("Rates in use, per cent"), "0, 1, 3, 5, 6, 9, 10, 13"),
)
ACCOUNT_CURRENCY = Check(
    "account_currency",
    N_("Currency the customer has no account in"),
    N_("An account is opened with the first document of a currency; a wrong one is found here."),
    MONEY,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=account_currency,
    sieve=sieves.without_account,
)
CUSTOMER_INACTIVE = Check(
    "customer_inactive",
    N_("Customer marked as inactive"),
    N_("A document or payment of somebody the company deals with no more is often another’s."),
    MONEY,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=customer_inactive,
    sieve=sieves.of_inactive,
)
DELIVERIES_STOPPED = Check(
    "deliveries_stopped",
    N_("Customer nothing is delivered to"),
    N_("Whoever enters an invoice hears that deliveries are stopped, and why."),
    MONEY,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=deliveries_stopped,
    sieve=sieves.of_stopped,
)
TWINS = Check(
    "twins",
    N_("Rows that stand in the file twice"),
    N_("Genuine twins live: two equal sales are two sales. Each is named."),
    MONEY,
    (Severity.WARN, Severity.DECISION, Severity.OFF),
    look=twins,
    sieve=sieves.again,
)
ZERO_AMOUNT = Check(
    "zero_amount",
    N_("Documents over nothing"),
    N_("Gifts and samples come to 0.00; so does a column that was not read."),
    MONEY,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=zero_amount,
    sieve=sieves.nothing,
)
BELOW_ZERO = Check(
    "below_zero",
    N_("Quantities below zero in an invoice"),
    N_("Something came back with a sale, or stock was put right at no price."),
    DOCUMENTS,
    (Severity.WARN, Severity.DECISION, Severity.REFUSE, Severity.OFF),
    look=below_zero,
    sieve=sieves.returned,
)
UNUSUAL_AMOUNT = Check(
    "unusual_amount",
    N_("Very unusual amount"),
    N_("An amount so many times the largest the customer ever had may have lost its decimals."),
    MONEY,
    (Severity.OFF, Severity.WARN, Severity.DECISION, Severity.REFUSE),
    look=unusual_amount,
    sieve=sieves.unusual,
    limit=Limit(Takes.NUMBER, N_("Times the largest so far"), "10"),
)
