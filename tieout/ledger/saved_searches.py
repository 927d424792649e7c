"""Searches of the ledger with a name: one's own, and those others share."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.ledger.search_models import SavedSearch

#: What may be asked of the ledger, in the order in which an address says it.
ASKED = (
    "q",
    "from",
    "to",
    "customer",
    "account",
    "kind",
    "status",
    "least",
    "most",
    "currency",
    "accounts",
    "source",
    "sort",
)


class NothingAsked(InvalidInput):
    """A search that would find every document."""

    message = N_("This search asks for nothing. Narrow the list first, then save it.")


class NameTaken(Conflict):
    """Two searches of one person cannot have one name."""

    message = N_("You have a search called “%(name)s” already. Choose another name.")


class NoSuchSearch(NotFound):
    """A search that is not there, or somebody else's."""

    message = N_("There is no such search of yours. It may have been removed meanwhile.")


def cleaned(query: str) -> str:
    """Return what of an address' query the ledger understands, in one order."""
    given = dict(parse_qsl(query))
    return urlencode([(name, given[name]) for name in ASKED if given.get(name)])


def save(
    session: Session, name: str, query: str, *, is_shared: bool, by: Actor, at: datetime
) -> SavedSearch:
    """Keep a search under a name.

    Raises:
        NothingAsked, NameTaken: it cannot be kept so.
    """
    kept, name = cleaned(query), name.strip()
    if not kept:
        raise NothingAsked
    there = select(SavedSearch.id).where(SavedSearch.owner_id == by.id, SavedSearch.name == name)
    if session.scalar(there) is not None:
        raise NameTaken(name=name)
    search = SavedSearch(owner_id=by.id, name=name, query=kept, is_shared=is_shared, saved_at=at)
    session.add(search)
    session.flush()
    after = {"name": name, "query": kept, "is_shared": is_shared}
    audit.record(session, by, "search.saved", search, after=after)
    return search


def remove(session: Session, search_id: int, *, by: Actor) -> SavedSearch:
    """Forget one of one's own searches.

    Raises:
        NoSuchSearch: it is not there, or somebody else's.
    """
    search = session.get(SavedSearch, search_id)
    if search is None or search.owner_id != by.id:
        raise NoSuchSearch
    before = {"name": search.name, "query": search.query, "is_shared": search.is_shared}
    audit.record(session, by, "search.removed", search, before=before)
    session.delete(search)
    session.flush()
    return search


def of_person(session: Session, person_id: int) -> list[SavedSearch]:
    """One's own searches and those others share, by name."""
    query = select(SavedSearch).where(
        or_(SavedSearch.owner_id == person_id, SavedSearch.is_shared.is_(True))
    )
    return list(session.scalars(query.order_by(SavedSearch.name, SavedSearch.id)))
