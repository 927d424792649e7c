"""Nested records as rows: nested fields under dotted headings, one list told line by line."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tieout.errors import Conflict
from tieout.i18n import N_

#: Levels of nesting that are followed; what lies deeper stays together in one cell.
DEPTH = 8


class NoSuchPath(Conflict):
    """A path that leads to nothing in what was answered."""

    message = N_("There is no “%(path)s” in what was answered. It has: %(names)s.")


class NotRecords(Conflict):
    """Something other than a list of records."""

    message = N_(
        "At “%(path)s” stands no list of records. Say where in the answer the records are, such as"
        " data.items."
    )


def at_path(body: Any, path: str) -> Any:
    """What stands at a dotted path.

    Raises:
        NoSuchPath: nothing does.
    """
    found = body
    for part in (one for one in path.split(".") if one):
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            names = ", ".join(map(str, found)) if isinstance(found, Mapping) else "–"
            raise NoSuchPath(path=path, names=names[:200] or "–")
    return found


def records_at(body: Any, path: str) -> list[Mapping[str, Any]]:
    """The records of an answer.

    Raises:
        NoSuchPath, NotRecords
    """
    found = at_path(body, path)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise NotRecords(path=path or "/")
    return found


def rows_of(record: Mapping[str, Any], lines: str = "") -> Iterator[dict[str, Any]]:
    """A record as rows: one for each of its lines, or one where it has none."""
    flat = flat_record(record, leave=lines)
    inner = record if not lines else _inner(record, lines)
    if not isinstance(inner, list) or not inner:
        yield flat
        return
    for line in inner:
        told = line if isinstance(line, Mapping) else {"value": line}
        yield flat | {f"{lines}.{name}": value for name, value in flat_record(told).items()}


def flat_record(record: Mapping[str, Any], *, leave: str = "") -> dict[str, Any]:
    """Nested fields under dotted headings, without the one at a path."""
    out: dict[str, Any] = {}
    _flatten(record, "", leave, 0, out)
    return out


def _flatten(
    record: Mapping[str, Any], before: str, leave: str, depth: int, out: dict[str, Any]
) -> None:
    for name, value in record.items():
        heading = f"{before}{name}"
        if leave and heading == leave:
            continue
        if isinstance(value, Mapping) and depth < DEPTH:
            _flatten(value, f"{heading}.", leave, depth + 1, out)
        elif isinstance(value, list):
            out[heading] = _told(value)
        else:
            out[heading] = value


def _told(values: list[Any]) -> str:
    """A list in one cell: words apart by commas, anything nested as it was answered."""
    if any(isinstance(one, Mapping | list) for one in values):
        return json.dumps(values, ensure_ascii=False, default=str)
    return ", ".join("" if one is None else str(one) for one in values)


def _inner(record: Mapping[str, Any], path: str) -> Any:
    try:
        return at_path(record, path)
    except NoSuchPath:
        return None
