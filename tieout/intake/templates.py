"""What a file of each kind looks like: the headings to use, and an example row."""

from dataclasses import dataclass

from tieout.intake.fields import FIELDS, Field
from tieout.intake.kinds import BatchKind

#: Kinds that are brought in by hand.
KINDS = (BatchKind.CUSTOMERS, BatchKind.PRODUCTS, BatchKind.DOCUMENTS, BatchKind.PAYMENTS)


@dataclass(frozen=True)
class Template:
    """The columns of a kind of file; labels are translated where they are written."""

    kind: BatchKind
    fields: tuple[Field, ...]


def template(kind: BatchKind) -> Template:
    """The columns that are needed or have an example."""
    known = FIELDS[kind]
    return Template(kind, tuple(one for one in known if one.is_required or one.example))
