"""The books: documents, what of them is open, how they settle one another, ageing, search.

Verbs: `posting`, `reversing`, `drafts`, `allocation`, `automatic`, `disputed`, `locks`.
Questions: `balances`, `movements`, `ageing`, `queries`, `summaries`, `ledger_view`, `history`,
`search`, `checks`.
Pure rules: `inputs`, `rules`, `buckets`, `settling`, `numbers`, `items`, `words`.
"""

from tieout.events import Subscription

#: The ledger listens to nobody; others listen to it.
SUBSCRIPTIONS: list[Subscription] = []
