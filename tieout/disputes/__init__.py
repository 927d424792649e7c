"""Disputes: what a customer does not agree with, the thread about it, and what came of it.

Verbs: `raising`, `thread` (answer, note, assign, promise), `resolving` (accept, reject, withdraw,
reopen), `escalating` (a promise was
missed). Questions: `queries`. Pure: `moves` (the table of states and allowed acts), `reasons`,
`words`, `files`.
The only writer of the ledger's disputed parts.
"""

from tieout import events
from tieout.disputes import follow_up
from tieout.events import Subscription

SUBSCRIPTIONS: list[Subscription] = [(events.DraftDecided, follow_up.draft_decided)]
