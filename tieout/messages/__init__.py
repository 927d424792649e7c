"""The outbox: what is to be said to whom, and what became of it.

`outbox` writes messages with their cause, `handover` moves each from waiting to its end,
`pace` keeps to what a channel allows, `addresses` and `wishes` know where people are reached and
what they want to hear. Nothing here sends; `notifications` does.
"""
