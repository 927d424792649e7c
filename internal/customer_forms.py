"""What is entered about a customer, its accounts and its people."""

from typing import ClassVar

from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    EmailField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from tieout.audit import Actor
from tieout.customers import AccountInput, ContactInput, CustomerInput, find_customer, services
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerGroup
from tieout.customers.services import group_named
from tieout.db import sessions
from tieout.i18n import N_
from tieout.identity import people
from tieout.money import (
    Money,
    NotAnAmount,
    TooManyDecimals,
    UnknownCurrency,
    checked_currency,
)
from tieout.settings.company import UnknownTimeZone
from tieout.web.forms import AmountField, Required, ToldAt, WholeNumberField
from tieout.web.versions import VersionedForm

LANGUAGES = {"en": "English", "zh": "中文"}
ROLES = {
    "look": N_("look: sees statements and documents"),
    "answer": N_("answer: also confirms, disputes and hands in its own ledger"),
    "manage": N_("manage: also changes who acts for the customer"),
}


def _owners() -> dict[str, str]:
    chosen = {str(person_id): name for person_id, name in people.choices(sessions())}
    return {"": N_("Nobody"), **chosen}


class CustomerForm(VersionedForm):
    """A customer."""

    told_at: ClassVar[ToldAt] = {
        services.CodeTaken: "code",
        services.OwnParent: "parent",
        UnknownTimeZone: "time_zone",
        CustomerUnknown: "parent",
        CustomerAmbiguous: "parent",
    }

    code = StringField(
        N_("Code"), [Required(N_("Give it a code, such as C-0217.")), Length(max=120)]
    )
    name = StringField(N_("Name"), [Required(N_("Give it a name.")), Length(max=200)])
    aliases = TextAreaField(
        N_("Other names"), description=N_("One a line: what files and banks call it.")
    )
    tax_id = StringField(N_("Tax number"), [Length(max=120)])
    address = TextAreaField(N_("Address"))
    delivery_address = TextAreaField(
        N_("Delivery address"), description=N_("Where goods go, where that is elsewhere.")
    )
    language = SelectField(N_("Language of its messages"), choices=LANGUAGES, default="en")
    time_zone = StringField(
        N_("Time zone"), description=N_("Such as Asia/Shanghai; empty: the company's.")
    )
    owner = SelectField(N_("Owner"), choices=_owners, default="")
    group = StringField(
        N_("Group"),
        [Length(max=200)],
        description=N_("Customers treated alike: policies and rules may hang on it."),
    )
    parent = StringField(
        N_("Part of"), description=N_("Code or name of the customer it is part of.")
    )
    tags = StringField(N_("Tags"), description=N_("Separated by commas."))
    is_active = BooleanField(N_("We trade with it"), default=True)

    @classmethod
    def of(cls, session: Session, customer: Customer) -> "CustomerForm":
        """The form filled in with a customer as it is."""
        return cls(data=cls.values(session, customer))

    @staticmethod
    def values(session: Session, customer: Customer) -> dict[str, object]:
        """What the fields say of a customer as it is."""
        group = session.get(CustomerGroup, customer.group_id) if customer.group_id else None
        parent = session.get(Customer, customer.parent_id) if customer.parent_id else None
        return {
            "code": customer.code,
            "name": customer.name,
            "aliases": "\n".join(customer.aliases),
            "tax_id": customer.tax_id,
            "address": customer.address,
            "delivery_address": customer.delivery_address,
            "language": customer.language,
            "time_zone": customer.time_zone,
            "owner": str(customer.owner_id or ""),
            "group": group.name if group else "",
            "parent": parent.code if parent else "",
            "tags": ", ".join(customer.tags),
            "is_active": customer.is_active,
            "version": customer.version,
        }

    def given(self, session: Session, *, by: Actor) -> CustomerInput:
        """The customer as it was entered; a group that is new is added.

        Raises:
            CustomerUnknown, CustomerAmbiguous: it belongs to nobody we know.
        """
        parent = str(self.parent.data or "").strip()
        group = group_named(session, str(self.group.data or ""), by=by)
        return CustomerInput(
            code=str(self.code.data),
            name=str(self.name.data),
            aliases=tuple(str(self.aliases.data or "").splitlines()),
            tax_id=str(self.tax_id.data or ""),
            address=str(self.address.data or "").strip(),
            delivery_address=str(self.delivery_address.data or "").strip(),
            language=str(self.language.data),
            time_zone=str(self.time_zone.data or "").strip(),
            group_id=group.id if group else None,
            parent_id=find_customer(session, parent).id if parent else None,
            owner_id=int(self.owner.data) if self.owner.data else None,
            tags=tuple(tag for part in _commas(self.tags.data) if (tag := part.strip())),
            is_active=bool(self.is_active.data),
        )


