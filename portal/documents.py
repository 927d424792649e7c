"""The customer's documents: a list to search, and one with everything behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.answering import company_name
from portal.scope import mine, own
from portal.shown_lines import kind_name
from portal.statements import FiguresAfterAnswer
from tieout import settings
from tieout.db import sessions
from tieout.disputes.models import Dispute
from tieout.disputes.queries import DisputeSearch, disputes
from tieout.disputes.reasons import REASONS
from tieout.i18n import N_, Sentence
from tieout.identity.permissions import Permission
from tieout.ledger import copies, history, movements
from tieout.ledger.models import Document, DocumentLine, DueItem
from tieout.ledger.queries import STATUSES, DocumentSearch, documents, statuses
from tieout.ledger.related import related
from tieout.ledger.words import KINDS, REFERENCES
from tieout.money import Money, decimals_of
from tieout.rendering import csv as csv_files
from tieout.rendering import formats
from tieout.rendering.formats import QUANTITY_DECIMALS
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader
from tieout.statements import queries
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.along import along
from tieout.web.downloads import download
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("documents", __name__)

#: What of a document's life concerns its customer, as a page tells it after who did it.
TOLD = {
    "posted": N_("booked it"),
    "reverses": N_("took %(number)s back with it"),
    "reversed": N_("took it back with %(number)s"),
    "settled": N_("settled %(amount)s of it with %(number)s"),
    "undone": N_("no longer settles %(amount)s of it with %(number)s"),
}

#: What statuses are called where a list is narrowed to one.
STATUS_NAMES = {
    "open": N_("Open"),
    "part_paid": N_("Part paid"),
    "settled": N_("Settled"),
    "overdue": N_("Overdue"),
    "disputed": N_("Disputed"),
    "reversed": N_("Reversed"),
}


@bp.get("/documents")
@requires(Permission.LOOK)
def index() -> ResponseReturnValue:
    """List the documents asked for, the newest first."""
    session = sessions()
    refuse_hidden(session)
    search = wanted(session)
    found = along(session, search)
    ids = [one.id for one in found.rows]
    return page(
        "portal/documents.html",
        found=found,
        search=search,
        references=movements.references_of(session, ids),
        statuses=statuses(session, ids, settings.today(session)),
        kinds=[(kind.value, gettext(name)) for kind, name in KINDS.items()],
        names={kind.value: gettext(name) for kind, name in KINDS.items()},
        statuses_known=[(code, gettext(name)) for code, name in STATUS_NAMES.items()],
        here=here,
    )


@bp.get("/documents.csv")
@requires(Permission.LOOK)
def csv() -> ResponseReturnValue:
    """Hand out the documents asked for, all of them, to be taken along."""
    session = sessions()
    refuse_hidden(session)
    search = wanted(session)
    return download(csv_files.write(table_of(session, search)), "documents.csv", "text/csv")


@bp.get("/documents/<int:document_id>")
@requires(Permission.LOOK)
def show(document_id: int) -> ResponseReturnValue:
    """Show a document: its lines, what of it is open, what settled it, what became of it."""
    session = sessions()
    document = own(session, Document, document_id)
    refuse_hidden(session)
    today = settings.today(session)
    return page(
        "portal/document.html",
        document=document,
        kind=kind_name(document.kind),
        amount=Money(document.amount_minor, document.currency),
        tax=Money(document.tax_minor, document.currency),
        status=statuses(session, [document.id], today).get(document.id, ""),
        lines=[_line(document, line) for line in document.lines],
        parts=[_part(document, item) for item in document.due_items],
        references=[
            (gettext(REFERENCES.get(one.kind, REFERENCES["other"])), one.value)
            for one in document.references
        ],
        related=session.scalars(mine(related(document), Document)).all(),
        happened=_happened(session, document),
        kind_name=kind_name,
        paper=copies.is_paper(document),
        today=today,
    )


def wanted(session: Session) -> DocumentSearch:
    """What the address asks for, of the viewer's documents."""
    kind = asked.choice("kind", [kind.value for kind in KINDS])
    reached = mine(select(Document), Document).with_only_columns(Document.id)
    return DocumentSearch(
        period=asked.period(),
        customer_id=viewer().customer_id,
        kinds=(kind,) if kind else (),
        status=asked.choice("status", STATUSES),
        keyword=asked.text("q"),
        today=settings.today(session),
        # A link opens some documents of its customer, whoever is signed in opens all.
        kept=reached if viewer().is_link else None,
    )


def _standings(session: Session, ids: list[int]) -> dict[int, str]:
    today, found = settings.today(session), {}
    for start in range(0, len(ids), 1000):
        found.update(statuses(session, ids[start : start + 1000], today))
    return found


