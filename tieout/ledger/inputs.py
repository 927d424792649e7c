"""A document as it is handed in: by a file, a form, a program, or another part of Tieout."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from json.encoder import encode_basestring as _text
from typing import Any, NamedTuple

from tieout.ledger.models import DocumentKind
from tieout.money import Money, plain


class DuePart(NamedTuple):
    """Part of a document and the day it is due; the amount carries the document's sign."""

    due_on: date
    amount: Money
    #: Kept back until a guarantee has run out (质保金); shown apart until it is due.
    is_retention: bool = False


class ReferenceInput(NamedTuple):
    """A number others know the document by; for kinds see `words.REFERENCES`."""

    kind: str
    value: str


class LineInput(NamedTuple):
    """What was sold or returned; the amount carries the document's sign, tax included."""

    amount: Money
    code: str = ""
    description: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax: Money | None = None
    product_id: int | None = None


class _Lines(NamedTuple):
    """Lines written down, with their products' ids and without."""

    with_ids: str
    without_ids: str


@dataclass(frozen=True)
class DocumentInput:
    """A document that is to be posted."""

    account_id: int
    kind: DocumentKind
    #: May be empty where we number ourselves, and for payments and the like.
    number: str
    issued_on: date
    #: Signed: + the customer owes us more.
    amount: Money
    tax: Money | None = None
    #: Empty: due at once by the account's terms.
    due: tuple[DuePart, ...] = ()
    references: tuple[ReferenceInput, ...] = ()
    lines: tuple[LineInput, ...] = ()
    description: str = ""
    #: For a credit note: return or allowance; for others free.
    reason: str = ""
    #: The invoice of a credit note, the payment of a bounced one.
    related_id: int | None = None
    #: Shared by the two documents of one action.
    pair: str = ""
    #: "import:12:34", "draft:5", "demo".
    source: str = ""
    #: What the paper says, where that is another currency than the account's.
    original: Money | None = None
    #: One unit of the account's currency in the company's base currency.
    rate: Decimal | None = None
    is_provisional: bool = False

    def with_source(self, source: str) -> "DocumentInput":
        """The same document, saying where it came from; whatever was worked out of it stays."""
        made = object.__new__(DocumentInput)
        made.__dict__.update(self.__dict__, source=source)
        return made

    def digest(self) -> str:
        """SHA-256 of what the document says, to tell "again" from "other content"."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(_said(self, self._lines).encode()).hexdigest()

    def content(self) -> str:
        """What it says, whatever its account and products are called here: canonical JSON."""
        return _content(self, self._lines)

    @cached_property
    def _lines(self) -> _Lines:
        return _written_lines(self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return what a draft or a staged row stores."""
        return {
            "account_id": self.account_id,
            "kind": str(self.kind),
            "number": self.number,
            "issued_on": self.issued_on.isoformat(),
            "currency": self.amount.currency,
            "amount": self.amount.minor,
            "tax": self.tax.minor if self.tax else 0,
            "due": [_part_to_json(part) for part in self.due],
            "references": [[kind, value] for kind, value in self.references],
            "lines": [_line_to_json(line) for line in self.lines],
            "description": self.description,
            "reason": self.reason,
            "related_id": self.related_id,
            "pair": self.pair,
            "source": self.source,
            "original": [self.original.minor, self.original.currency] if self.original else None,
            "rate": str(self.rate) if self.rate is not None else None,
            "is_provisional": self.is_provisional,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "DocumentInput":
        """Read back what `to_json` wrote."""
        currency = stored["currency"]
        original, rate = stored["original"], stored["rate"]
        return cls(
            account_id=stored["account_id"],
            kind=DocumentKind(stored["kind"]),
            number=stored["number"],
            issued_on=date.fromisoformat(stored["issued_on"]),
            amount=Money(stored["amount"], currency),
            tax=Money(stored["tax"], currency) if stored["tax"] else None,
            due=tuple(
                DuePart(date.fromisoformat(day), Money(minor, currency), bool(retained))
                for day, minor, *retained in stored["due"]
            ),
            references=tuple(ReferenceInput(kind, value) for kind, value in stored["references"]),
            lines=tuple(_line_from_json(line, currency) for line in stored["lines"]),
            description=stored["description"],
            reason=stored["reason"],
            related_id=stored["related_id"],
            pair=stored["pair"],
            source=stored["source"],
            original=Money(*original) if original else None,
            rate=Decimal(rate) if rate is not None else None,
            is_provisional=stored["is_provisional"],
        )


def _part_to_json(part: DuePart) -> list[Any]:
    """A part as it is stored; retention stands only where there is any, so digests stay."""
    stored = [part.due_on.isoformat(), part.amount.minor]
    return [*stored, True] if part.is_retention else stored


def _line_to_json(line: LineInput) -> dict[str, Any]:
    return {
        "amount": line.amount.minor,
        "code": line.code,
        "description": line.description,
        "unit": line.unit,
        "quantity": _plain(line.quantity),
        "unit_price": _plain(line.unit_price),
        "tax": line.tax.minor if line.tax else 0,
        "product_id": line.product_id,
    }


def _line_from_json(stored: Mapping[str, Any], currency: str) -> LineInput:
    def decimal(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return LineInput(
        amount=Money(stored["amount"], currency),
        code=stored["code"],
        description=stored["description"],
        unit=stored["unit"],
        quantity=decimal(stored["quantity"]),
        unit_price=decimal(stored["unit_price"]),
        tax=Money(stored["tax"], currency) if stored["tax"] else None,
        product_id=stored["product_id"],
    )


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


# What a document says as canonical JSON, written at once: sorted keys, no spaces. Documents come by
# the hundred thousand, and each is written down twice: for its digest, and for that of its file, in
# which accounts and products count by what they are, not by their ids. Both are byte for byte what
# `json.dumps` would write of `to_json` without the members left out.


def _written_lines(lines: Iterable[LineInput]) -> _Lines:
    """Write lines down."""
    with_ids, without_ids = [], []
    for amount, code, description, unit, quantity, price, tax, product_id in lines:
        before = f'{{"amount":{amount.minor},{_named(code, description)}'
        behind = (
            f'"quantity":{_number(quantity)},"tax":{tax.minor if tax else 0},'
            f'"unit":{_text(unit)},"unit_price":{_number(price)}}}'
        )
        with_ids.append(f'{before}"product_id":{_whole(product_id)},{behind}')
        without_ids.append(before + behind)
    return _Lines(",".join(with_ids), ",".join(without_ids))


def _said(given: DocumentInput, lines: _Lines) -> str:
    """What a document says, without where it came from and what it hangs together with."""
    return (
        f'{{"account_id":{given.account_id},{_first(given)}"issued_on":"{given.issued_on}",'
        f'"kind":"{given.kind}","lines":[{lines.with_ids}],"number":{_text(given.number)},'
        f'"original":{_original(given.original)},{_last(given)}"tax":{_tax(given)}}}'
    )


def _content(given: DocumentInput, lines: _Lines) -> str:
    """All of it, whatever accounts are opened and products made meanwhile."""
    return (
        f'{{{_first(given)}"is_provisional":{_truth(given.is_provisional)},'
        f'"issued_on":"{given.issued_on}","kind":"{given.kind}","lines":[{lines.without_ids}],'
        f'"number":{_text(given.number)},"original":{_original(given.original)},'
        f'"pair":{_text(given.pair)},{_last(given)}"source":{_text(given.source)},'
        f'"tax":{_tax(given)}}}'
    )


def _first(given: DocumentInput) -> str:
    """Its members up to when it is due."""
    due = ",".join(map(_part, given.due))
    return (
        f'"amount":{given.amount.minor},"currency":{_text(given.amount.currency)},'
        f'"description":{_text(given.description)},"due":[{due}],'
    )


def _last(given: DocumentInput) -> str:
    """Its members from the rate on, but for the tax."""
    references = ",".join([f"[{_text(kind)},{_text(value)}]" for kind, value in given.references])
    rate = "null" if given.rate is None else f'"{given.rate}"'
    return (
        f'"rate":{rate},"reason":{_text(given.reason)},"references":[{references}],'
        f'"related_id":{_whole(given.related_id)},'
    )


def _part(part: DuePart) -> str:
    """Retention stands only where there is any."""
    kept = ",true" if part.is_retention else ""
    return f'["{part.due_on}",{part.amount.minor}{kept}]'


def _original(money: Money | None) -> str:
    return f"[{money.minor},{_text(money.currency)}]" if money else "null"


def _tax(given: DocumentInput) -> int:
    return given.tax.minor if given.tax else 0


def _truth(said: bool) -> str:
    return "true" if said else "false"


def _whole(number: int | None) -> int | str:
    return "null" if number is None else number


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f'"{plain(value)}"'


@lru_cache(maxsize=5_000)
def _named(code: str, description: str) -> str:
    """The names of a product, which come again and again."""
    return f'"code":{_text(code)},"description":{_text(description)},'
