"""Lists from a file: prices, exchange rates, deliveries; taken over whole or not at all."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from internal.exports import bare
from tieout import clock
from tieout.db import transaction
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.intake.list_kinds import LISTS
from tieout.intake.lists import ListKind, RowsWrong, Wrong, read_list, take_over
from tieout.intake.reading.errors import Unreadable
from tieout.rendering.tables import Column, Row, TableDefinition
from tieout.rendering.translation import gettext
from tieout.web.access import requires
from tieout.web.forms import Form, ToldAt
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("lists", __name__)

#: Where each list is read, once it is taken over.
_PAGES = {
    "prices": "internal.prices.index",
    "rates": "internal.rates.index",
    "deliveries": "internal.deliveries.index",
}
#: Rows that are wrong, shown at once.
_SHOWN = 50


class NoFile(InvalidInput):
    """Nothing was chosen."""

    message = N_("Choose a file.")


class ListForm(Form):
    """A file with a list."""

    told_at: ClassVar[ToldAt] = {NoFile: "file", Unreadable: "file"}

    file = FileField(N_("File"), description=N_(".xlsx, .xls, .ods or .csv."))
    wrong: tuple[Wrong, ...] = ()


@bp.get("/lists/<list_kind>")
@requires(Permission.KEEP_BOOKS)
def new(list_kind: str) -> ResponseReturnValue:
    """Ask for a list, and say what it looks like."""
    return _show(_kind(list_kind), ListForm())


@bp.post("/lists/<list_kind>")
@requires(Permission.KEEP_BOOKS)
def take(list_kind: str) -> ResponseReturnValue:
    """Take a list over, or say row by row why not."""
    kind = _kind(list_kind)
    form = ListForm.checked(lambda shown: _show(kind, shown))
    upload = request.files.get("file")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise NoFile
    read = read_list(upload.read(), upload.filename, kind)
    try:
        with transaction() as session:
            counts = take_over(session, read, kind, by=viewer().actor, at=clock.now())
    except RowsWrong as error:
        form.wrong = error.wrong[:_SHOWN]
        raise
    added, changed, same = counts
    words = gettext(
        "%(added)s added, %(changed)s changed, %(same)s there already.",
        added=added,
        changed=changed,
        same=same,
    )
    flash(words)
    return redirect(url_for(_PAGES[kind.name]), 303)


@bp.get("/lists/<list_kind>/template")
@requires(Permission.KEEP_BOOKS)
def template(list_kind: str) -> ResponseReturnValue:
    """Hand over a workbook to be filled in."""
    kind = _kind(list_kind)
    columns = tuple(
        Column(one.name, gettext(one.label), width=max(14, len(one.example) + 2))
        for one in kind.columns
    )
    row = Row(tuple(one.example or None for one in kind.columns))
    return bare(TableDefinition(gettext(kind.label), columns, [row]), "xlsx")


def _kind(name: str) -> ListKind:
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


def _show(kind: ListKind, form: ListForm) -> ResponseReturnValue:
    return page("internal/list_new.html", kind=kind, form=form, back=url_for(_PAGES[kind.name]))
