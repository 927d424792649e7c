"""Whether a list that moves a balance is the ledger of a customer, rather than a bank's statement.

Both have two sides and a balance. What tells them apart is what their entries call themselves,
and which side the balance goes up by.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from tieout.chinese import compiled
from tieout.errors import TieoutError
from tieout.intake.asides import likely_entries, says_so
from tieout.intake.layout import Layout
from tieout.intake.mapping import Column, Mapping
from tieout.intake.reading import Row
from tieout.intake.running_balance import balance_beside
from tieout.intake.sections import is_entry
from tieout.intake.values.numbers import Figure, Side
from tieout.intake.values.text import shown

#: What an entry begins with that raises what a customer owes, and one that lowers it.
_SOLD = compiled(
    r"\W*((sales?|tax|customer) )?(invoice|inv)\b|\W*debit (note|memo)|\W*sales?\b|\W*goods\b"
    r"|\W*(ausgangs|schluss|abschlags)?rechnung|\W*verkauf|\W*facture|\W*vente|\W*factura|\W*venta"
    r"|\W*fattura|\W*vendita|\W*fatura|销售|销货|发票|开票|出库|发货|应收|货物",
    re.IGNORECASE,
)
_SETTLED = compiled(
    r"\W*(by )?((customer|advance|part) )?(payments?|paid|receipts?|cash|bank|cheque|check|transfer"
    r"|credit (note|memo)|refund|returns?|discount)\b|\W*(zahlung|gutschrift|überweisung|skonto"
    r"|r[eè]glement|paiement|encaissement|avoir|virement|pago|cobro|abono|incasso|pagamento|storno)"
    r"|收款|收到|收.{0,4}款|回款|到账|退货|退款|折让|折扣|红冲|冲销",
    re.IGNORECASE,
)
_STATEMENT = compiled(
    r"statements? of accounts?|account statement|customer statement|kontoblatt|对账单",
    re.IGNORECASE,
)
_OF_MONEY = compiled(
    r"银行存款.*|库存现金|现金|其他货币资金.*|(petty )?cash( (at|in|on) (bank|hand))?"
    r"|bank( accounts?)?|kasse|banque|caisse|bancos?|banca|caja|cassa",
    re.IGNORECASE,
)
_FIGURES = ("amount", "debit", "credit", "date")
#: Of ten entries of a side, so many name themselves.
_MOST = 6


def is_ledger(
    documents: Mapping, layout: Layout, rows: Sequence[Row], above: Sequence[Row]
) -> bool:
    """Whether a list of two sides is the ledger of a customer; `above` stands over its headings."""
    entries = [row for row in likely_entries(layout, rows) if _is_plain_entry(row)]
    moved = _moved(documents, entries)
    if moved is None or _are_of_money(entries):
        return False
    balance = balance_beside(documents, layout.headings)
    if balance is None and not documents.has("credit") and min(moved) >= 0:
        return False  # what is paid names invoices, too
    if _speaks_of_documents(documents, entries, moved):
        return _rises(balance, entries, moved) is not False
    is_titled = any(_STATEMENT.search(shown(cell)) for row in above for cell in row.cells)
    return is_titled and _is_numbered(documents, entries) and _stands_in_debit(balance, entries)


def _is_plain_entry(row: Row) -> bool:
    return is_entry(row) and not any(isinstance(c, str) and says_so(c) for c in row.cells)


def _are_of_money(rows: Sequence[Row]) -> bool:
    """Whether every entry stands on an account of money: one's own book of a bank, or of cash."""
    width = min((len(row.cells) for row in rows), default=0)
    return any(
        all(_OF_MONEY.fullmatch(shown(row.cells[column]).strip()) for row in rows)
        for column in range(width)
    )


def _speaks_of_documents(documents: Mapping, rows: Sequence[Row], moved: Sequence[Decimal]) -> bool:
    """Whether entries call themselves invoices on one side, and what settles them on the other."""
    figures = {column.index for column in documents.columns if column.field in _FIGURES}
    sold, settled = [], []
    for row, by in zip(rows, moved, strict=True):
        texts = [
            cell
            for place, cell in enumerate(row.cells)
            if isinstance(cell, str) and place not in figures
        ]
        if by > 0:
            sold.append(any(map(_SOLD.match, texts)))
        elif by < 0:
            settled.append(any(map(_SETTLED.match, texts)))
    if not any(sold) or sum(sold) * 10 < len(sold) * _MOST:
        return False
    return sum(settled) * 10 >= len(settled) * _MOST


def _is_numbered(documents: Mapping, rows: Sequence[Row]) -> bool:
    number = documents.column("number")
    if number is None:
        return False
    filled = sum(1 for row in rows if len(row.cells) > number.index and row.cells[number.index])
    return filled * 10 >= len(rows) * _MOST


def _stands_in_debit(balance: Column | None, rows: Sequence[Row]) -> bool:
    """Whether most balances say that they are a debit."""
    sides = [figure.side for row in rows if balance and (figure := _figure(row, balance))]
    return sides.count(Side.DEBIT) * 2 > len(sides)


def _rises(balance: Column | None, rows: Sequence[Row], moved: Sequence[Decimal]) -> bool | None:
    """Whether the balance goes up by what is sold and down by what is settled; None: neither."""
    held = []
    for row, by in zip(rows, moved, strict=True):
        if balance and (figure := _figure(row, balance)):
            held.append((-figure.value if figure.side == Side.CREDIT else figure.value, by))
    steps = [(after - before, by, back) for (before, back), (after, by) in pairwise(held)]
    with_it = max(sum(s == by for s, by, _ in steps), sum(-s == back for s, _, back in steps))
    against = max(sum(s == -by for s, by, _ in steps), sum(s == back for s, _, back in steps))
    return None if with_it == against else with_it > against


def _moved(documents: Mapping, rows: Sequence[Row]) -> list[Decimal] | None:
    """What each entry moves the account by; None where the list does not say."""
    columns = [(documents.column("debit"), 1), (documents.column("credit"), -1)]
    if None in (column for column, _ in columns):
        columns = [(documents.column("amount"), 1)]
    if not rows or None in (column for column, _ in columns):
        return None
    is_one = len(columns) == 1
    moved = []
    for row in rows:
        sides = [
            -figure.value if is_one and figure.side == Side.CREDIT else figure.value * sign
            for column, sign in columns
            if column and (figure := _figure(row, column))
        ]
        moved.append(sum(sides, Decimal(0)))
    return moved


def _figure(row: Row, column: Column) -> Figure | None:
    if column.index >= len(row.cells):
        return None
    try:
        return column.figure(row.cells[column.index])
    except TieoutError:
        return None
