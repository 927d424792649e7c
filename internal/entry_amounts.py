"""What the typed lines of a document come to, and which document its number names."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session
from wtforms import FieldList

from internal.entry_fields import LineForm, UnsignedField
from tieout import catalog
from tieout.customers.models import CustomerAccount
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.ledger import queries
from tieout.ledger.inputs import LineInput
from tieout.money import Money, decimals_of, rounded
from tieout.rendering.translation import gettext


class RelatedUnknown(InvalidInput):
    """A number nothing on the account has."""

    message = N_("There is no document %(number)s on this account. Correct the number.")


class AmountMissing(InvalidInput):
    """Neither an amount nor lines it could be added up from."""

    message = N_("Give the amount, or lines with an amount or with quantity and price.")


def amount_of(field: UnsignedField, lines: Iterable[LineForm], currency: str) -> Money:
    """What was typed, else the exact sum of the lines, rounded once.

    Raises:
        AmountMissing: neither says it.
    """
    if field.is_given:
        return field.money()
    exact = [worth for line in lines if (worth := _worth(line)) is not None]
    if not exact:
        raise AmountMissing
    return _rounded(sum(exact, Decimal(0)), currency)


def has_amount(field: UnsignedField, rows: "FieldList[Any]") -> bool:
    """Whether a side says what it comes to; where it does not, that is said at its amount."""
    lines = [row.form for row in rows if not row.form.is_empty]
    if field.errors or field.is_given or any(line.errors for line in lines):
        return True
    if any(_worth(line) is not None for line in lines):
        return True
    return said_at(field, AmountMissing.message)


def said_at(field: Any, words: str) -> bool:
    """Say what is wrong with a field, which therefore is not right."""
    field.errors = [*field.errors, gettext(words)]
    return False


def line_of(session: Session, line: LineForm, sign: int, currency: str) -> LineInput:
    """A line as it was typed, with what its product says of itself."""
    code = str(line.code.data or "").strip()
    product = catalog.called(session, code) if code else None
    code = product.code if product else code
    worth = _worth(line)
    money = Money.zero(currency) if worth is None else _rounded(worth * sign, currency)
    return LineInput(
        amount=money,
        code=code,
        description=str(line.description.data or "").strip() or (product.name if product else ""),
        unit=str(line.unit.data or "").strip() or (product.unit if product else ""),
        quantity=line.quantity.figure(),
        unit_price=line.unit_price.figure(),
        tax=line.tax.money().times(Decimal(sign)) if line.tax.is_given else None,
        product_id=product.id if product else None,
    )


def related_id(session: Session, account: CustomerAccount, text: str | None) -> int | None:
    """The document of the account a number names.

    Raises:
        RelatedUnknown: there is none.
    """
    number = (text or "").strip()
    if not number:
        return None
    found = session.scalars(queries.by_number(account.id, number)).first()
    if found is None:
        raise RelatedUnknown(number=number)
    return found.id


def _worth(line: LineForm) -> Decimal | None:
    """What a line is worth, exactly: as typed, else quantity × price."""
    if line.amount.is_given:
        return line.amount.money().decimal
    quantity, price = line.quantity.figure(), line.unit_price.figure()
    return None if quantity is None or price is None else quantity * price


def _rounded(exact: Decimal, currency: str) -> Money:
    return Money(rounded(exact.scaleb(decimals_of(currency))), currency)


def line_data(line: LineInput) -> dict[str, object]:
    """A line as its fields show it."""
    return {
        "code": line.code,
        "description": line.description,
        "quantity": str(line.quantity or ""),
        "unit": line.unit,
        "unit_price": str(line.unit_price or ""),
        "tax": abs(line.tax).plain if line.tax else "",
        "amount": abs(line.amount).plain,
    }
