"""Adding and changing customers, their accounts and their people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerGroup
from tieout.customers.names import search_key
from tieout.db import Base
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.money import Money, checked_currency
from tieout.settings.company import check_zone

#: What a contact's link or sign-in may do, the least first.
ROLES = ("look", "answer", "manage")
ACCOUNT_KINDS = ("receivable", "payable")
_LANGUAGES = ("", "en", "zh")


class CodeTaken(Conflict):
    """Two customers cannot have one code."""

    message = N_("Customer %(code)s is there already: %(name)s. Choose another code.")


class CodeMissing(InvalidInput):
    """A customer without a code or a name."""

    message = N_("A customer needs a code and a name.")


class AccountThere(Conflict):
    """One account for each currency and kind."""

    message = N_("%(name)s has an account in %(currency)s already. Use that one.")


class ChangedMeanwhile(Conflict):
    """Somebody else saved first."""

    message = N_(
        "%(name)s was changed by somebody else while you were writing. Look at it again, then save."
    )


class OwnParent(InvalidInput):
    """A customer that would belong to itself."""

    message = N_("%(name)s cannot belong to itself, directly or through another customer.")


class NotAnAddress(InvalidInput):
    """Text that cannot be an e-mail address."""

    message = N_("“%(text)s” is no e-mail address. Write it like name@company.com.")


class TextTooLong(InvalidInput):
    """More than fits."""

    message = N_("“%(text)s…” is longer than %(limit)s characters. Shorten it.")


class UnknownChoice(InvalidInput):
    """A word that is not one of those allowed."""

    message = N_("“%(word)s” is not possible here. Choose from: %(known)s.")


@dataclass(frozen=True)
class CustomerInput:
    """A customer as it is entered."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    tax_id: str = ""
    address: str = ""
    delivery_address: str = ""
    language: str = "en"
    time_zone: str = ""
    group_id: int | None = None
    parent_id: int | None = None
    owner_id: int | None = None
    tags: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True)
class AccountInput:
    """An account as it is entered."""

    currency: str
    kind: str = "receivable"
    terms_days: int = 30
    credit_limit: Money | None = None


@dataclass(frozen=True)
class ContactInput:
    """A contact as it is entered."""

    name: str
    email: str = ""
    phone: str = ""
    position: str = ""
    language: str = ""
    role: str = "answer"
    receives_statements: bool = True
    receives_reminders: bool = True
    is_active: bool = True


def add_customer(session: Session, given: CustomerInput, *, by: Actor, at: datetime) -> Customer:
    """Add a customer.

    Raises:
        CodeMissing, CodeTaken, UnknownChoice: it cannot be added so.
    """
    values = _checked_customer(session, given, None)
    customer = Customer(**values, created_at=at)
    session.add(customer)
    session.flush()
    note_customer(session, customer, values, by=by)
    return customer


def change_customer(
    session: Session, customer: Customer, given: CustomerInput, *, version: int, by: Actor
) -> None:
    """Change a customer; `version` is of what was looked at.

    Raises:
        ChangedMeanwhile: somebody else saved first.
        CodeMissing, CodeTaken, OwnParent, UnknownChoice: it cannot be changed so.
    """
    _check_version(session, customer, version, customer.name)
    values = _checked_customer(session, given, customer)
    before = {name: getattr(customer, name) for name in values}
    _apply(session, customer, values)
    record_change(session, by, "customer.changed", customer, before, values)


def add_account(
    session: Session, customer: Customer, given: AccountInput, *, by: Actor, at: datetime
) -> CustomerAccount:
    """Open an account for a customer in a currency.

    Raises:
        AccountThere: there is one already.
        UnknownCurrency, CurrenciesDiffer, UnknownChoice: it cannot be opened so.
    """
    values = checked_account(given)
    there = session.scalar(
        select(CustomerAccount.id).where(
            CustomerAccount.customer_id == customer.id,
            CustomerAccount.currency == values["currency"],
            CustomerAccount.kind == given.kind,
        )
    )
    if there is not None:
        raise AccountThere(name=customer.name, currency=values["currency"])
    account = CustomerAccount(customer_id=customer.id, **values, created_at=at)
    session.add(account)
    session.flush()
    session.expire(customer, ["accounts"])
    note_account(session, account, values, by=by)
    return account


