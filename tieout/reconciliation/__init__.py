"""Our book and a customer's own, compared: what differs, why, and who acts.

Verbs: `their_books` (a read ledger becomes lines with an identity that lasts), `comparing`
(a stored run), `decisions` (accept, reject, match, unmatch, turn the sign).
Questions: `picture` (all of a run that is shown), `queries` (which runs there are), `printing`
(the data of PDF and workbook).
Pure: `run` (two books into groups), `shown` (a run, and the way from both balances to one),
`names`, `sentences`, `words` (every difference as an accountant would say it).

Nothing here changes the ledger: comparing only looks.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the words of this package serve a command that knows no database
    from tieout.events import Subscription

#: Comparing listens to nobody: it is asked for.
SUBSCRIPTIONS: "list[Subscription]" = []
