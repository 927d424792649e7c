"""What a file of each kind looks like: the headings to use, and an example row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieout.i18n import N_
from tieout.intake.described import Described
from tieout.intake.fields import FIELDS, Field, Reads
from tieout.intake.kinds import BatchKind

#: Kinds that are brought in by hand.
KINDS = (BatchKind.CUSTOMERS, BatchKind.PRODUCTS, BatchKind.DOCUMENTS, BatchKind.PAYMENTS)

#: The sheet of a template that says what belongs where.
EXPLANATIONS = N_("Explanations")
#: Said of a file whose first row nobody wrote.
STILL_THE_EXAMPLE = N_(
    "Row %(row)s is still the example of our template. Leave it out, unless it is yours."
)
#: Under the columns of customers and products: a file adds and changes, and never takes away.
EMPTY_KEEPS = N_(
    "Where a cell is empty, what is known already stays as it is. To clear something that may be "
    "empty, write (clear) into its cell."
)


@dataclass(frozen=True)
class Template:
    """The columns of a kind of file; labels are translated where they are written."""

    kind: BatchKind
    fields: tuple[Field, ...]

    @property
    def note(self) -> str:
        """What holds for every column; empty for files that change nothing."""
        changes = self.kind in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS)
        return EMPTY_KEEPS if changes else ""


def template(kind: BatchKind) -> Template:
    """The columns that are needed or have an example."""
    known = FIELDS[kind]
    return Template(kind, tuple(one for one in known if one.is_required or one.example))


def is_filled_in(described: Described) -> bool:
    """Whether a file is a template that somebody has filled in: its headings, and no others."""
    wanted = {field.name for field in template(described.kind).fields}
    columns = described.mapping.columns
    exactly = {column.field for column in columns} == wanted
    return exactly and len(columns) == sum(1 for heading in described.headings if heading)


def is_the_example(kind: BatchKind, values: Mapping[str, Any]) -> bool:
    """Whether a row says just what the example of the template says, in every name and number."""
    told = (
        [one for one in template(kind).fields if one.reads in (Reads.TEXT, Reads.IDENTIFIER)]
        if kind in KINDS
        else []
    )
    return bool(told) and all(str(values.get(one.name, "")) == one.example for one in told)
