"""Statements: prepared from the ledger, frozen when issued, answered by customers.

Verbs: `drafting` (draft, approve, excuse), `issuing` (issue, supersede), `delivery`, `confirm`.
Questions: `prepare` (the figures), `answers`, `verification`.
Pure: `figures` (put together and tied), `moves` (what may become of a statement).
"""
