"""A word in a cell that empties what is known of a customer or product.

An empty cell changes nothing, so that a file of some columns can be brought in again and again.
"""

from tieout.intake.kinds import BatchKind
from tieout.intake.reading import Cell

#: What such a cell says, in any case.
WORDS = frozenset({"(clear)", "（clear）", "(清空)", "（清空）"})
#: The fields that may be empty.
CLEARABLE: dict[BatchKind, frozenset[str]] = {
    BatchKind.CUSTOMERS: frozenset(
        {
            *("aliases", "tax_id", "address", "delivery_address", "time_zone", "group", "parent"),
            *("owner", "tags", "credit_limit"),
        }
    ),
    BatchKind.PRODUCTS: frozenset({"specification", "unit", "unit_price"}),
}


def clears(cell: Cell) -> bool:
    """Whether a cell says that what is known is to be emptied."""
    return isinstance(cell, str) and cell.strip().casefold() in WORDS
