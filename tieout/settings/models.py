"""What a company decides about its books, as rows."""

from sqlalchemy import Boolean, CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    JsonList,
    JsonObject,
    LongText,
    Moment,
    Name,
    PrimaryKey,
    Reference,
    Version,
    Word,
)


class Company(Base):
    """The company whose books these are; one row."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[Name]
    name_zh: Mapped[Name] = mapped_column(default="")
    short_name: Mapped[Name]
    short_name_zh: Mapped[Name] = mapped_column(default="")
    base_currency: Mapped[CurrencyCode]
    #: IANA name; "today" is a date here.
    time_zone: Mapped[Word]
    #: Languages offered, the first is the default: ["zh", "en"].
    languages: Mapped[JsonList]
    tax_id: Mapped[Reference] = mapped_column(default="")
    address: Mapped[LongText] = mapped_column(default="")
    contact_name: Mapped[Name] = mapped_column(default="")
    contact_email: Mapped[Name] = mapped_column(default="")
    contact_phone: Mapped[Name] = mapped_column(default="")
    #: Acts that need a second person: ["import", "credit_note", "write_off", "bank_account"].
    two_people: Mapped[JsonList] = mapped_column(default=list)
    version: Mapped[Version]


class Setting(Base):
    """One choice, for the company or for a group, a customer or an item."""

    __tablename__ = "settings"
    __table_args__ = (UniqueConstraint("name", "scope", "scope_id"),)

    id: Mapped[PrimaryKey]
    name: Mapped[Word]
    #: company, group, customer, item, contact.
    scope: Mapped[Word] = mapped_column(default="company")
    scope_id: Mapped[int] = mapped_column(default=0)
    value: Mapped[JsonObject]
    changed_at: Mapped[Moment]
    version: Mapped[Version]


class NumberSeries(Base):
    """Our own numbers: one after another, without gaps."""

    __tablename__ = "number_series"

    #: statement, credit_note, receipts, …
    name: Mapped[Word] = mapped_column(primary_key=True)
    #: "ST-{year}-{n:04d}"
    pattern: Mapped[Reference]
    #: Begins again at 1 every year when true.
    yearly: Mapped[bool] = mapped_column(Boolean, default=True)


class NumberTaken(Base):
    """How far a series has come in a year (0 for one that never begins again)."""

    __tablename__ = "numbers_taken"

    name: Mapped[Word] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


class ExchangeRate(Base):
    """One unit of `currency` in base currency on a day, and who says so."""

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("currency", "base", "on", "source"),)

    id: Mapped[PrimaryKey]
    currency: Mapped[CurrencyCode]
    base: Mapped[CurrencyCode]
    on: Mapped[Day]
    #: A decimal as text: exact.
    rate: Mapped[str] = mapped_column(String(40))
    source: Mapped[Name]


class BankAccount(Base):
    """An account of ours that customers pay into; a change needs two people."""

    __tablename__ = "bank_accounts"

    id: Mapped[PrimaryKey]
    currency: Mapped[CurrencyCode]
    bank: Mapped[Name]
    holder: Mapped[Name]
    number: Mapped[Reference]
    swift: Mapped[Reference] = mapped_column(default="")
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    prepared_by: Mapped[int | None]
    approved_by: Mapped[int | None]


class CalendarDay(Base):
    """A day on which a calendar departs from Monday to Friday."""

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("calendar", "on"),)

    id: Mapped[PrimaryKey]
    calendar: Mapped[Word]
    on: Mapped[Day]
    is_working: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[Name] = mapped_column(default="")
