"""What becomes of each row: the rows of one document together, each state with its reason.

`judge` is the whole of it. `Books` holds what it needs to know of the books, read once;
`documents`, `payments`, `customers` and `products` turn rows into what would be posted;
`checks` are the rules it is held against, one small function each.
"""

from tieout.intake.judging.books import Books
from tieout.intake.judging.judge import judge
from tieout.intake.judging.rows import Group, Judged, Judgement

__all__ = ["Books", "Group", "Judged", "Judgement", "judge"]
