"""Documents as they are entered by hand: one of any kind, a transfer, a shared payment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy.orm import Session
from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField

from internal.entry_checks import EntryWithChecks
from internal.entry_fields import (
    MOST,
    ROWS,
    FigureField,
    LineForm,
    PartForm,
    ShareForm,
    UnsignedField,
    add_rows,
)
from tieout import catalog
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.models import CustomerAccount
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.ledger import acts, linked, queries
from tieout.ledger.inputs import DocumentInput, DuePart, LineInput, ReferenceInput
from tieout.ledger.models import NEGATIVE, POSITIVE, Document, DocumentKind
from tieout.ledger.rules import AmountTooLarge, NumberMissing
from tieout.ledger.taken import NumberTaken
from tieout.ledger.words import KINDS
from tieout.money import (
    Money,
    NotAnAmount,
    TooManyDecimals,
    UnknownCurrency,
    decimals_of,
    rounded,
)
from tieout.rendering.translation import gettext
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


class NoAccountFor(InvalidInput):
    """A customer that has no account in a currency."""

    message = N_("%(name)s has no account in %(currency)s. Open one first.")


class RelatedUnknown(InvalidInput):
    """A number nothing on the account has."""

    message = N_("There is no document %(number)s on this account. Correct the number.")


class AmountMissing(InvalidInput):
    """Neither an amount nor lines it could be added up from."""

    message = N_("Give the amount, or lines with an amount or with quantity and price.")


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
                "lines": [_line_data(line) for line in given.lines],
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


class TransferForm(EntryWithChecks):
    """Credit that is moved to another account."""

    told_at: ClassVar[ToldAt] = {
        **EntryWithChecks.told_at,
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
        NoAccountFor: "currency",
        UnknownCurrency: "currency",
        NotAnAmount: ("amount", "arriving"),
        TooManyDecimals: ("amount", "arriving"),
        AmountTooLarge: "amount",
    }

    customer = StringField(
        N_("To customer"),
        [Required(N_("Say to which customer."))],
        description=N_("Code or name; may be the same one in another currency."),
    )
    currency = StringField(N_("To its account in"), [Required(N_("Give its currency."))])
    amount = UnsignedField(N_("Amount moved"), [Required(N_("Give the amount."))])
    arriving = UnsignedField(
        N_("Arrives as"),
        description=N_("Only where the other account has another currency, at the rate agreed."),
    )
    issued_on = DayField(N_("Date"), [Required(N_("Give the date."))])
    description = StringField(N_("Description"))


class SharedPaymentForm(EntryWithChecks):
    """A payment of which parts are for other customers."""

    told_at: ClassVar[ToldAt] = {
        **EntryWithChecks.told_at,
        CustomerUnknown: "shares",
        CustomerAmbiguous: "shares",
        NumberTaken: "number",
        AmountTooLarge: "amount",
        acts.SharesTooMuch: "amount",
    }

    number = StringField(N_("Number"), description=N_("As the bank or the customer names it."))
    issued_on = DayField(N_("Date"), [Required(N_("Give the date of the payment."))])
    amount = UnsignedField(N_("Came in, in all"), [Required(N_("Give what came in."))])
    bank = StringField(N_("Bank reference"))
    description = TextAreaField(N_("Description"))
    shares = FieldList(FormField(ShareForm), min_entries=ROWS, max_entries=MOST)

    def __init__(self, *arguments: Any, account: CustomerAccount, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.account = account
        self._prepare()

    def more(self) -> None:
        """Give the shares some more rows."""
        add_rows(self.shares)
        self._prepare(first=False)

    def _prepare(self, *, first: bool = True) -> None:
        self.amount.currency = self.account.currency
        for row in self.shares:
            row.form.amount.currency = self.account.currency
            if not first:
                for field in row.form:
                    retranslated(field)

    def given(self, accounts: Callable[[str], CustomerAccount]) -> list[DocumentInput]:
        """The payment and both halves of each part; `accounts` finds a customer's account.

        Raises:
            SharesMissing: it is for nobody else.
        """
        day = self.issued_on.data
        assert day is not None  # noqa: S101 - the form was checked
        bank = str(self.bank.data or "").strip()
        payment = DocumentInput(
            account_id=self.account.id,
            kind=DocumentKind.PAYMENT,
            number=str(self.number.data or "").strip(),
            issued_on=day,
            amount=-self.amount.money(),
            references=(ReferenceInput("bank", bank),) if bank else (),
            description=str(self.description.data or "").strip(),
        )
        documents = [payment]
        for row in (one.form for one in self.shares if not one.form.is_empty):
            account = accounts(str(row.customer.data or "").strip())
            words = str(row.words.data or "").strip()
            words = words or f"{payment.number} → {account.customer.code}".strip()
            documents += acts.share(payment, account.id, row.amount.money(), words)
        if len(documents) == 1:
            raise SharesMissing
        return documents


class SharesMissing(InvalidInput):
    """A payment for several that is for one."""

    message = N_("Name at least one other customer and its amount, or enter an ordinary payment.")


@dataclass(frozen=True)
class Moved:
    """Both halves of a transfer."""

    first: DocumentInput
    second: DocumentInput


def moved(form: TransferForm, out_of: CustomerAccount, into: CustomerAccount) -> Moved:
    """The two documents of a transfer: + where the credit is taken, − where it arrives.

    Raises:
        NotAnAmount, TooManyDecimals: an amount is none in its account's currency.
    """
    form.amount.currency, form.arriving.currency = out_of.currency, into.currency
    amount = form.amount.money()
    arriving = form.arriving.money() if form.arriving.is_given else None
    if arriving is None:
        # of one currency it is the same; of two, the books refuse what is in the other one
        arriving = amount
    day = form.issued_on.data
    assert day is not None  # noqa: S101 - the form was checked
    first, second = (
        DocumentInput(
            account_id=account.id,
            kind=DocumentKind.TRANSFER,
            number="",
            issued_on=day,
            amount=money,
            description=str(form.description.data or "").strip(),
        )
        for account, money in ((out_of, amount), (into, -arriving))
    )
    return Moved(first, second)


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


def _line_data(line: LineInput) -> dict[str, object]:
    return {
        "code": line.code,
        "description": line.description,
        "quantity": str(line.quantity or ""),
        "unit": line.unit,
        "unit_price": str(line.unit_price or ""),
        "tax": abs(line.tax).plain if line.tax else "",
        "amount": abs(line.amount).plain,
    }
