"""What a company decides about its books: itself, its numbers, its choices."""

from tieout.settings.company import (
    NoCompany,
    company,
    needs_two_people,
    set_up,
    today,
)
from tieout.settings.models import BankAccount, CalendarDay, Company, ExchangeRate
from tieout.settings.numbers import next_number, next_numbers
from tieout.settings.values import read, write

__all__ = [
    "BankAccount",
    "CalendarDay",
    "Company",
    "ExchangeRate",
    "NoCompany",
    "company",
    "needs_two_people",
    "next_number",
    "next_numbers",
    "read",
    "set_up",
    "today",
    "write",
]
