"""What is entered for several accounts at once: a transfer, a payment with parts for others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import FieldList, FormField, StringField, TextAreaField

from internal.entry_checks import EntryWithChecks
from internal.entry_fields import MOST, ROWS, ShareForm, UnsignedField, add_rows
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.models import CustomerAccount
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.ledger import acts
from tieout.ledger.inputs import DocumentInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.ledger.rules import AmountTooLarge
from tieout.ledger.taken import NumberTaken
from tieout.money import NotAnAmount, TooManyDecimals, UnknownCurrency
from tieout.web.forms import DayField, Required, ToldAt, retranslated


class NoAccountFor(InvalidInput):
    """A customer that has no account in a currency."""

    message = N_("%(name)s has no account in %(currency)s. Open one first.")


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
