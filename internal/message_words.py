"""What becomes of messages, in words for the workbench."""

import re

from internal.words import message_word
from tieout.i18n import N_, Sentence
from tieout.messages import handover
from tieout.messages.models import Address, IncomingMail, Message
from tieout.messages.outcomes import Verdict
from tieout.messages.wishes import CHANNELS as CHANNELS
from tieout.rendering.translation import gettext, reader

#: The states of a message with the codes of their chips.
CHIPS = {
    "waiting": "queued",
    "sending": "sending",
    "sent": "sent",
    "failed": "failed",
    "unknown": "unknown",
    "cancelled": "cancelled",
}
STATES = {
    "waiting": N_("Queued"),
    "sending": N_("On its way"),
    "sent": N_("Sent"),
    "failed": N_("Failed"),
    "unknown": N_("Sending unknown"),
    "cancelled": N_("Cancelled"),
}
#: What came of a try.
OUTCOMES = {
    Verdict.ACCEPTED.value: N_("Taken"),
    Verdict.REFUSED_FOR_GOOD.value: N_("Refused for good"),
    Verdict.REFUSED_FOR_NOW.value: N_("Not taken yet"),
    Verdict.UNKNOWN.value: N_("Nobody knows"),
    "not_sent": N_("Did not leave"),
}
#: What to do about it.
ADVICE = {
    "failed": N_("Put right what it says, then send the message again."),
    "unknown": N_("Ask whether it arrived, and send it again only if it did not."),
    "cancelled": N_("Nothing is to be done; it had nothing to say any more."),
}
#: What to do where the address takes nothing any more, by channel; robots and hooks have one.
GONE = {
    "email": N_(
        "Nothing more is sent to this address. Ask for the right one, enter it with the contact,"
        " then send the message again; where it is right after all, switch it on under Messages."
    ),
    "telegram": N_(
        "The bot was blocked, or put out of the chat; only its reader can link the chat again."
        " Reach them by mail meanwhile."
    ),
}
GONE_ROBOT = N_(
    "There is no such robot or hook any more. Enter its new address under Settings, Robots and web"
    " hooks, switch it on, then send the message again."
)
ROBOT_SAYS_NO = N_(
    "The robot does not take it as it is set up. See its address, secret and keywords under"
    " Settings, Robots and web hooks, then send the message again."
)
#: How a mail server says that it does not want mail of ours.
_UNWANTED = re.compile(
    r"(550|551|553|554|571) (5\.7\.\d|.*\b(spam|policy|blocked|blacklist))", re.I
)
UNWANTED = N_(
    "Their server does not want our mail. Ask the customer to let it pass, or hand it over another"
    " way; the same mail again would be refused again."
)
NOBODY_THERE = N_(
    "It was tried for as long as it is worth it. See whether the address and our mail server are"
    " right, then send it again."
)
SEE_THE_LOG = N_(
    "This is a fault of ours, not of its reader. Whoever looks after Tieout finds more in the log"
    " of the worker; send it again once it is put right."
)
#: How a mail server says that a mail is too large for it.
_TOO_LARGE = ("552 ", "554 5.3.4")
SMALLER = N_(
    "The mail is too large for their server: let the PDF be linked instead of attached (Settings,"
    " Rules), then send it again."
)


def reason(message: Message) -> str:
    """Why a message is as it is; empty where it needs no reason."""
    return reader.get().sentence(Sentence.from_json(message.reason)) if message.reason else ""


def outcome(mail: IncomingMail) -> str:
    """What was done with a mail that came in."""
    return reader.get().sentence(Sentence.from_json(mail.outcome))


def advice(message: Message, address: Address | None = None) -> str:
    """What somebody should do about a message; empty for nothing."""
    if message.state == "waiting":
        sentence = N_("It is tried by itself from %(at)s on.")
        return gettext(sentence, at=message.next_attempt_at)
    if message.state == "failed":
        return gettext(_remedy(message, address))
    return gettext(ADVICE[message.state]) if message.state in ADVICE else ""


def _remedy(message: Message, address: Address | None) -> str:
    """What puts right why a message failed."""
    reason = message.reason or {}
    said = str(reason.get("facts", {}).get("words", ""))
    if reason.get("text") in (handover.WORKER_STOPPED, handover.NOT_WRITTEN):
        return SEE_THE_LOG
    if reason.get("text") == handover.GIVEN_UP:
        return NOBODY_THERE
    if said.startswith(_TOO_LARGE):
        return SMALLER
    is_robot = message.channel not in GONE
    if address is not None and not address.is_active:
        return GONE_ROBOT if is_robot else GONE[message.channel]
    if is_robot:
        return ROBOT_SAYS_NO
    return UNWANTED if _UNWANTED.match(said) else ADVICE["failed"]


def channel_word(channel: str) -> str:
    """What a channel is called."""
    return gettext(CHANNELS.get(channel, channel))


def kind_choices(kinds: list[str]) -> list[tuple[str, str]]:
    """Kinds of messages for a choice, by what they are called."""
    return sorted(((one, message_word(one)) for one in kinds), key=lambda one: one[1])
