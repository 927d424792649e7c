"""Documents of an import that are written together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tieout import settings
from tieout.db.bulk import chunks
from tieout.intake.judging import Group, Judgement
from tieout.intake.models import ImportBatch
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.mass_posting import accounts, draw_up
from tieout.ledger.writing import AccountFacts, Drawn

#: Documents that are written together.
_PIECE = 5000
#: A customer and the currency of an account they do not have yet.
Opening = tuple[int, str]


@dataclass(frozen=True)
class Piece:
    """Documents that are written together, and what tells their rows from others."""

    #: Fingerprints with their occurrence that no batch has posted before, in order.
    seen: list[tuple[str, int]]
    #: Their rows in the books; None where these depend on what only the transaction knows.
    drawn: Drawn | None
    #: The documents themselves, where nothing is drawn.
    documents: list[DocumentInput]
    #: Which of them wait for an account, by their places.
    opening: dict[int, Opening]

    def to_plain(self) -> list[Any] | None:
        """As a plan is kept; None where nothing is drawn."""
        if self.drawn is None:
            return None
        marks = zip(*self.seen, strict=True) if self.seen else ((), ())
        return [*marks, self.drawn.to_plain()]

    @classmethod
    def from_plain(cls, stored: Sequence[Any]) -> "Piece":
        """Read back what `to_plain` gave."""
        fingerprints, occurrences, drawn = stored
        seen = list(zip(fingerprints, occurrences, strict=True))
        return cls(seen, Drawn.from_plain(drawn), [], {})


def source_of(batch: ImportBatch) -> str:
    """Where documents of a batch say they came from; each adds its first row."""
    return f"import:{batch.id}"


def pieces_of(
    session: Session, batch: ImportBatch, judgement: Judgement, *, draws: bool
) -> list[Piece]:
    """What posting one judged part writes; nothing is written.

    `draws` says whether the rows of the books can be worked out beforehand.
    """
    groups = judgement.ready()
    base_currency = settings.company(session).base_currency
    known = accounts(session, {group.account_id for group in groups if group.account_id})
    source = source_of(batch)
    return [
        _piece(session, source, some, judgement.seen, known, base_currency, draws=draws)
        for some in chunks(groups, _PIECE)
    ]


def _piece(
    session: Session,
    source: str,
    groups: Sequence[Group],
    seen: Mapping[tuple[str, int], int],
    known: dict[int, AccountFacts],
    base_currency: str,
    *,
    draws: bool,
) -> Piece:
    documents = [
        plan.with_source(f"{source}:{group.first.number}")
        for group in groups
        if isinstance(plan := group.plan, DocumentInput)
    ]
    opening = {
        place: (group.customer_id or 0, group.currency)
        for place, group in enumerate(groups)
        if not group.account_id
    }
    marks = [(row.fingerprint, row.occurrence) for group in groups for row in group.rows]
    drawn = None
    if draws and not opening:
        # what judging lets pass has kept the rules of the books: see `judging.checks`
        drawn = draw_up(session, documents, known, base_currency, are_checked=True)
        documents = []
    return Piece(
        sorted([mark for mark in marks if mark not in seen] if seen else marks),
        drawn,
        documents,
        opening,
    )
