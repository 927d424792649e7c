"""The first day: the company, its people, its customers and what it sells."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tieout import audit, catalog, settings
from tieout.audit import SYSTEM, Actor
from tieout.customers import memberships, services
from tieout.customers.models import Contact, Customer
from tieout.demo import cast
from tieout.demo.cast import Partner, Person, Staff
from tieout.demo.dates import Dates
from tieout.demo.goods import BOUGHT, MADE
from tieout.demo.trade import rate_on
from tieout.dunning import policies
from tieout.identity import people
from tieout.money import Money
from tieout.settings import BankAccount, ExchangeRate

#: Who publishes the rates of the sample company's table.
RATES_OF = "CFETS central parity"


class Cast:
    """Everybody once they are there: whoever acts, by what they are in the cast."""

    def __init__(self) -> None:
        self.staff: dict[str, Actor] = {}
        self.contacts: dict[str, Contact] = {}
        self.customers: dict[str, Customer] = {}
        self.accounts: dict[tuple[str, str], int] = {}

    @property
    def chen(self) -> Actor:
        """The accountant, who prepares."""
        return self._who(cast.CHEN)

    @property
    def zhou(self) -> Actor:
        """The approver."""
        return self._who(cast.ZHOU)

    def _who(self, one: Staff) -> Actor:
        return next(actor for actor in self.staff.values() if actor.label == one.name)

    def of(self, partner: Partner, no: int = 0) -> tuple[Actor, Contact]:
        """Somebody of a customer's, and as whom they act."""
        contact = self.contacts[partner.people[no].email]
        return Actor("contact", contact.id, contact.name), contact


def set_up_company(
    session: Session,
    dates: Dates,
    names: Mapping[str, Any] = cast.COMPANY,
    details: Mapping[str, str] = cast.DETAILS,
) -> None:
    """The company and the rates it counts with."""
    company = settings.set_up(session, **names, by=SYSTEM)
    for name, value in details.items():
        setattr(company, name, value)
    session.flush()
    audit.record(session, SYSTEM, "company.changed", company, after=dict(details))
    _add_rates(session, dates)


def add_staff(
    session: Session, made: Cast, staff: Iterable[Staff] = cast.STAFF, *, at: datetime
) -> None:
    """The company's own people."""
    for one in staff:
        user = people.add_staff(
            session,
            email=one.email,
            name=one.name,
            roles=[one.role],
            language=one.language,
            password=cast.PASSWORD,
            by=SYSTEM,
            at=at,
        )
        made.staff[one.email] = people.staff_actor(user)


def add_banks(session: Session, made: Cast, since: date) -> None:
    """Where customers pay: entered by one person, approved by another."""
    for currency, bank, holder, number, swift in cast.BANKS:
        account = BankAccount(
            currency=currency,
            bank=bank,
            holder=holder,
            number=number,
            swift=swift,
            valid_from=since,
            prepared_by=made.chen.id,
            approved_by=made.zhou.id,
        )
        session.add(account)
        session.flush()
        after = {"currency": currency, "number": number}
        audit.record(session, made.zhou, "bank_account.approved", account, after=after)


def add_goods(session: Session, by: Actor) -> None:
    """Products, under their names in both languages."""
    for good in (*MADE, *BOUGHT):
        given = catalog.ProductInput(
            code=good.code,
            name=f"{good.name} · {good.name_zh}",
            unit=good.unit,
            price=good.price,
        )
        catalog.add_product(session, given, by=by)


def add_partners(session: Session, made: Cast, *, at: datetime) -> None:
    """Dealers and suppliers with their accounts and people."""
    for partner in cast.PARTNERS:
        add_partner(session, made, partner, at=at)
    policies.standard_policy(session, by=made.chen)


def add_partner(session: Session, made: Cast, partner: Partner, *, at: datetime) -> None:
    """One of them."""
    customer = _add_customer(session, made, partner, at)
    made.customers[partner.code] = customer
    for currency in partner.currencies:
        limit = None if partner.limit is None else Money.of(partner.limit, currency)
        given = services.AccountInput(currency, partner.kind, partner.terms, limit)
        account = services.add_account(session, customer, given, by=made.chen, at=at)
        made.accounts[partner.code, currency] = account.id
    for person in partner.people:
        made.contacts[person.email] = _add_contact(session, made, customer, person, at)


def open_portal(
    session: Session, made: Cast, partners: Iterable[Partner] = cast.PORTAL, *, at: datetime
) -> None:
    """Let some customers' people sign in, with a password of their own."""
    for partner in partners:
        for person in partner.people:
            contact = made.contacts[person.email]
            actor = Actor("contact", contact.id, contact.name)
            login = memberships.join(session, contact, by=actor, at=at)
            people.set_password(session, login, cast.PASSWORD, by=actor, at=at)


def send_by_mail(session: Session, made: Cast) -> None:
    """From now on statements go out by mail; before, they went by post."""
    for added in made.contacts.values():
        contact = session.get_one(Contact, added.id)
        given = services.ContactInput(
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            position=contact.position,
            language=contact.language,
            role=contact.role,
            receives_statements=True,
            receives_reminders=contact.receives_reminders,
        )
        services.change_contact(session, contact, given, version=contact.version, by=made.chen)


def _add_customer(session: Session, made: Cast, partner: Partner, at: datetime) -> Customer:
    parent = made.customers.get(partner.parent)
    given = services.CustomerInput(
        code=partner.code,
        name=partner.name,
        aliases=(partner.other_name,) if partner.other_name else (),
        tax_id=partner.tax_id,
        address=partner.address,
        language=partner.language,
        parent_id=parent.id if parent else None,
        owner_id=made.staff[cast.LIN.email].id if partner.owned_by_sales else None,
        tags=("supplier", *partner.tags) if partner.payable else partner.tags,
    )
    return services.add_customer(session, given, by=made.chen, at=at)


def _add_contact(
    session: Session, made: Cast, customer: Customer, person: Person, at: datetime
) -> Contact:
    given = services.ContactInput(
        name=person.name,
        email=person.email,
        position=person.position,
        language=customer.language,
        role=person.role,
        receives_statements=False,
        receives_reminders=person.receives_reminders,
    )
    return services.add_contact(session, customer, given, by=made.chen, at=at)


def _add_rates(session: Session, dates: Dates) -> None:
    days = [month.start for month in dates.months] + [dates.anchor + timedelta(days=1)]
    rows = [
        ExchangeRate(currency="EUR", base="CNY", on=on, rate=str(rate_on(on)), source=RATES_OF)
        for on in days
    ]
    session.add_all(rows)
    session.flush()
    audit.record(
        session,
        SYSTEM,
        "rates.added",
        ("rates", RATES_OF),
        after={"rows": audit.digest_of_rows([row.on, row.rate] for row in rows)},
    )
