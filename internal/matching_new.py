"""A customer's ledger that came by mail or on paper, compared by the company's people."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.scope import customer as customer_seen
from internal.scope import seen, within
from tieout import clock, settings
from tieout.attachments import Attachment
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.queries import CustomerSearch, customers
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
from tieout.web.ledger_forms import (
    ACCEPT,
    DatedLedgerForm,
    PartyForm,
    ReadingForm,
    SheetForm,
    reading_form,
)
from tieout.web.listing import listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("matching_new", __name__)


@bp.get("/matching/new")
@requires(Permission.MATCH)
def new() -> ResponseReturnValue:
    """Ask for the ledger of a customer."""
    there = _customer()
    if there is None:
        return _choose()
    form = DatedLedgerForm(formdata=None, accounts=there.accounts, as_at=_day(there))
    return _ask(form)


@bp.post("/matching/new")
@requires(Permission.MATCH)
def take() -> ResponseReturnValue:
    """Compare a customer's ledger with ours; nothing of ours changes."""
    there = _customer()
    if there is None:
        raise NotFound
    customer_id = there.id
    form = DatedLedgerForm.checked(_ask, accounts=there.accounts, as_at=_day(there))
    account = seen(sessions(), CustomerAccount, int(form.account.data))
    if account.customer_id != customer_id:
        raise NotFound
    account_id = account.id
    sisters = _sisters(account)
    as_at = form.as_at.data or settings.today(sessions())
    content, filename = form.upload
    handed = ledger_files.take(
        content,
        filename,
        account_id=account_id,
        as_at=as_at,
        statement_id=None,
        sisters=sisters,
        by=viewer().actor,
        at=clock.now(),
    )
    if handed.reconciliation_id is not None:
        return redirect(
            url_for("internal.matching.show", reconciliation_id=handed.reconciliation_id), 303
        )
    return redirect(
        url_for(
            ".columns",
            attachment_id=handed.attachment_id,
            account=account_id,
            on=as_at.isoformat(),
        ),
        303,
    )


@bp.get("/matching/<int:reconciliation_id>/reading")
@requires(Permission.SEE_BOOKS)
def reading(reconciliation_id: int) -> ResponseReturnValue:
    """Show how a ledger was read, so that it can be put right."""
    return _reading(reconciliation_id)


