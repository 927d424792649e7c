"""What posting a batch will write, kept from the moment its rows were judged.

Judging takes longer than all the rest. So what was worked out of a part is stored beside its rows,
with the place of the audit trail up to which the books were known, and posting need not judge it
again while nothing has changed since (see `moved`). A plan is sealed with the key of the trail,
which lies outside the database: one that was not made here is not used, nor one of another
database or of an earlier form, nor one whose rows have changed since. It is only ever a short cut:
without it the rows are judged anew.
"""

import hashlib
import json
import marshal
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.handover import replacing
from tieout.intake.batches import BatchChanged
from tieout.intake.judging import Judgement
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, ImportPlan
from tieout.intake.part_sums import PartSum, rows_digest
from tieout.intake.pieces import Piece, pieces_of, source_of
from tieout.ledger import taken

#: So few rows are judged again quickly: they are not planned when they are read.
FEW = 2_000
#: Counted up whenever what is kept changes its form.
_FORM = [3, *sys.version_info[:2]]
#: The form of `marshal` that keeps no table of what stands twice: looking costs more than it saves.
_PLAIN = 2
_WHOLE, _SMALL = b"w", b"z"
_write = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


@dataclass(frozen=True)
class Drawing:
    """A plan on its way into its table."""

    #: Where the trail ended before the part was judged.
    seq: int
    facts: bytes
    content: bytes


@dataclass(frozen=True)
class Plan:
    """What is known of a kept plan before all of it is read."""

    id: int
    seq: int
    #: The digest of every row and what becomes of it, for the trail.
    rows: str
    account_ids: frozenset[int]
    #: The numbers its documents would hold.
    numbers: list[taken.Key]
    #: The digest of what it writes.
    content: str


def draw(
    session: Session, batch: ImportBatch, judgement: Judgement, found: PartSum, seq: int
) -> Drawing | None:
    """Work out what is kept of a part that was just judged; None where it cannot be known yet."""
    if batch.kind != BatchKind.DOCUMENTS or replacing.is_anything_open(session):
        return None
    if judgement.seen and any(mark in judgement.seen for mark in _marks(judgement)):
        return None
    pieces = pieces_of(session, batch, judgement, draws=True)
    if any(piece.drawn is None for piece in pieces):
        return None
    dialect = session.get_bind().dialect.name
    content = _packed([piece.to_plain() for piece in pieces], dialect)
    drawn = [piece.drawn for piece in pieces if piece.drawn is not None]
    facts = {
        "form": _FORM,
        "dialect": dialect,
        "sum": found.to_json(),
        "rows": rows_digest(judgement, source_of(batch)),
        "accounts": sorted({account for one in drawn for _, _, account, *_ in one.facts()}),
        "numbers": [key for some in drawn for key in some.held()],
        "content": _digest(content),
    }
    return Drawing(seq, zlib.compress(_write(facts).encode(), 1), content)


def keep(session: Session, batch: ImportBatch, part: int, drawing: Drawing | None) -> None:
    """Keep the plan of a part in place of the one before."""
    forget(session, batch, part)
    if drawing is None:
        return
    session.add(
        ImportPlan(
            batch_id=batch.id,
            part=part,
            seq=drawing.seq,
            facts=drawing.facts,
            content=drawing.content,
            seal=_seal(batch.id, part, drawing.seq, drawing.facts),
        )
    )
    session.flush()


def forget(session: Session, batch: ImportBatch, part: int | None = None) -> None:
    """Let the plan of a part go, or those of all of them."""
    query = delete(ImportPlan).where(ImportPlan.batch_id == batch.id)
    if part is not None:
        query = query.where(ImportPlan.part == part)
    session.execute(query.execution_options(synchronize_session=False))


def find(session: Session, batch: ImportBatch, part: int) -> Plan | None:
    """The plan of a part, if there is one that is ours and of the rows as they stand."""
    columns = (ImportPlan.id, ImportPlan.seq, ImportPlan.facts, ImportPlan.seal)
    stored = session.execute(
        select(*columns).where(ImportPlan.batch_id == batch.id, ImportPlan.part == part)
    ).one_or_none()
    if stored is None or len(batch.part_sums) != batch.parts:
        return None
    if not audit.is_sealed(stored.seal, *_sealed(batch.id, part, stored.seq, stored.facts)):
        return None
    facts = json.loads(zlib.decompress(stored.facts))
    ours = (_FORM, session.get_bind().dialect.name, batch.part_sums[part - 1])
    if (facts["form"], facts["dialect"], facts["sum"]) != ours:
        return None
    numbers = [(account, kind, number) for account, kind, number in facts["numbers"]]
    accounts = frozenset(facts["accounts"])
    return Plan(stored.id, stored.seq, facts["rows"], accounts, numbers, facts["content"])


def pieces(session: Session, plan: Plan) -> Iterator[Piece]:
    """What a plan writes, in turn.

    Raises:
        BatchChanged: it is gone, or not what it was.
    """
    content = session.scalar(select(ImportPlan.content).where(ImportPlan.id == plan.id))
    if content is None or _digest(content) != plan.content:
        raise BatchChanged
    yield from map(Piece.from_plain, _unpacked(content))


def _marks(judgement: Judgement) -> Iterator[tuple[str, int]]:
    return ((row.fingerprint, row.occurrence) for group in judgement.ready() for row in group.rows)


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=32).hexdigest()


def _packed(pieces: list[Any], dialect: str) -> bytes:
    """Pieces as bytes; a server, which takes them over a wire, gets them small."""
    plain = marshal.dumps(pieces, _PLAIN)
    return _SMALL + zlib.compress(plain, 1) if dialect == "postgresql" else _WHOLE + plain


def _unpacked(content: bytes) -> Any:
    """Read back what `_packed` gave; only what its seal says was made here."""
    plain = zlib.decompress(content[1:]) if content[:1] == _SMALL else memoryview(content)[1:]
    return marshal.loads(plain)  # noqa: S302 - sealed


def _sealed(batch_id: int, part: int, seq: int, facts: bytes) -> tuple[bytes, ...]:
    return (f"import plan {batch_id}:{part}:{seq}:".encode(), facts)


def _seal(batch_id: int, part: int, seq: int, facts: bytes) -> str:
    return audit.seal(*_sealed(batch_id, part, seq, facts))
