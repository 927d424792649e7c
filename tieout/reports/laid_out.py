"""The movements of a statement as a template wants them: its columns, grouped its way."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from tieout.money import Money
from tieout.periods import Period
from tieout.rendering import formats
from tieout.rendering.tables import Carried, Check, Column, Kind, Row, Style, TableDefinition, Value
from tieout.rendering.translation import gettext, reader
from tieout.reports import words
from tieout.reports.data import LineData, SectionData, StatementData
from tieout.statements.layouts import BY_KIND, BY_MONTH, Layout

_WIDTHS = {
    "date": 20,
    "document": 44,
    "reference": 30,
    "description": 40,
    "due": 20,
    "charge": 25,
    "credit": 25,
    "amount": 26,
    "balance": 27,
}
_DATES = ("date", "due")
_MONEY = ("charge", "credit", "amount", "balance")


def movements(
    statement: StatementData, section: SectionData, layout: Layout, *, on_paper: bool
) -> TableDefinition:
    """The movements of a section between its opening and its closing balance."""
    currency = section["currency"]
    unit = formats.currency_unit(currency, reader.get().language) if on_paper else currency
    body = _grouped(statement, section, layout)
    moved = Money(sum(line["amount"] for line in section["lines"]), currency)
    opening, closing = Money(section["opening"], currency), Money(section["closing"], currency)
    say = reader.get().fact
    return TableDefinition(
        name=f"{gettext('Movements')} {currency}",
        columns=tuple(_column(key, unit) for key in layout.columns),
        rows=(
            _edge(statement["period"]["start"], gettext("Opening balance"), opening, layout, True),
            *body,
            _edge(statement["period"]["end"], gettext("Closing balance"), closing, layout, False),
        ),
        checks=(
            Check(
                gettext(
                    "Opening %(opening)s + movements %(moved)s = closing %(closing)s",
                    opening=say(opening),
                    moved=say(moved),
                    closing=say(closing),
                ),
                opening + moved == closing,
            ),
        ),
    )


def _column(key: str, unit: str) -> Column:
    titles = {
        "date": gettext("Date"),
        "document": gettext("Our document"),
        "reference": gettext("Your reference"),
        "description": gettext("Description"),
        "due": gettext("Due"),
        "charge": gettext("Charges, %(currency)s", currency=unit),
        "credit": gettext("Credits, %(currency)s", currency=unit),
        "amount": gettext("Amount, %(currency)s", currency=unit),
        "balance": gettext("Balance, %(currency)s", currency=unit),
    }
    kind = Kind.DATE if key in _DATES else Kind.MONEY if key in _MONEY else Kind.TEXT
    carried = Carried.LAST if key == "balance" else Carried.NOTHING
    return Column(key, titles[key], kind, width=_WIDTHS[key], carried=carried)


def _edge(on: str, title: str, balance: Money, layout: Layout, is_opening: bool) -> Row:
    """The opening or the closing balance, under the column that has room for it."""
    cells: dict[str, Value] = {"date": date.fromisoformat(on), "document": title}
    if "balance" in layout.columns:
        cells["balance"] = balance
    elif "amount" in layout.columns:
        cells["amount"] = balance
    else:
        cells["credit" if balance.minor < 0 else "charge"] = abs(balance)
    return _row(cells, layout, Style.OPENING if is_opening else Style.CLOSING)


def _grouped(statement: StatementData, section: SectionData, layout: Layout) -> Iterable[Row]:
    if layout.group == BY_KIND:
        return _by_kind(section, layout)
    if layout.group == BY_MONTH:
        return _headed(section, layout, lambda line: _month(line["date"]))
    usual = words.period(statement["period"])
    has_late = any(line["late"] for line in section["lines"])
    return _headed(section, layout, lambda _: usual if has_late else "")


def _headed(
    section: SectionData, layout: Layout, title_of: Callable[[LineData], str]
) -> Iterable[Row]:
    """The lines in their order, with a heading wherever another one begins."""
    last = ""
    for line in section["lines"]:
        title = gettext("Earlier dates, booked late") if line["late"] else title_of(line)
        if title != last:
            last = title
            yield _row({layout.columns[0]: title}, layout, Style.HEADING)
        yield _row(_cells(line, section["currency"], layout), layout)


def _by_kind(section: SectionData, layout: Layout) -> Iterable[Row]:
    """The lines by kind of document, each kind with its sum."""
    currency = section["currency"]
    for kind in words.DOCUMENT_KINDS:
        lines = [line for line in section["lines"] if line["kind"] == kind]
        if not lines:
            continue
        yield _row({layout.columns[0]: words.document_kind(kind)}, layout, Style.HEADING)
        yield from (_row(_cells(line, currency, layout), layout) for line in lines)
        summed: dict[str, Value] = {"document": gettext("Sum")}
        for key in ("charge", "credit", "amount"):
            parts = (_amounts(line, currency).get(key) for line in lines)
            summed[key] = Money.total((one for one in parts if one is not None), currency)
        yield _row(summed, layout, Style.OPENING)


def _cells(line: LineData, currency: str, layout: Layout) -> dict[str, Value]:
    document = f"{words.document_kind(line['kind'])} {line['number']}"
    if line["description"] and "description" not in layout.columns:
        document += f"\n{line['description']}"
    if line["late"] and layout.group == BY_KIND:
        document += f"\n{gettext('Earlier dates, booked late')}"
    due = line["due_on"]
    return {
        "date": date.fromisoformat(line["date"]),
        "document": document,
        "reference": line["reference"] or None,
        "description": line["description"] or None,
        "due": date.fromisoformat(due) if due else None,
        "balance": Money(line["balance"], currency),
        **_amounts(line, currency),
    }


def _amounts(line: LineData, currency: str) -> dict[str, Money | None]:
    amount = Money(line["amount"], currency)
    return {
        "amount": amount,
        "charge": amount if amount.minor >= 0 else None,
        "credit": -amount if amount.minor < 0 else None,
    }


def _row(cells: Mapping[str, Value], layout: Layout, style: Style = Style.LINE) -> Row:
    return Row(tuple(cells.get(key) for key in layout.columns), style)


def _month(on: str) -> str:
    return formats.period(Period.month_of(date.fromisoformat(on)), reader.get().language)
