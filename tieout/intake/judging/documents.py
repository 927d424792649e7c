"""Rows of invoices, credit notes and others become documents; rows of one number its lines."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tieout.i18n import N_, Sentence
from tieout.intake.amounts import money_of, rounded_money
from tieout.intake.columns import Value
from tieout.intake.judging.books import Books
from tieout.intake.judging.due import due_parts
from tieout.intake.judging.plain_lines import lines_of, minors_of
from tieout.intake.judging.rows import Group, Judged, Refused, grouped
from tieout.intake.judging.whose import NAMING, customer_of
from tieout.intake.kinds import LOWERS, Kind
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.intake.understanding import UnderstoodRow
from tieout.intake.values import statuses
from tieout.intake.values.words import says_credited, says_paid
from tieout.ledger.inputs import DocumentInput, LineInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

NUMBER_TWICE = N_(
    "%(number)s stands in row %(row)s already with other content. Correct the number, leave one "
    "row out, or map the amounts as line amounts if both are lines of one document."
)
ROW_TWICE = N_("The same row stands above, in row %(row)s; a number is posted once.")
DAYS_DIFFER = N_(
    "The rows of %(number)s have different dates, %(one)s and %(other)s. Correct one of them."
)
TOTALS_DIFFER = N_(
    "The rows of %(number)s state different amounts. If each is the amount of a line, map the "
    "column as “Line amount”."
)
TOTAL_OR_LINE = N_(
    "%(count)s rows of %(number)s state the same amount: it could be the document’s or each "
    "line’s. Map it as “Line amount”, or name the columns of quantity and unit price."
)
PRICE_WITHOUT_QUANTITY = N_("There is no quantity for this line. Fill it in, or map its amount.")
#: The same content as the ledger's own references.
REFERENCES = {
    "po": "po",
    "order_no": "order",
    "delivery_no": "delivery",
    "tax_invoice_no": "tax_invoice",
    "reference": "other",
}
_OF_MONEY = (Kind.PAYMENT, Kind.REFUND)
_PAID_BACK = (Kind.REFUND, Kind.BOUNCED_PAYMENT)
_REFERENCE_FIELDS = frozenset(REFERENCES)
_LINE_FIELDS = ("line_amount", "quantity", "unit_price", "product_code", "product_name", "unit")
_OF_LINES = frozenset(_LINE_FIELDS)
_OF_DUE = frozenset({"due_date", "retention", "retention_rate"})
_SIGNED_FIELDS = ("debit", "credit", "direction")


def groups_of(mapping: Mapping, rows: Sequence[Judged], books: Books) -> list[Group]:
    """Put the rows of each document together and work out what it is."""
    said = fields_of(rows)
    if "status" in said:
        rows = [row for row in rows if not _is_left_out(row)]
    _find_customers(mapping, rows, books, said)
    groups = grouped(rows, _keys(mapping, rows, books))
    has_lines = any(mapping.has(field) for field in _LINE_FIELDS)
    made: list[Group] = []
    for group in groups:
        if has_lines or len(group.rows) == 1:
            made.append(group)
        else:
            made += _single_rows(mapping, group)
    for group in made:
        _plan(mapping, group, books, said)
    return made


def fields_of(rows: Sequence[Judged]) -> frozenset[str]:
    """Every field that any of the rows says: of no other anything has to be asked."""
    return frozenset[str]().union(*[row.row.values for row in rows])


def _find_customers(
    mapping: Mapping, rows: Sequence[Judged], books: Books, said: frozenset[str]
) -> None:
    """Find whose each row is: once for all rows that name a customer alike."""
    naming = [name for name in NAMING if name in said]
    known: dict[tuple[Value | None, ...], int | Problem] = {}
    for row in rows:
        values = row.row.values
        named = tuple([values.get(name) for name in naming])
        found = known.get(named)
        if found is None:
            found = known[named] = customer_of(mapping, row.row, books)
        if isinstance(found, Problem):
            row.refuse(found)
        else:
            row.customer_id = found


def _is_left_out(row: Judged) -> bool:
    """Leave out what is a draft, cancelled or void by the file's own word."""
    status = row.row.text("status")
    why = statuses.stops_a_document(status)
    if row.row.text("kind") in _OF_MONEY:
        why = why or statuses.stops_a_payment(status)
    if status and row.state == RowState.READY and why:
        row.say(RowState.LEFT_OUT, Problem(Sentence(why, {"status": status}), "status"))
        return True
    return False


def _keys(mapping: Mapping, rows: Sequence[Judged], books: Books) -> list[str]:
    """What rows of one document share: whose it is, its kind, its currency and its number."""
    known: dict[tuple[int | None, Value | None, Value | None], str] = {}
    keys = []
    for row in rows:
        values = row.row.values
        number = values.get("number")
        if not number:
            keys.append(f"row:{row.number}")
            continue
        facts = (row.customer_id, values.get("kind"), values.get("currency"))
        begins = known.get(facts)
        if begins is None:
            who = row.customer_id if row.customer_id is not None else "?"
            kind = row.row.text("kind") or mapping.document_kind
            begins = known[facts] = f"{who}|{kind}|{_currency(mapping, row.row, books)}|"
        keys.append(f"{begins}{number}"[:120])
    return keys


