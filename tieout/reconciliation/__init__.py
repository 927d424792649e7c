"""Our book and a customer's own, compared: what differs, why, and who acts.

Verbs: `their_books` (a read ledger becomes lines with an identity that lasts), `comparing`
(a stored run), `decisions` (accept, reject, match, unmatch, turn the sign).
Questions: `picture` (all of a run that is shown), `queries` (which runs there are), `printing`
(the data of PDF and workbook).
Pure: `mirror` (whose sign a file has), `run` (two books into groups), `bridge` (from both
balances to the same one), `words` (every difference as a sentence).

Nothing here changes the ledger: comparing only looks.
"""

from tieout.events import Subscription

#: Comparing listens to nobody: it is asked for.
SUBSCRIPTIONS: list[Subscription] = []
