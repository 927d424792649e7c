"""The database: the base of all models, the vocabulary of columns, and the transaction.

    with transaction() as session:      # the only place that commits
        ...

Only `tieout.db.session` commits. `tieout.db.extension` is the Flask leaf.
"""

from tieout.db.base import Base
from tieout.db.engine import make_engine
from tieout.db.session import (
    SomebodyWrites,
    connect,
    disconnect,
    engine,
    reading,
    sessions,
    share_turns,
    transaction,
)

__all__ = [
    "Base",
    "SomebodyWrites",
    "connect",
    "disconnect",
    "engine",
    "make_engine",
    "reading",
    "sessions",
    "share_turns",
    "transaction",
]
