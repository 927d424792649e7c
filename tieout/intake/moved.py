"""Whether anything was changed since a batch was judged that judging it looked at.

Every change of books and settings stands in the audit trail, written by the transaction that made
it. So it is enough to read what was added to the trail since: what is not known to be harmless
counts, and the batch is judged once more.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.audit.models import AuditEntry
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch

#: What such entries are about, the part before the point, says nothing about rows of a file. That
#: a day is locked or a number taken, posting itself looks at, under its own locks.
_HARMLESS = frozenset(
    {
        *("address", "calendar", "connector", "contact", "deliveries", "delivery", "dispute"),
        *("dunning_policy", "file", "key", "language", "login", "match", "message", "opt_out"),
        *("period", "promise", "reading", "reconciliation", "reminder", "reminders", "run"),
        *("rules", "search", "secrets", "statement", "their_book", "their_ledger"),
    }
)
#: The books themselves: only payments, and the check of unusual amounts, look at what is there.
_BOOKS = frozenset({"allocation", "allocations", "document", "documents", "draft"})
#: Only files of customers name our own people.
_STAFF = frozenset({"staff"})
#: Steps of a batch that leave its rows as they are.
_STEPS = frozenset(
    {"import.submitted", "import.approved_for_night", "import.night_given_up", "import.sent_back"}
)
#: What rows were seen before follows from these, whichever batch they are about.
_OF_ANY = frozenset({"import.posted", "import.undone"})
#: Settings that judging and posting look at.
_SETTINGS = ("check.", "books_elsewhere")


#: What posting looks at itself, though it could not say it as well as judging does.
_SAID_BETTER = frozenset({"period"})


def moved_since(
    session: Session,
    seq: int,
    batch: ImportBatch,
    *,
    reads_books: bool,
    since_staged: bool = False,
) -> bool:
    """Whether the trail says anything after an entry that may change how a batch is judged.

    `reads_books` says whether a check that is on looks at documents that are there already;
    `since_staged` that its own rows are known to be as they were.
    """
    query = select(AuditEntry.action, AuditEntry.object_id, AuditEntry.changes)
    entries = session.execute(query.where(AuditEntry.seq > seq).order_by(AuditEntry.seq))
    harmless = _HARMLESS
    if batch.kind == BatchKind.DOCUMENTS and not reads_books:
        harmless |= _BOOKS
    if batch.kind != BatchKind.CUSTOMERS:
        harmless |= _STAFF
    if since_staged:
        harmless -= _SAID_BETTER
    own = None if since_staged else batch.id
    return any(_matters(*entry, own, harmless) for entry in entries)


def _matters(
    action: str,
    object_id: str,
    changes: Mapping[str, Any],
    batch_id: int | None,
    harmless: frozenset[str],
) -> bool:
    about = action.partition(".")[0]
    if about in harmless or action in _STEPS:
        return False
    if about == "import" and action not in _OF_ANY:
        return batch_id is not None and object_id == str(batch_id)
    if action == "setting.changed":
        name = str(changes.get("after", {}).get("name", ""))
        return name.startswith(_SETTINGS)
    return True
