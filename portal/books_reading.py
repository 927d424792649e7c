"""How a customer's ledger was read: its columns, its sign, its rows; shown, and put right."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.books import see_figures, sisters_of
from portal.scope import mine, own
from tieout import clock, settings
from tieout.attachments import Attachment
from tieout.customers.models import CustomerAccount
from tieout.db import sessions
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.reconciliation import queries
from tieout.reconciliation.handing_in import statement_of
from tieout.reconciliation.models import Reconciliation
from tieout.rendering.translation import reader
from tieout.web import asked, ledger_files
from tieout.web.access import requires
from tieout.web.forms import Form
from tieout.web.ledger_forms import Again, PartyForm, ReadingForm, SheetForm, reading_form
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("books_reading", __name__)


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
    batch = queries.batch_of(session, made)
    return _taken_again(
        session.get_one(Attachment, batch.attachment_id),
        sheet=ledger_files.sheet_in(batch),
        account_id=made.account_id,
        as_at=made.as_at,
        statement_id=made.statement_id,
        party=ledger_files.party_in(batch),
        again=lambda form: _reading(reconciliation_id, form),
    )


@bp.post("/books/<int:reconciliation_id>/party")
@requires(Permission.ANSWER)
def only_party(reconciliation_id: int) -> ResponseReturnValue:
    """Compare the entries of one company in a ledger that holds several."""
    return _another_part(reconciliation_id, PartyForm, "party", ledger_files.take_party)


@bp.post("/books/<int:reconciliation_id>/sheet")
@requires(Permission.ANSWER)
def other_sheet(reconciliation_id: int) -> ResponseReturnValue:
    """Compare another sheet of a workbook."""
    return _another_part(reconciliation_id, SheetForm, "sheet", ledger_files.take_sheet)


def _another_part(
    reconciliation_id: int, asks: type[Form], field: str, take: Callable[..., int]
) -> ResponseReturnValue:
    """Compare another part of a file that was handed in; `field` of the form names it."""
    session = sessions()
    made = own(session, Reconciliation, reconciliation_id)
    there = url_for("portal.books.show", reconciliation_id=reconciliation_id)
    form = asks.checked(lambda given: redirect(there, 303))
    sisters = sisters_of(session, own(session, CustomerAccount, made.account_id), made.as_at)
    part = form[field].data or ""
    again = take(session, made, part, sisters=sisters, by=viewer().actor, at=clock.now())
    return redirect(url_for("portal.books.show", reconciliation_id=again), 303)


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
        back=url_for("portal.books.show", reconciliation_id=made.id),
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
        back=url_for("portal.books.index"),
    )


def _taken_again(
    attachment: Attachment,
    *,
    account_id: int,
    as_at: date,
    statement_id: int | None,
    party: str = "",
    sheet: str = "",
    again: Again,
) -> ResponseReturnValue:
    session = sessions()
    attachment_id = attachment.id
    sisters = sisters_of(session, own(session, CustomerAccount, account_id), as_at)
    inspected = ledger_files.read_again(attachment, sheet)
    form = reading_form(inspected).checked(again)
    made = ledger_files.take_again(
        inspected,
        form,
        attachment_id=attachment_id,
        account_id=account_id,
        as_at=as_at,
        statement_id=statement_id,
        sisters=sisters,
        party=party,
        by=viewer().actor,
        at=clock.now(),
    )
    return redirect(url_for("portal.books.show", reconciliation_id=made), 303)


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
    see_figures(session, account, as_at, statement_of(attachment.purpose))
    return account, as_at


def _statement_id(
    session: Session, attachment: Attachment, account: CustomerAccount, as_at: date
) -> int | None:
    said = statement_of(attachment.purpose)
    if said is not None:
        return said
    statement = queries.statement_at(session, account.id, as_at)
    return statement.id if statement else None
