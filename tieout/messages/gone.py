"""Whether a mailbox is not there any more, from what mail servers say of it."""

#: Enhanced codes (RFC 3463) that say the mailbox itself is not there, or takes no mail for good.
CODES = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
#: What servers without enhanced codes say about a mailbox that is not there.
WORDS = (
    "user unknown",
    "no such user",
    "unknown user",
    "mailbox unavailable",
    "does not exist",
    "not found",
    "no mailbox",
    "unknown recipient",
    "invalid recipient",
    "不存在",
    "无此用户",
)
#: Codes that say nothing more precise than “for good”.
_VAGUE = ("", "5.0.0")


def is_gone(status: str, words: str) -> bool:
    """Whether the mailbox is not there: by its enhanced code, else by the words."""
    if status not in _VAGUE:
        return status in CODES
    return any(one in words.lower() for one in WORDS)
