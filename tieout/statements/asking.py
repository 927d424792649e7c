"""How a customer is asked for an answer: in any case, only if it disagrees, or for its own figure.

What was chosen for the customer holds, else for its group, else for the company. Silence may only
count where a contract says so: the clause is kept on file, with the days it allows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.settings.models import Setting

POSITIVE, NEGATIVE, BLANK = "positive", "negative", "blank"
REQUESTS: Mapping[str, str] = {
    POSITIVE: N_("An answer is wanted in any case"),
    NEGATIVE: N_("An answer is wanted only if the customer disagrees"),
    BLANK: N_("The customer states its own balance"),
}
#: The same in a word, for lists.
SHORT: Mapping[str, str] = {
    POSITIVE: N_("In any case"),
    NEGATIVE: N_("Only if it disagrees"),
    BLANK: N_("Its own balance"),
}

#: Names of the choices.
REQUEST, CLAUSE = "statement_request", "negative_confirmation_clause"
#: Days silence must last after proven delivery, unless the clause says otherwise.
SILENCE_DAYS = "negative_silence_days"
ONE_MONTH = 30

T = TypeVar("T")


class UnknownRequest(InvalidInput):
    """A way to ask for an answer that does not exist."""

    message = N_("“%(request)s” is no way to ask for an answer. Known: %(known)s.")


class ClauseIncomplete(InvalidInput):
    """A clause nobody could find again."""

    message = N_("Say where the clause stands, such as the contract's number and paragraph.")


class DaysOutOfRange(InvalidInput):
    """A time to object in that is none."""

    message = N_("%(days)s days are no time to object in. Enter 1 to 365.")


@dataclass(frozen=True)
class Clause:
    """Where a contract lets silence count, and after how many days."""

    words: str
    days: int
    since: date | None = None


def nearest(session: Session, name: str, customer: Customer, default: T) -> T:
    """What was chosen for a customer, else for its group, else for the company."""
    return nearest_of(session, name, [customer], default)[customer.id]


def nearest_of(
    session: Session, name: str, customers: Collection[Customer], default: T
) -> dict[int, T]:
    """The same for each of some customers, by one query."""
    groups = {one.group_id for one in customers if one.group_id is not None}
    rows = session.execute(
        select(Setting.scope, Setting.scope_id, Setting.value).where(
            Setting.name == name,
            or_(
                and_(Setting.scope == "company", Setting.scope_id == 0),
                and_(Setting.scope == "group", Setting.scope_id.in_(groups)),
                and_(Setting.scope == "customer", Setting.scope_id.in_([c.id for c in customers])),
            ),
        )
    )
    chosen = {(row.scope, row.scope_id): row.value["value"] for row in rows}
    return {one.id: _nearest(chosen, one, default) for one in customers}


def _nearest(chosen: Mapping[tuple[str, int | None], T], customer: Customer, default: T) -> T:
    places = (("customer", customer.id), ("group", customer.group_id), ("company", 0))
    for place in places:
        if chosen.get(place) not in (None, ""):
            return chosen[place]
    return default


def request_for(session: Session, customer: Customer) -> str:
    """How a customer is asked; in any case where it was to be negative without a clause."""
    chosen = nearest(session, REQUEST, customer, POSITIVE)
    return allowed(session, customer, chosen)


def requests_for(session: Session, customers: Collection[Customer]) -> dict[int, str]:
    """The same for each of some customers."""
    chosen = nearest_of(session, REQUEST, customers, POSITIVE)
    return {one.id: allowed(session, one, chosen[one.id]) for one in customers}


def allowed(session: Session, customer: Customer, request: str) -> str:
    """The same request, or a positive one where no contract lets silence count."""
    if request == NEGATIVE and clause_of(session, customer.id) is None:
        return POSITIVE
    return request if request in REQUESTS else POSITIVE


def choose_request(session: Session, scope: str, scope_id: int, request: str, *, by: Actor) -> None:
    """Choose how a customer, a group or everybody is asked; empty: as the wider one is.

    Raises:
        UnknownRequest: there is no such way.
    """
    if request and request not in REQUESTS:
        raise UnknownRequest(request=request, known=", ".join(REQUESTS))
    if settings.read(session, REQUEST, "", scope=scope, scope_id=scope_id) != request:
        settings.write(session, REQUEST, request, scope=scope, scope_id=scope_id, by=by)


def clause_of(session: Session, customer_id: int) -> Clause | None:
    """The clause on file that lets a customer's silence count, if there is one."""
    kept: object = settings.read(session, CLAUSE, False, scope="customer", scope_id=customer_id)
    if not kept:
        return None
    days = settings.read(session, SILENCE_DAYS, ONE_MONTH)
    if not isinstance(kept, dict):
        return Clause("", int(days))
    since = kept.get("since")
    return Clause(
        str(kept["words"]),
        int(kept.get("days") or days),
        date.fromisoformat(since) if since else None,
    )


def file_clause(session: Session, customer: Customer, clause: Clause | None, *, by: Actor) -> None:
    """Put a clause on file, or take it off: from then on silence counts, or no longer does.

    Raises:
        ClauseIncomplete, DaysOutOfRange: it says too little.
    """
    value: object = False
    if clause is not None:
        if not clause.words.strip():
            raise ClauseIncomplete
        if not 1 <= clause.days <= 365:
            raise DaysOutOfRange(days=clause.days)
        value = {
            "words": clause.words.strip(),
            "days": clause.days,
            "since": clause.since.isoformat() if clause.since else None,
        }
    before: object = settings.read(session, CLAUSE, False, scope="customer", scope_id=customer.id)
    if before != value:
        settings.write(session, CLAUSE, value, scope="customer", scope_id=customer.id, by=by)
