"""Rows of payments, or of a bank's statement: what came in becomes payments, the rest stays out.

In a file of suppliers it is what went out.
"""

from collections.abc import Sequence
from decimal import Decimal

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.amounts import money_of, rounded_money
from tieout.intake.columns import NEITHER
from tieout.intake.judging.books import Books
from tieout.intake.judging.rows import Group, Judged, grouped
from tieout.intake.judging.whose import customer_of, remittance_of
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.intake.understanding import UnderstoodRow
from tieout.intake.values import statuses
from tieout.ledger.inputs import DocumentInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

MONEY_OUT = N_(
    "%(amount)s went out; only what came in is posted from this file. Enter a refund or a bounced "
    "payment by hand."
)
MONEY_IN = N_(
    "%(amount)s came in; only what was paid to suppliers is posted from this file. Enter what a "
    "supplier paid back by hand."
)
NOTHING_CAME = N_("The row moves no money.")
#: No longer one is kept as a reference; the whole text stays in the description.
_LONGEST = 120


def groups_of(mapping: Mapping, rows: Sequence[Judged], books: Books) -> list[Group]:
    """Work out each payment."""
    for row in rows:
        _leave_out_others(mapping, row, books)
    incoming = [row for row in rows if row.state == RowState.READY]
    for row in incoming:
        found = customer_of(mapping, row.row, books)
        if isinstance(found, Problem):
            row.refuse(found)
        else:
            row.customer_id = found
    groups = grouped(rows, [f"row:{row.number}" for row in rows])
    for group in groups:
        _plan(mapping, group, books)
    return groups


def _leave_out_others(mapping: Mapping, row: Judged, books: Books) -> None:
    if row.state != RowState.READY:
        return
    if (status := row.row.text("status")) and (why := statuses.stops_a_payment(status)):
        row.say(RowState.LEFT_OUT, Problem(Sentence(why, {"status": status}), "status"))
        return
    if word := row.row.text(NEITHER):
        reason = Sentence(statuses.NEITHER, {"status": word})
        row.say(RowState.LEFT_OUT, Problem(reason, "direction"))
        return
    value = _paid(mapping, row.row)
    if value is None or value > 0:
        return
    if value == 0:
        row.say(RowState.LEFT_OUT, Problem(Sentence(NOTHING_CAME)))
        return
    facts = {"amount": rounded_money(-value, _currency(mapping, row.row, books))}
    words = MONEY_IN if mapping.is_payable else MONEY_OUT
    row.say(RowState.LEFT_OUT, Problem(Sentence(words, facts)))


def _paid(mapping: Mapping, row: UnderstoodRow) -> Decimal | None:
    """What the row pays: what came in from a customer, what went out to a supplier."""
    value = row.number_of("_signed")
    return -value if value is not None and mapping.is_payable else value


def _currency(mapping: Mapping, row: UnderstoodRow, books: Books) -> str:
    return row.text("currency") or mapping.currency or books.base_currency


def _plan(mapping: Mapping, group: Group, books: Books) -> None:
    judged = group.first
    if judged.state != RowState.READY:
        return
    row = judged.row
    value, received_on = _paid(mapping, row), row.day("date")
    if value is None or received_on is None or judged.customer_id is None:
        return
    group.customer_id = judged.customer_id
    group.currency = _currency(mapping, row, books)
    group.account_id = books.accounts.get((group.customer_id, group.currency), 0)
    try:
        amount = -money_of(mapping, value, group.currency)
        original = _original(row, group.currency)
    except InvalidInput as error:
        judged.refuse(Problem(error.sentence, "amount", check="readable"))
        return
    group.plan = DocumentInput(
        account_id=group.account_id,
        kind=DocumentKind.PAYMENT,
        number=row.text("number"),
        issued_on=received_on,
        amount=amount,
        references=_references(row),
        description=_description(row),
        original=original,
    )


def _references(row: UnderstoodRow) -> tuple[ReferenceInput, ...]:
    """The bank's number, and what the payer wrote: settling goes by it."""
    said = (("bank", row.text("bank_reference")), ("remittance", remittance_of(row)))
    return tuple(ReferenceInput(kind, text[:_LONGEST]) for kind, text in said if text)


def _description(row: UnderstoodRow) -> str:
    return " · ".join(text for text in (row.text("payer"), remittance_of(row)) if text)


def _original(row: UnderstoodRow, currency: str) -> Money | None:
    value, code = row.number_of("original_amount"), row.text("original_currency")
    if value is None or not code or code == currency:
        return None
    return -abs(Money.of(value, code))
