"""Families in the portal: the members a parent's people see, and the sum of their statements."""

from dataclasses import replace

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.scope import mine
from tieout.db import sessions
from tieout.identity.permissions import Permission, PortalRole
from tieout.periods import Period
from tieout.statements import family, queries
from tieout.statements.family import Choice
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import Place, viewer

bp = Blueprint("families", __name__)

#: So many periods back may be chosen.
PERIODS = 24


def widened(session: Session, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The customers a person acts for, with those of the families whose head they are with."""
    led = family.led(session)
    if not led:
        return places
    found = {one.customer_id: one for one in places}
    for head in places:
        choice = led.get(head.customer_id)
        for member in family.below(session, head.customer_id) if choice else ():
            if choice is not None and member.id not in found:
                found[member.id] = _seen(head, member.id, member.name, choice)
    shared = family.shared(session)
    for customer_id, one in found.items():
        head_id, choice = shared.get(customer_id, (0, Choice()))
        covered = head_id in found and choice.head_answers
        if one.head_id is None and not choice.member_answers and not covered:
            found[customer_id] = replace(one, is_answered_elsewhere=True)
    return tuple(found.values())


def _seen(head: Place, customer_id: int, name: str, choice: Choice) -> Place:
    answers = choice.head_answers and head.may(Permission.ANSWER)
    return Place(
        customer_id,
        name,
        head.contact_id,
        PortalRole.ANSWER if answers else PortalRole.LOOK,
        head.contact_name,
        head_id=head.customer_id,
    )


@bp.get("/family")
@requires(Permission.LOOK)
def show() -> ResponseReturnValue:
    """Show the statements of a family's members and their sum; else the own statements."""
    person, session = viewer(), sessions()
    head_id = person.place.head_id or person.customer_id if person.place else 0
    members = [one for one in person.places if one.head_id == head_id]
    if not members or person.is_link:
        return redirect(url_for("portal.statements.index"), 303)
    ids = [head_id, *(one.customer_id for one in members)]
    query = mine(queries.current(), Statement, everywhere=True)
    query = query.where(Statement.customer_id.in_(ids), Statement.kind == "receivable")
    found = session.scalars(query).all()
    periods = list(dict.fromkeys(Period(one.period_start, one.period_end) for one in found))
    codes = {one.code: one for one in periods[:PERIODS]}
    chosen = codes.get(asked.choice("period", list(codes), next(iter(codes), "")))
    of_period = [
        one
        for one in found
        if chosen and (one.period_start, one.period_end) == (chosen.start, chosen.end)
    ]
    hidden = {one.statement.id for one in queries.standings(session, of_period) if one.is_hidden}
    shown = [one for one in of_period if one.id not in hidden]
    told = {one.customer_id for one in shown}
    return page(
        "portal/family.html",
        totals=family.family_statement(shown),
        period=chosen,
        periods=list(codes.items()),
        missing=[
            one.customer_name
            for one in person.places
            if one.customer_id in ids and one.customer_id not in told
        ],
    )
