"""Small sample companies, one for each trade: its documents, and what must come of them.

Each holds one customer and one month, seen from the last month end: the files that came in, what
was done by hand, the customer's own book, and the result as an accountant would work it out.
"""

from tieout.demo.sectors.case import Case, Expected, Making
from tieout.demo.sectors.filling import fill
from tieout.registry import Registry

#: By the name that is typed: a function from the month to the case.
SECTORS: Registry[Making] = Registry(
    "tieout.sectors",
    dealer="tieout.demo.sectors.dealer:case",
    hotel="tieout.demo.sectors.hotel:case",
    construction="tieout.demo.sectors.construction:case",
    shop="tieout.demo.sectors.shop:case",
    bank="tieout.demo.sectors.bank:case",
)

__all__ = ["SECTORS", "Case", "Expected", "Making", "fill"]
