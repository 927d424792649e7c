"""The table of the month's cycle as it is drawn: rows, chips, links, what closing waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from internal.places import place
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.month_end import conditions as closing_conditions
from tieout.month_end import stages
from tieout.month_end.stages import STAGES, Cell, Standing
from tieout.periods import Period
from tieout.rendering.environment import monthday
from tieout.rendering.translation import gettext, reader
from tieout.statements import answers
from tieout.web.listing import here
from tieout.web.viewer import viewer

#: Which rows are shown.
FILTERS = ("open", "no_answer", "disagreed", "changed", "all")


@dataclass(frozen=True)
class Row:
    """A row as the table draws it."""

    customer: str
    href: str
    balance: Money
    cells: Sequence[dict[str, object] | None]


def cell_words(cell: Cell) -> str:
    """What stands in a cell: words, or the day without its year."""
    if cell.words is None:
        return ""
    on = cell.words.facts.get("day")
    return monthday(on) if isinstance(on, date) else reader.get().sentence(cell.words)


def narrowed(rows: Sequence[Standing], which: str, stage: str) -> list[Standing]:
    """The rows a filter, or a stage that is not through, leaves."""
    if stage:
        at = list(STAGES).index(stage)
        return [row for row in rows if (cell := row.cells[at]) is None or not cell.is_through]
    return [row for row in rows if _fits(row, which)]


def _fits(row: Standing, which: str) -> bool:
    match which:
        case "open":
            return not row.is_closed
        case "no_answer":
            return row.outcome == answers.NO_ANSWER
        case "disagreed":
            return row.outcome == answers.DISAGREED
        case "changed":
            return row.is_changed
    return True


def chips(rows: Sequence[Standing], which: str) -> list[tuple[str, int, str, bool]]:
    """The filters with how many rows each leaves."""
    words = {
        "open": gettext("Not closed"),
        "no_answer": gettext("No answer"),
        "disagreed": gettext("Disagreed"),
        "changed": gettext("Changed since"),
        "all": gettext("All"),
    }
    return [
        (
            said,
            sum(1 for row in rows if _fits(row, code)),
            here(show=code, stage=None),
            code == which,
        )
        for code, said in words.items()
    ]


def strip(counts: dict[str, int]) -> list[dict[str, object]]:
    """The stages as the strip draws them."""
    return [
        {"words": gettext(words), "done": counts[code], "href": here(stage=code, show=None)}
        for code, words in STAGES.items()
    ]


def row(row: Standing) -> Row:
    """A row as the table draws it."""
    return Row(
        customer=row.name,
        href=place(f"customers/{row.customer_id}"),
        balance=row.balance,
        cells=[_cell(row, cell) for cell in row.cells],
    )


def _cell(row: Standing, cell: Cell | None) -> dict[str, object] | None:
    if cell is None:
        return None
    words = cell_words(cell)
    quiet = cell.is_through and not cell.status
    if quiet:
        return {"done": True, "words": words}
    return {
        "done": False,
        "status": cell.status,
        "words": words,
        "href": _target(row, cell.target),
    }


def _target(row: Standing, target: str) -> str:
    match target:
        case "imports":
            return _imports()
        case "statement" if row.statement_id is not None:
            return url_for("internal.statements.show", statement_id=row.statement_id)
        case "matching":
            return place("matching", customer=row.customer_id)
        case "disputes":
            return place("disputes", customer=row.customer_id)
        case "drafts":
            return place("approvals")
        case "customer":
            return place(f"customers/{row.customer_id}")
    return ""


def _imports() -> str:
    """Where imports stand; files hold rows of every customer, so not everybody opens them."""
    return place("imports") if viewer().may(Permission.SEE_IMPORTS) else ""


def outcomes(rows: Sequence[Standing], currency: str, period: Period) -> list[dict[str, object]]:
    """The table of answers, by number and balance."""
    return [
        {
            "code": code,
            "words": gettext(words),
            "count": count,
            "amount": amount,
            "href": place("statements", month=period.code, answer=code)
            if code in answers.OUTCOMES
            else "",
        }
        for (code, (count, amount)), words in zip(
            stages.outcomes(rows, currency).items(), stages.OUTCOMES.values(), strict=True
        )
        if count or code in (answers.AGREED, answers.NO_ANSWER)
    ]


def conditions(session: Session, period: Period, kind: str) -> list[dict[str, object]]:
    """What closing waits for, each with its link."""
    whole = "internal.month_end.show"
    links = {
        "imports": _imports(),
        "statement": url_for(whole, month=period.code, kind=kind, stage="issue"),
        "differences": url_for("internal.month_close.differences", month=period.code)
        if viewer().may(Permission.MATCH)
        else "",
        "changed": url_for(whole, month=period.code, kind=kind, show="changed"),
    }
    return [
        {
            "done": one.holds,
            "words": reader.get().sentence(one.words),
            "href": links.get(one.target, ""),
            "link": gettext("%(count)s left", count=one.left) if one.left else "",
        }
        for one in closing_conditions.conditions(session, period, kind)
    ]
