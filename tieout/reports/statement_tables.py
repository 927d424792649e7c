"""The tables of a statement: movements, ageing, open items."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.tables import (
    Carried,
    Check,
    Column,
    Kind,
    Row,
    Style,
    TableDefinition,
    Value,
)
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.reports import words
from tieout.reports.data import LineData, OpenItemData, SectionData, SinceData, StatementData


def lines(
    statement: StatementData, section: SectionData, *, on_paper: bool = False
) -> TableDefinition:
    """The movements of a section between its opening and its closing balance."""
    return TableDefinition(
        name=f"{gettext('Movements')} {section['currency']}",
        columns=_paper_columns(section) if on_paper else _columns(section),
        rows=tuple(_rows(statement, section, on_paper=on_paper)),
    )


def all_lines(statement: StatementData) -> TableDefinition:
    """The movements of all sections in one table, each row with its currency."""
    sections = statement["sections"]
    return TableDefinition(
        name=statement["number"],
        columns=(
            Column("statement", gettext("Statement"), width=16),
            Column("version", gettext("Version"), Kind.NUMBER, width=8),
            Column("currency", gettext("Currency"), width=8),
            *_columns(None),
        ),
        rows=tuple(
            Row(
                (statement["number"], statement["version"], section["currency"], *row.cells),
                row.style,
            )
            for section in sections
            for row in _rows(statement, section)
            if row.style is not Style.HEADING
        ),
    )


def _paper_columns(section: SectionData) -> tuple[Column, ...]:
    unit = formats.currency_unit(section["currency"], reader.get().language)
    return (
        Column("date", gettext("Date"), Kind.DATE, width=20),
        Column("document", gettext("Our document"), width=52),
        Column("reference", gettext("Your reference"), width=34),
        Column("due", gettext("Due"), Kind.DATE, width=20),
        Column("amount", gettext("Amount, %(currency)s", currency=unit), Kind.MONEY, width=27),
        Column(
            "balance",
            gettext("Balance, %(currency)s", currency=unit),
            Kind.MONEY,
            width=27,
            carried=Carried.LAST,
        ),
    )


def _columns(section: SectionData | None) -> tuple[Column, ...]:
    of = section["currency"] if section else ""
    return (
        Column("no", gettext("No."), Kind.NUMBER, width=6),
        Column("date", gettext("Date"), Kind.DATE, width=12),
        Column("kind", gettext("Kind"), width=16),
        Column("number", gettext("Our document"), width=20),
        Column("reference", gettext("Your reference"), width=20),
        Column("description", gettext("Description"), width=36),
        Column("due", gettext("Due"), Kind.DATE, width=12),
        Column("amount", _of(gettext("Amount"), of), Kind.MONEY, width=16),
        Column("balance", _of(gettext("Balance"), of), Kind.MONEY, width=16),
    )


def _of(title: str, currency: str) -> str:
    return in_a_row(title, currency)


def _rows(statement: StatementData, section: SectionData, *, on_paper: bool = False) -> list[Row]:
    currency, period = section["currency"], statement["period"]
    opening = Money(section["opening"], currency)
    closing = Money(section["closing"], currency)
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    found = [_edge(start, gettext("Opening balance"), opening, Style.OPENING, on_paper)]
    late = False
    for line in section["lines"]:
        if line["late"] != late:
            late = line["late"]
            found.append(_heading(late, statement, len(found[0].cells)))
        found.append(Row(_line(line, currency, on_paper)))
    found.append(_edge(end, gettext("Closing balance"), closing, Style.CLOSING, on_paper))
    return found


def _edge(on: date, title: str, balance: Money, style: Style, on_paper: bool) -> Row:
    if on_paper:
        return Row((on, title, None, None, None, balance), style)
    return Row((None, on, title, None, None, None, None, None, balance), style)


def _heading(late: bool, statement: StatementData, width: int) -> Row:
    title = gettext("Earlier dates, booked late") if late else words.period(statement["period"])
    return Row((title, *[None] * (width - 1)), Style.HEADING)


def _line(line: LineData, currency: str, on_paper: bool) -> tuple[Value, ...]:
    on, due = date.fromisoformat(line["date"]), _day(line["due_on"])
    kind = words.document_kind(line["kind"])
    amount, balance = Money(line["amount"], currency), Money(line["balance"], currency)
    if on_paper:
        document = f"{kind} {line['number']}"
        if line["description"]:
            document += f"\n{line['description']}"
        return (on, document, line["reference"], due, amount, balance)
    return (
        line["no"],
        on,
        kind,
        line["number"],
        line["reference"],
        line["description"],
        due,
        amount,
        balance,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def ageing(section: SectionData) -> TableDefinition:
    """What the balance consists of, a row a bucket."""
    currency = section["currency"]
    return TableDefinition(
        name=f"{gettext('Ageing')} {currency}",
        columns=(
            Column("age", gettext("Age"), width=24),
            Column("amount", _of(gettext("Amount"), currency), Kind.MONEY, width=16),
        ),
        rows=tuple(
            Row((words.bucket(bucket["key"]), Money(bucket["amount"], currency)))
            for bucket in section["ageing"]
        ),
        totals={"amount": Money(section["closing"], currency)},
    )


def ageing_across(section: SectionData) -> TableDefinition:
    """What the balance consists of, a column a bucket, for the width of paper."""
    currency = section["currency"]
    buckets = section["ageing"]
    return TableDefinition(
        name=gettext("Ageing"),
        columns=(
            *(Column(b["key"], words.bucket(b["key"]), Kind.MONEY, width=10) for b in buckets),
            Column("balance", gettext("Balance"), Kind.MONEY, width=12),
        ),
        rows=(
            Row(
                (
                    *(Money(bucket["amount"], currency) for bucket in buckets),
                    Money(section["closing"], currency),
                )
            ),
        ),
    )


def open_items(section: SectionData, *, on_paper: bool = False) -> TableDefinition:
    """What is still open, document by document."""
    currency = section["currency"]
    of = formats.currency_unit(currency, reader.get().language) if on_paper else currency
    items = section["open_items"]
    return TableDefinition(
        name=f"{gettext('Open items')} {currency}",
        columns=(
            Column("document", gettext("Our document"), width=40),
            Column("date", gettext("Date"), Kind.DATE, width=20),
            Column("due", gettext("Due"), Kind.DATE, width=20),
            Column("days", gettext("Days overdue"), Kind.NUMBER, width=18),
            Column("amount", gettext("Amount, %(currency)s", currency=of), Kind.MONEY, width=26),
            Column("disputed", gettext("Disputed"), Kind.MONEY, width=24),
            Column(
                "open",
                gettext("Open, %(currency)s", currency=of),
                Kind.MONEY,
                width=26,
                carried=Carried.SUM,
            ),
        ),
        rows=tuple(Row(_item(item, currency)) for item in items),
        totals={"open": Money(section["closing"], currency)} if items else {},
        empty=gettext("Nothing is open."),
    )


def _called(item: OpenItemData) -> str:
    called = f"{words.document_kind(item['kind'])} {item['number']}"
    return in_a_row(called, gettext("retention")) if item.get("retention") else called


def deliveries(section: SectionData, *, on_paper: bool = False) -> TableDefinition:
    """What is delivered and not yet invoiced: beside the balance, never in it."""
    currency = section["currency"]
    of = formats.currency_unit(currency, reader.get().language) if on_paper else currency
    rows = section.get("deliveries", [])
    total = Money(sum(one["amount"] for one in rows), currency)
    return TableDefinition(
        name=f"{gettext('Delivered, not invoiced')} {currency}",
        columns=(
            Column("number", gettext("Delivery note"), width=40),
            Column("date", gettext("Delivered"), Kind.DATE, width=20),
            Column("order", gettext("Order"), width=26),
            Column("what", gettext("Description"), width=44),
            Column("amount", gettext("Amount, %(currency)s", currency=of), Kind.MONEY, width=26),
        ),
        rows=tuple(
            Row(
                (
                    one["number"],
                    date.fromisoformat(one["date"]),
                    one["order"] or None,
                    one["description"] or None,
                    Money(one["amount"], currency),
                )
            )
            for one in rows
        ),
        totals={"amount": total} if rows else {},
    )


def came_since(given: SinceData, *, on_paper: bool = False) -> TableDefinition:
    """What came after the statement was issued: between its balance and the books' of today."""
    currency = given["currency"]
    language = reader.get().language
    of = formats.currency_unit(currency, language) if on_paper else currency
    stated, now = Money(given["stated"], currency), Money(given["now"], currency)
    entries = given["entries"]
    rows = [
        Row((None, gettext("Stated here"), None, None, stated), Style.OPENING),
        *(
            Row(
                (
                    date.fromisoformat(one["date"]),
                    f"{words.document_kind(one['kind'])} {one['number']}",
                    one["reference"] or None,
                    datetime.fromisoformat(one["recorded_at"])
                    .astimezone(ZoneInfo(reader.get().zone))
                    .date(),
                    Money(one["amount"], currency),
                )
            )
            for one in entries
        ),
        Row((None, gettext("In the books now"), None, None, now), Style.CLOSING),
    ]
    came = Money(sum(one["amount"] for one in entries), currency)
    return TableDefinition(
        name=f"{gettext('Changed since')} {currency}",
        columns=(
            Column("date", gettext("Date"), Kind.DATE, width=20),
            Column("document", gettext("Our document"), width=44),
            Column("reference", gettext("Your reference"), width=30),
            Column("recorded", gettext("Booked on"), Kind.DATE, width=20),
            Column("amount", gettext("Amount, %(currency)s", currency=of), Kind.MONEY, width=26),
        ),
        rows=tuple(rows),
        checks=(
            Check(
                gettext(
                    "Stated %(stated)s + came since %(came)s = in the books now %(now)s",
                    stated=formats.money(stated, language),
                    came=formats.money(came, language),
                    now=formats.money(now, language),
                ),
                stated + came == now,
            ),
        ),
    )


def _item(item: OpenItemData, currency: str) -> tuple[Value, ...]:
    return (
        _called(item),
        date.fromisoformat(item["date"]),
        _day(item["due_on"]),
        item["days"] if item["due_on"] and item["days"] > 0 else None,
        Money(item["amount"], currency),
        Money(item["disputed"], currency) if item["disputed"] else None,
        Money(item["open"], currency),
    )
