"""JSON: records of a shop, an ERP or a payment service, nested as programs write them.

Nested fields stand under dotted headings (billing.company); of the lists within a record the
lines of the document are told row by row, each with the record's own fields before it; other
lists stay together in one cell. Numbers are exact: nothing passes through binary fractions.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieout.intake.importers.contents import Contents
from tieout.intake.importers.writing import text_of
from tieout.intake.reading.cells import Cell, Row
from tieout.intake.reading.errors import BreaksOff, NestedTooDeep, NoRecords, TooManyColumns

_HEAD = re.compile(rb"(\xef\xbb\xbf|\xff\xfe)?\s*(\{\s*[\"}]|\[\s*[\[{\]])")
#: Names under which services put their records, and lists of lines under which documents do.
_WRAPPERS = (
    "data", "items", "results", "result", "records", "rows", "list", "value", "values", "content",
    "entries", "orders", "invoices", "documents", "payments", "transactions", "customers",
    "products", "response", "body", "payload", "d",
)  # fmt: skip
LINES = (
    "line_items", "lineitems", "invoice_lines", "invoicelines", "order_lines", "orderlines",
    "lines", "items", "order_items", "orderitems", "details", "detail_list", "detaillist",
    "positions", "products", "goods", "goods_list", "entries", "rows",
)  # fmt: skip
#: Fields by which a lone object is one record, not the envelope of many.
_IDENTIFYING = frozenset({"id", "number", "no", "code", "uuid", "order_no", "invoice_no"})
#: Levels of nesting that become headings; what lies deeper stays together in one cell.
_DEPTH = 8
_DEEPEST = 200
_WIDEST = 2_000


class Records:
    """A list of records in JSON, or one record on each line."""

    def recognises(self, head: bytes) -> bool:
        """See whether JSON begins there."""
        plain = head.replace(b"\0", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
        return bool(_HEAD.match(plain.lstrip(b"\xfe\xff")))

    def read(self, path: Path, file: str) -> Contents:
        """Read every record; what its fields say is guessed from their names and values."""
        records, encoding = records_of(path, file)
        lines = lines_in(records)
        return table_of(file, [row for one in records for row in flat_rows(one, lines)], encoding)


def records_of(path: Path, file: str) -> tuple[list[Mapping[str, Any]], str]:
    """The records in a file of JSON, and its encoding.

    Raises:
        BreaksOff, NestedTooDeep, NoRecords, UnknownWriting
    """
    text, encoding = text_of(path, file)
    body = _parsed(text.lstrip("\ufeff"), file)
    found = _found(body)
    if found is None:
        raise NoRecords(file=file)
    return found, encoding


def _parsed(text: str, file: str) -> Any:
    try:
        return _load(text)
    except RecursionError as error:
        raise NestedTooDeep(file=file, limit=_DEEPEST) from error
    except ValueError as error:
        by_line = _one_each(text)
        if by_line is None:
            line = getattr(error, "lineno", 1)
            raise BreaksOff(file=file, line=line) from error
        return by_line


def _load(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _one_each(text: str) -> list[Any] | None:
    """Records that stand on a line each."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not lines[0].strip().endswith("}"):
        return None
    try:
        return [_load(line) for line in lines]
    except ValueError:
        return None


def _found(body: Any, depth: int = 0) -> list[Mapping[str, Any]] | None:
    """The list of records, wherever an answer has put it."""
    if isinstance(body, list):
        if body and all(isinstance(one, Mapping) for one in body):
            return body
        if len(body) > 1 and all(isinstance(one, list) for one in body):
            return _from_lists(body)
        return [] if not body else None
    if not isinstance(body, Mapping) or depth > 3:
        return None
    names = {str(name).lower(): name for name in body}
    for wrapper in _WRAPPERS:
        if wrapper in names and not _IDENTIFYING & set(names):
            found = _found(body[names[wrapper]], depth + 1)
            if found is not None:
                return found
    inner = [value for value in body.values() if isinstance(value, Mapping | list)]
    if len(inner) == 1 and len(body) == 1:
        return _found(inner[0], depth + 1)
    return [body] if body else None


def _from_lists(body: list[list[Any]]) -> list[Mapping[str, Any]] | None:
    """A table written as lists: the first names the columns."""
    first, *others = body
    if not all(isinstance(name, str) and name for name in first) or len(set(first)) < len(first):
        return None
    return [dict(zip(first, other, strict=False)) for other in others]


def lines_in(records: Sequence[Mapping[str, Any]]) -> str:
    """The name of the list that holds the lines of the documents; empty where none does."""
    names: dict[str, str] = {}
    for record in records[:50]:
        for name, value in record.items():
            if isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
                names.setdefault(_plain(name), name)
    return next((names[known] for known in LINES if known in names), "")


def _plain(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("-", "_")


def flat_rows(record: Mapping[str, Any], lines: str = "") -> Iterator[dict[str, Cell]]:
    """A record as rows: one for each of its lines, or one where it has none."""
    flat: dict[str, Cell] = {}
    _flatten(record, "", lines, 0, flat)
    inner = record.get(lines) if lines else None
    if not isinstance(inner, list) or not inner:
        yield flat
        return
    for line in inner:
        told = dict(flat)
        _flatten(line if isinstance(line, Mapping) else {"": line}, f"{lines}.", "", 1, told)
        yield told


def _flatten(
    record: Mapping[str, Any], before: str, leave: str, depth: int, out: dict[str, Cell]
) -> None:
    for name, value in record.items():
        heading = f"{before}{name}"
        if heading == leave:
            continue
        if isinstance(value, Mapping) and depth < _DEPTH:
            _flatten(value, f"{heading}.", "", depth + 1, out)
        else:
            out[heading] = cell_of(value)


def cell_of(value: Any) -> Cell:
    """A value of JSON as a cell."""
    if value is None:
        return ""
    if isinstance(value, str | bool | int | Decimal):
        return value
    if isinstance(value, list) and not any(isinstance(one, Mapping | list) for one in value):
        return ", ".join("" if one is None else str(one) for one in value)
    return json.dumps(value, ensure_ascii=False, default=str)


def table_of(file: str, rows: Iterable[Mapping[str, Cell]], encoding: str) -> Contents:
    """Rows of named cells under one set of headings, in the order in which they first appear.

    Raises:
        TooManyColumns: the records have more different fields than any table.
    """
    told = list(rows)
    places: dict[str, int] = {}
    for number, row in enumerate(told, 1):
        for heading in row:
            places.setdefault(heading, len(places))
        if len(places) > _WIDEST:
            raise TooManyColumns(file=file, row=number, columns=len(places), limit=_WIDEST)
    made = [
        Row(number, tuple(row.get(heading, "") for heading in places))
        for number, row in enumerate(told, 1)
    ]
    return Contents(
        kind=None,
        headings=tuple(places),
        fields=("",) * len(places),
        rows=made,
        encoding=encoding,
    )