def change_account(
    session: Session,
    account: CustomerAccount,
    *,
    terms_days: int,
    credit_limit: Money | None,
    version: int,
    by: Actor,
) -> None:
    """Change an account's terms and limit; its currency and kind stay for ever.

    Raises:
        ChangedMeanwhile: somebody else saved first.
    """
    _check_version(session, account, version, account.customer.name)
    values = checked_account(AccountInput(account.currency, account.kind, terms_days, credit_limit))
    before = {name: getattr(account, name) for name in values}
    _apply(session, account, values)
    record_change(session, by, "account.changed", account, before, values)


def add_contact(
    session: Session, customer: Customer, given: ContactInput, *, by: Actor, at: datetime
) -> Contact:
    """Add a person to a customer.

    Raises:
        NotAnAddress, UnknownChoice: it cannot be added so.
    """
    values = checked_contact(given)
    contact = Contact(customer_id=customer.id, **values, created_at=at)
    session.add(contact)
    session.flush()
    session.expire(customer, ["contacts"])
    note_contact(session, contact, values, by=by)
    return contact


def change_contact(
    session: Session, contact: Contact, given: ContactInput, *, version: int, by: Actor
) -> None:
    """Change a person of a customer.

    Raises:
        ChangedMeanwhile: somebody else saved first.
        NotAnAddress, UnknownChoice: it cannot be changed so.
    """
    _check_version(session, contact, version, contact.name)
    values = checked_contact(given)
    before = {name: getattr(contact, name) for name in values}
    _apply(session, contact, values)
    record_change(session, by, "contact.changed", contact, before, values)


def group_named(session: Session, name: str, *, by: Actor) -> CustomerGroup | None:
    """The group of a name, made where there is none yet; None for an empty name.

    Raises:
        TextTooLong: no group is called so.
    """
    name = " ".join(name.split())
    if not name:
        return None
    found = session.scalar(select(CustomerGroup).where(CustomerGroup.name == name))
    if found is None:
        _check_lengths(CustomerGroup, {"name": name})
        found = CustomerGroup(name=name)
        session.add(found)
        session.flush()
        audit.record(session, by, "customer_group.added", found, after={"name": name})
    return found


#: What says something about a person: kept apart in the trail, so that it can be erased.
_PERSONAL_OF_CONTACT = ("name", "email", "phone", "position")
_PERSONAL_OF_CUSTOMER = ("name", "address", "delivery_address", "tax_id")


def _checked_customer(
    session: Session, given: CustomerInput, there: Customer | None
) -> dict[str, Any]:
    values = checked_customer(given)
    taken = session.scalar(select(Customer).where(Customer.code == values["code"]))
    if taken is not None and taken is not there:
        raise CodeTaken(code=taken.code, name=taken.name)
    if there is not None:
        _check_parent(session, there, given.parent_id)
    return values


def checked_customer(given: CustomerInput) -> dict[str, Any]:
    """What is stored of a customer; whether its code is free is asked elsewhere.

    Raises:
        CodeMissing, UnknownChoice, UnknownTimeZone, TextTooLong: it cannot be stored so.
    """
    code, name = given.code.strip(), given.name.strip()
    if not code or not name:
        raise CodeMissing
    _check_choice(given.language, _LANGUAGES[1:])
    check_zone(given.time_zone)
    aliases = [alias.strip() for alias in given.aliases if alias.strip()]
    tax_id = given.tax_id.strip()
    values = {
        **asdict(given),
        "code": code,
        "name": name,
        "aliases": aliases,
        "tax_id": tax_id,
        "tags": list(given.tags),
        "search_key": search_key(code, name, *aliases, tax_id),
    }
    _check_lengths(Customer, values)
    return values


def _check_parent(session: Session, customer: Customer, parent_id: int | None) -> None:
    seen = {customer.id}
    while parent_id is not None:
        if parent_id in seen:
            raise OwnParent(name=customer.name)
        seen.add(parent_id)
        parent_id = session.scalar(select(Customer.parent_id).where(Customer.id == parent_id))


