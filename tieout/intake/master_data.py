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
from tieout.catalog import Product, ProductInput, add_products, change_product
from tieout.customers import (
    AccountInput,
    ContactInput,
    CustomerInput,
    add_account,
    add_contact,
    change_account,
    change_contact,
    change_customer,
)
from tieout.customers.many import NewCustomer, add_customers
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerGroup
from tieout.customers.names import folded
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
    for product in products:
        if product.product_id:
            _change_product(session, product, by)
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
    for plan, customer in zip(new, made, strict=True):
        if len(plan.contacts) > 1:  # a person may stand in several rows
            _people(session, customer, plan, by, at)
    for plan in plans:
        if plan.customer_id:
            by_code[folded(plan.code)] = _change_customer(session, plan, groups, by, at)
    for plan in plans:
        if plan.parent:
            _belong(session, by_code[folded(plan.code)], plan.parent, by_code, by)
    return by_code


def _as_product(plan: ProductPlan) -> ProductInput:
    return ProductInput(plan.code, plan.name, plan.specification, plan.unit, plan.price)


def _change_product(session: Session, plan: ProductPlan, by: Actor) -> None:
    there = session.get_one(Product, plan.product_id)
    price = plan.price
    if price is None and there.price_micro is not None:
        price = Decimal(there.price_micro).scaleb(-6)
    given = ProductInput(
        there.code,
        plan.name or there.name,
        "" if "specification" in plan.clears else plan.specification or there.specification,
        "" if "unit" in plan.clears else plan.unit or there.unit,
        None if "unit_price" in plan.clears else price,
    )
    change_product(session, there, given, by=by)


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


def _change_customer(
    session: Session, plan: CustomerPlan, groups: dict[str, int], by: Actor, at: datetime
) -> Customer:
    customer = session.get_one(Customer, plan.customer_id)
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
    given = replace(given, **{emptied(field): _EMPTY.get(field, "") for field in plan.clears})
    if given != there:
        change_customer(session, customer, given, version=customer.version, by=by)
    _accounts(session, customer, plan, by, at)
    _people(session, customer, plan, by, at)
    return customer


#: What an emptied field of a customer holds, where that is no text.
_EMPTY: dict[str, Any] = {"aliases": (), "tags": (), "group": None, "parent": None, "owner": None}


def _people(
    session: Session, customer: Customer, plan: CustomerPlan, by: Actor, at: datetime
) -> None:
    """Add the people of a customer that are not there yet, and change the others."""
    for contact in plan.contacts:
        if new_contact(contact, customer.contacts):
            add_contact(session, customer, _as_contact(contact), by=by, at=at)
        elif (known := changed_contact(contact, customer.contacts)) is not None:
            _change_person(session, known, contact, by)


def _change_person(session: Session, known: Contact, plan: ContactPlan, by: Actor) -> None:
    given = ContactInput(
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
    change_contact(session, known, given, version=known.version, by=by)


def _accounts(
    session: Session, customer: Customer, plan: CustomerPlan, by: Actor, at: datetime
) -> None:
    receivable = {one.currency: one for one in customer.accounts if one.kind == "receivable"}
    for account in plan.accounts:
        there = receivable.get(account.currency)
        if there is None:
            add_account(session, customer, _as_account(account), by=by, at=at)
        else:
            _change_account(session, there, account, by)


def _change_account(session: Session, there: CustomerAccount, plan: AccountPlan, by: Actor) -> None:
    terms = there.terms_days if plan.terms_days is None else plan.terms_days
    limit = plan.credit_limit
    if limit is None and there.credit_limit_minor is not None:
        limit = Money(there.credit_limit_minor, there.currency)
    if plan.clears_limit:
        limit = None
    old_limit = there.credit_limit_minor
    if terms == there.terms_days and (limit.minor if limit else None) == old_limit:
        return
    change_account(
        session, there, terms_days=terms, credit_limit=limit, version=there.version, by=by
    )


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
    session: Session, customer: Customer, code: str, by_code: dict[str, Customer], by: Actor
) -> None:
    """Tie a customer to its parent, once both are there."""
    parent = by_code.get(folded(code))
    if parent is None:
        everybody = session.scalars(
            select(Customer).where(Customer.search_key.contains(folded(code)))
        )
        parent = next((one for one in everybody if folded(one.code) == folded(code)), None)
    if parent is None or customer.parent_id == parent.id:
        return
    given = replace(_as_input(customer), parent_id=parent.id)
    change_customer(session, customer, given, version=customer.version, by=by)


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
