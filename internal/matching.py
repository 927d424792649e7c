"""Two books side by side: which customers' ledgers were compared, and one comparison."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import Session

from internal import matching_filters
from internal.matching_filters import Rivals
from internal.matching_next import next_step
from internal.scope import seen, within
from tieout import clock, settings
from tieout.db import sessions
from tieout.disputes.queries import of_account
from tieout.identity.permissions import Permission
from tieout.ledger import copies
from tieout.matching import Difference
from tieout.money import Money
from tieout.reconciliation import (
    agreeing,
    attaching,
    decisions,
    lessons,
    names,
    on_day,
    over_time,
    queries,
    said_first,
)
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.queries import STATES, ReconciliationSearch
from tieout.reconciliation.shown import WRONG_AMOUNT, Picture, ShownGroup, ShownLine
from tieout.reconciliation.vocabulary import BY_HAND, ITSELF, TOGETHER, WE, YOU
from tieout.rendering.translation import reader
from tieout.reports.compared import reconciliation_print
from tieout.reports.making import made as file_of
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.comparison import Told, said
from tieout.web.downloads import download
from tieout.web.listing import Listed, count, drawn, here, leaf, listed, some_of
from tieout.web.narrowing import AGES, Wanted, types
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("matching", __name__)

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Who acts, as the page's parts are called.
WHOSE = {
    WE: "we_correct",
    YOU: "you_correct",
    ITSELF: "clears_by_itself",
    TOGETHER: "settle_together",
}
#: Free lines of a book beside one another: enough to find what belongs together.
MOST_FREE = 100
#: What the address says of what is looked at; it stays when something is decided.
_LOOKED_AT = ("view", "on", "type", "least", "age", "q")
#: What of a comparison is looked at.
VIEWS = ("decide", "differences", "time", "matched", "rejected")


@bp.get("/matching")
@requires(Permission.SEE_BOOKS)
def index() -> ResponseReturnValue:
    """List the comparisons, the newest of each account and day."""
    session = sessions()
    state = asked.choice("state", STATES)
    found = listed(session, _wanted(state))
    return page(
        "internal/matching_index.html",
        found=found,
        state=state,
        counts={one: count(session, _wanted(one)) for one in ("", *STATES)},
        customers=queries.customers_of(session, list(found.rows)),
        proposals=queries.proposals(session, [made.id for made in found.rows]),
        searched=asked.text("q"),
        here=here,
    )


@bp.get("/matching/<int:reconciliation_id>")
@requires(Permission.SEE_BOOKS)
def show(reconciliation_id: int) -> ResponseReturnValue:
    """Show two books side by side."""
    return comparison_page(reconciliation_id)


@bp.get("/matching/<int:reconciliation_id>/reconciliation.pdf")
@requires(Permission.SEE_BOOKS)
def pdf(reconciliation_id: int) -> ResponseReturnValue:
    """Hand out the balance reconciliation statement as it is printed."""
    return _file(reconciliation_id, "pdf")


@bp.get("/matching/<int:reconciliation_id>/reconciliation.xlsx")
@requires(Permission.SEE_BOOKS)
def xlsx(reconciliation_id: int) -> ResponseReturnValue:
    """Hand out the comparison as a workbook."""
    return _file(reconciliation_id, "xlsx")


def comparison_page(
    reconciliation_id: int,
    *,
    refused: str = "",
    ticked: tuple[set[int], set[int]] = (set(), set()),
    reason: str = "",
) -> str:
    """Draw a comparison; `refused` says why what was ticked could not be put together."""
    drawn("internal.matching.show", reconciliation_id=reconciliation_id)
    session = sessions()
    made = seen(session, Reconciliation, reconciliation_id)
    view = asked.choice("view", VIEWS, "decide")
    shown = on_day.picture_on(session, made, asked.day("on") if view == "differences" else None)
    told = Told(shown, staff=True)
    rejected = queries.rejections(session, made)
    wanted, today = Wanted.asked(), settings.today(session)
    undecided, others = waiting(shown), Rivals(shown)
    split = asked.number("split")
    proposals = some_of(
        [group for group in wanted.groups(undecided, today) if group.no != split], "proposals"
    )
    some_rejected = some_of(rejected, "rejected")
    return page(
        "internal/matching.html",
        made=made,
        customer=queries.customers_of(session, [made])[made.customer_id],
        account=queries.account_of(session, made),
        book=queries.book_of(session, made),
        statement=attaching.explained(session, made),
        shown=shown,
        sisters=queries.newest_of_each(session.scalars(queries.sisters(session, made))),
        warnings=said_first.warnings(session, made),
        parties=said_first.parties(session, made),
        sheets=said_first.sheets(session, made),
        told=told,
        view=view,
        is_earlier=shown.as_at < made.as_at,
        first_day=on_day.first_day(session, made),
        agreed=_agreed(session, made, wanted, today),
        agreeing=agreeing.count(session, made),
        rejected=some_rejected,
        numbers=queries.numbers(session, list(some_rejected.rows)),
        proposals=proposals,
        waiting=[proposal(made, told, group, others.of(group)) for group in proposals.rows],
        undecided=len(undecided),
        undecided_or_free=some_of(
            [*shown.unproven, *(group for group in shown.groups if group.is_free)], "undecided"
        ),
        agreeing_types=agreeing_types(session, made),
        kinds=matching_filters.kinds([group for group in undecided if acceptable(group)]),
        types=types(shown, staff=True),
        wanted=wanted,
        ages=AGES,
        differences={
            who: some_of(wanted.groups(shown.by(who), today), who, anchor=anchor)
            for who, anchor in WHOSE.items()
        },
        whose=WHOSE,
        later=some_of(wanted.groups(shown.later, today), "later", anchor="later"),
        free=free(made, shown, ticked, wanted=wanted, today=today, split=split),
        time=_time(session, made, shown, today) if view == "time" else None,
        refused=refused,
        reason=reason,
        lessons=_lessons(session, made) if view == "decide" else [],
        last=decisions.last_decision(session, made, viewer().name),
        act_on=act_on,
        looked_at=looked_at(),
        next_step=next_step,
        copied=copies.COPIED,
        disputed=of_account(session, made.account_id),
    )


def _lessons(session: Session, made: Reconciliation) -> Sequence[lessons.Told]:
    """Habits that matches made by hand speak for, where the reader may decide about them."""
    if not viewer().may(Permission.MATCH):
        return ()
    return lessons.told(session, queries.account_of(session, made))


def agreeing_types(session: Session, made: Reconciliation) -> list[tuple[str, str]]:
    """The types of the groups that agree, with their words."""
    return [(one, said(names.type_name(Difference(one)))) for one in agreeing.types(session, made)]


def _agreed(session: Session, made: Reconciliation, wanted: Wanted, today: date) -> Listed:
    sought = wanted.sought(today)
    there = leaf("agreed", agreeing.count(session, made, sought))
    return there.of(agreeing.some(session, made, sought, begin=there.begin, most=there.size))


@dataclass(frozen=True)
class OverTime:
    """What the view over time shows."""

    running: over_time.Running
    #: Those on this page, and the sum of all.
    aged: Listed
    open: Money
    columns: Sequence[over_time.Column]
    before: over_time.Before | None
    became: Listed
    is_carried: bool


def _time(session: Session, made: Reconciliation, shown: Picture, today: date) -> OverTime:
    aged, before = over_time.aged(shown, today=today), over_time.before(session, made)
    became = before.became if before else ()
    return OverTime(
        over_time.running(session, made),
        some_of(aged, "aged", anchor="aged"),
        Money.total((one.group.residual for one in aged), made.currency),
        over_time.columns(aged, made.currency),
        before,
        some_of(became, "became", anchor="became"),
        over_time.carried(session, made, before),
    )


def acceptable(group: ShownGroup) -> bool:
    """Whether a proposal may be accepted together with others: nothing is to be said about it."""
    return group.is_proposed and group.found_by != BY_HAND


def waiting(shown: Picture) -> list[ShownGroup]:
    """What somebody has to decide: proposals, and groups that nothing proves."""
    return [group for group in shown.groups if group.is_open and not group.is_free]


@dataclass(frozen=True)
class Proposed:
    """A proposal as its row shows it."""

    group: ShownGroup
    ours: list[dict[str, object]]
    theirs: list[dict[str, object]]
    type: str
    why: str
    tone: str
    icon_name: str
    accept: str
    reject: str
    #: A difference stays, or nothing proves it.
    asks_reason: bool
    #: The digits in which both amounts differ say something.
    has_digits: bool
    #: Other lines with the same amount that might belong there as well.
    rivals: list[dict[str, object]]
    #: A person made it, and a second one has to agree.
    waits: bool
    approve: str
    split: str


def proposal(
    made: Reconciliation, told: Told, group: ShownGroup, rivals: Sequence[ShownLine] = ()
) -> Proposed:
    """A proposal with its words and addresses."""
    tone, icon_name = names.TONES.get(group.difference, ("quiet", "link"))
    return Proposed(
        group=group,
        ours=[line_of(told, line) for line in group.ours],
        theirs=[line_of(told, line) for line in group.theirs],
        type=told.name(group),
        why=told.because(group),
        tone=tone,
        icon_name=icon_name,
        accept=act_on("accept", made, group),
        reject=act_on("reject", made, group),
        asks_reason=not group.is_proposed,
        has_digits=group.difference in WRONG_AMOUNT,
        rivals=[{**line_of(told, line), "is_theirs": bool(line.row_no)} for line in rivals],
        waits=group.is_proposed and group.found_by == BY_HAND,
        approve=act_on("approve", made, group),
        split=url_for(
            "internal.matching.show", reconciliation_id=made.id, split=group.no, _anchor="match"
        )
        if len(group.ours) + len(group.theirs) > 2 and group.found_by != BY_HAND
        else "",
    )


def act_on(act: str, made: Reconciliation, group: ShownGroup) -> str:
    """Where a decision about a group is sent: accept or reject."""
    return url_for(
        f"internal.matching_acts.{act}",
        reconciliation_id=made.id,
        group_no=group.no,
        seen=group.seen,
        **looked_at(),
    )


def looked_at() -> dict[str, Any]:
    """What is looked at: the view, what it is narrowed to, the leaf of each of its lists."""
    return {
        name: value
        for name, value in request.args.items()
        if value and (name in _LOOKED_AT or name.startswith("page_"))
    }


def line_of(told: Told, line: ShownLine) -> dict[str, object]:
    """A line as the grid shows it."""
    address = "" if line.row_no else url_for("internal.documents.show", document_id=line.id)
    words = line.description or (told.kind(line.kind).lower() if line.kind else "")
    return {
        "id": line.id,
        "on": line.on,
        "number": line.number or told.kind(line.kind),
        "href": address,
        "words": words[:60],
        "amount": line.amount,
    }


def free(
    made: Reconciliation,
    shown: Picture,
    ticked: tuple[set[int], set[int]],
    *,
    wanted: Wanted,
    today: date,
    split: int | None,
) -> dict[str, Listed]:
    """The lines nothing was proposed for, those ticked before marked and first.

    Lines of a proposal that is split stand among them, ticked.
    """
    told = Told(shown, staff=True)
    alone = [
        group
        for group in shown.groups
        if group.is_free and not group.is_later and wanted.group(group, today)
    ]
    parts = [group for group in shown.groups if group.no == split and group.is_proposed]
    for group in parts:
        ticked = (
            ticked[0] | {line.id for line in group.ours},
            ticked[1] | {line.id for line in group.theirs},
        )
    alone = [*parts, *alone]
    found = {}
    for side, ids in (("ours", ticked[0]), ("theirs", ticked[1])):
        lines = [line for group in alone for line in getattr(group, side)]
        lines.sort(key=lambda line: (line.id not in ids, line.on))
        some = some_of(lines, side, size=MOST_FREE, anchor="free")
        rows = [{**line_of(told, line), "ticked": line.id in ids} for line in some.rows]
        found[side] = replace(some, rows=rows)
    return found


def _wanted(state: str) -> Select[Reconciliation]:
    search = ReconciliationSearch(
        state=state,
        keyword=asked.text("q"),
        customer_id=asked.number("customer"),
        is_latest=True,
    )
    return within(queries.reconciliations(search), Reconciliation.customer_id)


def _file(reconciliation_id: int, ending: str) -> ResponseReturnValue:
    session = sessions()
    made = seen(session, Reconciliation, reconciliation_id)
    day = asked.day("on")
    name = f"{made.receipt}{f'-{day}' if day else ''}.{ending}"
    data = reconciliation_print(
        session,
        made,
        staff=True,
        language=reader.get().language,
        zone=reader.get().zone,
        printed_at=clock.now(),
        on=day,
        with_lines=ending == "xlsx",
    )
    session.rollback()  # making a file takes a while; the books are let go before
    content = file_of(f"reconciliation.{ending}", data)
    return download(content, name, MEDIA[ending], show=ending == "pdf")
