"""What a dispute is to be about: lines of a statement or a document, as the address names them."""

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from portal.scope import own
from portal.shown_lines import kind_name
from portal.statements import FiguresAfterAnswer
from tieout.disputes.raising import Claim
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.ledger.models import Document
from tieout.money import Money
from tieout.rendering.translation import reader
from tieout.statements import queries
from tieout.statements.models import Statement, StatementLine
from tieout.web.asked import text
from tieout.web.viewer import viewer

#: So many at once; more belong into a conversation.
MOST = 50


class TooManyAtOnce(InvalidInput):
    """More lines than anybody disputes with one reason."""

    message = N_("At most %(most)s lines are disputed at once. Take some out.")


@dataclass(frozen=True)
class Subject:
    """One document, or one line that shows it."""

    #: Tells the fields of several apart.
    key: str
    document: Document
    line: StatementLine | None

    @property
    def number(self) -> str:
        """The document's number."""
        return self.document.number

    @property
    def kind(self) -> str:
        """What it is called by whoever reads."""
        return kind_name(self.document.kind)

    @property
    def whole(self) -> Money:
        """What it is over, without sign."""
        return abs(Money(self.document.amount_minor, self.document.currency))

    def claim(self, expected: Money | None) -> Claim:
        """What is disputed, where the document should be over something else."""
        return Claim(self.document, self.line, expected=expected)


def subjects(session: Session) -> list[Subject]:
    """What the address asks to dispute; empty where it names nothing.

    Raises:
        NotFound: one of it is not the viewer's, or they are of several customers.
        TooManyAtOnce: there are too many.
        FiguresAfterAnswer: its figures are not to be seen yet.
    """
    lines = _ids("line")
    if len(lines) > MOST:
        raise TooManyAtOnce(most=MOST)
    found = [_line(session, line_id) for line_id in lines]
    if not found:
        found = [_document(session, document_id) for document_id in _ids("document")[:1]]
    if len({one.document.customer_id for one in found}) > 1:
        raise NotFound
    _refuse_hidden(session, found)
    return found


def disputed_first(subject: Subject) -> str:
    """What the field says before anybody types: the whole less the amount of the address."""
    try:
        amount = Money.of(text("amount").replace(",", ""), subject.whole.currency)
    except InvalidInput:
        return ""
    rest = subject.whole - amount
    return rest.plain if Money.zero(rest.currency) < amount and rest.minor > 0 else ""


def named(found: list[Subject]) -> str:
    """The documents as one says them: "Invoice INV-2026-0611, 1,000.00"."""
    return "; ".join(f"{one.kind} {one.number} {reader.get().fact(one.whole)}" for one in found)


def statement_of(found: list[Subject]) -> Statement | None:
    """The statement whose lines they are."""
    line = found[0].line if found else None
    return line.section.statement if line is not None else None


def _ids(name: str) -> list[int]:
    given = request.args.getlist(name)
    ids = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 16]
    return list(dict.fromkeys(ids))


def _line(session: Session, line_id: int) -> Subject:
    line = own(session, StatementLine, line_id)
    return Subject(str(line.id), session.get_one(Document, line.document_id), line)


def _document(session: Session, document_id: int) -> Subject:
    document = own(session, Document, document_id)
    return Subject(f"d{document.id}", document, None)


def _refuse_hidden(session: Session, found: list[Subject]) -> None:
    statement = statement_of(found)
    if statement is None and found and viewer().is_link:
        statement = session.get(Statement, viewer().statement_id)
    if statement is not None and queries.standing(session, statement).is_hidden:
        raise FiguresAfterAnswer
