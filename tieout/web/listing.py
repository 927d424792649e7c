"""Long lists on pages: which rows are shown of how many; the address holds the query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from tieout.web import asked

#: Rows on one page.
SIZE = 50
#: What an address says of where in a list a page stands: by number, or beside a row.
PLACE = ("page", "after", "before", "row", "of")
#: Of several lists on one page each has a place of its own: page_you, page_we.
_OWN_PLACE = "page_"
#: Where the page that is drawn is remembered.
_DRAWN = "page_drawn"


@dataclass(frozen=True)
class Listed:
    """The rows of one page, and where they stand among all."""

    rows: Sequence[Any]
    first: int
    last: int
    total: int
    #: Addresses; empty where there is no such page.
    previous: str = ""
    next: str = ""


def listed(session: Session, query: Select[*tuple[Any, ...]], *, size: int = SIZE) -> Listed:
    """Read the rows of the page asked for; a row of one entity is that entity."""
    total = count(session, query)
    page = min(max(asked.number("page") or 1, 1), max((total + size - 1) // size, 1))
    first = (page - 1) * size
    found = session.execute(query.limit(size).offset(first))
    rows = [row[0] if len(row) == 1 else row for row in found.unique()]
    return Listed(
        rows=rows,
        first=first + 1,
        last=first + len(rows),
        total=total,
        previous=here(page=page - 1) if page > 1 else "",
        next=here(page=page + 1) if first + len(rows) < total else "",
    )


@dataclass(frozen=True)
class Leaf:
    """Where one of several lists of a page is opened."""

    begin: int
    size: int
    total: int
    previous: str
    next: str

    def of(self, rows: Sequence[Any]) -> Listed:
        """These rows, where they stand among all."""
        last = self.begin + len(rows)
        return Listed(rows, self.begin + 1, last, self.total, self.previous, self.next)


def leaf(name: str, total: int, *, size: int = SIZE, anchor: str = "") -> Leaf:
    """Where a list of so many rows is opened; `name` is its own, `anchor` where it stands."""
    key = f"{_OWN_PLACE}{name}"
    last = max((total + size - 1) // size, 1)
    page = min(max(asked.number(key) or 1, 1), last)
    others = {one: there for one, there in request.args.items() if one.startswith(_OWN_PLACE)}

    def at(number: int) -> str:
        address = here(**{**others, key: number})
        return f"{address}#{anchor}" if anchor else address

    return Leaf(
        begin=(page - 1) * size,
        size=size,
        total=total,
        previous=at(page - 1) if page > 1 else "",
        next=at(page + 1) if page < last else "",
    )


def some_of(rows: Sequence[Any], name: str, *, size: int = SIZE, anchor: str = "") -> Listed:
    """Those rows of a list already read that are on the page asked for."""
    there = leaf(name, len(rows), size=size, anchor=anchor)
    return there.of(rows[there.begin : there.begin + there.size])


def count(session: Session, query: Select[*tuple[Any, ...]]) -> int:
    """How many rows a query without groups finds."""
    counting = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return int(session.scalar(counting) or 0)


def here(**changes: object) -> str:
    """This page with something else asked of it; None takes a part of the query out.

    Whatever is changed but the place leads to the first page.
    """
    given = request.args.to_dict(flat=False)
    parts: dict[str, Any] = {
        name: value
        for name, value in given.items()
        if name not in PLACE and not name.startswith(_OWN_PLACE)
    }
    parts.update(changes)
    kept = {name: value for name, value in parts.items() if value not in (None, "", [""])}
    endpoint, values = g.get(_DRAWN) or (str(request.endpoint), request.view_args or {})
    return url_for(endpoint, **{**kept, **values})


def drawn(endpoint: str, **values: object) -> None:
    """Say which page is drawn in answer to a form that was refused: its lists lead there."""
    setattr(g, _DRAWN, (endpoint, values))


def sorting(name: str, *, falling: bool = False) -> tuple[str, str]:
    """For a column's head: the address that sorts by it, and how it is sorted now.

    A second time turns the order round; `falling` begins with the largest.
    """
    now = asked.text("sort")
    rising, down = name, f"-{name}"
    first, second = (down, rising) if falling else (rising, down)
    state = {rising: "ascending", down: "descending"}.get(now, "")
    return here(sort=second if now == first else first), state
