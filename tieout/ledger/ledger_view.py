"""An account as a ledger: opening balance, every movement with its running balance, closing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tieout.errors import TieoutError
from tieout.i18n import N_
from tieout.ledger.balances import balance
from tieout.ledger.items import Movement
from tieout.ledger.movements import movements
from tieout.money import Money
from tieout.periods import Period


class LedgerDoesNotAddUp(TieoutError):
    """Movements that do not lead from the opening to the closing balance."""

    message = N_(
        "The ledger of %(period)s leads to %(sum)s, but the balance is %(balance)s. Nothing is"
        " shown. Run: tieout verify"
    )


@dataclass(frozen=True)
class LedgerRow:
    """A movement and the balance after it."""

    movement: Movement
    balance: Money


@dataclass(frozen=True)
class Ledger:
    """opening + movements = closing, checked before anything is shown."""

    account_id: int
    period: Period
    opening: Money
    rows: tuple[LedgerRow, ...]
    closing: Money

    @property
    def charges(self) -> Money:
        """The sum of what raised the balance."""
        amounts = (row.movement.amount for row in self.rows if row.movement.amount.minor > 0)
        return Money.total(amounts, self.opening.currency)

    @property
    def credits(self) -> Money:
        """The sum of what lowered the balance; below zero."""
        amounts = (row.movement.amount for row in self.rows if row.movement.amount.minor < 0)
        return Money.total(amounts, self.opening.currency)


def ledger(
    session: Session, account_id: int, period: Period, known_at: datetime | None = None
) -> Ledger:
    """Read an account's ledger of a period.

    Raises:
        LedgerDoesNotAddUp: the movements do not lead to the closing balance.
    """
    opening = running = balance(session, account_id, period.before, known_at)
    rows = []
    for movement in movements(session, account_id, period.start, period.end, known_at):
        running += movement.amount
        rows.append(LedgerRow(movement, running))
    closing = balance(session, account_id, period.end, known_at)
    if running != closing:
        raise LedgerDoesNotAddUp(period=period, sum=running, balance=closing)
    return Ledger(account_id, period, opening, tuple(rows), closing)
