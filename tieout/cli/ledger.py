"""`tieout ledger`: what a customer owes, as at any day and as known at any moment."""

import json
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_, Sentence


class NoAccount(NotFound):
    """A customer without an account, or without one in a currency."""

    message = N_("%(customer)s has no account in %(currency)s. It has: %(known)s.")


class NotAMoment(InvalidInput):
    """Text that names no moment."""

    message = N_("“%(text)s” is no moment. Write it like 2026-06-30 or 2026-06-30T09:30.")


@click.command()
@data_option
@click.argument("customer")
@click.option("--account", "currency", default="", help="Currency of the account; all without it.")
@click.option("--on", "on", default="", help="As at this day; today without it.")
@click.option("--known", "known", default="", help="As the books knew it at this moment.")
@click.option("--from", "start", default="", help="Ledger from this day; the year without it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def ledger(
    data: Path, customer: str, currency: str, on: str, known: str, start: str, as_json: bool
) -> None:
    """Print a customer's ledger, open items and ageing."""
    from tieout import db, settings
    from tieout.customers import find_customer

    opened(data)
    with db.reading() as session:
        there = find_customer(session, customer)
        zone = settings.company(session).time_zone
        day = _day(on) or settings.today(session)
        first = _day(start) or day.replace(month=1, day=1)
        accounts = [a for a in there.accounts if currency.upper() in ("", a.currency)]
        if not accounts:
            known_currencies = ", ".join(sorted(a.currency for a in there.accounts)) or "-"
            raise NoAccount(customer=there.name, currency=currency or "-", known=known_currencies)
        at = _moment(known, zone)
        found = [_account(session, account, first, day, at) for account in accounts]
        result: dict[str, Any] = {
            "customer": {"code": there.code, "name": there.name},
            "on": day.isoformat(),
            "known_at": at.isoformat() if at else None,
            "accounts": found,
        }
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    _print(result)


def _account(session: Any, account: Any, first: date, day: date, at: datetime | None) -> Any:
    from tieout.ledger import ageing, balances
    from tieout.ledger.ledger_view import ledger as read
    from tieout.periods import Period

    book = read(session, account.id, Period(first, day), at)
    aged = ageing.account_ageing(session, account.id, day, at, bounds=ageing.bounds(session))
    return {
        "currency": account.currency,
        "kind": account.kind,
        "from": first.isoformat(),
        "before": book.period.before.isoformat(),
        "opening": book.opening.plain,
        "movements": [
            {
                "on": row.movement.issued_on.isoformat(),
                "kind": row.movement.kind,
                "number": row.movement.number,
                "amount": row.movement.amount.plain,
                "balance": row.balance.plain,
            }
            for row in book.rows
        ],
        "closing": book.closing.plain,
        "open_items": [
            {
                "kind": item.kind,
                "number": item.number,
                "issued_on": item.issued_on.isoformat(),
                "due_on": item.due_on.isoformat(),
                "open": item.signed.plain,
                "disputed": item.disputed.plain,
                "days_overdue": max(item.days, 0) if not item.is_credit else 0,
            }
            for item in balances.open_items(session, account.id, day, at)
        ],
        "ageing": {
            "not_due": aged.not_due.plain,
            **{bucket.label: bucket.amount.plain for bucket in aged.buckets},
            "disputed": aged.disputed.plain,
            "unapplied": aged.unapplied.plain,
            "balance": aged.total.plain,
        },
    }


def _print(result: dict[str, Any]) -> None:
    click.echo(f"{result['customer']['code']}  {result['customer']['name']}")
    for one in result["accounts"]:
        click.echo("")
        click.echo(f"{one['currency']} {_kind(one['kind'])}, {one['from']} – {result['on']}")
        _line(one["before"], said(Sentence(N_("Opening balance"))), "", one["opening"])
        for row in one["movements"]:
            what = f"{_document(row['kind'])} {row['number']}"
            _line(row["on"], what, row["amount"], row["balance"])
        _line(result["on"], said(Sentence(N_("Closing balance"))), "", one["closing"])
        click.echo("")
        say(N_("Open items"))
        for item in one["open_items"]:
            what = f"{_document(item['kind'])} {item['number']}"
            days = item["days_overdue"]
            late = said(Sentence(N_("%(days)s days overdue"), {"days": days})) if days else ""
            _line(item["due_on"], what, item["open"], late)
        click.echo("")
        say(N_("Ageing"))
        for name, amount in one["ageing"].items():
            _line("", said(Sentence(_AGES[name])) if name in _AGES else name, "", amount)


_AGES = {
    "not_due": N_("Not due"),
    "disputed": N_("Disputed"),
    "unapplied": N_("Unapplied credit"),
    "balance": N_("Balance"),
}


def _line(on: str, what: str, amount: str, balance: str) -> None:
    figures = f"{_grouped(amount):>16}{_grouped(balance):>18}"
    click.echo(f"{on:<10}  {_padded(what, 34)}{figures}".rstrip())


def _grouped(text: str) -> str:
    """An amount as people read it; other words stay as they are."""
    try:
        return f"{Decimal(text):,f}"
    except InvalidOperation:
        return text


def _padded(text: str, width: int) -> str:
    """Fill a text up to a width; Chinese characters are two columns wide."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return text + " " * max(width - len(text) - wide, 1)


def _kind(kind: str) -> str:
    return said(Sentence(N_("Receivable") if kind == "receivable" else N_("Payable")))


def _document(kind: str) -> str:
    from tieout.ledger.words import kind_name

    return said(kind_name(kind))


def _day(text: str) -> date | None:
    found = _read(text)
    return found.date() if found else None


def _moment(text: str, zone: str) -> datetime | None:
    found = _read(text)
    if found is None:
        return None
    if len(text) <= len("2026-06-30"):
        found = datetime.combine(found.date(), time.max)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def _read(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAMoment(text=text) from error
