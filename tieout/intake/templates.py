"""What a file of each kind looks like: the headings to use, and an example row."""

from dataclasses import dataclass

from tieout.i18n import N_
from tieout.intake.described import Described
from tieout.intake.fields import FIELDS, Field
from tieout.intake.kinds import BatchKind

#: Kinds that are brought in by hand.
KINDS = (BatchKind.CUSTOMERS, BatchKind.PRODUCTS, BatchKind.DOCUMENTS, BatchKind.PAYMENTS)

#: The sheet of a template that says what belongs where.
EXPLANATIONS = N_("Explanations")
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
