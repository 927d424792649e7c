"""Books kept elsewhere: what is approved here goes out to the system that keeps them.

Where a company says that another system keeps its ledger, every document made here (a credit
note, a fee, a write-off) stands as provisional and waits to be handed over. A voucher file takes
what waits, each document once. When the other system's own document comes in and quotes the
number, it takes the provisional one's place: replaced, not doubled.

`handing_over` makes files, `replacing` lets the other system's documents take their places,
`queries` tells where each stands.
"""

from tieout.events import DocumentPosted, Subscription
from tieout.handover.handing_over import when_posted

#: What is posted here while the books are elsewhere waits to be handed over.
SUBSCRIPTIONS: list[Subscription] = [(DocumentPosted, when_posted)]
