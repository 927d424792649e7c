"""A batch and its rows as they stand in the database: read, judged again, written back."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date
from json.encoder import encode_basestring as _text
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.audit import Actor
from tieout.audit.trail import canonical
from tieout.db.base import JsonText
from tieout.db.bulk import chunks, insert_rows, update_rows
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.intake.asides import Aside
from tieout.intake.fingerprints import fingerprints
from tieout.intake.judging import Judged, Judgement, judge
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch, ImportPlan, StagedRow
from tieout.intake.places import Problem
from tieout.intake.reading import Row
from tieout.intake.states import BATCH_STATES, BatchState, RowState
from tieout.intake.stored import (
    ASIDE,
    BY_HAND,
    LEFT_OUT,
    TAKEN,
    UNREAD,
    cells_of,
    raw_text,
    values_of,
)
from tieout.intake.understanding import UnderstoodRow, read_rows
from tieout.intake.uploads import Inspected
from tieout.intake.values_json import stored_member, values_to_json
from tieout.ledger.inputs import DocumentInput


class BatchMovedOn(Conflict):
    """A batch that is no longer where it was thought to be."""

    message = N_("This import is %(state)s meanwhile. Look at it again.")


class BatchChanged(Conflict):
    """What was looked at is not what is there."""

    message = N_("This import was changed after you looked at it. Look at it again, then decide.")


@dataclass(frozen=True)
class Deeds:
    """What people did to the rows of a batch, by number of row."""

    by_hand: Dictionary[int, dict[str, str]]
    left_out: Dictionary[int, str]
    corrected_by: Dictionary[int, str]
    #: Checks in spite of which a row is taken as it is, and who said so.
    taken: Dictionary[int, dict[str, str]] = field(default_factory=dict)

    def judged(self, row: UnderstoodRow, fingerprint: str, occurrence: int) -> Judged:
        """A row on trial, with what was done to it."""
        if not (self.by_hand or self.left_out or self.taken):
            return Judged(row, fingerprint, occurrence)
        return Judged(
            row=row,
            fingerprint=fingerprint,
            occurrence=occurrence,
            by_hand=dict(self.by_hand.get(row.number, {})),
            left_out_by=self.left_out.get(row.number, ""),
            taken=dict(self.taken.get(row.number, {})),
        )

    def to_json(self) -> list[list[list[Any]]]:
        """As a run keeps them, whose keys of objects are texts."""
        kinds = (self.by_hand, self.left_out, self.corrected_by, self.taken)
        return [[[row, done] for row, done in one.items()] for one in kinds]

    @classmethod
    def from_json(cls, stored: Sequence[Sequence[Sequence[Any]]]) -> "Deeds":
        """Read back what `to_json` wrote."""
        return cls(*({row: done for row, done in one} for one in stored))  # noqa: C416 - pairs


NO_DEEDS = Deeds({}, {}, {})


def mapping_of(batch: ImportBatch) -> Mapping:
    """How the batch is read."""
    return Mapping.from_json(batch.mapping)


def trial(inspected: Inspected, deeds: Deeds) -> list[Judged]:
    """Read the rows of a file, with what people did to them, ready to be judged."""
    mapping = inspected.mapping
    rows = read_rows(mapping, inspected.rows, inspected.asides, {})
    marks = fingerprints(mapping.kind, rows)
    touched = [row for row in inspected.rows if row.number in deeds.by_hand]
    corrected = {
        row.number: row for row in read_rows(mapping, touched, inspected.asides, deeds.by_hand)
    }
    return [
        deeds.judged(corrected.get(row.number, row), digest, occurrence)
        for row, (digest, occurrence) in zip(rows, marks, strict=True)
    ]


def judged_parts(session: Session, batch: ImportBatch) -> Iterator[Judgement]:
    """Judge the stored rows by the books as they are now, a part at a time; nothing is written."""
    for part in range(1, batch.parts + 1):
        yield judged_part(session, batch, part)


def judged_part(session: Session, batch: ImportBatch, part: int) -> Judgement:
    """Judge the stored rows of one part; nothing is written."""
    names = ("row_no", "values", "fingerprint", "occurrence")
    query = select(*(getattr(StagedRow, name) for name in names))
    stored = session.execute(
        query.where(StagedRow.batch_id == batch.id, StagedRow.part == part).order_by(
            StagedRow.row_no
        )
    ).all()
    mapping = mapping_of(batch)
    corrected = _corrected(session, batch, stored)
    rows = [
        Judged(
            row=corrected.get(one.row_no) or _as_stored(mapping, one),
            fingerprint=one.fingerprint,
            occurrence=one.occurrence,
            by_hand=one.values.get(BY_HAND, {}),
            left_out_by=one.values.get(LEFT_OUT, ""),
            taken=one.values.get(TAKEN, {}),
        )
        for one in stored
    ]
    return judge(session, mapping, rows, received_on=received_on(session, batch))


def received_on(session: Session, batch: ImportBatch) -> date:
    """The day a file was handed in, where the company is."""
    zone = ZoneInfo(settings.company(session).time_zone)
    return batch.uploaded_at.astimezone(zone).date()


def _corrected(
    session: Session, batch: ImportBatch, stored: Sequence[Any]
) -> dict[int, UnderstoodRow]:
    """Rows with fields typed by hand, read once more from their cells."""
    by_hand = {one.row_no: one.values[BY_HAND] for one in stored if BY_HAND in one.values}
    rows = []
    for some in chunks(sorted(by_hand), 2000):
        query = select(StagedRow.row_no, StagedRow.raw).where(
            StagedRow.batch_id == batch.id, StagedRow.row_no.in_(some)
        )
        found = session.execute(query.order_by(StagedRow.row_no))
        rows += [Row(row_no, cells_of(raw)) for row_no, raw in found]
    return {row.number: row for row in read_rows(mapping_of(batch), rows, {}, by_hand)}


def _as_stored(mapping: Mapping, one: Any) -> UnderstoodRow:
    """A row as it was understood before; whatever was judged of it is left aside."""
    aside = one.values.get(ASIDE)
    unread = one.values.get(UNREAD, ())
    return UnderstoodRow(
        one.row_no,
        (),
        values_of(mapping.kind, one.values),
        tuple(Problem.from_json(problem) for problem in unread),
        Aside(aside) if aside else None,
    )


def deeds_of(session: Session, batch: ImportBatch) -> Deeds:
    """What people did to the rows so far."""
    columns = (StagedRow.row_no, StagedRow.values, StagedRow.corrected_by)
    stored = session.execute(
        select(*columns).where(StagedRow.batch_id == batch.id, StagedRow.corrected_by.is_not(None))
    ).all()
    return Deeds(
        {row_no: values[BY_HAND] for row_no, values, _ in stored if BY_HAND in values},
        {row_no: values[LEFT_OUT] for row_no, values, _ in stored if LEFT_OUT in values},
        {row_no: str(who) for row_no, _, who in stored},
        {row_no: values[TAKEN] for row_no, values, _ in stored if TAKEN in values},
    )


def write_rows(
    session: Session, batch: ImportBatch, judgement: Judgement, deeds: Deeds = NO_DEEDS
) -> "PartSum":
    """Write the rows of a batch anew, in one part; return what that comes to."""
    clear(session, batch)
    batch.parts = 1
    write_part(session, batch, 1, judgement, deeds)
    summary, found = Summary(), PartSum.of(judgement)
    summary.take(found)
    summary.keep(batch)
    return found


def clear(session: Session, batch: ImportBatch) -> None:
    """Forget the rows of a batch."""
    session.execute(delete(StagedRow).where(StagedRow.batch_id == batch.id))
    session.execute(delete(ImportPlan).where(ImportPlan.batch_id == batch.id))


def clear_part(session: Session, batch: ImportBatch, part: int) -> None:
    """Forget the rows of one part of a batch."""
    for model in (StagedRow, ImportPlan):
        which = (model.batch_id == batch.id, model.part == part)
        session.execute(delete(model).where(*which))


def write_part(
    session: Session,
    batch: ImportBatch,
    part: int,
    judgement: Judgement,
    deeds: Deeds = NO_DEEDS,
) -> None:
    """Write the rows of one part of a batch."""
    names = ("batch_id", "part", "row_no", "raw", "corrected_by", "fingerprint", "occurrence")
    batch_id, corrected_by = batch.id, deeds.corrected_by
    insert_rows(
        session,
        StagedRow,
        (*names, *_STORED),
        (
            (
                batch_id,
                part,
                row.row.number,
                raw_text(row.row.cells),
                corrected_by.get(row.row.number),
                row.fingerprint,
                row.occurrence,
                *_stored(row),
            )
            for row in judgement.rows
        ),
    )


def judge_again(
    session: Session, batch: ImportBatch, row_nos: Collection[int] | None = None
) -> None:
    """Judge the rows of a batch anew, write back what has changed, and sum it up.

    Where it is known which rows were touched, only their parts are judged. More parts than a few
    are left to a run: the batch is “being read” until then, and `parts.runs.due` begins it.
    """
    touched = set(range(1, batch.parts + 1))
    sums = [PartSum.from_json(one) for one in batch.part_sums]
    if row_nos is not None and len(sums) == batch.parts:
        touched = parts_of(session, batch, row_nos)
    if len(touched) > FEW_PARTS:
        move(session, batch, (BatchState.STAGED,), BatchState.READING)
        return
    summary = Summary()
    for part in range(1, batch.parts + 1):
        if part not in touched:
            summary.take(sums[part - 1])
            continue
        judgement = judged_part(session, batch, part)
        write_changes(session, batch, part, judgement)
        summary.add(judgement)
    summary.keep(batch)


def change_rows(
    session: Session,
    row_ids: Iterable[int],
    change: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    by: Actor,
) -> None:
    """Note at rows what somebody did to them, some thousand at a time."""
    for some in chunks(row_ids, 5000):
        query = select(StagedRow.id, StagedRow.values).where(StagedRow.id.in_(some))
        changed = [(row_id, change(values), by.label) for row_id, values in session.execute(query)]
        update_rows(session, StagedRow, ("values", "corrected_by"), changed)
    _forget_loaded(session)


def parts_of(session: Session, batch: ImportBatch, row_nos: Iterable[int]) -> set[int]:
    """The parts some rows stand in."""
    if batch.parts == 1:
        return {1}
    found: set[int] = set()
    for some in chunks(row_nos, 2000):
        query = select(StagedRow.part).where(
            StagedRow.batch_id == batch.id, StagedRow.row_no.in_(some)
        )
        found |= set(session.scalars(query.distinct()))
    return found


def write_changes(session: Session, batch: ImportBatch, part: int, judgement: Judgement) -> None:
    """Write back what has changed about the rows of one part; its plan is none any more."""
    which = (ImportPlan.batch_id == batch.id, ImportPlan.part == part)
    session.execute(delete(ImportPlan).where(*which))
    columns = [getattr(StagedRow, name) for name in _STORED]
    query = select(StagedRow.row_no, StagedRow.id, *columns).where(
        StagedRow.batch_id == batch.id, StagedRow.part == part
    )
    there = {row[0]: row for row in session.execute(query)}
    changed = []
    for row in judgement.rows:
        new = _stored(row)
        _, row_id, *old = there[row.number]
        if list(new) != old:
            changed.append((row_id, *new))
    update_rows(session, StagedRow, _STORED, changed)
    _forget_loaded(session)


def _forget_loaded(session: Session) -> None:
    for loaded in list(session.identity_map.values()):
        if isinstance(loaded, StagedRow):
            session.expire(loaded)


#: So many parts are judged at once while somebody waits.
FEW_PARTS = 3
#: What is written of a judged row, in the order of `_stored`.
_STORED = (
    *("values", "state", "problems", "cause", "about", "group_key", "customer_id", "first_row"),
)


def _stored(row: Judged) -> tuple[Any, ...]:
    values = _values(row)
    if not row.problems:
        return values, str(row.state), [], "", "", row.group_key, row.customer_id, row.first_row
    leading = row.leading
    return (
        values,
        str(row.state),
        [problem.to_json() for problem in row.problems],
        leading.check if leading else "",
        leading.about[:200] if leading else "",
        row.group_key,
        row.customer_id,
        row.first_row,
    )


def _values(row: Judged) -> dict[str, Any] | JsonText:
    said = row.row
    if said.written is not None and not (row.by_hand or row.left_out_by or row.taken):
        text = said.written.values
        if "_signed" in said.values:  # it was not known when the row was read
            text = f"{text}, {stored_member('_signed', said.values['_signed'])}"
        return JsonText(f"{{{text}}}")
    values = values_to_json(said.values)
    if row.by_hand:
        values[BY_HAND] = row.by_hand
    if row.left_out_by:
        values[LEFT_OUT] = row.left_out_by
    if row.taken:
        values[TAKEN] = row.taken
    if said.aside:
        values[ASIDE] = str(said.aside)
    if said.problems:
        values[UNREAD] = [problem.to_json() for problem in said.problems]
    return values


@dataclass(frozen=True)
class PartSum:
    """What one part of a batch comes to."""

    #: Rows read, and by state.
    counts: Dictionary[str, int]
    #: Documents, customers or products that would be posted.
    things: int
    #: By currency, in minor units.
    sums: Dictionary[str, int]
    #: Customer and currency of accounts that would be opened.
    opens: tuple[str, ...]
    #: Of what would be posted.
    digest: str

    @classmethod
    def of(cls, judgement: Judgement) -> "PartSum":
        """Sum one part up."""
        ready = judgement.ready()
        sums: Counter[str] = Counter()
        opens: set[str] = set()
        for group in ready:
            if isinstance(group.plan, DocumentInput):
                sums[group.currency] += group.plan.amount.minor
                if not group.account_id:
                    opens.add(f"{group.customer_id}:{group.currency}")
        counts = {"read": len(judgement.rows), **judgement.counts()}
        return cls(counts, len(ready), sums, tuple(sorted(opens)), digest_of(judgement))

    def to_json(self) -> dict[str, Any]:
        """As a batch keeps it."""
        return {
            "counts": dict(self.counts),
            "things": self.things,
            "sums": dict(self.sums),
            "opens": list(self.opens),
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, stored: Dictionary[str, Any]) -> "PartSum":
        """Read back what `to_json` wrote."""
        return cls(
            stored["counts"],
            stored["things"],
            stored["sums"],
            tuple(stored["opens"]),
            stored["digest"],
        )


class Summary:
    """What the page of a batch shows, gathered part by part: counts that tie, sums, a digest."""

    def __init__(self) -> None:
        self._parts: list[PartSum] = []

    def add(self, judgement: Judgement) -> None:
        """Take the next part, in the order of the parts."""
        self.take(PartSum.of(judgement))

    def take(self, part: PartSum) -> None:
        """Take the next part as it was summed up before."""
        self._parts.append(part)

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and by state: they tie."""
        counts: Counter[str] = Counter()
        for part in self._parts:
            counts.update(part.counts)
        return {name: counts[name] for name in ("read", *map(str, RowState))}

    @property
    def digest(self) -> str:
        """Of all that would be posted: of its only part, or of the digests of its parts."""
        digests = [part.digest for part in self._parts]
        return digests[0] if len(digests) == 1 else audit.digest_of_rows(digests)

    def keep(self, batch: ImportBatch) -> None:
        """Keep it with the batch."""
        sums: Counter[str] = Counter()
        opens: set[str] = set()
        for part in self._parts:
            opens.update(part.opens)
            for currency, minor in part.sums.items():
                sums[currency] += minor
        batch.totals = {
            **self.counts,
            "things": sum(part.things for part in self._parts),
            "sums": dict(sorted(sums.items())),
            "opens": sorted(opens),
        }
        batch.part_sums = [part.to_json() for part in self._parts]
        batch.content_digest = self.digest


