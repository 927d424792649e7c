"""What was made here for the system that keeps the books: waiting, handed over, booked."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.exports import FORMS, exported
from internal.scope import condition, within
from internal.words import account_word, kind_word
from tieout import clock, settings
from tieout.customers.queries import names
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.handover import handing_over, queries, vouchers
from tieout.handover.models import Handover, VoucherFile
from tieout.handover.states import STATES, HandoverState
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext
from tieout.settings.choices import chosen
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import here, listed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("handover", __name__)

_KINDS = {"date": Kind.DATE, "debit": Kind.MONEY, "credit": Kind.MONEY, "tax": Kind.MONEY}


@bp.get("/handover")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List what was made here, and where it stands with the other system."""
    session = sessions()
    state = asked.choice("state", list(HandoverState))
    found = listed(session, within(queries.handovers(state), Handover.customer_id))
    may_see_all = viewer().may(Permission.KEEP_BOOKS)
    return page(
        "internal/handover.html",
        found=found,
        wanted=state,
        counts=queries.counts(session, condition(Handover.customer_id)),
        states=STATES,
        names=names(session, {one.customer_id for one in found.rows}),
        files=listed(session, queries.files(), size=10).rows if may_see_all else [],
        is_elsewhere=chosen(session, "books_elsewhere"),
        difference=_difference,
        kind_word=kind_word,
        here=here,
    )


@bp.post("/handover/files")
@requires(Permission.KEEP_BOOKS)
def make() -> ResponseReturnValue:
    """Put everything that waits into a file."""
    with transaction() as session:
        on = settings.today(session)
        made = handing_over.make_file(session, on=on, by=viewer().actor, at=clock.now())
        number = made.number
    flash(gettext("Voucher file %(number)s is made. Download it below.", number=number))
    return redirect(url_for(".index", state=HandoverState.HANDED_OVER), 303)


@bp.get("/handover/files/<int:voucher_file_id>.<form>")
@requires(Permission.KEEP_BOOKS)
def download(voucher_file_id: int, form: str) -> Response:
    """Download a file as it was made, as often as it is wanted."""
    session = sessions()
    found = session.get(VoucherFile, voucher_file_id)
    if found is None or form not in FORMS:
        raise NotFound
    return exported(_table(session, found), form, _facts(found))


def _table(session: Session, found: VoucherFile) -> TableDefinition:
    columns = tuple(
        Column(name, gettext(heading), _KINDS.get(name, Kind.TEXT), width=16)
        for name, heading in vouchers.HEADINGS.items()
    )
    return TableDefinition(found.number, columns, [Row(tuple(_cells(row))) for row in found.rows])


def _cells(row: dict[str, Any]) -> list[Any]:
    values = dict(zip(vouchers.HEADINGS, vouchers.values_of(row), strict=True))
    values["kind"] = kind_word(str(row["kind"]))
    values["ledger"] = account_word(str(row["ledger"]))
    return list(values.values())


def _facts(found: VoucherFile) -> list[tuple[str, Any]]:
    return [
        (gettext("Voucher file"), found.number),
        (gettext("Made by"), found.made_by),
        (gettext("Made"), found.made_at),
        (gettext("Documents"), len(found.rows)),
        ("SHA-256", found.sha256),
    ]


def _difference(one: Handover) -> Money | None:
    """What the other system has more or less, where it took over another amount."""
    booked, made = one.booked_document, one.document
    if booked is None or booked.amount_minor == made.amount_minor:
        return None
    return Money(booked.amount_minor - made.amount_minor, made.currency)
