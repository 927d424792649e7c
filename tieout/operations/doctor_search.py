"""Whether searching finds every document."""

from collections.abc import Iterator

from sqlalchemy import func, select

from tieout import db
from tieout.config import Settings
from tieout.i18n import N_, Sentence
from tieout.ledger.models import Document
from tieout.ledger.search_models import DocumentText


def index(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """The full-text index against the books."""
    with db.reading() as session:
        documents = session.scalar(select(func.count()).select_from(Document)) or 0
        indexed = session.scalar(select(func.count()).select_from(DocumentText)) or 0
    if indexed < documents:
        facts = {"missing": documents - indexed, "documents": documents}
        words = N_(
            "Searching does not find %(missing)s of %(documents)s documents. Run: tieout search"
            " --rebuild"
        )
        yield "wrong", Sentence(words, facts)
    else:
        facts = {"documents": documents}
        yield "well", Sentence(N_("Searching knows all %(documents)s documents."), facts)
