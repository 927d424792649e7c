"""Your ledger: a customer drops in its own book and sees what differs from ours, and why."""

from datetime import date

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.answering import company_name, contact_of
from portal.scope import mine, own
from portal.statements import FiguresAfterAnswer
from portal.steps import Step, masked
from tieout import clock, settings
from tieout.attachments import Attachment
from tieout.customers.models import CustomerAccount
from tieout.db import sessions
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.reconciliation import queries
from tieout.reconciliation.handing_in import statement_of
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.picture import matched, picture
from tieout.reconciliation.queries import ReconciliationSearch
from tieout.rendering.translation import gettext, reader
from tieout.reports.compared import reconciliation_print
from tieout.reports.making import made as file_of
from tieout.statements import queries as statement_queries
from tieout.statements.models import Statement
from tieout.web import asked, ledger_files
from tieout.web.access import requires
from tieout.web.comparison import Told
from tieout.web.downloads import download
from tieout.web.ledger_files import (
    DatedLedgerForm,
    Handed,
    LedgerForm,
    ReadingForm,
    reading_form,
)
from tieout.web.listing import listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("books", __name__)

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/books")
@requires(Permission.LOOK)
def index() -> ResponseReturnValue:
    """Ask for a ledger, and list those handed in before."""
    accounts = _accounts(sessions())
    form = DatedLedgerForm(formdata=None, accounts=accounts, as_at=_day(accounts))
    return _index(form)


@bp.post("/books")
@requires(Permission.ANSWER)
def upload() -> ResponseReturnValue:
    """Compare a ledger with ours; nothing of ours changes."""
    accounts = _accounts(sessions())
    form = DatedLedgerForm.checked(_index, accounts=accounts, as_at=_day(accounts))
    as_at = form.as_at.data or _day(accounts)
    return _taken(form, None, as_at)


@bp.get("/statements/<int:statement_id>/books")
@requires(Permission.LOOK)
def of_statement(statement_id: int) -> ResponseReturnValue:
    """Ask for a ledger about one statement."""
    statement = own(sessions(), Statement, statement_id)
    accounts = _accounts(sessions(), statement)
    return _index(LedgerForm(formdata=None, accounts=accounts), statement)


@bp.post("/statements/<int:statement_id>/books")
@requires(Permission.ANSWER)
def upload_for_statement(statement_id: int) -> ResponseReturnValue:
    """Compare a ledger with a statement."""
    statement = own(sessions(), Statement, statement_id)
    form = LedgerForm.checked(
        lambda given: _index(given, own(sessions(), Statement, statement_id)),
        accounts=_accounts(sessions(), statement),
    )
    return _taken(form, statement.id, statement.period_end)


@bp.get("/books/<int:reconciliation_id>")
@requires(Permission.LOOK)
def show(reconciliation_id: int) -> ResponseReturnValue:
    """Show what differs between both books, why, and who acts."""
    session = sessions()
    made = own(session, Reconciliation, reconciliation_id)
    shown = picture(session, made)
    statement = session.get(Statement, made.statement_id or 0)
    contact = contact_of(session, viewer())
    return page(
        "portal/books.html",
        made=made,
        shown=shown,
        told=Told(shown, staff=False),
        agreed=matched(session, made),
        batch=queries.batch_of(session, made),
        statement=statement,
        account=session.get_one(CustomerAccount, made.account_id),
        steps=_steps(contact.email, company_name(session)),
    )


@bp.get("/books/<int:reconciliation_id>/reconciliation.pdf")
@requires(Permission.LOOK)
def pdf(reconciliation_id: int) -> ResponseReturnValue:
    """Hand out the balance reconciliation statement as it is printed."""
    return _file(reconciliation_id, "pdf")


@bp.get("/books/<int:reconciliation_id>/reconciliation.xlsx")
@requires(Permission.LOOK)
def xlsx(reconciliation_id: int) -> ResponseReturnValue:
    """Hand out the comparison as a workbook."""
    return _file(reconciliation_id, "xlsx")


@bp.get("/books/<int:reconciliation_id>/reading")
@requires(Permission.LOOK)
def reading(reconciliation_id: int) -> ResponseReturnValue:
    """Show how a ledger was read, so that it can be put right."""
    return _reading(reconciliation_id)


