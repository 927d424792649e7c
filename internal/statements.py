"""Statements as staff see them: the list, one statement with its people and answers, as files."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from internal import statement_tables as tables
from internal.exports import FORMS, check_rows, exported
from internal.hearing import unheard
from internal.month_end import months_back
from internal.scope import owner_id, seen
from internal.statement_acts import ReasonForm
from internal.statement_view import handed_in, shown
from tieout import attachments, clock, settings
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.periods import Period
from tieout.reconciliation import attaching
from tieout.rendering.translation import gettext, reader
from tieout.reports.frozen import statement_print
from tieout.reports.making import made
from tieout.statements import listing, moves, queries
from tieout.statements.asking import REQUESTS
from tieout.statements.listing import NARROWED, StatementSearch
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.listing import count, here, listed
from tieout.web.pages import page

bp = Blueprint("statements", __name__)

#: Each file by its ending.
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


@bp.get("/statements")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the statements asked for, or hand the list over as a file."""
    session = sessions()
    wanted, today = _wanted(), settings.today(session)
    query = listing.statements(wanted)
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        there = session.scalars(query).all()
        rows = queries.standings(session, there, unheard=unheard(session, there))
        return exported(tables.statements(rows), form)
    found = listed(session, query)
    return page(
        "internal/statements.html",
        found=found,
        standings=queries.standings(session, found.rows, unheard=unheard(session, found.rows)),
        deliveries=listing.deliveries(session, [one.id for one in found.rows]),
        wanted=wanted,
        months=months_back(today, wanted.period or Period.month_of(today)),
        states=moves.NAMES,
        today=today,
        here=here,
    )


@bp.get("/statements/<int:statement_id>")
@requires(Permission.SEE_BOOKS)
def show(statement_id: int) -> ResponseReturnValue:
    """Show a statement: figures, people, answers, versions."""
    session = sessions()
    statement = seen(session, Statement, statement_id)
    return page(
        "internal/statement.html",
        shown=shown(session, statement),
        compared=attaching.of_statement(session, statement_id, staff=True),
        statement=statement,
        requests=REQUESTS,
        form=ReasonForm(formdata=None),
        two_people=settings.needs_two_people(session, "statement"),
        here=here,
    )


@bp.get("/statements/<int:statement_id>/download")
@requires(Permission.SEE_BOOKS)
def file(statement_id: int) -> ResponseReturnValue:
    """Hand out a statement as it was frozen: PDF, workbook, CSV."""
    session = sessions()
    statement = seen(session, Statement, statement_id)
    ending = asked.choice("as", MEDIA, "pdf")
    data = statement_print(
        statement,
        language=reader.get().language,
        zone=reader.get().zone,
        base_url=current_app.config["TIEOUT"].base_url,
        printed_at=clock.now(),
    )
    name = f"{statement.number}-v{statement.version}.{ending}"
    session.rollback()  # making a file takes a while; the books are let go before
    return download(made(f"statement.{ending}", data), name, MEDIA[ending], show=ending == "pdf")


@bp.get("/statements/<int:statement_id>/letter")
@requires(Permission.SEE_BOOKS)
def letter(statement_id: int) -> ResponseReturnValue:
    """Hand out the confirmation letter of an issued statement."""
    session = sessions()
    statement = seen(session, Statement, statement_id)
    data = statement_print(
        statement,
        language=reader.get().language,
        zone=reader.get().zone,
        base_url=current_app.config["TIEOUT"].base_url,
        printed_at=clock.now(),
    )
    name = f"{statement.number}-v{statement.version}-{gettext('letter')}.pdf"
    session.rollback()  # making a file takes a while; the books are let go before
    return download(made("letter.pdf", data), name, MEDIA["pdf"], show=True)


@bp.get("/statements/<int:statement_id>/handed-in/<int:evidence_file_id>")
@requires(Permission.SEE_BOOKS)
def evidence_file(statement_id: int, evidence_file_id: int) -> ResponseReturnValue:
    """Hand out the signed or sealed copy that came with an answer."""
    session = sessions()
    found = handed_in(session, seen(session, Statement, statement_id), evidence_file_id)
    return download(attachments.content_of(found), found.filename, found.media_type, show=True)


def _wanted() -> StatementSearch:
    month = asked.text("month")
    return StatementSearch(
        period=Period.parse(month) if month else None,
        state=asked.choice("state", moves.STATES),
        answer=asked.choice("answer", NARROWED),
        customer_id=asked.number("customer"),
        keyword=asked.text("q"),
        owner_id=owner_id(),
    )
