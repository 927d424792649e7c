"""Books written as text."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tieout.matching import Kind, Line, Lines, kind_of

Book = Callable[[str], Lines]


def read_book(text: str) -> Lines:
    """One line a row, columns two spaces apart: day, kind, reference, amount, then what is known.

    A reference of "-" is none; `po=`, `customer=`, `usd=` and `says=` may follow. Amounts are in
    our sign. Line ids count from 1.
    """
    lines: list[Line] = []
    for row in text.strip().splitlines():
        day, kind, reference, amount, *known = re.split(r"\s{2,}", row.strip())
        extra = dict(item.split("=", 1) for item in known)
        lines.append(
            Line(
                id=len(lines) + 1,
                customer=int(extra.get("customer", "1")),
                on=date.fromisoformat(f"2026-{day}"),
                amount=minor(amount),
                kind=Kind.UNKNOWN if kind == "?" else kind_of(kind),
                reference="" if reference == "-" else reference,
                po=extra.get("po", ""),
                description=extra.get("says", ""),
                currency="USD" if "usd" in extra else "",
                doc_amount=minor(extra["usd"]) if "usd" in extra else None,
            )
        )
    return Lines.of(lines)


def minor(amount: str) -> int:
    """An amount as written in a test, in cents."""
    return int(Decimal(amount.replace(",", "")) * 100)


@pytest.fixture
def book() -> Book:
    """Read a book written as text."""
    return read_book
