"""What the books learned after a statement was issued: dated in its days, and on no paper of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from tieout.ledger import balances, movements
from tieout.ledger.items import Movement
from tieout.money import Money
from tieout.statements.models import Statement, StatementSection
from tieout.statements.moves import ISSUED


@dataclass(frozen=True)
class Since:
    """One currency of a statement that the books no longer say."""

    currency: str
    entries: Sequence[Movement]
    #: The balance of the same day then, and as the books know it now.
    stated: Money
    now: Money


def changed(session: Session, statement: Statement) -> list[Since]:
    """What came since a statement was issued, a currency each; nothing where it still holds."""
    if statement.changed_since_at is None or statement.state != ISSUED:
        return []
    return [one for section in statement.sections if (one := _since(session, statement, section))]


def _since(session: Session, statement: Statement, section: StatementSection) -> Since | None:
    day_after = statement.period_end + timedelta(days=1)
    entries = movements.booked_late(session, section.account_id, day_after, statement.known_at)
    stated = Money(section.closing_minor, section.currency)
    now = balances.balance(session, section.account_id, statement.period_end)
    return Since(section.currency, entries, stated, now) if entries or now != stated else None
