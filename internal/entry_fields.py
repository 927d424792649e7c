"""Fields of documents entered by hand: figures, and rows of lines and instalments."""

from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import BooleanField, FieldList, StringField
from wtforms import Form as PlainForm
from wtforms.validators import StopValidation

from tieout.i18n import N_
from tieout.web.forms import AmountField, DayField

#: Rows that are there from the start, and as many again each time somebody asks for more.
ROWS = 3
#: More rows than any document entered by hand has.
MOST = 200
_LARGEST = Decimal(10) ** 9


class FigureField(StringField):
    """A quantity, a price or a rate, read exactly."""

    NO_FIGURE = N_("This is no number. Write it like 12 or 12.5.")
    data: Any

    def figure(self) -> Decimal | None:
        """The number; None for an empty field."""
        text = str(self.data or "").strip().replace(",", "")
        return Decimal(text) if text else None

    def pre_validate(self, form: Any) -> None:
        """See that the text is a number of a size that makes sense."""
        try:
            figure = self.figure()
        except InvalidOperation as error:
            raise StopValidation(self.NO_FIGURE) from error
        if figure is not None and not (figure.is_finite() and abs(figure) < _LARGEST):
            raise StopValidation(self.NO_FIGURE)


class UnsignedField(AmountField):
    """An amount above zero; which way it goes is said elsewhere."""

    NO_SIGN = N_("Give the amount without a sign: the kind says which way it goes.")

    def pre_validate(self, form: Any) -> None:
        """See that the text is an amount, and not below zero."""
        super().pre_validate(form)
        if self.is_given and self.currency and self.money().minor < 0:
            raise StopValidation(self.NO_SIGN)

    @property
    def is_given(self) -> bool:
        """Whether anything was typed."""
        return bool(str(self.data or "").strip())


class PartForm(PlainForm):
    """A day on which something falls due, and how much."""

    due_on = DayField(N_("Due"))
    amount = UnsignedField(N_("Amount"))
    is_retention = BooleanField(N_("Kept back"))


class ShareForm(PlainForm):
    """A customer for whom part of a payment is, and how much."""

    customer = StringField(N_("Customer"))
    amount = UnsignedField(N_("Amount"))
    words = StringField(N_("What it is for"))

    @property
    def is_empty(self) -> bool:
        """Whether no amount was typed."""
        return not self.amount.is_given


class LineForm(PlainForm):
    """What was sold or came back."""

    code = StringField(N_("Code"))
    description = StringField(N_("Product or service"))
    quantity = FigureField(N_("Quantity"))
    unit = StringField(N_("Unit"))
    unit_price = FigureField(N_("Unit price, tax included"))
    tax = UnsignedField(N_("of which tax"))
    amount = UnsignedField(N_("Amount"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(str(field.data or "").strip() for field in self)


def add_rows(rows: "FieldList[Any]") -> None:
    """Give a list some more empty rows."""
    for _ in range(min(ROWS, MOST - len(rows))):
        rows.append_entry()