def digest_of(judgement: Judgement) -> str:
    """One digest of all that would be posted, whatever accounts are opened meanwhile."""
    return audit.digest_of_lines(
        f"[[{','.join([str(row.row.number) for row in group.rows])}],"
        f"{'null' if group.customer_id is None else group.customer_id},"
        f"{_text(group.currency)},{_content(group.plan)}]"
        for group in judgement.ready()
    )


def rows_digest(judgement: Judgement, source: str) -> str:
    """The digest of every row of a part and what posting makes of it, for the trail."""
    return audit.digest_of_lines(
        f'[{row.number},"{RowState.POSTED}","{row.fingerprint}","{source}:{row.first_row}"]'
        if row.first_row is not None
        else f'[{row.number},"{row.state}","{row.fingerprint}",null]'
        for row in judgement.rows
    )


def digest_now(session: Session, batch: ImportBatch) -> str:
    """The digest of what would be posted by the books as they are now."""
    summary = Summary()
    for judgement in judged_parts(session, batch):
        summary.add(judgement)
    return summary.digest


def _content(plan: Any) -> str:
    if isinstance(plan, DocumentInput):
        return plan.content()
    content = plan.to_json()
    content.pop("account_id", None)
    return canonical(content).decode()


def move(
    session: Session, batch: ImportBatch, allowed: Sequence[BatchState], state: BatchState
) -> None:
    """Move a batch on, unless somebody else has.

    Raises:
        BatchMovedOn: it is elsewhere meanwhile.
    """
    moved = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state.in_(allowed))
        .where(ImportBatch.version == batch.version)
        .values(state=str(state), version=ImportBatch.version + 1)
        .returning(ImportBatch.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(batch, ["state", "version"])
    if moved is None:
        raise BatchMovedOn(state=Sentence(BATCH_STATES[BatchState(batch.state)]))


def open_for_changes(session: Session, batch: ImportBatch) -> None:
    """Take a batch back into preparation; a changed one must be submitted again.

    Raises:
        BatchMovedOn: it is posted, discarded or undone, or its rows cannot be read yet.
    """
    move(session, batch, (BatchState.STAGED, BatchState.SUBMITTED), BatchState.STAGED)
    batch.submitted_by, batch.submitted_at = None, None


def counts_kept(batch: ImportBatch) -> dict[str, object]:
    """What the trail says of a batch's rows."""
    return {name: value for name, value in batch.totals.items() if name != "opens"}


def kind_of(batch: ImportBatch) -> BatchKind:
    """What its rows are."""
    return BatchKind(batch.kind)
