"""The lines of one book as columns of integers."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple

import numpy as np

from tieout.matching.keys import Keys, keys_of
from tieout.matching.kinds import Kind
from tieout.matching.text import Ints

#: Stands for "no amount in the document's own currency".
NO_AMOUNT = int(np.iinfo(np.int64).min)


class Line(NamedTuple):
    """One line of a book as a record; amounts in minor units, + means the customer owes more."""

    id: int
    customer: int
    on: date
    amount: int
    kind: Kind = Kind.UNKNOWN
    reference: str = ""
    po: str = ""
    description: str = ""
    currency: str = ""
    doc_amount: int | None = None
    #: Worked out from the three texts where it was not stored.
    keys: bytes = b""


@dataclass(frozen=True)
class Lines:
    """The lines of one book; `id` is unique in it and does not depend on the order of rows."""

    id: Ints
    customer: Ints
    #: `date.toordinal()`
    day: Ints
    kind: Ints
    amount: Ints
    #: `currency_code()`; 0 where the document has no currency of its own.
    currency: Ints
    #: In the document's currency; NO_AMOUNT where unknown.
    doc_amount: Ints
    keys: Keys

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Lines":
        """Columns of a few thousand records; for millions fill the columns themselves."""
        rows = list(lines)
        keys = (
            Keys.from_rows(
                line.keys or keys_of(line.reference, line.po, line.description) for line in rows
            )
            if any(line.keys for line in rows)
            else Keys.of(
                [line.reference for line in rows],
                [line.po for line in rows],
                [line.description for line in rows],
            )
        )
        return cls(
            id=_column(line.id for line in rows),
            customer=_column(line.customer for line in rows),
            day=_column(line.on.toordinal() for line in rows),
            kind=_column(line.kind for line in rows),
            amount=_column(line.amount for line in rows),
            currency=_column(currency_code(line.currency) for line in rows),
            doc_amount=_column(
                NO_AMOUNT if line.doc_amount is None else line.doc_amount for line in rows
            ),
            keys=keys,
        )

    def take(self, rows: Ints) -> "Lines":
        """Some of the lines, in the order asked for."""
        columns = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name != "keys"
        }
        return Lines(**columns, keys=self.keys.take(rows))


def currency_code(currency: str) -> int:
    """A currency's three letters as a number; 0 for none."""
    code = 0
    for letter in currency.strip().upper():
        code = code * 27 + (ord(letter) - ord("A") + 1) % 27
    return code


def _column(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
