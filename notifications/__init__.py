"""Mails, chats, and what happens by itself.

`subscriptions` is the table of who is told what when something has happened; `kinds` works each
message out as it leaves, `writing` puts it into words, `delivery` hands it to one of `channels`.
`bot` answers in the chat, `jobs` is what happens by schedule, `scheduler` the alarm clock, and
`worker` runs all of it.
"""

from notifications.subscriptions import SUBSCRIPTIONS

__all__ = ["SUBSCRIPTIONS"]
