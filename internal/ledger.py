"""The ledger: documents of every customer, by whatever somebody remembers of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from internal import streams, tables
from internal.exports import FORMS
from internal.scope import customer, owner_id
from internal.words import STATUSES, account_word, kind_word, status_word
from tieout import clock, settings
from tieout.customers.queries import names
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.ledger import drafts, finding, queries, saved_searches
from tieout.ledger.draft_search import search_drafts
from tieout.ledger.models import Document, DocumentKind
from tieout.ledger.movements import references_of
from tieout.ledger.queries import SORTS, DocumentSearch, DocumentSums
from tieout.periods import Period
from tieout.rendering.tables import Row, Value
from tieout.rendering.translation import gettext, in_a_row, ngettext, pgettext
from tieout.settings import rates
from tieout.settings.rates import BaseTotal
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.along import Along, along
from tieout.web.forms import Form, Required
from tieout.web.listing import PLACE
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("ledger", __name__)

#: Rows of a file are read and written so many at a time.
_CHUNK = 2000


class SaveForm(Form):
    """Giving the search of this page a name."""

    name = StringField(N_("Name"), [Required(N_("Give the search a name.")), Length(max=100)])
    is_shared = BooleanField(N_("Share it with everybody who sees the ledger"))
    query = HiddenField()


class RemoveForm(Form):
    """Forgetting one of one's own searches."""

    search = HiddenField()


@dataclass(frozen=True)
class Beside:
    """What stands beside documents in a list, by document or customer."""

    names: dict[int, str]
    references: dict[int, str]
    statuses: dict[int, str]


@bp.get("/ledger")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the documents asked for, or hand the list over as a file."""
    return _index(SaveForm())


@bp.post("/ledger/searches")
@requires(Permission.SEE_BOOKS)
def save() -> ResponseReturnValue:
    """Keep this search under a name."""
    form = SaveForm.checked(_index)
    with transaction() as session:
        search = saved_searches.save(
            session,
            str(form.name.data),
            str(form.query.data),
            is_shared=bool(form.is_shared.data),
            by=viewer().actor,
            at=clock.now(),
        )
        address, name = f"{url_for('.index')}?{search.query}", search.name
    flash(gettext("The search “%(name)s” is kept above this list.", name=name))
    return redirect(address, 303)


@bp.post("/ledger/searches/remove")
@requires(Permission.SEE_BOOKS)
def remove() -> ResponseReturnValue:
    """Forget one of one's own searches."""
    form = RemoveForm.checked(lambda _form: _index(SaveForm()))
    given = str(form.search.data or "")
    with transaction() as session:
        search_id = int(given) if given.isdecimal() and len(given) < 16 else 0
        name = saved_searches.remove(session, search_id, by=viewer().actor).name
    flash(gettext("The search “%(name)s” is removed.", name=name))
    return redirect(url_for(".index"), 303)


def _index(form: SaveForm) -> ResponseReturnValue:
    session = sessions()
    today = settings.today(session)
    search = _search(today)
    if (wanted := asked.choice("as", FORMS)) and search.status != "draft":
        return streams.answer(_stream(session, search), wanted)
    found, sums = _found(session, search)
    if request.method == "GET":
        form.query.data = saved_searches.cleaned(request.query_string.decode())
    return page(
        "internal/ledger.html",
        found=found,
        beside=_beside(session, found.rows, today),
        sums=sums,
        worth=_worth(session, sums or (), today),
        most=found.most,
        unposted=search_drafts(session, search) if search.status == "draft" else None,
        search=search,
        of=customer(session, search.customer_id) if search.customer_id else None,
        drafts=len(drafts.in_preparation(session, owner_id=owner_id())),
        searches=saved_searches.of_person(session, viewer().person_id),
        form=form,
        remove_form=RemoveForm(),
        is_narrowed=bool(form.query.data),
        asked=request.args.to_dict(),
        today=today,
        months=[Period.month_of(today), Period.month_of(today).previous_month()],
        year=Period.year(today.year),
        kinds=[(str(kind), kind_word(kind)) for kind in DocumentKind],
        statuses=[(status, status_word(status)) for status in STATUSES],
        kind_word=kind_word,
        account_word=account_word,
        status_word=status_word,
        here=_here,
        sorting=_sorting,
    )