def table_of(session: Session, search: DocumentSearch) -> TableDefinition:
    """The viewer's documents that are searched for, as a file lists them."""
    found = session.scalars(mine(documents(search), Document)).all()
    ids = [one.id for one in found]
    return _table(found, movements.references_of(session, ids), _standings(session, ids))


def _table(
    found: Sequence[Document], references: dict[int, str], standings: dict[int, str]
) -> TableDefinition:
    """Documents as a file lists them."""
    return TableDefinition(
        name=gettext("Documents"),
        columns=(
            Column("date", gettext("Date"), Kind.DATE),
            Column("kind", gettext("Kind")),
            Column("number", gettext("Our document")),
            Column("reference", gettext("Your reference")),
            Column("description", gettext("Description")),
            Column("currency", gettext("Currency")),
            Column("amount", gettext("Amount"), Kind.MONEY),
            Column("standing", gettext("Standing")),
        ),
        rows=tuple(
            Row(
                (
                    one.issued_on,
                    kind_name(one.kind),
                    one.number,
                    references.get(one.id, ""),
                    one.description,
                    one.currency,
                    Money(one.amount_minor, one.currency),
                    _standing_name(standings.get(one.id)),
                )
            )
            for one in found
        ),
    )


def _standing_name(standing: str | None) -> str:
    return gettext(STATUS_NAMES[standing]) if standing else ""


def refuse_hidden(session: Session) -> None:
    """Keep documents from whoever is to state their own balance first, by the same link.

    Raises:
        FiguresAfterAnswer: a blank request waits for its answer.
    """
    if viewer().statement_id is not None:
        statement = session.get_one(Statement, viewer().statement_id)
        if queries.standing(session, statement).is_hidden:
            raise FiguresAfterAnswer


@dataclass(frozen=True)
class Line:
    """What was sold or returned."""

    code: str
    words: str
    quantity: int | None
    unit: str
    #: Of one unit, with as many decimals as it has, and at least the currency's.
    price: str
    amount: Money


@dataclass(frozen=True)
class Part:
    """What of it is due when, and what of that is open."""

    no: int
    due_on: date
    amount: Money
    open: Money
    is_credit: bool


@dataclass(frozen=True)
class Event:
    """Something that happened, in words for the customer."""

    at: datetime
    who: str
    side: str
    act: str
    href: str = ""
    #: What the component knows beside.
    text: str = ""
    files: tuple[tuple[str, str], ...] = ()
    internal: bool = False


def _line(document: Document, line: DocumentLine) -> Line:
    return Line(
        code=line.code,
        words=line.description,
        quantity=line.quantity_micro,
        unit=line.unit,
        price=_price(line.unit_price_micro, document.currency),
        amount=Money(line.amount_minor, document.currency),
    )


def _price(micro: int | None, currency: str) -> str:
    if micro is None:
        return ""
    language, finer = reader.get().language, 10 ** (QUANTITY_DECIMALS - decimals_of(currency))
    if micro % finer:
        return formats.quantity(micro, language)
    return formats.money(Money(micro // finer, currency), language)


def _part(document: Document, item: DueItem) -> Part:
    return Part(
        no=item.part,
        due_on=item.due_on,
        amount=Money(item.amount_minor, document.currency),
        open=Money(item.open_minor, document.currency),
        is_credit=item.direction < 0,
    )


def _happened(session: Session, document: Document) -> list[Event]:
    """The life of a document as far as it concerns its customer, oldest first."""
    us, by_link = company_name(session), viewer().is_link
    found = []
    for step in history.history(session, document):
        if step.kind in TOLD:
            href = ""
            if step.document_id is not None and not by_link:
                href = url_for(".show", document_id=step.document_id)
            facts = {name: step.what.facts.get(name, "") for name in ("amount", "number")}
            words = gettext(TOLD[step.kind], **facts)
            found.append(Event(step.at, us, "ours", words, href))
    search = DisputeSearch(document_id=document.id)
    for dispute in session.scalars(mine(disputes(search), Dispute)):
        words = gettext(
            "disputed %(amount)s: %(reason)s (%(receipt)s)",
            amount=Money(dispute.amount_minor, dispute.currency),
            reason=Sentence(REASONS.get(dispute.reason, dispute.reason)),
            receipt=dispute.receipt,
        )
        href = f"{request.script_root}/disputes/{dispute.id}"
        found.append(Event(dispute.raised_at, gettext("You"), "theirs", words, href))
    return sorted(found, key=lambda event: event.at)