@bp.post("/books/<int:reconciliation_id>/reading")
@requires(Permission.ANSWER)
def read_again(reconciliation_id: int) -> ResponseReturnValue:
    """Compare a ledger once more, read as the person says."""
    session = sessions()
    made = own(session, Reconciliation, reconciliation_id)
    attachment = session.get_one(Attachment, queries.batch_of(session, made).attachment_id)
    return _taken_again(
        attachment,
        account_id=made.account_id,
        as_at=made.as_at,
        statement_id=made.statement_id,
        again=lambda form: _reading(reconciliation_id, form),
    )


@bp.get("/books/files/<int:attachment_id>")
@requires(Permission.LOOK)
def columns(attachment_id: int) -> ResponseReturnValue:
    """Ask what the columns of a ledger say, where they do not say so themselves."""
    return _columns(attachment_id)


@bp.post("/books/files/<int:attachment_id>")
@requires(Permission.ANSWER)
def compare(attachment_id: int) -> ResponseReturnValue:
    """Compare a ledger whose columns a person has named."""
    session = sessions()
    attachment = _ledger_file(session, attachment_id)
    account, as_at = _asked_for(session, attachment)
    return _taken_again(
        attachment,
        account_id=account.id,
        as_at=as_at,
        statement_id=_statement_id(session, attachment, account, as_at),
        again=lambda form: _columns(attachment_id, form),
    )


def _accounts(session: Session, statement: Statement | None = None) -> list[CustomerAccount]:
    query = queries.accounts()
    if statement is not None:
        query = queries.accounts_of_statement(statement.id)
    return list(session.scalars(mine(query, CustomerAccount)))


def _day(accounts: list[CustomerAccount]) -> date:
    """The day both books are compared at unless another one is said."""
    session = sessions()
    cut_off = queries.last_cut_off(session, [one.id for one in accounts])
    return cut_off or settings.today(session)


def _index(form: LedgerForm, statement: Statement | None = None) -> ResponseReturnValue:
    session = sessions()
    query = mine(queries.reconciliations(ReconciliationSearch()), Reconciliation)
    if statement is not None:
        query = query.where(Reconciliation.statement_id == statement.id)
    found = listed(session, query, size=24)
    return page(
        "portal/books_index.html",
        form=form,
        statement=statement,
        found=found,
        filenames=queries.filenames(session, [made.book_id for made in found.rows]),
        company_name=company_name(session),
        accept=ledger_files.ACCEPT,
    )


def _taken(form: LedgerForm, statement_id: int | None, as_at: date) -> ResponseReturnValue:
    content, filename = form.upload
    session = sessions()
    account = own(session, CustomerAccount, int(form.account.data))
    account_id = account.id
    _see_figures(session, account, as_at, statement_id)
    handed = ledger_files.take(
        content,
        filename,
        account_id=account_id,
        as_at=as_at,
        statement_id=statement_id,
        by=viewer().actor,
        at=clock.now(),
    )
    return redirect(_next(handed, account_id, as_at), 303)


def _next(handed: Handed, account_id: int, as_at: date) -> str:
    if handed.reconciliation_id is not None:
        return url_for(".show", reconciliation_id=handed.reconciliation_id)
    return url_for(
        ".columns", attachment_id=handed.attachment_id, account=account_id, on=as_at.isoformat()
    )


def _see_figures(
    session: Session, account: CustomerAccount, as_at: date, statement_id: int | None
) -> None:
    """Comparing shows our balance, so a customer who is asked for its own answers first.

    Raises:
        FiguresAfterAnswer: a statement at that day waits for the customer's own figure.
    """
    statement = session.get(Statement, statement_id or 0)
    statement = statement or queries.statement_at(session, account.id, as_at)
    if statement is not None and statement_queries.standing(session, statement).is_hidden:
        raise FiguresAfterAnswer


