"""The check of invoiced prices against agreed ones."""

from collections.abc import Iterator
from decimal import Decimal

from tieout.i18n import N_, Sentence
from tieout.intake.judging import sieves
from tieout.intake.judging.case import Case
from tieout.intake.judging.check import DOCUMENTS, Check, Finding, Limit, Severity, Takes
from tieout.ledger.inputs import LineInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

PRICE_NOT_AGREED = N_(
    "%(product)s: invoiced at %(invoiced)s a unit, agreed %(agreed)s from %(from)s on%(source)s; "
    "the line differs by %(difference)s. Correct the price, or take it as it is."
)
_BY = N_(" (%(source)s)")


def agreed_price(case: Case, limit: Decimal | None) -> Iterator[Finding]:
    """Find lines of invoices whose price is not the agreed one, a cent a line apart."""
    prices, customer_id = case.books.prices, case.group.customer_id
    given = case.given
    if prices is None or not customer_id or given.kind != DocumentKind.INVOICE:
        return
    currency = given.amount.currency
    cent = Money(1, currency).decimal
    for line in given.lines:
        if line.product_id is None or not line.quantity:
            continue
        agreed = prices.agreed(
            customer_id, line.product_id, currency, given.issued_on, line.quantity
        )
        if agreed is None:
            continue
        invoiced = _invoiced(line)
        difference = (invoiced - agreed.price) * abs(line.quantity)
        allowed = agreed.price * abs(line.quantity) * (limit or Decimal(0)) / 100
        if abs(difference) <= max(allowed, cent):
            continue
        source = Sentence(_BY, {"source": agreed.source}) if agreed.source else ""
        facts = {
            "product": line.code or line.description,
            "invoiced": _plain(invoiced),
            "agreed": _plain(agreed.price),
            "from": agreed.valid_from,
            "source": source,
            "difference": Money(1, currency).times(difference / cent),
        }
        yield Finding(Sentence(PRICE_NOT_AGREED, facts), "unit_price", about=line.code)


def _invoiced(line: LineInput) -> Decimal:
    """The price of a unit, tax included: as the line says, else its amount by its quantity."""
    if line.unit_price is not None:
        return abs(line.unit_price)
    assert line.quantity  # noqa: S101 - lines without are passed over
    return abs(line.amount.decimal / line.quantity)


def _plain(price: Decimal) -> str:
    return f"{price.quantize(Decimal('0.000001')).normalize():f}"


AGREED_PRICE = Check(
    "agreed_price",
    N_("Prices as agreed"),
    N_(
        "Where a price was agreed with the customer, its group or everybody, invoices are held "
        "against it, by the date of the invoice and the quantity."
    ),
    DOCUMENTS,
    (Severity.DECISION, Severity.REFUSE, Severity.WARN, Severity.OFF),
    look=agreed_price,
    sieve=sieves.with_agreed_prices,
    limit=Limit(Takes.NUMBER, N_("Percent a price may be off"), "0"),
)
