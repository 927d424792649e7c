"""The ledger: documents of every customer, by whatever somebody remembers of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal import tables
from internal.exports import FORMS, check_rows, exported
from internal.scope import customer, owner_id
from internal.words import STATUSES, account_word, kind_word, status_word
from tieout import settings
from tieout.customers.queries import names
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.ledger import drafts, queries
from tieout.ledger.balances import references_of
from tieout.ledger.models import Document, DocumentKind
from tieout.ledger.queries import DocumentSearch, DocumentSums
from tieout.periods import Period
from tieout.rendering.tables import Value
from tieout.rendering.translation import gettext, pgettext
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import count, here, listed
from tieout.web.pages import page

bp = Blueprint("ledger", __name__)

#: What needs more than one query fits in so many ids.
_CHUNK = 5000


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
    session = sessions()
    today = settings.today(session)
    search = _search(today)
    query = queries.documents(search)
    sums = queries.sums(session, search)
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        rows = list(session.scalars(query))
        beside = _beside(session, rows, today)
        table = tables.documents(
            rows, names=beside.names, references=beside.references, statuses=beside.statuses
        )
        return exported(table, form, _facts(search, sums))
    found = listed(session, query)
    return page(
        "internal/ledger.html",
        found=found,
        beside=_beside(session, found.rows, today),
        sums=sums,
        search=search,
        of=customer(session, search.customer_id) if search.customer_id else None,
        drafts=len(drafts.in_preparation(session, owner_id=owner_id())),
        today=today,
        months=[Period.month_of(today), Period.month_of(today).previous_month()],
        year=Period.year(today.year),
        kinds=[(str(kind), kind_word(kind)) for kind in DocumentKind],
        statuses=[(status, status_word(status)) for status in STATUSES],
        kind_word=kind_word,
        account_word=account_word,
        status_word=status_word,
        here=here,
    )


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
        owner_id=owner_id(),
        today=today,
    )


def _beside(session: Session, rows: Sequence[Document], today: date) -> Beside:
    beside = Beside({}, {}, {})
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        ids = [one.id for one in some]
        beside.names.update(names(session, {one.customer_id for one in some}))
        beside.references.update(references_of(session, ids))
        beside.statuses.update(queries.statuses(session, ids, today))
    return beside


def _facts(search: DocumentSearch, sums: Sequence[DocumentSums]) -> list[tuple[str, Value]]:
    """What the file holds, for its first sheet."""
    facts: list[tuple[str, Value]] = []
    if search.period:
        facts += [
            (pgettext("period", "From"), search.period.start),
            (pgettext("period", "To"), search.period.end),
        ]
    if search.keyword:
        facts.append((gettext("Search"), search.keyword))
    for one in sums:
        account = f"{one.total.currency}, {account_word(one.kind)}"
        facts.append((gettext("Documents, %(account)s", account=account), one.documents))
        facts.append((gettext("Sum, %(account)s", account=account), one.total))
    return facts
