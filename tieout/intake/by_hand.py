"""Documents entered by hand, held against the same checks as those that come in files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.columns import Value
from tieout.intake.judging.books import Books
from tieout.intake.judging.case import look_at_all
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.rows import Group, Judged
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.intake.understanding import UnderstoodRow
from tieout.ledger import drafts, entering, posting
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentDraft, DocumentKind

#: Kinds that come in files of payments.
_PAYMENTS = frozenset({DocumentKind.PAYMENT, DocumentKind.REFUND, DocumentKind.BOUNCED_PAYMENT})


@dataclass(frozen=True)
class Question:
    """What a check asks a person to decide."""

    check: str
    sentence: Sentence

    @property
    def label(self) -> str:
        """What the check is called, to be translated."""
        return CHECKS[self.check].label


class DecisionNeeded(InvalidInput):
    """A check asks: put it right, or take it as it is."""

    message = N_("%(what)s Tick below to take it as it is.")

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(what=questions[0].sentence)
        self.questions = tuple(questions)


class EntryRefused(InvalidInput):
    """A check says that it cannot be taken."""

    message = N_("%(what)s")


class EnteredAlready(Conflict):
    """The same once more, by a second click or the back button."""

    message = N_(
        "Exactly this was entered already by %(who)s and waits to be decided; nothing was entered "
        "again. If a second one is meant, tell the two apart by number or description."
    )


def enter(
    session: Session,
    *documents: DocumentInput,
    taken: Collection[str] = (),
    only_draft: bool = False,
    on: date,
    by: Actor,
    at: datetime,
) -> tuple[Document | DocumentDraft, list[Sentence]]:
    """Enter an act as `ledger.entering` does, once the checks agree; with what is worth a look.

    `taken` names the checks a person has answered with "take it as it is".

    Raises:
        EntryRefused: a check refuses it.
        DecisionNeeded: a check asks, and was not answered.
        EnteredAlready: a draft of exactly this is there.
        as `entering.enter`.
    """
    if waiting := drafts.same_waiting(session, *documents):
        raise EnteredAlready(who=waiting.prepared_label)
    taken_now, warnings = checked(session, documents, taken=taken, on=on)
    made = entering.enter(session, *documents, only_draft=only_draft, by=by, at=at)
    note_taken(session, made, taken_now, by=by)
    return made, warnings


def checked(
    session: Session, documents: Sequence[DocumentInput], *, taken: Collection[str], on: date
) -> tuple[list[Problem], list[Sentence]]:
    """Hold documents against the checks; what was taken as it is, and what is worth a look.

    Raises:
        EntryRefused, DecisionNeeded: a check refuses it, or asks.
    """
    problems = [one for given in documents for one in findings(session, given, on=on)]
    for problem in problems:
        if not problem.is_decision and not problem.is_warning:
            raise EntryRefused(what=problem.sentence)
    asked = [one for one in problems if one.is_decision]
    open_questions = [Question(one.check, one.sentence) for one in asked if one.check not in taken]
    if open_questions:
        raise DecisionNeeded(open_questions)
    return asked, [one.sentence for one in problems if one.is_warning]


def note_taken(
    session: Session, made: Document | DocumentDraft, taken: Sequence[Problem], *, by: Actor
) -> None:
    """Note who took an entry as it is, despite which checks."""
    if taken:
        audit.record(
            session,
            by,
            "entry.taken_as_it_is",
            made,
            after={"checks": sorted({one.check for one in taken})},
        )


def findings(session: Session, given: DocumentInput, *, on: date) -> list[Problem]:
    """What the checks of this company have to say about a document, on a day."""
    account = session.get_one(CustomerAccount, given.account_id)
    if not given.number and given.kind in posting.OWN_NUMBERS:
        # its number is taken when it is posted; stands in so that the other rules are held
        given = replace(given, number="-")
    kind = BatchKind.PAYMENTS if given.kind in _PAYMENTS else BatchKind.DOCUMENTS
    codes = [line.code for line in given.lines if line.code]
    books = Books.of(session, kind, fingerprints=(), product_codes=codes, received_on=on)
    group = Group(
        "entry",
        _rows(given),
        plan=given,
        customer_id=account.customer_id,
        account_id=account.id,
        currency=account.currency,
    )
    look_at_all([group], Mapping(kind, (), currency=account.currency), books)
    return [problem for row in group.rows for problem in row.problems]


def _rows(given: DocumentInput) -> list[Judged]:
    """A document as the rows a file would have for it: one a line."""
    rows = []
    for number, line in enumerate(given.lines, start=1):
        values: dict[str, Value] = {"line_amount": line.amount.decimal, "product_code": line.code}
        if line.quantity is not None:
            values["quantity"] = line.quantity
        if line.unit_price is not None:
            values["unit_price"] = line.unit_price
        rows.append(UnderstoodRow(number, (), values))
    found = rows or [UnderstoodRow(1, (), {})]
    return [Judged(row, f"entry:{row.number}", 1) for row in found]