@bp.post("/matching/<int:reconciliation_id>/reading")
@requires(Permission.MATCH)
def read_again(reconciliation_id: int) -> ResponseReturnValue:
    """Compare a ledger once more, read as the person says."""
    session = sessions()
    made = seen(session, Reconciliation, reconciliation_id)
    batch = queries.batch_of(session, made)
    attachment_id, party = batch.attachment_id, ledger_files.party_in(batch)
    sheet = ledger_files.sheet_in(batch)
    account_id, as_at, statement_id = made.account_id, made.as_at, made.statement_id
    sisters = _sisters(queries.account_of(session, made))
    inspected = ledger_files.read_again(session.get_one(Attachment, attachment_id), sheet)
    form = reading_form(inspected).checked(lambda given: _reading(reconciliation_id, given))
    again = ledger_files.take_again(
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
    return redirect(url_for("internal.matching.show", reconciliation_id=again), 303)


@bp.post("/matching/<int:reconciliation_id>/party")
@requires(Permission.MATCH)
def only_party(reconciliation_id: int) -> ResponseReturnValue:
    """Compare the entries of one company in a ledger that holds several."""
    return _another_part(reconciliation_id, PartyForm, "party", ledger_files.take_party)


@bp.post("/matching/<int:reconciliation_id>/sheet")
@requires(Permission.MATCH)
def other_sheet(reconciliation_id: int) -> ResponseReturnValue:
    """Compare another sheet of a workbook."""
    return _another_part(reconciliation_id, SheetForm, "sheet", ledger_files.take_sheet)


def _another_part(
    reconciliation_id: int, asks: type[Form], field: str, take: Callable[..., int]
) -> ResponseReturnValue:
    """Compare another part of a file that was handed in; `field` of the form names it."""
    session = sessions()
    made = seen(session, Reconciliation, reconciliation_id)
    there = url_for("internal.matching.show", reconciliation_id=reconciliation_id)
    form = asks.checked(lambda given: redirect(there, 303))
    sisters = _sisters(queries.account_of(session, made))
    part = form[field].data or ""
    again = take(session, made, part, sisters=sisters, by=viewer().actor, at=clock.now())
    return redirect(url_for("internal.matching.show", reconciliation_id=again), 303)


@bp.get("/matching/files/<int:attachment_id>")
@requires(Permission.MATCH)
def columns(attachment_id: int) -> ResponseReturnValue:
    """Ask what the columns of a ledger say, where they do not say so themselves."""
    return _columns(attachment_id)


@bp.post("/matching/files/<int:attachment_id>")
@requires(Permission.MATCH)
def compare(attachment_id: int) -> ResponseReturnValue:
    """Compare a ledger whose columns a person has named."""
    session = sessions()
    attachment = _ledger_file(session, attachment_id)
    account = _account(session, attachment)
    account_id, purpose, sisters = account.id, attachment.purpose, _sisters(account)
    as_at = asked.day("on") or settings.today(session)
    inspected = ledger_files.read_again(attachment)
    form = reading_form(inspected).checked(lambda given: _columns(attachment_id, given))
    made = ledger_files.take_again(
        inspected,
        form,
        attachment_id=attachment_id,
        account_id=account_id,
        as_at=as_at,
        statement_id=statement_of(purpose),
        sisters=sisters,
        by=viewer().actor,
        at=clock.now(),
    )
    return redirect(url_for("internal.matching.show", reconciliation_id=made), 303)


def _customer() -> Customer | None:
    """The customer the address names; None where it names none."""
    wanted = asked.number("customer")
    return None if wanted is None else customer_seen(sessions(), wanted)


def _day(there: Customer) -> date:
    session = sessions()
    cut_off = queries.last_cut_off(session, [one.id for one in there.accounts])
    return cut_off or settings.today(session)


def _sisters(account: CustomerAccount) -> list[int]:
    """The customer's accounts in other currencies, by id."""
    return [one.id for one in account.customer.accounts if one.id != account.id]


def _choose() -> ResponseReturnValue:
    search = CustomerSearch(keyword=asked.text("q"))
    found = listed(sessions(), within(customers(search), Customer.id), size=20)
    return page("internal/matching_customers.html", found=found, searched=search.keyword)


def _ask(form: DatedLedgerForm) -> ResponseReturnValue:
    return page("internal/matching_new.html", form=form, customer=_customer(), accept=ACCEPT)


def _reading(reconciliation_id: int, form: ReadingForm | None = None) -> ResponseReturnValue:
    session = sessions()
    made = seen(session, Reconciliation, reconciliation_id)
    inspected = ledger_files.read_as(session, queries.batch_of(session, made))
    made = seen(session, Reconciliation, reconciliation_id)
    return page(
        "internal/matching_reading.html",
        form=form or reading_form(inspected)(formdata=None),
        inspected=inspected,
        made=made,
        batch=queries.batch_of(session, made),
        book=queries.book_of(session, made),
        left_out=ledger_files.left_out(inspected, made.currency),
        missing="",
        action=url_for(".read_again", reconciliation_id=made.id),
        back=url_for("internal.matching.show", reconciliation_id=made.id),
    )


def _columns(attachment_id: int, form: ReadingForm | None = None) -> ResponseReturnValue:
    session = sessions()
    attachment = _ledger_file(session, attachment_id)
    account = _account(session, attachment)
    account_id, currency = account.id, account.currency
    inspected = ledger_files.read_again(attachment)
    missing = inspected.missing
    return page(
        "internal/matching_reading.html",
        form=form or reading_form(inspected)(formdata=None),
        inspected=inspected,
        made=None,
        left_out=ledger_files.left_out(inspected, currency),
        missing=reader.get().sentence(missing.sentence) if missing else "",
        action=url_for(
            ".compare",
            attachment_id=attachment_id,
            account=account_id,
            on=asked.text("on") or None,
        ),
        back=url_for("internal.matching.index"),
    )


def _ledger_file(session: Session, attachment_id: int) -> Attachment:
    attachment = seen(session, Attachment, attachment_id)
    if not attachment.purpose.startswith("their_ledger"):
        raise NotFound
    return attachment


def _account(session: Session, attachment: Attachment) -> CustomerAccount:
    there = customer_seen(session, attachment.customer_id or 0)
    wanted = asked.number("account")
    accounts = {one.id: one for one in there.accounts}
    account = accounts.get(wanted or 0) or next(iter(there.accounts), None)
    if account is None:
        raise NotFound
    return account
