"""What becomes of messages, in words for the workbench."""

from internal.words import message_word
from tieout.i18n import N_, Sentence
from tieout.messages.models import IncomingMail, Message
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


def advice(message: Message) -> str:
    """What somebody should do about a message; empty for nothing."""
    said = str((message.reason or {}).get("facts", {}).get("words", ""))
    if message.state == "failed" and said.startswith(_TOO_LARGE):
        return gettext(SMALLER)
    if message.state == "waiting":
        sentence = N_("It is tried by itself from %(at)s on.")
        return gettext(sentence, at=message.next_attempt_at)
    return gettext(ADVICE[message.state]) if message.state in ADVICE else ""


def channel_word(channel: str) -> str:
    """What a channel is called."""
    return gettext(CHANNELS.get(channel, channel))


def kind_choices(kinds: list[str]) -> list[tuple[str, str]]:
    """Kinds of messages for a choice, by what they are called."""
    return sorted(((one, message_word(one)) for one in kinds), key=lambda one: one[1])
