"""Statements: the list, one statement as it was frozen, and the same figures as files."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.forms import ConfirmForm, fill
from portal.proving import take_ticked
from portal.scope import mine, own
from portal.shown import Section, Shown, shown
from portal.shown_lines import ANSWERS, Line
from tieout import clock, settings
from tieout.db import sessions
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger.models import Document
from tieout.ledger.queries import DocumentSearch, documents
from tieout.periods import Period
from tieout.reconciliation import attaching
from tieout.rendering.translation import gettext, reader
from tieout.reports.frozen import statement_print
from tieout.reports.making import made
from tieout.settings import banks
from tieout.settings.banks import Change
from tieout.statements import queries
from tieout.statements.models import Statement
from tieout.statements.queries import Standing
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("statements", __name__)

#: Open items the page names one by one; of the others it tells how many, and their sum.
MOST_OPEN = 50

#: So many statements back something may still wait.
LOOKED_AT = 24
#: Lines of one currency on a page.
SIZE = 100
#: Each file by its ending.
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


@dataclass(frozen=True)
class Row:
    """A statement in the list."""

    standing: Standing
    issued_on: date | None

    @property
    def period(self) -> Period:
        """The days it is about."""
        return Period(self.standing.statement.period_start, self.standing.statement.period_end)


class FiguresAfterAnswer(Conflict):
    """A file of figures the customer is asked to state by itself first."""

    message = N_(
        "Here you are asked for your own balance first. Our figures appear once you have answered."
    )
    #: It is no change of somebody else's.
    page = "first_yours"


@bp.get("/statements")
@requires(Permission.LOOK)
def index() -> ResponseReturnValue:
    """List the statements, the latest period first."""
    session = sessions()
    found = listed(session, mine(queries.current(), Statement), size=24)
    rows = [Row(one, _issued_on(one)) for one in queries.standings(session, found.rows)]
    return page("portal/statements.html", found=found, rows=rows)


@bp.get("/statements/<int:statement_id>")
@requires(Permission.LOOK)
def show(statement_id: int) -> ResponseReturnValue:
    """Show a statement; looking answers nothing."""
    return statement_page(statement_id)


@bp.get("/statements/<int:statement_id>/statement.pdf")
@requires(Permission.LOOK)
def pdf(statement_id: int) -> ResponseReturnValue:
    """Hand out a statement as it is printed."""
    return _file(statement_id, "pdf")


@bp.get("/statements/<int:statement_id>/letter.pdf")
@requires(Permission.LOOK)
def letter(statement_id: int) -> ResponseReturnValue:
    """Hand out the letter to be signed and sealed, with its reply slip."""
    return _file(statement_id, "pdf", "letter")


@bp.get("/statements/<int:statement_id>/statement.xlsx")
@requires(Permission.LOOK)
def xlsx(statement_id: int) -> ResponseReturnValue:
    """Hand out a statement as a workbook."""
    return _file(statement_id, "xlsx")


@bp.get("/statements/<int:statement_id>/statement.csv")
@requires(Permission.LOOK)
def csv(statement_id: int) -> ResponseReturnValue:
    """Hand out the movements of a statement as CSV."""
    return _file(statement_id, "csv")


def statement_page(statement_id: int, answered: tuple[int, ConfirmForm] | None = None) -> str:
    """Draw a statement; `answered` is a form that was refused, and of which section."""
    session = sessions()
    statement = own(session, Statement, statement_id)
    made_ready = shown(session, statement, viewer())
    return page(
        "portal/statement.html",
        shown=made_ready,
        most_open=MOST_OPEN,
        forms=confirm_forms(made_ready, answered),
        compared=attaching.of_statement(session, statement.id, staff=False),
        bank_changes=_bank_changes(session, made_ready),
        today=settings.today(session),
        tables={one.id: _table(made_ready, one) for one in made_ready.sections},
        searched=asked.text("q"),
        answer=asked.choice("answer", ANSWERS),
        here=here,
    )


def _bank_changes(session: Session, made_ready: Shown) -> dict[str, Change]:
    """By currency: our accounts that are other ones than the statement may have named."""
    if made_ready.statement.kind != "receivable":
        return {}
    currencies = [one.currency for one in made_ready.sections]
    found = banks.changes(session, currencies, settings.today(session))
    return {one.new.currency: one for one in found}


def confirm_forms(
    made_ready: Shown, answered: tuple[int, ConfirmForm] | None = None
) -> dict[int, ConfirmForm]:
    """A form for each currency; the one that was refused keeps its errors."""
    forms, ticked = {}, take_ticked()
    for section in made_ready.sections:
        again = answered is not None and answered[0] == section.id
        form = answered[1] if again and answered else ConfirmForm(formdata=None)
        if section.id == ticked:
            form.authority.data = True
        fill(form, made_ready.statement, section)
        form.tell_apart(section.id)
        forms[section.id] = form
    return forms


def refuse_before_answer(session: Session) -> None:
    """Keep what is owed today from whoever is to state their own balance first.

    Raises:
        FiguresAfterAnswer: a blank request waits for its answer.
    """
    recent = session.scalars(mine(queries.current(), Statement).limit(LOOKED_AT)).all()
    if any(one.is_hidden for one in queries.standings(session, recent)):
        raise FiguresAfterAnswer


def _file(statement_id: int, ending: str, what: str = "statement") -> ResponseReturnValue:
    """A statement as a file: the figures of the page.

    Raises:
        FiguresAfterAnswer: the customer is to state its own balance first.
    """
    session = sessions()
    statement = own(session, Statement, statement_id)
    if queries.standing(session, statement).is_hidden:
        raise FiguresAfterAnswer
    data = statement_print(
        statement,
        language=reader.get().language,
        zone=reader.get().zone,
        base_url=current_app.config["TIEOUT"].base_url,
        printed_at=clock.now(),
    )
    part = f"-{gettext('letter')}" if what == "letter" else ""
    name = f"{statement.number}-v{statement.version}{part}.{ending}"
    session.rollback()  # making a file takes a while; the books are let go before
    content = made(f"{what}.{ending}", data)
    return download(content, name, MEDIA[ending], show=ending == "pdf")


def _issued_on(one: Standing) -> date | None:
    at = one.statement.issued_at
    return at.astimezone(ZoneInfo(reader.get().zone)).date() if at else None


class Table:
    """The lines of a currency that were asked for, and how many there are of each kind."""

    def __init__(self, found: list[Line], section: Section, *, narrowed: bool) -> None:
        self.total = len(found)
        pages = max((self.total + SIZE - 1) // SIZE, 1)
        at = min(max(asked.number("page") or 1, 1), pages)
        self.first = (at - 1) * SIZE + 1
        self.lines = found[self.first - 1 : self.first - 1 + SIZE]
        self.last = self.first + len(self.lines) - 1
        self.has_selectable = any(line.selectable for line in self.lines)
        self.previous = here(page=at - 1) if at > 1 else ""
        self.next = here(page=at + 1) if at < pages else ""
        self.narrowed = narrowed
        self.has_opening = at == 1 and not narrowed
        self.has_closing = at == pages and not narrowed
        self.opening = section.opening_row
        #: What the rows of this page show beside the figures that were frozen.
        self.key = (
            narrowed,
            self.has_opening,
            self.has_closing,
            tuple(self.opening.items()),
            tuple((line.id, line.answer, line.status, line.word) for line in self.lines),
        )
        self.counts = {
            answer: sum(line.answer == answer for line in section.lines) for answer in ANSWERS
        }


def _table(made_ready: Shown, section: Section) -> Table:
    text, answer = asked.text("q"), asked.choice("answer", ANSWERS)
    found = [
        line
        for line in section.lines
        if (not answer or line.answer == answer) and (not text or _has(line, text))
    ]
    if text:
        named = {line.id for line in found}
        there = _documents_with(made_ready, text)
        found = [
            line
            for line in section.lines
            if (line.id in named or line.document_id in there)
            and (not answer or line.answer == answer)
        ]
    return Table(found, section, narrowed=bool(text or answer))


def _has(line: Line, text: str) -> bool:
    words = (line.number, line.reference, line.note, line.kind)
    return any(text.casefold() in word.casefold() for word in words)


def _documents_with(made_ready: Shown, text: str) -> set[int]:
    """Documents that name it in their references or products."""
    search = DocumentSearch(customer_id=made_ready.statement.customer_id, keyword=text)
    return {one.id for one in sessions().scalars(mine(documents(search), Document))}
