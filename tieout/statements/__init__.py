"""Statements: prepared from the ledger, frozen when issued, answered by customers.

Verbs: `drafting` (draft, approve, excuse), `issuing` (issue, supersede), `delivery`, `confirm`;
`changes` notices what the books learn afterwards.
Questions: `prepare` (the figures), `answers`, `verification`.
Pure: `figures` (put together and tied), `moves` (what may become of a statement).
"""

from tieout import events
from tieout.events import Subscription
from tieout.statements import changes

SUBSCRIPTIONS: list[Subscription] = [
    (events.DocumentPosted, changes.document_posted),
    (events.DocumentsPosted, changes.documents_posted),
]
