"""The file of `tieout import`, read as it was asked for: its kind, its mapping, its customer."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tieout.errors import InvalidInput, NotFound, TieoutError
from tieout.i18n import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.intake.mapping import Mapping
    from tieout.intake.uploads import Inspected


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    file: Path
    data: Path
    kind: str
    customer: str
    mapping: str
    sheet: str
    encoding: str
    delimiter: str
    approves: bool
    leaves_out: bool
    as_json: bool
    suppliers: bool = False
    date_order: str = ""
    leaves_hidden: bool = False


#: Bytes by which it is told how a text file ends its lines.
_HEAD = 100_000


class NoSuchMapping(NotFound):
    """A name that no file and no remembered mapping has."""

    message = N_("There is no file and no remembered mapping called “%(name)s”.")


class MappingNotUnderstood(InvalidInput):
    """A file that holds no mapping."""

    message = N_(
        "%(path)s holds no mapping. Use what --dry-run --json prints, whole or its part “mapping”."
    )


class MappingOfAnotherKind(InvalidInput):
    """A mapping for payments, a file of invoices."""

    message = N_("The mapping is one of %(mapping)s, but the file holds %(kind)s.")


def inspected(
    asked: Asked, mapping: "Mapping | None", *, may_be_empty: bool, whole: bool = True
) -> "Inspected":
    """Read the file in a child process, outside of any transaction; else only its beginning.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
    """
    from tieout.intake.kinds import BatchKind
    from tieout.intake.uploads import beginning, inspect

    named = asked.kind or (str(mapping.kind) if mapping else "")
    if mapping and asked.kind and asked.kind != mapping.kind:
        raise MappingOfAnotherKind(mapping=str(mapping.kind), kind=asked.kind)
    how: dict[str, Any] = {
        "sheet": asked.sheet,
        "encoding": asked.encoding,
        "delimiter": asked.delimiter,
        "mapping": mapping,
        "header_row": mapping.header_row if mapping else None,
        "may_be_empty": may_be_empty,
    }
    kind = BatchKind(named) if named else None
    if whole:
        return inspect(asked.file.read_bytes(), asked.file.name, kind, **how)
    return beginning(asked.file, asked.file.name, kind, **how)


def mapping_asked_for(asked: Asked, session: "Session | None") -> "Mapping | None":
    """The mapping that was named, if one was: a file first, then a remembered one.

    Raises:
        MappingNotUnderstood, NoSuchMapping
    """
    if not asked.mapping:
        return None
    path = Path(asked.mapping)
    if path.is_file():
        return _from_file(path)
    found = _remembered(session, asked.mapping, asked.kind) if session is not None else None
    if found is None:
        raise NoSuchMapping(name=asked.mapping)
    return found


def head_of(asked: Asked) -> bytes:
    """How the file begins, to tell how it is written."""
    with asked.file.open("rb") as content:
        return content.read(_HEAD)


def with_order(mapping: "Mapping", order: str) -> "Mapping":
    """The mapping with the order of its dates said by a person."""
    from tieout.intake.fields import FIELDS, Reads
    from tieout.intake.values.dates import DateOrder

    said_order = {"day": DateOrder.DAY_FIRST, "month": DateOrder.MONTH_FIRST}.get(
        order, DateOrder.YEAR_FIRST
    )
    columns = (
        replace(column, order=said_order, is_unsure=False)
        if FIELDS[mapping.kind][column.field].reads == Reads.DATE
        else column
        for column in mapping.columns
    )
    return replace(mapping, columns=tuple(columns))


def as_asked(asked: Asked, mapping: "Mapping", code: str) -> "Mapping":
    """The mapping with one customer for all rows, and for suppliers, where it was asked for."""
    if asked.suppliers:
        mapping = replace(mapping, is_payable=True)
    if asked.leaves_hidden:
        mapping = replace(mapping, leaves_hidden=True)
    if asked.date_order:
        mapping = with_order(mapping, asked.date_order)
    return replace(mapping, customer_code=code, is_one_customer=True) if code else mapping


def _from_file(path: Path) -> "Mapping":
    from tieout.intake.mapping import Mapping

    try:
        stored = json.loads(path.read_text("utf-8"))
        return Mapping.from_json(stored.get("mapping", stored))
    except TieoutError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MappingNotUnderstood(path=path) from error


def _remembered(session: "Session", name: str, kind: str) -> "Mapping | None":
    from tieout.intake import remembering

    return remembering.by_name(session, name, kind)


def tell(answer: Any) -> None:
    """Say one JSON document."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
