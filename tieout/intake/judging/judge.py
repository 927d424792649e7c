"""Judging a file: every row gets its state and its reasons, every group its plan."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from tieout.i18n import N_, Sentence
from tieout.intake.asides import ASIDES
from tieout.intake.judging import customers, documents, payments, products
from tieout.intake.judging.books import Books
from tieout.intake.judging.case import look_at_all
from tieout.intake.judging.check import Severity
from tieout.intake.judging.rows import Group, Judged, Judgement
from tieout.intake.judging.whose import remittance_of
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.ledger import taken
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.taken import AlreadyPosted, NumberTaken
from tieout.ledger.words import kind_name

LEFT_OUT = N_("Left out by %(who)s.")
SEEN = N_("This row was posted already, with batch %(batch)s. Nothing to do.")
SEEN_ASK = N_(
    "This row was posted already, with batch %(batch)s. Leave it out, or take it once more as it "
    "is."
)
WITH_ANOTHER = N_(
    "Row %(row)s of the same document cannot be taken; a document is posted whole or not at all."
)

_GROUPS: dict[BatchKind, Callable[[Mapping, Sequence[Judged], Books], list[Group]]] = {
    BatchKind.CUSTOMERS: customers.groups_of,
    BatchKind.PRODUCTS: products.groups_of,
    BatchKind.DOCUMENTS: documents.groups_of,
    BatchKind.PAYMENTS: payments.groups_of,
}


def judge(
    session: Session,
    mapping: Mapping,
    rows: Sequence[Judged],
    *,
    received_on: date | None = None,
) -> Judgement:
    """Say what becomes of each row, by the books as they are now.

    `received_on` is the day the file was handed in; what lies ahead of it is ahead of time.
    """
    books = Books.of(
        session,
        mapping.kind,
        payable=mapping.is_payable,
        fingerprints=(row.fingerprint for row in rows),
        texts=_texts(mapping, rows),
        product_codes=(row.row.text("product_code") for row in rows),
        received_on=received_on,
        with_days=mapping.has("retention") or mapping.has("retention_rate"),
    )
    entries = [row for row in rows if _begin(row)]
    groups = _GROUPS[mapping.kind](mapping, entries, books)
    for group in groups:
        _repeat_seen(group, books)
    look_at_all(groups, mapping, books)
    _check_numbers(session, groups)
    for group in groups:
        _refuse_whole(group)
    for row in rows:
        if row.problems:
            row.problems = [_at_column(mapping, problem) for problem in row.problems]
    judgement = Judgement(list(rows), groups, books.seen)
    for group in judgement.ready():
        first = group.first.number
        for row in group.rows:
            row.first_row = first
    return judgement


def groups_alone(mapping: Mapping, rows: Sequence[Judged], books: Books) -> Judgement:
    """Put rows together as they stand in their file; what the books hold is not asked."""
    entries = [row for row in rows if _begin(row)]
    groups = _GROUPS[mapping.kind](mapping, entries, books)
    for group in groups:
        _refuse_whole(group)
    return Judgement(list(rows), groups)


def _texts(mapping: Mapping, rows: Iterable[Judged]) -> list[str]:
    if mapping.kind != BatchKind.PAYMENTS:
        return []
    return sorted({text for row in rows if (text := remittance_of(row.row))})


def _begin(row: Judged) -> bool:
    """Start a row anew; False where it is no entry."""
    row.state, row.problems = RowState.READY, []
    row.customer_id = row.first_row = None
    if row.left_out_by:
        row.say(RowState.LEFT_OUT, Problem(Sentence(LEFT_OUT, {"who": row.left_out_by})))
        return False
    if row.row.aside is not None:
        row.say(RowState.LEFT_OUT, Problem(Sentence(ASIDES[row.row.aside])))
        return False
    for problem in row.row.problems:
        row.refuse(replace(problem, check="readable", about=problem.field))
    return True


def _repeat_seen(group: Group, books: Books) -> None:
    """Rows that were posted before are nothing new, unless their document has changed since."""
    if not books.seen:
        return
    seen = [books.seen.get((row.fingerprint, row.occurrence)) for row in group.rows]
    if not all(seen):
        return
    asks = books.checks.severity("row_seen") is Severity.DECISION
    for row, batch in zip(group.rows, seen, strict=True):
        if row.state not in (RowState.READY, *_STOPPING):
            continue
        if not asks:
            row.problems = []
            again = Problem(Sentence(SEEN, {"batch": batch}), check="row_seen")
            row.say(RowState.REPEATED, again)
        elif row.state == RowState.READY:
            row.refuse(
                Problem(
                    Sentence(SEEN_ASK, {"batch": batch}),
                    is_decision=True,
                    check="row_seen",
                    is_warning="row_seen" in row.taken,
                )
            )


def _check_numbers(session: Session, groups: Iterable[Group]) -> None:
    """Hold the numbers against those in use: again, or another document."""
    wanted = [
        (group, group.plan)
        for group in groups
        if group.is_ready and isinstance(group.plan, DocumentInput) and group.plan.number
    ]
    there = taken.standing(
        session, [taken.key_of(given) for _, given in wanted if given.account_id]
    )
    mine: dict[taken.Key, Group] = {}
    for group, given in wanted:
        own = taken.key_of(given)
        key = own if given.account_id else (-(group.customer_id or 0), *own[1:])
        if (other := mine.setdefault(key, group)) is not group:
            facts: dict[str, object] = {"number": given.number, "row": other.first.number}
            twice = Sentence(documents.NUMBER_TWICE, facts)
            group.first.refuse(Problem(twice, "number", check="number_taken"))
            continue
        standing = there.get(own)
        if standing is None:
            continue
        named = {"kind": kind_name(given.kind), "number": given.number}
        if standing.is_again(given):
            for row in group.rows:
                again = AlreadyPosted(**named).sentence
                row.say(RowState.REPEATED, Problem(again, "number", check="row_seen"))
            continue
        other_content = NumberTaken(
            **named,
            there=standing.amount,
            there_on=standing.issued_on,
            given=given.amount,
            given_on=given.issued_on,
        )
        group.first.refuse(Problem(other_content.sentence, "number", check="number_taken"))


def _refuse_whole(group: Group) -> None:
    """One row that cannot be taken keeps its whole document out."""
    if group.are_ready:
        return
    bad = next((row for row in group.rows if row.state in _STOPPING), None)
    if bad is None:
        return
    for row in group.rows:
        if row.state == RowState.READY:
            with_it = Problem(
                Sentence(WITH_ANOTHER, {"row": bad.number}),
                is_decision=bad.stopping[-1].is_decision,
                check=WITH,
            )
            row.refuse(with_it)


#: Of rows that only wait for another row of their document.
WITH = "with_document"
_STOPPING = (RowState.REFUSED, RowState.DECISION)


def _at_column(mapping: Mapping, problem: Problem) -> Problem:
    """Name the column of the field a problem is about, where there is one."""
    if problem.column or not problem.field:
        return problem
    column = mapping.column(problem.field)
    return replace(problem, column=column.letters) if column else problem
