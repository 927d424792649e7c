"""Leases: a task that one process at a time may do, until it lets go or goes away."""

from datetime import datetime, timedelta

from sqlalchemy import case, or_, update
from sqlalchemy.orm import Session

from tieout.db.insertion import insert_once
from tieout.runs.models import Lease


def take(session: Session, name: str, owner: str, *, at: datetime, life: timedelta) -> int | None:
    """Take or renew a lease; None while somebody else holds it.

    The number returned counts up with each new owner: a late one can be told apart by it.
    """
    insert_once(
        session, Lease, {"name": name, "owner": "", "token": 0, "expires": at - life}, ["name"]
    )
    return session.scalar(
        update(Lease)
        .where(Lease.name == name, or_(Lease.owner == owner, Lease.expires < at))
        .values(
            token=Lease.token + case((Lease.owner == owner, 0), else_=1),
            owner=owner,
            expires=at + life,
        )
        .returning(Lease.token)
        .execution_options(synchronize_session=False)
    )


def release(session: Session, name: str, owner: str, *, at: datetime) -> None:
    """Let a lease go, so that the next one need not wait."""
    session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.owner == owner)
        .values(owner="", expires=at - timedelta(seconds=1))
        .execution_options(synchronize_session=False)
    )