def _worth(
    session: Session, sums: Sequence[DocumentSums], today: date
) -> list[tuple[str, BaseTotal]]:
    """What is added up in several currencies in the company's own, by kind of account."""
    found = []
    for kind in ("receivable", "payable"):
        totals = [one.total for one in sums if one.kind == kind]
        if (worth := rates.in_base(session, totals, today)) is not None:
            found.append((kind, worth))
    return found


def _sorting(
    words: str, side: str, name: str, *, falling: bool = False
) -> tuple[str, str, str, str]:
    """A column's head: the address that sorts by it, and how it is sorted now."""
    now = asked.text("sort") or "-date"
    first, second = (f"-{name}", name) if falling else (name, f"-{name}")
    state = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    return words, side, _here(sort=second if now == first else first), state


def _here(**changes: object) -> str:
    """This list with something else asked of it, from its first row; None takes a part out."""
    asked_for = {name: given for name, given in request.args.items() if name not in PLACE}
    kept = {**asked_for, **changes}
    return url_for(".index", **{name: given for name, given in kept.items() if given})  # type: ignore[arg-type]


def _search(today: date) -> DocumentSearch:
    kind = asked.choice("kind", [str(kind) for kind in DocumentKind])
    return DocumentSearch(
        period=asked.period(),
        customer_id=asked.number("customer"),
        account_id=asked.number("account"),
        kinds=(kind,) if kind else (),
        status=asked.choice("status", STATUSES),
        currency=asked.text("currency").upper(),
        account_kind=asked.choice("accounts", ("receivable", "payable")),
        least=asked.amount("least"),
        most=asked.amount("most"),
        keyword=asked.text("q"),
        source=asked.text("source"),
        sort=asked.choice("sort", [f"{way}{name}" for name in SORTS for way in ("", "-")], "-date"),
        owner_id=owner_id(),
        today=today,
    )


def _found(session: Session, search: DocumentSearch) -> tuple[Along, Sequence[DocumentSums] | None]:
    """The rows of the page asked for, and what all of them add up to where that is known."""
    if search.status == "draft":
        return Along((), 1, 0), ()
    found = along(session, search, _here)
    if found.counted is not None:
        return found, finding.sums(session, found.counted)
    return found, finding.sums_of_all(session, search) if asked.text("sums") else None


def _beside(session: Session, rows: Sequence[Document], today: date) -> Beside:
    ids = [one.id for one in rows]
    return Beside(
        names(session, {one.customer_id for one in rows}),
        references_of(session, ids),
        queries.statuses(session, ids, today),
    )


def _stream(session: Session, search: DocumentSearch) -> streams.Stream:
    """The whole list as a file, with its sums worked out beforehand."""
    sums = [(_sum_words(one), one) for one in finding.sums_of_all(session, search)]
    return streams.Stream(
        tables.documents(), _rows(session, search), tables.AMOUNT, sums, _facts(search, sums)
    )


def _rows(session: Session, search: DocumentSearch) -> Iterator[Row]:
    for ids in finding.everything(session, search):
        for start in range(0, len(ids), _CHUNK):
            some = queries.by_ids(session, ids[start : start + _CHUNK])
            beside = _beside(session, some, search.today or date.min)
            for one in some:
                status = beside.statuses.get(one.id, "")
                reference = beside.references.get(one.id, "")
                yield tables.document(one, beside.names[one.customer_id], reference, status)
            session.expunge_all()


def _sum_words(one: DocumentSums) -> str:
    count = ngettext("%(num)s document", "%(num)s documents", one.documents)
    return in_a_row(count, account_word(one.kind))


def _facts(
    search: DocumentSearch, sums: Sequence[tuple[str, DocumentSums]]
) -> list[tuple[str, Value]]:
    """What the file holds, for its first sheet."""
    facts: list[tuple[str, Value]] = []
    if search.period:
        facts += [
            (pgettext("period", "From"), search.period.start),
            (pgettext("period", "To"), search.period.end),
        ]
    if search.keyword:
        facts.append((gettext("Search"), search.keyword))
    facts += [
        (in_a_row(gettext("Sum"), words, one.total.currency), one.total) for words, one in sums
    ]
    return facts
