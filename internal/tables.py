"""Lists of the workbench as tables, for files; the columns are those of the page."""

from collections.abc import Iterable

from internal.words import account_word, kind_word, status_word
from tieout.ledger.ledger_view import Ledger
from tieout.ledger.listing import ListedAccount
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.rendering.tables import Check, Column, Kind, Row, Style, TableDefinition
from tieout.rendering.translation import gettext


def customers(rows: Iterable[ListedAccount]) -> TableDefinition:
    """The customers' accounts."""
    lines = []
    for row in rows:
        one = row.summary
        lines.append(
            Row(
                (
                    row.code,
                    row.name,
                    account_word(one.kind) if one else None,
                    one.balance.currency if one else None,
                    one.balance if one else None,
                    one.overdue if one else None,
                    one.disputed if one else None,
                    one.unapplied if one else None,
                    one.oldest_due_on if one else None,
                    one.credit_limit if one else None,
                    row.owner or None,
                )
            )
        )
    return TableDefinition(
        name=gettext("Customers"),
        columns=(
            Column("code", gettext("Code")),
            Column("name", gettext("Customer"), width=30),
            Column("kind", gettext("Account")),
            Column("currency", gettext("Currency"), width=9),
            Column("balance", gettext("Balance"), Kind.MONEY, width=16),
            Column("overdue", gettext("Overdue"), Kind.MONEY, width=16),
            Column("disputed", gettext("Disputed"), Kind.MONEY, width=16),
            Column("unapplied", gettext("Unapplied credit"), Kind.MONEY, width=16),
            Column("oldest", gettext("Oldest due"), Kind.DATE),
            Column("limit", gettext("Credit limit"), Kind.MONEY, width=16),
            Column("owner", gettext("Owner"), width=18),
        ),
        rows=lines,
        totals=_totals(lines, ("balance", "overdue", "disputed", "unapplied"), (4, 5, 6, 7)),
    )


def documents() -> TableDefinition:
    """Documents of the ledger, before their rows: there may be any number of them."""
    return TableDefinition(
        name=gettext("Documents"),
        columns=(
            Column("on", gettext("Date"), Kind.DATE),
            Column("kind", gettext("Kind"), width=14),
            Column("number", gettext("Number"), width=18),
            Column("reference", gettext("Reference"), width=18),
            Column("customer", gettext("Customer"), width=28),
            Column("description", gettext("Description"), width=30),
            Column("currency", gettext("Currency"), width=9),
            Column("amount", gettext("Amount"), Kind.MONEY, width=16),
            Column("status", gettext("Status"), width=12),
        ),
        rows=(),
    )


#: Where a document's row says its amount.
AMOUNT = 7


def document(one: Document, name: str, reference: str, status: str) -> Row:
    """A document as a row of them."""
    return Row(
        (
            one.issued_on,
            kind_word(one.kind),
            one.number,
            reference or None,
            name,
            one.description or None,
            one.currency,
            Money(one.amount_minor, one.currency),
            status_word(status) if status else None,
        )
    )


def ledger(book: Ledger) -> TableDefinition:
    """One account's ledger: opening, movements, closing."""
    lines = [
        Row(
            (book.period.before, gettext("Opening balance"), *(None,) * 5, book.opening),
            Style.OPENING,
        )
    ]
    for row in book.rows:
        one = row.movement
        lines.append(
            Row(
                (
                    one.issued_on,
                    kind_word(one.kind),
                    one.number,
                    one.reference or None,
                    one.description or None,
                    one.due_on,
                    one.amount,
                    row.balance,
                )
            )
        )
    lines.append(
        Row(
            (book.period.end, gettext("Closing balance"), *(None,) * 5, book.closing),
            Style.CLOSING,
        )
    )
    words = gettext(
        "Opening %(opening)s + movements %(movements)s = closing %(closing)s",
        opening=book.opening,
        movements=book.charges + book.credits,
        closing=book.closing,
    )
    holds = book.opening + book.charges + book.credits == book.closing
    return TableDefinition(
        name=gettext("Ledger"),
        columns=(
            Column("on", gettext("Date"), Kind.DATE),
            Column("kind", gettext("Kind"), width=16),
            Column("number", gettext("Number"), width=18),
            Column("reference", gettext("Reference"), width=18),
            Column("description", gettext("Description"), width=30),
            Column("due", gettext("Due"), Kind.DATE),
            Column("amount", gettext("Amount"), Kind.MONEY, width=16),
            Column("balance", gettext("Balance"), Kind.MONEY, width=16),
        ),
        rows=lines,
        checks=(Check(words, holds),),
    )


def _totals(
    lines: list[Row], keys: tuple[str, ...], places: tuple[int, ...]
) -> dict[str, Money | int]:
    """The sums of columns, where all their amounts are of one currency."""
    amounts = [[cell for row in lines if isinstance(cell := row.cells[at], Money)] for at in places]
    currencies = {amount.currency for column in amounts for amount in column}
    if len(currencies) != 1:
        return {}
    [currency] = currencies
    sums = (Money.total(column, currency) for column in amounts)
    return dict(zip(keys, sums, strict=True))
