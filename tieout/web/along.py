"""Pages of documents that are read along their order: none is counted off from the first.

The address says beside which document a page begins, so that the last page of a long list costs
what the first one does, and a document booked meanwhile moves no row to another page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tieout.ledger import finding, queries
from tieout.ledger.models import Document
from tieout.ledger.queries import DocumentSearch
from tieout.web import asked
from tieout.web.listing import SIZE, here


@dataclass(frozen=True)
class Along:
    """The rows of one page, where they stand among all, and the ways to the others."""

    rows: Sequence[Document]
    first: int
    #: How many there are; None where they were only counted up to a limit.
    total: int | None
    #: Addresses; empty where there is no such page.
    previous: str = ""
    next: str = ""
    #: How many are counted, and all that were.
    most: int = finding.COUNTED
    counted: Sequence[int] | None = None

    @property
    def last(self) -> int:
        """The place of the last row."""
        return self.first + len(self.rows) - 1


def along(session: Session, search: DocumentSearch, address: Callable[..., str] = here) -> Along:
    """Read the page asked for; `address` writes that of another one."""
    found = finding.page(
        session, search, after=asked.number("after"), before=asked.number("before"), size=SIZE
    )
    rows = queries.by_ids(session, found.ids)
    first, total = asked.number("row") or 1, found.total
    if found.has_previous and total is None:
        total = asked.number("of")
    previous = following = ""
    if found.has_previous and rows:
        row = max(first - SIZE, 1)
        previous = address(before=rows[0].id, row=row, of=total)
    if found.has_next:
        following = address(after=rows[-1].id, row=first + len(rows), of=total)
    return Along(
        rows,
        first if found.has_previous else 1,
        total,
        previous,
        following,
        found.most,
        found.counted if found.total is not None else None,
    )
