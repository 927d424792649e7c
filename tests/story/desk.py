"""A company's desk behind a real port: two who keep its books, its customers, and no documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests.factories import AT, make_company, make_customer, make_staff
from tests.story.browser import Person
from tests.support import books
from tests.support.serving import serving
from tests.support.visitor import settings_for
from tieout import app as roof
from tieout import audit, catalog, db
from tieout.catalog import ProductInput
from tieout.customers.models import CustomerAccount
from tieout.identity import passwords

PASSWORD = "seven quiet boats at noon"
CHEN, ZHOU = "chen.li@harbourtools.example", "zhou.wei@harbourtools.example"


@dataclass
class Desk:
    """Where the pages are, in which language, and the accounts of the books by name."""

    address: str
    language: str
    browser: Browser
    accounts: dict[str, int]
    people: list[Person] = field(default_factory=list)

    def person(self, email: str, *, phone: bool = False) -> Person:
        """Somebody signs in."""
        person = Person(self.browser, self.address, self.language, phone=phone)
        person.sign_in(email, PASSWORD, desk=True)
        self.people.append(person)
        return person

    def say(self, english: str, chinese: str) -> str:
        """Words in the language of the desk."""
        return english if self.language == "en" else chinese

    def close(self) -> None:
        """Nobody's page went wrong."""
        for person in self.people:
            person.close()


@contextmanager
def open_desk(url: str, folder: Path, language: str, browser: Browser) -> Iterator[Desk]:
    """The desk of a company over a database that is migrated and empty."""
    settings = settings_for(url, folder)
    roof.compose(settings)
    app = roof.create_app(settings)
    with db.transaction() as session:
        accounts = _books(session, language)
    with serving(app) as address:
        yield Desk(address, language, browser, accounts)


def add_documents(desk: Desk) -> None:
    """A few documents of four customers."""
    with db.transaction() as session:
        for name, kind, number, on, amount in (
            ("mingyuan", "invoice", "INV-1", "2026-05-04", "1200.00"),
            ("mingyuan", "payment", "PAY-1", "2026-06-02", "-200.00"),
            ("zhengda", "invoice", "INV-2", "2026-01-15", "900.00"),
            ("suzhou", "invoice", "INV-3", "2026-06-08", "75.50"),
            ("group", "invoice", "INV-4", "2026-06-09", "3000.00"),
        ):
            account = session.get_one(CustomerAccount, desk.accounts[name])
            books.post(session, account, kind, number, on, amount, due="2026-06-30")


def _books(session: Session, language: str) -> dict[str, int]:
    make_company(session)
    for name, roles in (("Chen Li", ("accountant",)), ("Zhou Wei", ("accountant", "approver"))):
        person = make_staff(session, *roles, name=name)
        person.language, person.password_hash = language, passwords.hashed(PASSWORD)
    mingyuan = _named(make_customer(session, "M-0217"), "Mingyuan Hardware Co., Ltd.")
    zhengda = _named(make_customer(session, "M-0221"), "正大建材有限公司")
    group = _named(make_customer(session, "M-0230"), "Huadong Tool Trading Group")
    suzhou = _named(make_customer(session, "M-0231"), "Huadong Tools Suzhou")
    suzhou.customer.parent_id = group.customer_id
    euros = CustomerAccount(customer_id=mingyuan.customer_id, currency="EUR", created_at=AT)
    session.add(euros)
    session.flush()
    for code, name, price in (
        ("HT-1010", "Claw hammer", "28.00"),
        ("HT-2044", "Socket set", "169"),
    ):
        given = ProductInput(code=code, name=name, unit="pcs", price=Decimal(price))
        catalog.add_product(session, given, by=audit.SYSTEM)
    named = {"mingyuan": mingyuan, "zhengda": zhengda, "group": group, "suzhou": suzhou}
    return {"euros": euros.id, **{name: account.id for name, account in named.items()}}


def _named(account: CustomerAccount, name: str) -> CustomerAccount:
    account.customer.name = name
    account.customer.search_key = f"{account.customer.code}|{name}".lower()
    return account
