"""Numbers in use: the same document again, or another one under its number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tieout.db.bulk import handed_over
from tieout.errors import Conflict
from tieout.i18n import N_
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, LiveNumber
from tieout.ledger.words import kind_name
from tieout.money import Money

_CHUNK = 5000
#: Account, kind, number.
Key = tuple[int, str, str]


class AlreadyPosted(Conflict):
    """The same document with the same content stands in the ledger."""

    message = N_("%(kind)s %(number)s has been posted already, just as it is. Nothing to do.")


class NumberTaken(Conflict):
    """Another document stands under this number."""

    message = N_(
        "%(kind)s %(number)s stands in the ledger already with other content: %(there)s of"
        " %(there_on)s; handed in was %(given)s of %(given_on)s. Correct the number, or reverse the"
        " one that is there first."
    )


@dataclass(frozen=True)
class Standing:
    """A document that holds a number."""

    document_id: int
    content_digest: str
    issued_on: date
    amount: Money

    def is_again(self, given: DocumentInput) -> bool:
        """Whether what is handed in is this very document."""
        return self.content_digest == given.digest()


class Number(NamedTuple):
    """A number a document would hold, and what tells it from another one."""

    key: Key
    content_digest: str
    issued_on: date
    amount: Money

    @classmethod
    def of(cls, given: DocumentInput) -> "Number":
        """The number of a document that has one."""
        return cls(key_of(given), given.digest(), given.issued_on, given.amount)


def key_of(given: DocumentInput) -> Key:
    """What must be unique among the documents that are not reversed."""
    return (given.account_id, str(given.kind), given.number)


def standing(
    session: Session, keys: Iterable[Key], *, provisional: bool = False
) -> dict[Key, Standing]:
    """Find the documents that hold these numbers.

    A provisional one makes way for the document it stands for, so it holds its number only
    against others made here.
    """
    wanted = sorted({key for key in keys if key[2]})
    found: dict[Key, Standing] = {}
    for start in range(0, len(wanted), _CHUNK):
        found.update(_some_standing(session, wanted[start : start + _CHUNK], provisional))
    return found


def _some_standing(
    session: Session, keys: Sequence[Key], provisional: bool
) -> Mapping[Key, Standing]:
    columns = (LiveNumber.account_id, LiveNumber.kind, LiveNumber.number)
    wanted = handed_over(session, columns, keys)
    query = (
        select(
            LiveNumber.account_id,
            LiveNumber.kind,
            LiveNumber.number,
            Document.id,
            Document.content_digest,
            Document.issued_on,
            Document.amount_minor,
            Document.currency,
        )
        .select_from(wanted)
        .join(LiveNumber, and_(*(one == wanted.c[one.key] for one in columns)))
        .join(Document, Document.id == LiveNumber.document_id)
    )
    if not provisional:
        query = query.where(Document.is_provisional.is_(False))
    return {
        (row.account_id, row.kind, row.number): Standing(
            row.id, row.content_digest, row.issued_on, _money(row)
        )
        for row in session.execute(query)
    }


def _money(row: object) -> Money:
    return Money(row.amount_minor, row.currency)  # type: ignore[attr-defined]


def check(session: Session, numbers: Iterable[Number]) -> None:
    """Refuse a number that is in use, in the ledger or twice among what is handed in.

    Raises:
        AlreadyPosted: by the same document.
        NumberTaken: by another one.
    """
    wanted = list(numbers)
    there = standing(session, (one.key for one in wanted), provisional=True)
    for one in wanted:
        if (found := there.get(one.key)) is not None:
            _refuse(one, found)
        there[one.key] = Standing(0, one.content_digest, one.issued_on, one.amount)


def numbers_of(documents: Iterable[DocumentInput]) -> list[Number]:
    """The numbers documents would hold; those without one are left out."""
    return [Number.of(given) for given in documents if given.number]


def _refuse(one: Number, found: Standing) -> None:
    _, kind, number = one.key
    facts = {"kind": kind_name(kind), "number": number}
    if found.content_digest == one.content_digest:
        raise AlreadyPosted(**facts, document_id=found.document_id)
    raise NumberTaken(
        **facts,
        document_id=found.document_id,
        there=found.amount,
        there_on=found.issued_on,
        given=one.amount,
        given_on=one.issued_on,
    )
