"""The stored balance of each account, kept in the transaction that posts."""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from tieout.db.insertion import insert_missing
from tieout.ledger.models import AccountTotal

_TABLE = AccountTotal.metadata.tables[AccountTotal.__tablename__]
_CHUNK = 5000
_ADD = (
    update(_TABLE)
    .where(_TABLE.c.account_id == bindparam("account"))
    .values(
        balance_minor=_TABLE.c.balance_minor + bindparam("amount"),
        documents=_TABLE.c.documents + bindparam("count"),
    )
)


def hold(session: Session, account_ids: Iterable[int]) -> None:
    """Let nobody else post to accounts until this transaction ends.

    Always in the order of their ids, so that two mass postings never wait for each other.
    """
    wanted = sorted(set(account_ids))
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        query = select(_TABLE.c.account_id).where(_TABLE.c.account_id.in_(some))
        there = set(session.scalars(query))
        insert_missing(
            session,
            AccountTotal,
            [
                {"account_id": account_id, "balance_minor": 0, "documents": 0}
                for account_id in some
                if account_id not in there
            ],
            ["account_id"],
        )
        session.execute(query.order_by(_TABLE.c.account_id).with_for_update())


def add(session: Session, changes: Mapping[int, tuple[int, int]]) -> None:
    """Add amounts and counts of documents to accounts that are held."""
    if not changes:
        return
    session.execute(
        _ADD,
        [
            {"account": account_id, "amount": amount, "count": count}
            for account_id, (amount, count) in sorted(changes.items())
        ],
    )
    for account_id in changes:
        loaded = session.identity_map.get(identity_key(AccountTotal, account_id))
        if loaded is not None:
            session.expire(loaded)
