"""Copies of our documents: taken along as PDF, or asked for by mail."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.answering import contact_of
from portal.documents import refuse_hidden
from portal.scope import own
from tieout import clock
from tieout.db import sessions, transaction
from tieout.errors import NotFound
from tieout.identity.permissions import Permission
from tieout.ledger import copies
from tieout.ledger.models import Document
from tieout.reconciliation.models import Reconciliation
from tieout.rendering.translation import gettext, reader
from tieout.reports.copied import copy_print, file_name
from tieout.reports.making import made as file_of
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import download
from tieout.web.viewer import viewer

bp = Blueprint("copies", __name__)


@bp.get("/documents/<int:document_id>/copy.pdf")
@requires(Permission.LOOK)
def pdf(document_id: int) -> ResponseReturnValue:
    """Hand out the copy of a document."""
    session = sessions()
    document = own(session, Document, document_id)
    refuse_hidden(session)
    if not copies.is_paper(document):
        raise NotFound
    name = file_name(document)
    data = copy_print(
        session,
        document,
        language=reader.get().language,
        zone=reader.get().zone,
        printed_at=None,
    )
    session.rollback()  # making a file takes a while; the books are let go before
    return download(file_of("document.pdf", data), name, "application/pdf", show=True)


@bp.post("/documents/<int:document_id>/copy")
@requires(Permission.ANSWER)
def ask(document_id: int) -> ResponseReturnValue:
    """Send the copy of a document to whoever asks, by mail; once a day."""
    with transaction() as session:
        document = own(session, Document, document_id)
        refuse_hidden(session)
        contact = contact_of(session, viewer())
        sending = copies.send(session, document, [contact], by=viewer().actor, at=clock.now())
        facts = {"number": document.number, "address": contact.email}
    if sending.to:
        flash(gettext("The copy of %(number)s goes to %(address)s.", **facts))
    else:
        flash(
            gettext("The copy of %(number)s went to %(address)s today already.", **facts),
            "warning",
        )
    return redirect(_back(document_id), 303)


def _back(document_id: int) -> str:
    """The comparison one asked from, or the document."""
    wanted = asked.number("comparison")
    if wanted is not None:
        made = own(sessions(), Reconciliation, wanted)
        return url_for("portal.books.show", reconciliation_id=made.id)
    return url_for("portal.documents.show", document_id=document_id)
