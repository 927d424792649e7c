"""What a document says as canonical JSON, written at once: sorted keys, no spaces; pure.

Documents come by the hundred thousand, and each is written down twice: for its digest, by which
"again" is told from "other content", and for that of the file it came with, in which accounts and
products count by what they are, not by their ids. Both are byte for byte what `json.dumps` would
write of `DocumentInput.to_json` without the members left out.
"""

from collections.abc import Iterable
from decimal import Decimal
from json.encoder import encode_basestring as _text
from typing import TYPE_CHECKING, NamedTuple

from tieout.money import Money, plain

if TYPE_CHECKING:
    from tieout.ledger.inputs import DocumentInput, DuePart, LineInput


class Lines(NamedTuple):
    """The lines of a document, with their products' ids and without."""

    with_ids: str
    without_ids: str


def lines_of(lines: Iterable["LineInput"]) -> Lines:
    """Write lines down."""
    with_ids, without_ids = [], []
    for line in lines:
        before = (
            f'{{"amount":{line.amount.minor},"code":{_text(line.code)},'
            f'"description":{_text(line.description)},'
        )
        behind = (
            f'"quantity":{_number(line.quantity)},"tax":{line.tax.minor if line.tax else 0},'
            f'"unit":{_text(line.unit)},"unit_price":{_number(line.unit_price)}}}'
        )
        with_ids.append(f'{before}"product_id":{_whole(line.product_id)},{behind}')
        without_ids.append(before + behind)
    return Lines(",".join(with_ids), ",".join(without_ids))


def said(given: "DocumentInput", lines: Lines) -> str:
    """What a document says, without where it came from and what it hangs together with."""
    return (
        f'{{"account_id":{given.account_id},{_first(given)}"issued_on":"{given.issued_on}",'
        f'"kind":"{given.kind}","lines":[{lines.with_ids}],"number":{_text(given.number)},'
        f'"original":{_original(given.original)},{_last(given)}"tax":{_tax(given)}}}'
    )


def content(given: "DocumentInput", lines: Lines) -> str:
    """All of it, whatever accounts are opened and products made meanwhile."""
    return (
        f'{{{_first(given)}"is_provisional":{_truth(given.is_provisional)},'
        f'"issued_on":"{given.issued_on}","kind":"{given.kind}","lines":[{lines.without_ids}],'
        f'"number":{_text(given.number)},"original":{_original(given.original)},'
        f'"pair":{_text(given.pair)},{_last(given)}"source":{_text(given.source)},'
        f'"tax":{_tax(given)}}}'
    )


def _first(given: "DocumentInput") -> str:
    """Its members up to when it is due."""
    due = ",".join(map(_part, given.due))
    return (
        f'"amount":{given.amount.minor},"currency":{_text(given.amount.currency)},'
        f'"description":{_text(given.description)},"due":[{due}],'
    )


def _last(given: "DocumentInput") -> str:
    """Its members from the rate on, but for the tax."""
    references = ",".join([f"[{_text(kind)},{_text(value)}]" for kind, value in given.references])
    rate = "null" if given.rate is None else f'"{given.rate}"'
    return (
        f'"rate":{rate},"reason":{_text(given.reason)},"references":[{references}],'
        f'"related_id":{_whole(given.related_id)},'
    )


def _part(part: "DuePart") -> str:
    """Retention stands only where there is any."""
    kept = ",true" if part.is_retention else ""
    return f'["{part.due_on}",{part.amount.minor}{kept}]'


def _original(money: Money | None) -> str:
    return f"[{money.minor},{_text(money.currency)}]" if money else "null"


def _tax(given: "DocumentInput") -> int:
    return given.tax.minor if given.tax else 0


def _truth(said: bool) -> str:
    return "true" if said else "false"


def _whole(number: int | None) -> int | str:
    return "null" if number is None else number


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f'"{plain(value)}"'
