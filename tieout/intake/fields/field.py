"""What a column can be: a field of a kind of batch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tieout.intake.headings import normalised, without_little_words


class Reads(StrEnum):
    """How the cells of a field are read."""

    IDENTIFIER = "identifier"
    TEXT = "text"
    AMOUNT = "amount"
    #: A quantity or a price: up to six decimals.
    NUMBER = "number"
    #: 5 for five per cent, however it is written.
    PERCENT = "percent"
    DATE = "date"
    CURRENCY = "currency"
    KIND = "kind"
    DIRECTION = "direction"
    DAYS = "days"
    LANGUAGE = "language"
    MAIL = "mail"


@dataclass(frozen=True)
class Field:
    """Something a row can say, and by which headings it is known."""

    name: str
    #: Shown, and written over the column of a template.
    label: str
    reads: Reads
    #: Headings in English and Chinese as `headings.normalised` leaves them, the surest first.
    headings: tuple[str, ...]
    #: One sentence for the template and the page: what belongs here.
    help: str = ""
    #: What stands here in the example row of a template; empty fields are not in it.
    example: str = ""
    is_required: bool = False
    #: Whether it tells one row from another; a running balance does not.
    identifies: bool = True
    #: At least one of the fields that share a word here is needed.
    one_of: str = ""


def headings(*lists: str) -> tuple[str, ...]:
    """Headings written with a bar between them, each once, as those of files are compared."""
    parts = [part for text in lists for one in text.split("|") if (part := one.strip())]
    plain = [normalised(part) for part in parts]
    return tuple(dict.fromkeys([*parts, *plain, *map(without_little_words, plain)]))


@dataclass(frozen=True)
class FieldTable:
    """The fields of one kind of batch, in the order they are shown."""

    fields: tuple[Field, ...]
    by_name: dict[str, Field] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {known.name: known for known in self.fields})

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> Field:
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name
