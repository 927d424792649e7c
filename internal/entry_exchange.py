"""An exchange of goods as it is entered by hand: what came back, what went out, line by line."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy.orm import Session
from wtforms import FieldList, FormField, StringField

from internal.entry_amounts import RelatedUnknown, amount_of, has_amount, line_of, related_id
from internal.entry_checks import EntryWithChecks
from internal.entry_fields import MOST, ROWS, LineForm, UnsignedField, add_rows
from tieout.customers.models import CustomerAccount
from tieout.i18n import N_
from tieout.ledger import linked
from tieout.ledger.inputs import DocumentInput, DuePart
from tieout.ledger.models import DocumentKind
from tieout.ledger.rules import AmountTooLarge
from tieout.ledger.taken import NumberTaken
from tieout.web.forms import DayField, Required, ToldAt, retranslated


class ExchangeForm(EntryWithChecks):
    """What came back and what went out, entered as one action."""

    told_at: ClassVar[ToldAt] = {
        **EntryWithChecks.told_at,
        RelatedUnknown: "related",
        NumberTaken: ("delivered_number", "returned_number"),
        AmountTooLarge: "delivered",
        linked.WrongLink: "related",
        linked.MoreThanLinked: "returned",
    }

    issued_on = DayField(N_("Date"), [Required(N_("Give the date of the exchange."))])
    related = StringField(N_("Returned from invoice"))
    returned_number = StringField(
        N_("Number of the credit note"), description=N_("Empty: the next of ours.")
    )
    returned = UnsignedField(N_("Came back"), description=N_("Empty: the lines are added up."))
    returned_words = StringField(N_("What came back"))
    returned_lines = FieldList(FormField(LineForm), min_entries=ROWS, max_entries=MOST)
    delivered_number = StringField(
        N_("Number of the invoice"), [Required(N_("Give the number of the new invoice."))]
    )
    delivered = UnsignedField(N_("Went out"), description=N_("Empty: the lines are added up."))
    delivered_words = StringField(N_("What went out"))
    delivered_lines = FieldList(FormField(LineForm), min_entries=ROWS, max_entries=MOST)
    due_on = DayField(N_("Invoice due"), description=N_("Empty: by the account’s terms."))

    def __init__(self, *arguments: Any, account: CustomerAccount, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.account = account
        self._prepare()

    def more(self) -> None:
        """Give both sides some more rows."""
        add_rows(self.returned_lines)
        add_rows(self.delivered_lines)
        self._prepare(first=False)

    def _prepare(self, *, first: bool = True) -> None:
        """Tell every amount its currency, and every new row's fields the reader's language."""
        currency = self.account.currency
        self.returned.currency = self.delivered.currency = currency
        for row in (*self.returned_lines, *self.delivered_lines):
            for field in row.form:
                if hasattr(field, "currency"):
                    field.currency = currency
                if not first:
                    retranslated(field)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """See whether both sides are there; all that is missing is said at once."""
        right = super().validate(extra_validators)
        sides = (self.returned, self.returned_lines), (self.delivered, self.delivered_lines)
        return all((right, *[has_amount(field, rows) for field, rows in sides]))

    def given(self, session: Session) -> tuple[DocumentInput, DocumentInput]:
        """The credit note and the invoice.

        Raises:
            AmountMissing: a side says neither an amount nor lines.
            RelatedUnknown: what came back is of no invoice of this account.
        """
        day, account_id, currency = self.issued_on.data, self.account.id, self.account.currency
        assert day is not None  # noqa: S101 - the form was checked
        back = [row.form for row in self.returned_lines if not row.form.is_empty]
        out = [row.form for row in self.delivered_lines if not row.form.is_empty]
        returned = amount_of(self.returned, back, currency)
        delivered = amount_of(self.delivered, out, currency)
        due_on = self.due_on.data
        return (
            DocumentInput(
                account_id=account_id,
                kind=DocumentKind.CREDIT_NOTE,
                number=str(self.returned_number.data or "").strip(),
                issued_on=day,
                amount=-returned,
                lines=tuple(line_of(session, line, -1, currency) for line in back),
                description=str(self.returned_words.data or "").strip(),
                reason="return",
                related_id=related_id(session, self.account, self.related.data),
            ),
            DocumentInput(
                account_id=account_id,
                kind=DocumentKind.INVOICE,
                number=str(self.delivered_number.data or "").strip(),
                issued_on=day,
                amount=delivered,
                due=(DuePart(due_on, delivered),) if due_on else (),
                lines=tuple(line_of(session, line, 1, currency) for line in out),
                description=str(self.delivered_words.data or "").strip(),
            ),
        )
