"""One box over everything the books know by a name or a number: any two characters do."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.scope import condition, owner_id
from internal.words import kind_word
from tieout.customers.models import Customer
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.intake.models import ImportBatch
from tieout.ledger.search import search
from tieout.ledger.search_words import words
from tieout.reports.found import disputes_called, imports_called, statements_called
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("search", __name__)

#: Of each kind, so many are shown; their own lists show the rest.
_SOME = 10


@bp.get("/search")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """Show what a text finds."""
    session, text = sessions(), asked.text("q")
    is_long_enough = bool(words(text))
    theirs = condition(Customer.id)
    return page(
        "internal/search.html",
        text=text,
        searched=text,
        is_long_enough=is_long_enough,
        hits=search(session, text, owner_id=owner_id(), limit=_SOME),
        statements=statements_called(session, text, theirs, _SOME) if is_long_enough else [],
        disputes=disputes_called(session, text, theirs, _SOME) if is_long_enough else [],
        imports=_imports(session, text) if is_long_enough else [],
        kind_word=kind_word,
    )


def _imports(session: Session, text: str) -> list[ImportBatch]:
    """Files hold rows of many customers: only those who see all of them find them."""
    may = viewer().may(Permission.SEE_IMPORTS) and owner_id() is None
    return imports_called(session, text, _SOME) if may else []