def _currency(mapping: Mapping, row: UnderstoodRow, books: Books) -> str:
    return row.text("currency") or mapping.currency or books.base_currency


def _single_rows(mapping: Mapping, group: Group) -> list[Group]:
    """Rows that share a number though each is a whole document: the first one counts.

    In a ledger what stands on the other side under the number of a document settles that: lists
    of open items put a payment under its invoice.
    """
    settling = _settling(mapping, group)
    first, *others = [row for row in group.rows if row not in settling]
    for row in others:
        number = row.row.text("number")
        if row.fingerprint == first.fingerprint:
            again = Sentence(ROW_TWICE, {"row": first.number})
            row.say(RowState.REPEATED, Problem(again, check="row_seen"))
            continue
        for one, other in ((row, first), (first, row)):
            if not any(problem.sentence.text == NUMBER_TWICE for problem in one.problems):
                facts = {"number": number, "row": other.number}
                twice = Sentence(NUMBER_TWICE, facts)
                one.refuse(Problem(twice, "number", check="number_taken"))
    return [
        Group(
            group.key if row is first else f"{group.key[:100]}#{row.number}",
            [row],
            settles=row.row.text("number") if row in settling else "",
        )
        for row in group.rows
    ]


def _settling(mapping: Mapping, group: Group) -> list[Judged]:
    """The rows of a ledger of two sides that lower what others of the same number raise."""
    if not _has_sides(mapping) or group.first.row.text("kind"):
        return []
    lower = [row for row in group.rows if (row.row.number_of("_signed") or 0) < 0]
    return lower if len(lower) < len(group.rows) else []


def _has_sides(mapping: Mapping) -> bool:
    return mapping.has("debit", "credit") or mapping.has("direction")


def _plan(mapping: Mapping, group: Group, books: Books, said: frozenset[str]) -> None:
    if not group.are_ready:
        return
    group.customer_id = group.first.customer_id
    group.currency = _currency(mapping, group.first.row, books)
    assert group.customer_id is not None  # noqa: S101 - a ready row has its customer
    group.account_id = books.accounts.get((group.customer_id, group.currency), 0)
    try:
        group.plan = _document(mapping, group, books, said)
    except Refused as refused:
        refused.row.refuse(replace(refused.problem, check="document_whole"))


def _document(mapping: Mapping, group: Group, books: Books, said: frozenset[str]) -> DocumentInput:
    """What a document is; `said` holds every field any row of its file says, no other is asked."""
    first, currency = group.first, group.currency
    number = first.row.text("number")
    issued_on = first.row.day("date")
    assert issued_on is not None  # noqa: S101 - a row without its day is refused before
    for row in group.rows[1:]:
        if row.row.values.get("date") != issued_on and row.row.day("date") != issued_on:
            facts = {"number": number, "one": issued_on, "other": row.row.day("date")}
            raise Refused(row, Problem(Sentence(DAYS_DIFFER, facts), "date"))
    minors = minors_of(group.rows, currency) if "line_amount" in said else None
    has_due = not _OF_DUE.isdisjoint(said)
    line_values: list[Decimal | None] = []
    if minors is None or has_due:
        line_values = [_line_value(row) for row in group.rows]
    total = _total(mapping, group, line_values) if minors is None else Decimal(sum(minors))
    named = first.row.text("kind") or mapping.document_kind
    kind = Kind(named) if named else _kind_by_sign(mapping, group, total)
    turn = _turn(group, kind, total)
    if minors is None:
        amount = _money(mapping, group, total * turn, currency)
        lines = _lines(mapping, group, line_values, turn, currency, books)
    else:
        amount = Money(sum(minors) * turn, currency)
        lines = lines_of(group.rows, minors, turn, currency, books.products)
    return DocumentInput(
        account_id=group.account_id,
        kind=DocumentKind(kind),
        number="" if group.settles else number,
        issued_on=issued_on,
        amount=amount,
        tax=_tax(mapping, group, amount) if "tax" in said else None,
        due=due_parts(mapping, group, amount, line_values, books) if has_due else (),
        references=(
            () if _REFERENCE_FIELDS.isdisjoint(said) and not group.settles else _references(group)
        ),
        lines=lines,
        description=_description(group, lines) if "description" in said else "",
        original=_original(first, amount) if "original_amount" in said else None,
    )


def _kind_by_sign(mapping: Mapping, group: Group, total: Decimal) -> Kind:
    """What a document is where no column says so: what a ledger calls paid is no credit note."""
    if total >= 0:
        return Kind.INVOICE
    said = group.first.row.text("description")
    if group.settles:
        return Kind.CREDIT_NOTE if says_credited(said) else Kind.PAYMENT
    return Kind.PAYMENT if _has_sides(mapping) and says_paid(said) else Kind.CREDIT_NOTE


