"""A bank's statements, whatever format they came in: entries and balances become contents."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.i18n import Sentence
from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.kinds import BatchKind
from tieout.intake.reading.cells import Cell, Row

#: Each column of a statement, and the field of a payment it fills.
COLUMNS = (
    ("Account", "own_account"),
    ("Date", "date"),
    ("Value date", ""),
    ("Amount", "amount"),
    ("Currency", "currency"),
    ("Other party", "payer"),
    ("Their account", "payer_account"),
    ("Bank reference", "bank_reference"),
    ("Text", "remittance"),
    ("Status", "status"),
    ("Their reference", ""),
    ("Type", ""),
    ("Original amount", "original_amount"),
    ("Original currency", "original_currency"),
    ("Charges", ""),
    ("Statement", ""),
)
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Entry:
    """A movement on an account; what could not be read stands there as text."""

    row: int
    #: What came in above zero, what went out below.
    amount: Decimal | str
    currency: str
    booked_on: date | str
    value_on: date | str = ""
    party: str = ""
    party_account: str = ""
    reference: str = ""
    text: str = ""
    #: As the bank says it, where that is not "booked".
    status: str = ""
    their_reference: str = ""
    code: str = ""
    original: Decimal | None = None
    original_currency: str = ""
    charges: Decimal | None = None
    #: Whether it takes an earlier entry back.
    is_reversal: bool = False

    @property
    def moved(self) -> Decimal:
        """What it moved; nothing where that cannot be read."""
        return self.amount if isinstance(self.amount, Decimal) else _NOTHING


@dataclass(frozen=True)
class Balance:
    """A balance a bank states: its code in the format, and the amount with its sign."""

    code: str
    amount: Decimal
    currency: str
    on: date | str = ""

    def to_json(self) -> dict[str, str]:
        """As the details of a file show it."""
        return {
            "code": self.code,
            "currency": self.currency,
            "amount": f"{self.amount:f}",
            "on": str(self.on),
        }


@dataclass
class Statement:
    """What a bank says about one account over some days."""

    account: str = ""
    number: str = ""
    currency: str = ""
    entries: list[Entry] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    #: Plain data of this format alone.
    more: dict[str, Any] = field(default_factory=dict)

    def tied(self, opening: Sequence[str], closing: Sequence[str], row: int = 0) -> None:
        """Hold opening and movements against the closing balance, by the bank's own codes.

        A statement in which both are stated in different currencies cannot tie.
        """
        first = next((one for code in opening for one in self.balances if one.code == code), None)
        back = self.balances[::-1] if closing == opening else self.balances
        last = next((one for code in closing for one in back if one.code == code), None)
        if first is None or last is None or first is last:
            return
        moved = sum(
            (
                entry.moved
                for entry in self.entries
                if entry.currency == last.currency and not entry.status
            ),
            first.amount if first.currency == last.currency else _NOTHING,
        )
        self.controls.append(
            Control(
                ControlKind.BALANCE, last.code, last.currency, last.amount, moved, row, self.account
            )
        )

    def to_json(self) -> dict[str, Any]:
        """As the details of a file show it."""
        came_in = [entry for entry in self.entries if entry.moved > 0]
        went_out = [entry for entry in self.entries if entry.moved < 0]
        return {
            "account": self.account,
            "number": self.number,
            "entries": len(self.entries),
            "credits": len(came_in),
            "debits": len(went_out),
            "credit_sums": _sums(came_in),
            "debit_sums": _sums(went_out),
            "currencies": sorted({entry.currency for entry in self.entries if entry.currency}),
            "reversals": sum(entry.is_reversal for entry in self.entries),
            "balances": [balance.to_json() for balance in self.balances],
            **self.more,
        }


def _sums(entries: Iterable[Entry]) -> dict[str, str]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        found[entry.currency] += abs(entry.moved)
    return {currency: f"{total:f}" for currency, total in sorted(found.items())}


def contents_of(
    statements: Sequence[Statement],
    *,
    encoding: str = "",
    controls: Sequence[Control] = (),
    details: dict[str, Any] | None = None,
    warnings: Iterable[Sentence] = (),
) -> Contents:
    """Put all statements of a file under one set of headings."""
    return Contents(
        kind=BatchKind.PAYMENTS,
        headings=tuple(heading for heading, _ in COLUMNS),
        fields=tuple(field for _, field in COLUMNS),
        rows=list(_rows(statements)),
        controls=(*(one for each in statements for one in each.controls), *controls),
        details={"statements": [one.to_json() for one in statements], **(details or {})},
        encoding=encoding,
        warnings=tuple(warnings),
    )


def _rows(statements: Iterable[Statement]) -> Iterator[Row]:
    for statement in statements:
        for entry in statement.entries:
            yield Row(entry.row, _cells(statement, entry))


def _cells(statement: Statement, entry: Entry) -> tuple[Cell, ...]:
    return (
        statement.account,
        entry.booked_on,
        entry.value_on,
        entry.amount,
        entry.currency,
        entry.party,
        entry.party_account,
        entry.reference,
        entry.text,
        entry.status,
        entry.their_reference,
        entry.code,
        "" if entry.original is None else entry.original,
        entry.original_currency,
        "" if entry.charges is None else entry.charges,
        statement.number,
    )