class ContactForm(VersionedForm):
    """A person at a customer."""

    told_at: ClassVar[ToldAt] = {services.NotAnAddress: "email"}

    name = StringField(N_("Name"), [Required(N_("Give the person's name.")), Length(max=200)])
    position = StringField(N_("Position"), [Length(max=200)])
    email = EmailField(N_("E-mail address"))
    phone = StringField(N_("Phone"), [Length(max=200)])
    language = SelectField(
        N_("Language"), choices={"": N_("as the customer"), **LANGUAGES}, default=""
    )
    role = SelectField(N_("May"), choices=ROLES, default="answer")
    receives_statements = BooleanField(N_("Receives statements"), default=True)
    receives_reminders = BooleanField(N_("Receives reminders"), default=True)
    is_active = BooleanField(N_("Still our contact"), default=True)

    @staticmethod
    def values(contact: Contact) -> dict[str, object]:
        """What the fields say of a contact as it is."""
        names = (
            "name position email phone language role receives_statements receives_reminders"
            " is_active version"
        )
        return {name: getattr(contact, name) for name in names.split()}

    def given(self) -> ContactInput:
        """The contact as it was entered."""
        return ContactInput(
            name=str(self.name.data),
            email=str(self.email.data or "").lower(),
            phone=str(self.phone.data or "").strip(),
            position=str(self.position.data or "").strip(),
            language=str(self.language.data or ""),
            role=str(self.role.data),
            receives_statements=bool(self.receives_statements.data),
            receives_reminders=bool(self.receives_reminders.data),
            is_active=bool(self.is_active.data),
        )


class AccountForm(VersionedForm):
    """An account's terms; its currency and kind are chosen once."""

    told_at: ClassVar[ToldAt] = {
        UnknownCurrency: "currency",
        services.AccountThere: "currency",
        NotAnAmount: "credit_limit",
        TooManyDecimals: "credit_limit",
    }

    currency = StringField(
        N_("Currency"),
        description=N_("Three letters, such as CNY or EUR; it stays for ever."),
    )
    kind = SelectField(
        N_("Kind"),
        choices={
            "receivable": N_("receivable: we sell to it"),
            "payable": N_("payable: we buy from it"),
        },
        default="receivable",
    )
    terms_days = WholeNumberField(
        N_("Days to pay"),
        [
            Required(N_("Give the days after which an invoice is due; 0 for at once.")),
            NumberRange(0, 3650, N_("Give a number from 0 to 3650.")),
        ],
        default=30,
    )
    credit_limit = AmountField(
        N_("Credit limit"), [MayBeEmpty()], description=N_("Empty: there is none.")
    )

    @staticmethod
    def values(account: CustomerAccount) -> dict[str, object]:
        """What the fields say of an account as it is."""
        limit = account.credit_limit_minor
        return {
            "currency": account.currency,
            "kind": account.kind,
            "terms_days": account.terms_days,
            "credit_limit": "" if limit is None else Money(limit, account.currency).plain,
            "version": account.version,
        }

    def given(self) -> AccountInput:
        """The account as it was entered.

        Raises:
            UnknownCurrency, NotAnAmount, TooManyDecimals: it cannot be opened so.
        """
        currency = checked_currency(str(self.currency.data or ""))
        return AccountInput(
            currency=currency,
            kind=str(self.kind.data),
            terms_days=int(self.terms_days.data or 0),
            credit_limit=self.limit(currency),
        )

    def limit(self, currency: str) -> Money | None:
        """The credit limit, if there is one.

        Raises:
            NotAnAmount, TooManyDecimals: the text is none in this currency.
        """
        if not str(self.credit_limit.data or "").strip():
            return None
        self.credit_limit.currency = currency
        return self.credit_limit.money()


def _commas(text: str | None) -> list[str]:
    return (text or "").replace("，", ",").replace("、", ",").split(",")
