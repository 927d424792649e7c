"""The auditor's evidence pack: chosen by month and sample, handed out as one proven file."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.drawing import methods, wanted_draw
from internal.month_end import months_back, wanted_currency, wanted_period
from internal.places import place
from internal.scope import owner_id
from tieout import audit, clock, settings
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.ledger import ageing
from tieout.money import Money
from tieout.month_end import moved, sample
from tieout.month_end.sample import Draw
from tieout.rendering.packing import Pack
from tieout.rendering.translation import reader
from tieout.reports import evidence_pack
from tieout.reports.evidence_pack import File, Printing, Scope
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.downloads import streamed
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("evidence", __name__)

ALL, SAMPLE = "all", "sample"


@bp.get("/reports/evidence")
@requires(Permission.SEE_BOOKS)
def show() -> ResponseReturnValue:
    """Say what a pack would hold."""
    session = sessions()
    scope, draw = _wanted(session)
    found = evidence_pack.standings(session, scope)
    current = [one for one in found if one.is_open]
    return page(
        "internal/evidence.html",
        period=scope.period,
        kind=scope.kind,
        draw=draw,
        currencies=wanted_currency(session, scope.kind)[1],
        currency=wanted_currency(session, scope.kind)[0],
        months=months_back(settings.today(session), scope.period),
        methods=methods(),
        statements=len(current),
        answered=sum(each.is_given for one in current for each in one.sections),
        silent=[
            (one.statement, Money(each.section.closing_minor, each.section.currency))
            for one, each in evidence_pack.unanswered(found)
        ],
        place_of=place,
    )


@bp.get("/reports/evidence.zip")
@requires(Permission.SEE_BOOKS)
def pack() -> ResponseReturnValue:
    """Hand out a pack, written while it is sent."""
    session = sessions()
    scope, draw = _wanted(session)
    at, end = clock.now(), audit.head(session)
    about: dict[str, object] = {
        "company": settings.company(session).name,
        "period": [scope.period.start.isoformat(), scope.period.end.isoformat()],
        "accounts": scope.kind,
        "asked_by": viewer().name,
        "audit_head": f"{end.seq}:{end.hash}",
        "sample": None if draw is None else _told(draw, scope),
    }
    printing = Printing(
        reader.get().language, reader.get().zone, current_app.config["TIEOUT"].base_url, at
    )
    files = evidence_pack.contents(session, scope, printing)
    session.rollback()  # making files takes a while; the books are let go before
    made = Pack("evidence", at, about)
    return streamed(_pieces(made, files), f"evidence {scope.period.code}.zip", "application/zip")


def _wanted(session: Session) -> tuple[Scope, Draw | None]:
    """What the address asks for; the same address draws the same accounts as the sample's page."""
    period, kind = wanted_period(), asked.choice("kind", ("receivable", "payable"), "receivable")
    hears = viewer().may(Permission.HEAR_FIRST)
    if asked.choice("of", (ALL, SAMPLE), ALL) == ALL:
        return Scope(period, kind, owner_id=owner_id(), hears_first=hears), None
    currency, _ = wanted_currency(session, kind)
    draw = wanted_draw(period, currency)
    everybody = moved.accounts(
        session, period, currency, kind=kind, owner_id=owner_id(), bounds=ageing.bounds(session)
    )
    drawn = [one.account.standing.account_id for one in sample.drawn(everybody, draw)]
    return Scope(period, kind, frozenset(drawn), owner_id(), hears), draw


def _told(draw: Draw, scope: Scope) -> dict[str, object]:
    return {
        "method": draw.method,
        "seed": draw.seed,
        "size": draw.size,
        "above": draw.above.plain,
        "currency": draw.above.currency,
        "accounts": sorted(scope.accounts or ()),
    }


def _pieces(made: Pack, files: Sequence[File]) -> Iterator[bytes]:
    for name, make in files:
        yield made.add(name, make())
    yield made.close()
