"""Words that reports share: kinds of documents, ageing, who owes whom."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from tieout.i18n import N_, Sentence
from tieout.money import Money
from tieout.periods import Period
from tieout.rendering import formats
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.reports.data import CompanyData, CustomerData, SpanData

DOCUMENT_KINDS = {
    "invoice": N_("Invoice"),
    "credit_note": N_("Credit note"),
    "payment": N_("Payment"),
    "refund": N_("Refund"),
    "bounced_payment": N_("Bounced payment"),
    "discount": N_("Discount"),
    "write_off": N_("Write-off"),
    "recovery": N_("Recovery"),
    "fee": N_("Fee"),
    "interest": N_("Interest"),
    "adjustment": N_("Adjustment"),
    "opening_balance": N_("Opening balance"),
    "transfer": N_("Transfer"),
    "exchange_difference": N_("Exchange difference"),
}
BUCKETS = {
    "not_due": N_("Not yet due"),
    "retention": N_("Retention, not due"),
    "disputed": N_("Disputed"),
    "unapplied": N_("Unapplied credit"),
}
OUTCOMES = {
    "agreed": N_("Agreed"),
    "agreed_except": N_("Agreed except"),
    "disagreed": N_("Disagreed"),
    "own_balance": N_("Own balance stated"),
    "deemed": N_("Deemed, no answer"),
}


def document_kind(kind: str) -> str:
    """Name a kind of document."""
    return gettext(DOCUMENT_KINDS.get(kind, kind))


def bucket(key: str) -> str:
    """Name a column of the ageing: "1–30 days", "121 days and more"."""
    if key in BUCKETS:
        return gettext(BUCKETS[key])
    if key.endswith("+"):
        return gettext("%(days)s days and more", days=key[:-1])
    return gettext("%(days)s days", days=key.replace("-", "–"))


def period(span: SpanData) -> str:
    """Name the days a statement is about: "June 2026"."""
    days = Period(date.fromisoformat(span["start"]), date.fromisoformat(span["end"]))
    return formats.period(days, reader.get().language)


def longday(text: str) -> str:
    """Write a day for a sentence."""
    return formats.longday(date.fromisoformat(text), reader.get().language)


def deadline(text: str) -> str:
    """Write a day with its weekday."""
    return formats.weekday_day(date.fromisoformat(text), reader.get().language)


def money(minor: int, currency: str) -> str:
    """Write an amount, its currency standing elsewhere."""
    return formats.money(Money(minor, currency), reader.get().language)


def facts(*given: tuple[str, str | None]) -> list[dict[str, object]]:
    """Return what stands beside a customer's name, leaving out what is not known."""
    return [{"words": name, "value": value} for name, value in given if value]


def who_owes(kind: str, closing: int, company: str) -> str:
    """Say whose debt a closing balance is."""
    if closing == 0:
        return gettext("Nothing is owed")
    if (closing > 0) == (kind == "receivable"):
        return gettext("You owe %(company)s", company=company)
    return gettext("%(company)s owes you", company=company)


def agreement(kind: str, closing: Money, company: str) -> str:
    """Say what a customer agrees to on its reply slip."""
    if not closing:
        return gettext("We agree that nothing is owed in %(currency)s.", currency=closing.currency)
    if (closing.minor > 0) == (kind == "receivable"):
        return gettext(
            "We agree that we owe %(company)s %(amount)s.", company=company, amount=abs(closing)
        )
    return gettext(
        "We agree that %(company)s owes us %(amount)s.", company=company, amount=abs(closing)
    )


def company_name(company: CompanyData) -> str:
    """Name the company as the reader reads it."""
    return (reader.get().language == "zh" and company.get("name_zh")) or company["name"]


def party(given: CompanyData | CustomerData) -> dict[str, object]:
    """Return a party with nothing where it says nothing, its address line by line.

    An address in two languages is written as one, a dot in between: each has a line of its own.
    """
    told = {"address": "", "tax_id": "", **given}
    address = str(told["address"]).replace(" · ", "\n")
    return {**told, "lines": [line.strip() for line in address.splitlines() if line.strip()]}


def whom_to_ask(company: CompanyData) -> str:
    """Name the person, the telephone and the address for questions, as far as known."""
    return in_a_row(company.get("contact"), company.get("phone"), company.get("email"))


def words(value: object) -> str:
    """Say what is text already, a Sentence, or a Sentence as it was stored."""
    if isinstance(value, Sentence):
        return reader.get().sentence(value)
    if isinstance(value, Mapping):
        return reader.get().sentence(Sentence.from_json(value))
    return str(value or "")


def fingerprint(data: object) -> str:
    """Return the SHA-256 of the canonical form: keys sorted, no spaces, UTF-8."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