def _line_value(row: Judged) -> Decimal | None:
    """What a line comes to, exactly; None where the row says no more than the document."""
    if (value := row.row.number_of("line_amount")) is not None:
        return -value if row.row.values.get("_line_amount_side") == "credit" else value
    quantity, price = row.row.number_of("quantity"), row.row.number_of("unit_price")
    if price is None:
        return None
    if quantity is None:
        if row.row.number_of("_signed") is not None:
            return None
        raise Refused(row, Problem(Sentence(PRICE_WITHOUT_QUANTITY), "quantity"))
    return quantity * price


def _total(mapping: Mapping, group: Group, lines: Sequence[Decimal | None]) -> Decimal:
    """What the document comes to: as it says, else the sum of its lines."""
    stated = [row.row.number_of("_signed") for row in group.rows]
    said = [value for value in stated if value is not None]
    if not said:
        return sum((value for value in lines if value is not None), Decimal(0))
    number = group.first.row.text("number")
    if len(set(said)) > 1:
        second = next(
            row for row, value in zip(group.rows, stated, strict=True) if value != said[0]
        )
        raise Refused(second, Problem(Sentence(TOTALS_DIFFER, {"number": number}), "amount"))
    if len(said) > 1 and any(value is None for value in lines):
        facts = {"number": number, "count": len(said)}
        raise Refused(group.first, Problem(Sentence(TOTAL_OR_LINE, facts), "amount"))
    return said[0]


def _turn(group: Group, kind: Kind, total: Decimal) -> int:
    """−1 where the sign of a plain amount says which way money went, not what is owed."""
    is_signed = any(field in group.first.row.values for field in _SIGNED_FIELDS)
    if kind in _PAID_BACK and total < 0 and not is_signed:
        return -1  # below zero since it went out
    return -1 if kind in LOWERS and total > 0 and not is_signed else 1


def _money(mapping: Mapping, group: Group, value: Decimal, currency: str) -> Money:
    from_lines = "_signed" not in group.first.row.values
    if from_lines and "line_amount" not in group.first.row.values:
        return rounded_money(value, currency)  # of quantities and prices: once, here
    field = "line_amount" if from_lines else "amount"
    return group.checked(field, lambda: money_of(mapping, value, currency))


def _lines(
    mapping: Mapping,
    group: Group,
    values: Sequence[Decimal | None],
    turn: int,
    currency: str,
    books: Books,
) -> tuple[LineInput, ...]:
    lines = []
    for row, value in zip(group.rows, values, strict=True):
        said = row.row
        if _OF_LINES.isdisjoint(said.values):
            continue
        if value is None:
            value = said.number_of("_signed") or Decimal(0)
        code = said.text("product_code")
        amount = value * turn
        lines.append(
            LineInput(
                amount=_line_money(mapping, row, amount, currency),
                code=code,
                description=said.text("product_name") or said.text("description"),
                unit=said.text("unit"),
                quantity=said.number_of("quantity"),
                unit_price=said.number_of("unit_price"),
                product_id=books.products.get(code),
            )
        )
    return tuple(lines)


def _line_money(mapping: Mapping, row: Judged, value: Decimal, currency: str) -> Money:
    if "line_amount" not in row.row.values:
        return rounded_money(value, currency)
    return row.checked("line_amount", lambda: money_of(mapping, value, currency))


def _tax(mapping: Mapping, group: Group, amount: Money) -> Money | None:
    """The tax within: the document's where it states its amount, else that of its lines."""
    taxes = [value for row in group.rows if (value := row.row.number_of("tax")) is not None]
    if not taxes:
        return None
    is_of_document = "_signed" in group.first.row.values and len(set(taxes)) == 1
    value = taxes[0] if is_of_document else sum(taxes, Decimal(0))
    signed = -abs(value) if amount.minor < 0 else abs(value)
    return group.checked("tax", lambda: money_of(mapping, signed, amount.currency))


def _references(group: Group) -> tuple[ReferenceInput, ...]:
    found: dict[ReferenceInput, None] = {}
    if group.settles:
        found[ReferenceInput("remittance", group.settles)] = None
    for row in group.rows:
        if _REFERENCE_FIELDS.isdisjoint(row.row.values):
            continue
        for field, kind in REFERENCES.items():
            if value := row.row.text(field):
                found[ReferenceInput(kind, value)] = None
    return tuple(found)


def _description(group: Group, lines: Sequence[LineInput]) -> str:
    texts = [text for row in group.rows if (text := row.row.text("description"))]
    if lines and not all(text == texts[0] for text in texts):
        return ""  # each line has its own
    return texts[0] if texts else ""


def _original(first: Judged, amount: Money) -> Money | None:
    value = first.row.number_of("original_amount")
    currency = first.row.text("original_currency")
    if value is None or not currency or currency == amount.currency:
        return None
    found = first.checked("original_amount", lambda: Money.of(value, currency))
    return -found if (found.minor < 0) != (amount.minor < 0) else found