def _reading(reconciliation_id: int, form: ReadingForm | None = None) -> ResponseReturnValue:
    session = sessions()
    made = own(session, Reconciliation, reconciliation_id)
    batch = queries.batch_of(session, made)
    inspected = ledger_files.read_as(session, batch)
    made = own(session, Reconciliation, reconciliation_id)
    batch = queries.batch_of(session, made)
    return page(
        "portal/books_reading.html",
        form=form or reading_form(inspected)(formdata=None),
        inspected=inspected,
        made=made,
        batch=batch,
        book=queries.book_of(session, made),
        left_out=ledger_files.left_out(inspected, made.currency),
        action=url_for(".read_again", reconciliation_id=made.id),
        back=url_for(".show", reconciliation_id=made.id),
    )


def _columns(attachment_id: int, form: ReadingForm | None = None) -> ResponseReturnValue:
    session = sessions()
    attachment = _ledger_file(session, attachment_id)
    account, as_at = _asked_for(session, attachment)
    account_id = account.id
    inspected = ledger_files.read_again(attachment)
    missing = inspected.missing
    return page(
        "portal/books_reading.html",
        form=form or reading_form(inspected)(formdata=None),
        inspected=inspected,
        missing=reader.get().sentence(missing.sentence) if missing else "",
        made=None,
        left_out=ledger_files.left_out(inspected, ""),
        action=url_for(
            ".compare", attachment_id=attachment_id, account=account_id, on=as_at.isoformat()
        ),
        back=url_for(".index"),
    )


def _taken_again(
    attachment: Attachment,
    *,
    account_id: int,
    as_at: date,
    statement_id: int | None,
    again: ledger_files.Again,
) -> ResponseReturnValue:
    attachment_id = attachment.id
    inspected = ledger_files.read_again(attachment)
    form = reading_form(inspected).checked(again)
    made = ledger_files.take_again(
        inspected,
        form,
        attachment_id=attachment_id,
        account_id=account_id,
        as_at=as_at,
        statement_id=statement_id,
        by=viewer().actor,
        at=clock.now(),
    )
    return redirect(url_for(".show", reconciliation_id=made), 303)


def _ledger_file(session: Session, attachment_id: int) -> Attachment:
    attachment = own(session, Attachment, attachment_id)
    if not attachment.purpose.startswith("their_ledger"):
        raise NotFound
    return attachment


def _asked_for(session: Session, attachment: Attachment) -> tuple[CustomerAccount, date]:
    """The account and the day a file was handed in for; the first ones where it is not said."""
    wanted = asked.number("account")
    found = list(session.scalars(mine(queries.accounts(), CustomerAccount)))
    accounts = [one for one in found if one.customer_id == attachment.customer_id]
    account = next((one for one in accounts if one.id == wanted), accounts[0] if accounts else None)
    if account is None:
        raise NotFound
    day = asked.day("on") or queries.last_cut_off(session, [account.id])
    as_at = day or settings.today(session)
    _see_figures(session, account, as_at, statement_of(attachment.purpose))
    return account, as_at


def _statement_id(
    session: Session, attachment: Attachment, account: CustomerAccount, as_at: date
) -> int | None:
    said = statement_of(attachment.purpose)
    if said is not None:
        return said
    statement = queries.statement_at(session, account.id, as_at)
    return statement.id if statement else None


def _steps(email: str, company: str) -> list[Step]:
    """What happens after a ledger was handed in."""
    steps = [
        Step(
            gettext("now"),
            gettext("Your ledger was compared and kept. Nothing in our books changed."),
            True,
        )
    ]
    if email:
        copy = gettext("A copy goes to %(address)s.", address=masked(email))
        steps.append(Step(gettext("now"), copy, True))
    return [
        *steps,
        Step(
            gettext("next"),
            gettext(
                "You correct what is yours, %(company)s what is ours. Hand your ledger in again"
                " as often as you like.",
                company=company,
            ),
        ),
    ]


def _file(reconciliation_id: int, ending: str) -> ResponseReturnValue:
    session = sessions()
    made = own(session, Reconciliation, reconciliation_id)
    name = f"{made.receipt}.{ending}"
    data = reconciliation_print(
        session,
        made,
        staff=False,
        language=reader.get().language,
        zone=reader.get().zone,
        printed_at=clock.now(),
    )
    session.rollback()  # making a file takes a while; the books are let go before
    content = file_of(f"reconciliation.{ending}", data)
    return download(content, name, MEDIA[ending], show=ending == "pdf")
