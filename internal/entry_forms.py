"""A document of any kind as it is entered by hand, with its instalments and lines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy.orm import Session
from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField

from internal.entry_amounts import (
    AmountMissing,
    RelatedUnknown,
    amount_of,
    has_amount,
    line_data,
    line_of,
    related_id,
    said_at,
)
from internal.entry_checks import EntryWithChecks
from internal.entry_fields import (
    MOST,
    ROWS,
    FigureField,
    LineForm,
    PartForm,
    UnsignedField,
    add_rows,
)
from tieout.customers.models import CustomerAccount
from tieout.i18n import N_
from tieout.ledger import linked
from tieout.ledger.inputs import DocumentInput, DuePart, ReferenceInput
from tieout.ledger.models import NEGATIVE, POSITIVE, Document, DocumentKind
from tieout.ledger.rules import AmountTooLarge, NumberMissing
from tieout.ledger.taken import NumberTaken
from tieout.ledger.words import KINDS
from tieout.money import (
    Money,
)
from tieout.web.forms import DayField, Required, ToldAt, retranslated

#: Kinds that are entered here; a transfer has a page of its own.
ENTERED = tuple(kind for kind in DocumentKind if kind != DocumentKind.TRANSFER)
#: References that are asked for, in this order.
REFERENCES = ("po", "order", "delivery", "tax_invoice", "contract", "bank", "remittance")
REASONS = {
    "": N_("none"),
    "return": N_("return of goods"),
    "allowance": N_("allowance"),
    "price": N_("price"),
    "other": N_("other"),
}


#: What an invoice lacks that nobody could speak of.
INVOICE_NUMBER = N_("Give the number of the invoice.")


class EntryForm(EntryWithChecks):
    """A document of any kind, lines and instalments included."""

    told_at: ClassVar[ToldAt] = {
        **EntryWithChecks.told_at,
        NumberMissing: "number",
        NumberTaken: "number",
        AmountMissing: "amount",
        AmountTooLarge: "amount",
        RelatedUnknown: "related",
        linked.LinkMissing: "related",
        linked.WrongLink: "related",
        linked.MoreThanLinked: "amount",
    }

    kind = SelectField(N_("Kind"), choices={str(kind): KINDS[kind] for kind in ENTERED})
    side = SelectField(
        N_("What it does"),
        choices={"1": N_("raises what is owed"), "-1": N_("lowers what is owed")},
        default="1",
        description=N_("For an adjustment, opening balance or exchange difference only."),
    )
    number = StringField(
        N_("Number"),
        description=N_("As it stands on the paper. Credit notes and fees get ours when empty."),
    )
    issued_on = DayField(N_("Date"), [Required(N_("Give the date of the document."))])
    amount = UnsignedField(
        N_("Amount, tax included"), description=N_("Empty: the lines are added up.")
    )
    tax = UnsignedField(N_("of which tax"))
    related = StringField(
        N_("Belongs to document"),
        description=N_("The invoice of a credit note, the payment of a bounced one."),
    )
    reason = SelectField(N_("Reason"), choices=REASONS, default="")
    description = TextAreaField(N_("Description"))
    rate = FigureField(
        N_("Rate"), description=N_("Empty: the rate table’s for the day of the document.")
    )
    po = StringField(N_("Purchase order"))
    order = StringField(N_("Order"))
    delivery = StringField(N_("Delivery note"))
    tax_invoice = StringField(N_("Tax invoice"))
    contract = StringField(N_("Contract"))
    bank = StringField(N_("Bank reference"))
    remittance = StringField(N_("Remittance advice"))
    due = FieldList(FormField(PartForm), min_entries=ROWS, max_entries=MOST)
    lines = FieldList(FormField(LineForm), min_entries=ROWS, max_entries=MOST)

    def __init__(self, *arguments: Any, account: CustomerAccount, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.account = account
        self._prepare()

    def more(self) -> None:
        """Give lines and instalments some more rows."""
        add_rows(self.lines)
        add_rows(self.due)
        self._prepare(first=False)

    def _prepare(self, *, first: bool = True) -> None:
        """Tell every amount its currency, and every new row's fields the reader's language."""
        currency = self.account.currency
        self.amount.currency = self.tax.currency = currency
        for row in (*self.due, *self.lines):
            for field in row.form:
                if hasattr(field, "currency"):
                    field.currency = currency
                if not first:
                    retranslated(field)

    @classmethod
    def of(cls, session: Session, account: CustomerAccount, given: DocumentInput) -> "EntryForm":
        """The form filled in with a document that was drafted."""
        related = session.get(Document, given.related_id) if given.related_id else None
        references = dict(reversed(given.references))
        return cls(
            account=account,
            data={
                "kind": str(given.kind),
                "side": "-1" if given.amount.minor < 0 else "1",
                "number": given.number,
                "issued_on": given.issued_on,
                "amount": abs(given.amount).plain,
                "tax": abs(given.tax).plain if given.tax else "",
                "related": related.number if related else "",
                "reason": given.reason,
                "description": given.description,
                "rate": str(given.rate or ""),
                **{kind: references.get(kind, "") for kind in REFERENCES},
                "due": [
                    {
                        "due_on": part.due_on,
                        "amount": abs(part.amount).plain,
                        "is_retention": part.is_retention,
                    }
                    for part in given.due
                ],
                "lines": [line_data(line) for line in given.lines],
            },
        )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """See whether everything is there; all that is missing is said at once."""
        right = super().validate(extra_validators)
        return all((right, has_amount(self.amount, self.lines), self._has_number()))

    def _has_number(self) -> bool:
        if self.kind.data != DocumentKind.INVOICE or str(self.number.data or "").strip():
            return True
        return said_at(self.number, INVOICE_NUMBER)

    def given(self, session: Session) -> DocumentInput:
        """The document as it was entered.

        Raises:
            AmountMissing, RelatedUnknown: it says too little, or something unknown.
        """
        kind = DocumentKind(self.kind.data)
        sign = -1 if kind in NEGATIVE else 1 if kind in POSITIVE else int(self.side.data)
        lines = [row.form for row in self.lines if not row.form.is_empty]
        amount = amount_of(self.amount, lines, self.account.currency).times(Decimal(sign))
        return DocumentInput(
            account_id=self.account.id,
            kind=kind,
            number=str(self.number.data or "").strip(),
            issued_on=self._day(),
            amount=amount,
            tax=self.tax.money().times(Decimal(sign)) if self.tax.is_given else None,
            due=tuple(self._due(amount, sign)),
            references=tuple(
                ReferenceInput(kind, text)
                for kind in REFERENCES
                if (text := str(self[kind].data or "").strip())
            ),
            lines=tuple(line_of(session, line, sign, self.account.currency) for line in lines),
            description=str(self.description.data or "").strip(),
            reason=str(self.reason.data or ""),
            related_id=related_id(session, self.account, self.related.data),
            rate=self.rate.figure(),
        )

    def _day(self) -> date:
        day = self.issued_on.data
        assert day is not None  # noqa: S101 - the form was checked
        return day

    def _due(self, amount: Money, sign: int) -> Iterable[DuePart]:
        """Instalments, or one day for the whole."""
        for part in (row.form for row in self.due):
            if part.due_on.data is None:
                continue
            money = part.amount.money().times(Decimal(sign)) if part.amount.is_given else amount
            yield DuePart(part.due_on.data, money, bool(part.is_retention.data))