def checked_account(given: AccountInput) -> dict[str, Any]:
    """What is stored of an account.

    Raises:
        UnknownCurrency, CurrenciesDiffer, UnknownChoice: it cannot be stored so.
    """
    currency = checked_currency(given.currency)
    _check_choice(given.kind, ACCOUNT_KINDS)
    if given.terms_days < 0 or given.terms_days > 3650:
        raise UnknownChoice(word=given.terms_days, known="0-3650")
    limit = None
    if given.credit_limit is not None:
        limit = (Money.zero(currency) + given.credit_limit).minor
    return {
        "currency": currency,
        "kind": given.kind,
        "terms_days": given.terms_days,
        "credit_limit_minor": limit,
    }


def checked_contact(given: ContactInput) -> dict[str, Any]:
    """What is stored of a person.

    Raises:
        NotAnAddress, UnknownChoice, TextTooLong: it cannot be stored so.
    """
    email = given.email.strip()
    name, at, domain = email.rpartition("@")
    if email and (
        not name or not at or "." not in domain.strip(".") or set(email) & set(" ,;<>\r\n")
    ):
        raise NotAnAddress(text=given.email)
    _check_choice(given.role, ROLES)
    _check_choice(given.language, _LANGUAGES)
    values = {**asdict(given), "name": given.name.strip(), "email": email}
    _check_lengths(Contact, values)
    return values


def _check_lengths(model: type[Base], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        limit = getattr(model.__table__.c[name].type, "length", None)
        if limit is not None and isinstance(value, str) and len(value) > limit:
            raise TextTooLong(text=value[:40], limit=limit)


def _check_choice(word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise UnknownChoice(word=word, known=", ".join(one for one in known if one))


def _check_version(session: Session, row: Any, version: int, name: str) -> None:
    session.refresh(row, with_for_update=True)
    if row.version != version:
        raise ChangedMeanwhile(name=name)


def _apply(session: Session, row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    session.flush()


def record_change(
    session: Session,
    by: Actor,
    action: str,
    row: Base,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Note in the trail what was changed; what says something about a person stands apart."""
    changed = {name for name in after if before[name] != after[name]} - {"search_key"}
    apart = {"contact.changed": _PERSONAL_OF_CONTACT, "customer.changed": _PERSONAL_OF_CUSTOMER}
    personal = changed & set(apart.get(action, ()))
    plain = changed - personal - ({"aliases"} if action == "customer.changed" else set())
    audit.record(
        session,
        by,
        action,
        row,
        before={name: before[name] for name in sorted(plain)},
        after={name: after[name] for name in sorted(plain)},
        personal={
            f"{name}_{when}": str(values[name])
            for name in sorted(personal)
            for when, values in (("before", before), ("after", after))
        },
    )


def note_customer(
    session: Session, customer: Customer, values: Mapping[str, Any], *, by: Actor
) -> None:
    """Note in the trail that a customer was added."""
    after, personal = _impersonal(values), _names(values)
    audit.record(session, by, "customer.added", customer, after=after, personal=personal)


def note_account(
    session: Session, account: CustomerAccount, values: Mapping[str, Any], *, by: Actor
) -> None:
    """Note in the trail that an account was opened."""
    after = {"customer_id": account.customer_id, **values}
    audit.record(session, by, "account.opened", account, after=after)


def note_contact(
    session: Session, contact: Contact, values: Mapping[str, Any], *, by: Actor
) -> None:
    """Note in the trail that a person was added to a customer."""
    audit.record(
        session,
        by,
        "contact.added",
        contact,
        after={"customer_id": contact.customer_id, "role": values["role"]},
        personal={name: str(values[name]) for name in _PERSONAL_OF_CONTACT if values[name]},
    )


def _impersonal(values: Mapping[str, Any]) -> dict[str, Any]:
    apart = {*_PERSONAL_OF_CUSTOMER, "aliases", "search_key"}
    return {name: value for name, value in values.items() if name not in apart}


def _names(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]) for name in _PERSONAL_OF_CUSTOMER if values[name]}
