"""Our bank accounts: proposed by one person, approved by another, printed from then on.

An account is never changed: a new one is proposed, and takes over on its first day. Until then
the one before it is printed. Customers are told of a change on its approval, and their pages name
both accounts from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tieout import audit, events
from tieout.errors import Conflict, InvalidInput, NotAllowed
from tieout.i18n import N_
from tieout.money import checked_currency
from tieout.settings.company import needs_two_people
from tieout.settings.models import BankAccount

ACT = "bank_account"

#: For so long customers' pages say that the account is another one.
TOLD_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Change:
    """One account of ours taking over from another."""

    old: BankAccount
    new: BankAccount

    def is_ahead(self, on: date) -> bool:
        """Whether the old one is still to be paid into on a day."""
        return on < self.new.valid_from


class SomethingMissing(InvalidInput):
    """A bank account nobody could pay into."""

    message = N_("Bank, holder and number are all needed.")


class SecondPersonNeeded(NotAllowed):
    """Whoever proposed an account may not approve it."""

    message = N_(
        "You proposed this account yourself. Somebody else has to approve it: this company wants"
        " two people for bank accounts."
    )


class ApprovedAlready(Conflict):
    """An account that is approved."""

    message = N_("This account is approved already.")


def propose(
    session: Session,
    *,
    currency: str,
    bank: str,
    holder: str,
    number: str,
    swift: str = "",
    valid_from: date,
    by: audit.Actor,
) -> BankAccount:
    """Propose an account; nothing names it until it is approved.

    Raises:
        SomethingMissing, UnknownCurrency: nobody could pay into it.
    """
    if not (bank.strip() and holder.strip() and number.strip()):
        raise SomethingMissing
    made = BankAccount(
        currency=checked_currency(currency),
        bank=bank.strip(),
        holder=holder.strip(),
        number=number.strip(),
        swift=swift.strip(),
        valid_from=valid_from,
        prepared_by=by.id if by.kind == "staff" else None,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "bank_account.proposed",
        made,
        after={
            "currency": made.currency,
            "bank": made.bank,
            "number": made.number,
            "valid_from": valid_from.isoformat(),
        },
    )
    return made


def approve(session: Session, account: BankAccount, *, by: audit.Actor) -> None:
    """Approve an account; the one before it in its currency ends the day before it begins.

    Raises:
        ApprovedAlready, SecondPersonNeeded: it cannot be approved, or not by this person.
    """
    session.refresh(account, with_for_update=True)
    if account.approved_by is not None:
        raise ApprovedAlready
    if needs_two_people(session, ACT) and (by.kind != "staff" or by.id == account.prepared_by):
        raise SecondPersonNeeded
    for earlier in _before(session, account):
        earlier.valid_to = account.valid_from - timedelta(days=1)
    account.approved_by = by.id
    session.flush()
    audit.record(
        session,
        by,
        "bank_account.approved",
        account,
        after={"currency": account.currency, "number": account.number},
    )
    if change_to(session, account) is not None:
        events.publish(session, events.BankAccountChanged(account.id))


def turn_down(session: Session, account: BankAccount, *, by: audit.Actor) -> None:
    """Let a proposed account go.

    Raises:
        ApprovedAlready: it is approved.
    """
    session.refresh(account, with_for_update=True)
    if account.approved_by is not None:
        raise ApprovedAlready
    audit.record(
        session,
        by,
        "bank_account.turned_down",
        ("BankAccount", account.id),
        before={"currency": account.currency, "bank": account.bank, "number": account.number},
    )
    session.delete(account)


def end(session: Session, account: BankAccount, *, on: date, by: audit.Actor) -> None:
    """Print an account until a day, and no longer."""
    before = account.valid_to
    account.valid_to = on
    session.flush()
    audit.record(
        session,
        by,
        "bank_account.ended",
        account,
        before={"valid_to": before and before.isoformat()},
        after={"valid_to": on.isoformat()},
    )


def on_day(session: Session, currency: str, on: date) -> BankAccount | None:
    """The account that is paid into on a day."""
    return session.scalar(
        select(BankAccount)
        .where(
            BankAccount.currency == currency,
            BankAccount.valid_from <= on,
            BankAccount.valid_to.is_(None) | (BankAccount.valid_to >= on),
            BankAccount.approved_by.is_not(None),
        )
        .order_by(BankAccount.valid_from.desc(), BankAccount.id.desc())
        .limit(1)
    )


def change_to(session: Session, account: BankAccount) -> Change | None:
    """The change an approved account brought, unless it is the first of its currency."""
    before = session.scalar(
        select(BankAccount)
        .where(
            BankAccount.currency == account.currency,
            BankAccount.id != account.id,
            BankAccount.approved_by.is_not(None),
            BankAccount.valid_from <= account.valid_from,
        )
        .order_by(BankAccount.valid_from.desc(), BankAccount.id.desc())
        .limit(1)
    )
    if before is None or (before.bank, before.number) == (account.bank, account.number):
        return None
    return Change(before, account)


#: Asked for every page that shows where to pay, so it is put together once.
_NEW = (
    select(BankAccount.id)
    .where(
        BankAccount.currency.in_(bindparam("currencies", expanding=True)),
        BankAccount.approved_by.is_not(None),
        BankAccount.valid_from >= bindparam("since"),
        BankAccount.valid_to.is_(None) | (BankAccount.valid_to >= bindparam("on")),
    )
    .order_by(BankAccount.currency, BankAccount.valid_from, BankAccount.id)
)


def changes(session: Session, currencies: Sequence[str], on: date) -> Sequence[Change]:
    """Changes that are ahead on a day or lately were made, one a currency: the last approved."""
    found: dict[str, Change] = {}
    given = {"currencies": list(currencies), "since": on - TOLD_FOR, "on": on}
    for account_id in session.scalars(_NEW, given).all():
        account = session.get_one(BankAccount, account_id)
        change = change_to(session, account)
        if change is not None:
            found[account.currency] = change
    return list(found.values())


def accounts(session: Session) -> Sequence[BankAccount]:
    """Every account, those to approve first, then the newest."""
    return session.scalars(
        select(BankAccount).order_by(
            BankAccount.approved_by.is_not(None),
            BankAccount.currency,
            BankAccount.valid_from.desc(),
            BankAccount.id.desc(),
        )
    ).all()


def _before(session: Session, account: BankAccount) -> Sequence[BankAccount]:
    return session.scalars(
        select(BankAccount).where(
            BankAccount.currency == account.currency,
            BankAccount.id != account.id,
            BankAccount.approved_by.is_not(None),
            BankAccount.valid_from <= account.valid_from,
            BankAccount.valid_to.is_(None) | (BankAccount.valid_to >= account.valid_from),
        )
    ).all()
