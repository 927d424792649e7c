"""Reminders: what would leave on a day, what was left out and why, what has left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.places import place
from tieout import clock, settings
from tieout.customers.models import CustomerAccount
from tieout.customers.queries import names
from tieout.db import sessions, transaction
from tieout.dunning import charges, days, notices, queries, runs, stale
from tieout.dunning.notices import Worked
from tieout.dunning.queries import LEFT_OUT, TONES
from tieout.dunning.selection import Nothing, Selection
from tieout.dunning.spans import EVERYBODY, Span
from tieout.i18n import Sentence
from tieout.identity.permissions import Permission
from tieout.messages import reached
from tieout.messages.reached import Reached
from tieout.messages.wishes import CHANNELS
from tieout.money import Money
from tieout.rendering.translation import gettext, ngettext, reader
from tieout.runs import stored
from tieout.runs.models import Run
from tieout.settings import calendars
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import listed
from tieout.web.pages import page
from tieout.web.viewer import viewer
from tieout.web.working import go_on

bp = Blueprint("dunning", __name__)

#: Accounts with something overdue beyond which the page shows some of them at a time.
MANY = 1000


@dataclass(frozen=True)
class Leaving:
    """A reminder as it would leave."""

    customer_id: int
    customer: str
    level: int
    tone: str
    amount: Money
    pay_by: date
    items: Sequence[str]
    left_out: Sequence[str]
    #: What it costs, each part in words.
    costs: Sequence[str]
    #: Whom it reaches, each with the ways.
    to: Sequence[str]


@dataclass(frozen=True)
class Staying:
    """An account with something overdue that gets no reminder, and why."""

    customer_id: int
    customer: str
    currency: str
    why: str
    left_out: Sequence[str]


@bp.get("/dunning")
@requires(Permission.REMIND)
def show() -> ResponseReturnValue:
    """Show what would leave on a day, as the books stand now."""
    session = sessions()
    today = settings.today(session)
    on = asked.day("on") or days.following(session, today)
    found = listed(session, notices.overdue(on).order_by(CustomerAccount.id))
    # at once where that can be, for the sums stand above the tables
    is_long = found.total > MANY
    within = Span(found.rows[0], found.rows[-1]) if is_long else EVERYBODY
    worked = notices.preview(session, on, within)
    called = names(session, [one.account.customer_id for one in worked])
    readers = reached.reminded(session, called)
    return page(
        "internal/dunning.html",
        on=on,
        today=today,
        found=found if is_long else None,
        run=_unfinished(session),
        fresh=stale.freshness(session, on),
        unmarked=calendars.unmarked_year(session, on) if days.on_working_days(session) else None,
        following=None if days.may_leave(session, on) else days.following(session, on),
        leaving=[
            _leaving(one, called, readers.get(one.account.customer_id, ()))
            for one in worked
            if isinstance(one.found, Selection)
        ],
        staying=[_staying(one, called) for one in worked if isinstance(one.found, Nothing)],
    )


def _unfinished(session: Session) -> Run | None:
    """The run under way, or one of today that was cancelled before it was done."""
    run = runs.latest(session)
    if run is None or run.state == "done":
        return None
    is_todays = runs.day_of(run) == settings.today(session)
    return run if is_todays or run.state in stored.OPEN else None


@bp.post("/dunning/run")
@requires(Permission.REMIND)
def run() -> ResponseReturnValue:
    """Plan today's reminders now; each is worked out once more when it leaves."""
    with transaction() as session:
        today, at = settings.today(session), clock.now()
        begun = runs.start(session, on=today, by=viewer().actor, at=at)
        run_id = None if isinstance(begun, Sentence) else begun.id
    if isinstance(begun, Sentence):
        flash(reader.get().sentence(begun), "error")
    if run_id is None:
        return redirect(url_for(".sent"), 303)
    go_on(run_id)
    session = sessions()
    if not stored.progress(session, run_id).is_over:
        return redirect(url_for("internal.dunning_runs.show", reminder_run_id=run_id), 303)
    count = runs.tally(session, run_id).planned
    flash(ngettext("%(num)s reminder leaves now.", "%(num)s reminders leave now.", count))
    return redirect(url_for(".sent"), 303)


@bp.get("/dunning/sent")
@requires(Permission.REMIND)
def sent() -> ResponseReturnValue:
    """List the reminders that were planned, and what became of each."""
    session = sessions()
    found = listed(session, queries.notices())
    return page(
        "internal/dunning_sent.html",
        found=found,
        why={one.id: _why(one.reason) for one, _ in found.rows},
        place_of=place,
    )


def _why(stored: dict[str, object] | None) -> str:
    return reader.get().sentence(Sentence.from_json(stored)) if stored else ""


def _leaving(one: Worked, called: dict[int, str], readers: Sequence[Reached]) -> Leaving:
    found = one.found
    assert isinstance(found, Selection)  # noqa: S101 - chosen by the caller
    currency = one.account.currency
    return Leaving(
        customer_id=one.account.customer_id,
        customer=called.get(one.account.customer_id, ""),
        level=found.level,
        tone=gettext(TONES.get(found.tone, found.tone)),
        amount=Money(found.net_minor, currency),
        pay_by=found.pay_by,
        items=[
            ngettext(
                "%(number)s, %(amount)s, %(num)s day",
                "%(number)s, %(amount)s, %(num)s days",
                item.days,
                number=item.number,
                amount=_amount(item.amount_minor, currency),
            )
            for item in found.items
        ],
        left_out=_left_out(found, currency),
        costs=_costs(one),
        to=_to(readers, found.step.channel if found.step is not None else ""),
    )


def _to(readers: Sequence[Reached], way: str) -> list[str]:
    """Whom a reminder reaches that leaves by a way; every way where somebody has none of it."""
    said = []
    for one in readers:
        ways = gettext(", ").join(gettext(CHANNELS.get(name, name)) for name in one.by(way))
        if ways:
            said.append(f"{one.name}{gettext(', ')}{ways}")
        elif not one.is_group:
            said.append(gettext("%(name)s, reached nowhere", name=one.name))
    return said


def _costs(one: Worked) -> list[str]:
    if one.costs is None:
        return []
    parts = (("fee", one.costs.fee_minor), ("interest", one.costs.interest_minor))
    return [
        f"{gettext(charges.KINDS[kind])} {_amount(minor, one.account.currency)}"
        for kind, minor in parts
        if minor
    ]


def _staying(one: Worked, called: dict[int, str]) -> Staying:
    found = one.found
    assert isinstance(found, Nothing)  # noqa: S101 - chosen by the caller
    return Staying(
        customer_id=one.account.customer_id,
        customer=called.get(one.account.customer_id, ""),
        currency=one.account.currency,
        why=reader.get().sentence(found.reason),
        left_out=_left_out(found, one.account.currency),
    )


def _left_out(found: Selection | Nothing, currency: str) -> list[str]:
    return [
        " ".join(
            part
            for part in (
                one.number,
                _amount(one.amount_minor, currency),
                gettext(LEFT_OUT[one.why]),
            )
            if part
        )
        for one in found.left_out
    ]


def _amount(minor: int, currency: str) -> str:
    return str(reader.get().fact(Money(minor, currency)))
