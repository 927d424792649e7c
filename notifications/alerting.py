"""Telling our people of what went wrong: who wants it at once gets one message for all of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from notifications import people, subscriptions
from notifications.abouts import About
from tieout import settings
from tieout.customers.models import Customer
from tieout.db import transaction
from tieout.identity.models import StaffUser
from tieout.identity.permissions import sees_all_customers
from tieout.messages import addresses, chats
from tieout.month_end import alerts
from tieout.month_end.models import Alert
from tieout.runs import leases

LEASE = "alerts"
#: How often one looks, and so the most messages of this kind anybody gets: one in that time.
EVERY = timedelta(minutes=5)
#: One worker looks for all of them; the lease is kept until the next look is due.
LIFE = EVERY - timedelta(seconds=10)
_TO_A_PERSON = (addresses.EMAIL, chats.TELEGRAM)


def look(owner: str, at: datetime) -> int:
    """Raise alerts and tell of the new ones, unless another worker does; return how many."""
    with transaction() as session:
        if leases.take(session, LEASE, owner, at=at, life=LIFE) is None:
            return 0
        on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
        found = alerts.collect(session, on=on, at=at)
        if found:
            _tell(session, found, at)
        return len(found)


def _tell(session: Session, found: list[Alert], at: datetime) -> None:
    for person in people.who_works_here(session):
        if isinstance(person, StaffUser):
            mine = _for(session, person, found)
            if mine:
                about = _about(mine, f"{at.isoformat()}:{person.id}")
                subscriptions.tell(session, alerts.MESSAGE, about, [person], _TO_A_PERSON)
    subscriptions.tell(session, alerts.MESSAGE, _about(found, at.isoformat()), [])  # groups of ours


def _for(session: Session, person: StaffUser, found: list[Alert]) -> list[Alert]:
    """The alerts one of us sees and wants to hear of at once."""
    wanted = {kind for kind, way in alerts.how(session, person.id).items() if way == alerts.NOW}
    mine = [one for one in found if one.kind in wanted]
    if not mine or sees_all_customers(person.roles):
        return mine
    return [one for one in mine if _is_own(session, one, person)]


def _is_own(session: Session, one: Alert, person: StaffUser) -> bool:
    customer = session.get(Customer, one.customer_id) if one.customer_id is not None else None
    return customer is not None and customer.owner_id == person.id


def _about(found: list[Alert], part: str) -> About:
    return About("alerts", found[0].id, {"alerts": [one.id for one in found]}, part=part)
