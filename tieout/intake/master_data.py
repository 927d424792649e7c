"""Customers and products of a file written into the books: added, or changed where it says so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.catalog import Product, ProductInput, add_products, change_products
from tieout.customers import AccountInput, ContactInput, CustomerInput, changing
from tieout.customers.many import NewCustomer, add_contacts, add_customers, open_accounts
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerGroup
from tieout.customers.names import folded
from tieout.db.bulk import chunks
from tieout.intake.judging import Group
from tieout.intake.judging.customers import changed_contact, emptied, new_contact
from tieout.intake.judging.plans import AccountPlan, ContactPlan, CustomerPlan, ProductPlan
from tieout.money import Money


def write(session: Session, groups: Sequence[Group], *, by: Actor, at: datetime) -> tuple[int, int]:
    """Add and change customers or products; return how many of each."""
    plans = [group.plan for group in groups]
    products = [plan for plan in plans if isinstance(plan, ProductPlan)]
    customers = [plan for plan in plans if isinstance(plan, CustomerPlan)]
    new_products = [plan for plan in products if not plan.product_id]
    add_products(session, [_as_product(plan) for plan in new_products], by=by)
    _change_products(session, [plan for plan in products if plan.product_id], by)
    by_code = _write_customers(session, customers, by=by, at=at)
    for group in groups:
        if isinstance(plan := group.plan, CustomerPlan):
            for row in group.rows:
                row.customer_id = by_code[folded(plan.code)].id
    added = len(new_products) + sum(not plan.customer_id for plan in customers)
    return added, len(plans) - added


def _write_customers(
    session: Session, plans: Sequence[CustomerPlan], *, by: Actor, at: datetime
) -> dict[str, Customer]:
    """Add those that are new at once, then change the others; return them by code."""
    groups = {one.name: one.id for one in session.scalars(select(CustomerGroup))}
    new = [plan for plan in plans if not plan.customer_id]
    made = add_customers(
        session, [_as_new(session, plan, groups, by) for plan in new], by=by, at=at
    )
    by_code = {folded(customer.code): customer for customer in made}
    several = [(one, plan) for one, plan in zip(made, new, strict=True) if len(plan.contacts) > 1]
    _people(session, several, by, at)  # a person may stand in several rows
    changed = [plan for plan in plans if plan.customer_id]
    for some in chunks(changed, changing.CHUNK):
        by_code |= _change_customers(session, some, groups, by, at)
    _belong(session, [plan for plan in plans if plan.parent], by_code, by)
    return by_code


def _as_product(plan: ProductPlan) -> ProductInput:
    return ProductInput(plan.code, plan.name, plan.specification, plan.unit, plan.price)


def _change_products(session: Session, plans: Sequence[ProductPlan], by: Actor) -> None:
    for some in chunks(plans, changing.CHUNK):
        query = select(Product).where(Product.id.in_([plan.product_id for plan in some]))
        there = {one.id: one for one in session.scalars(query.with_for_update())}
        found = [(there[plan.product_id], plan) for plan in some]
        change_products(session, [(one, _product(one, plan)) for one, plan in found], by=by)


def _product(there: Product, plan: ProductPlan) -> ProductInput:
    """The product as the file would have it; where it says nothing, as it is."""
    price = plan.price
    if price is None and there.price_micro is not None:
        price = Decimal(there.price_micro).scaleb(-6)
    return ProductInput(
        there.code,
        plan.name or there.name,
        "" if "specification" in plan.clears else plan.specification or there.specification,
        "" if "unit" in plan.clears else plan.unit or there.unit,
        None if "unit_price" in plan.clears else price,
    )


def _as_new(session: Session, plan: CustomerPlan, groups: dict[str, int], by: Actor) -> NewCustomer:
    company = settings.company(session)
    given = CustomerInput(
        code=plan.code,
        name=plan.name,
        aliases=plan.aliases,
        tax_id=plan.tax_id,
        address=plan.address,
        language=plan.language or company.languages[0],
        group_id=_group(session, plan.group, groups, by),
        delivery_address=plan.delivery_address,
        time_zone=plan.time_zone,
        owner_id=plan.owner_id,
        tags=plan.tags,
        is_active=plan.is_active is not False,
    )
    wanted = plan.accounts or (AccountPlan(company.base_currency),)
    return NewCustomer(
        given, tuple(map(_as_account, wanted)), tuple(map(_as_contact, plan.contacts[:1]))
    )


def _as_account(plan: AccountPlan) -> AccountInput:
    terms = 30 if plan.terms_days is None else plan.terms_days
    return AccountInput(plan.currency, terms_days=terms, credit_limit=plan.credit_limit)


def _as_contact(plan: ContactPlan) -> ContactInput:
    return ContactInput(plan.name, plan.email, plan.phone, plan.position)


def _change_customers(
    session: Session,
    plans: Sequence[CustomerPlan],
    groups: dict[str, int],
    by: Actor,
    at: datetime,
) -> dict[str, Customer]:
    """Change customers, their accounts and their people; return them by code."""
    held = changing.held(session, [plan.customer_id for plan in plans])
    pairs = [(held[plan.customer_id], plan) for plan in plans]
    wanted = [(one, _customer(session, one, plan, groups, by)) for one, plan in pairs]
    differing = [(one, given) for one, given in wanted if given != _as_input(one)]
    changing.change_customers(session, differing, by=by)
    _accounts(session, pairs, by, at)
    _people(session, pairs, by, at)
    return {folded(plan.code): one for one, plan in pairs}


def _customer(
    session: Session, customer: Customer, plan: CustomerPlan, groups: dict[str, int], by: Actor
) -> CustomerInput:
    """The customer as the file would have it; where it says nothing, as it is."""
    there = _as_input(customer)
    given = replace(
        there,
        name=plan.name or there.name,
        aliases=tuple(dict.fromkeys((*there.aliases, *plan.aliases))),
        tax_id=plan.tax_id or there.tax_id,
        address=plan.address or there.address,
        language=plan.language or there.language,
        group_id=_group(session, plan.group, groups, by) or there.group_id,
        delivery_address=plan.delivery_address or there.delivery_address,
        time_zone=plan.time_zone or there.time_zone,
        owner_id=plan.owner_id or there.owner_id,
        tags=plan.tags or there.tags,
        is_active=there.is_active if plan.is_active is None else plan.is_active,
    )
    return replace(given, **{emptied(field): _EMPTY.get(field, "") for field in plan.clears})


#: What an emptied field of a customer holds, where that is no text.
_EMPTY: dict[str, Any] = {"aliases": (), "tags": (), "group": None, "parent": None, "owner": None}

Pairs = Sequence[tuple[Customer, CustomerPlan]]


def _people(session: Session, pairs: Pairs, by: Actor, at: datetime) -> None:
    """Add the people who are not there yet, and change the others."""
    new: list[tuple[Customer, ContactInput]] = []
    changed: list[tuple[Contact, ContactInput]] = []
    for customer, plan in pairs:
        for person in plan.contacts:
            if new_contact(person, customer.contacts):
                new.append((customer, _as_contact(person)))
            elif (known := changed_contact(person, customer.contacts)) is not None:
                changed.append((known, _person(known, person)))
    add_contacts(session, new, by=by, at=at)
    changing.change_contacts(session, changed, by=by)
    for customer, _ in new:
        session.expire(customer, ["contacts"])


def _person(known: Contact, plan: ContactPlan) -> ContactInput:
    return ContactInput(
        name=plan.name or known.name,
        email=known.email,
        phone=plan.phone or known.phone,
        position=plan.position or known.position,
        language=known.language,
        role=known.role,
        receives_statements=known.receives_statements,
        receives_reminders=known.receives_reminders,
        is_active=known.is_active,
    )


def _accounts(session: Session, pairs: Pairs, by: Actor, at: datetime) -> None:
    """Open the accounts that are not there yet, and change terms and limits of the others."""
    new: list[tuple[Customer, AccountInput]] = []
    changed: list[tuple[CustomerAccount, AccountInput]] = []
    for customer, plan in pairs:
        receivable = {one.currency: one for one in customer.accounts if one.kind == "receivable"}
        for account in plan.accounts:
            there = receivable.get(account.currency)
            if there is None:
                new.append((customer, _as_account(account)))
            elif (given := _account(there, account)) is not None:
                changed.append((there, given))
    open_accounts(session, new, by=by, at=at)
    changing.change_accounts(session, changed, by=by)
    for customer, _ in new:
        session.expire(customer, ["accounts"])


def _account(there: CustomerAccount, plan: AccountPlan) -> AccountInput | None:
    """The account as the file would have it; None where it is just so."""
    terms = there.terms_days if plan.terms_days is None else plan.terms_days
    limit = plan.credit_limit
    if limit is None and there.credit_limit_minor is not None:
        limit = Money(there.credit_limit_minor, there.currency)
    if plan.clears_limit:
        limit = None
    if terms == there.terms_days and (limit.minor if limit else None) == there.credit_limit_minor:
        return None
    return AccountInput(there.currency, there.kind, terms, limit)


def _group(session: Session, name: str, known: dict[str, int], by: Actor) -> int | None:
    if not name:
        return None
    if name not in known:
        made = CustomerGroup(name=name[:200])
        session.add(made)
        session.flush()
        audit.record(session, by, "customer_group.added", made, after={"name": made.name})
        known[name] = made.id
    return known[name]


def _belong(
    session: Session, plans: Sequence[CustomerPlan], by_code: dict[str, Customer], by: Actor
) -> None:
    """Tie customers to their parents, once all of them are there."""
    codes = {folded(plan.parent) for plan in plans} - by_code.keys()
    ids = {code: one.id for code, one in by_code.items()} | _ids(session, codes)
    wanted = []
    for plan in plans:
        customer, parent_id = by_code[folded(plan.code)], ids.get(folded(plan.parent))
        if parent_id is not None and customer.parent_id != parent_id:
            wanted.append((customer, replace(_as_input(customer), parent_id=parent_id)))
    changing.change_customers(session, wanted, by=by)


def _ids(session: Session, codes: set[str]) -> dict[str, int]:
    """Customers by their codes, however these are written."""
    if not codes:
        return {}
    found = (
        (folded(code), one) for one, code in session.execute(select(Customer.id, Customer.code))
    )
    return {code: one for code, one in found if code in codes}


def _as_input(customer: Customer) -> CustomerInput:
    return CustomerInput(
        code=customer.code,
        name=customer.name,
        aliases=tuple(customer.aliases),
        tax_id=customer.tax_id,
        address=customer.address,
        delivery_address=customer.delivery_address,
        language=customer.language,
        time_zone=customer.time_zone,
        group_id=customer.group_id,
        parent_id=customer.parent_id,
        owner_id=customer.owner_id,
        tags=tuple(customer.tags),
        is_active=customer.is_active,
    )
