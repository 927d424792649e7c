"""A mail as bytes: text and HTML, files, and the headers that programs between us read."""

import unicodedata
from datetime import datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr

from notifications.channels import Parcel

#: Control signs and halves of pairs.
_UNSEEN = ("Cc", "Cs")
#: Signs that turn the direction of reading round; right-to-left words need none.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: RFC 5322 asks for lines of at most 78 characters.
LONGEST_SUBJECT = 78


class Unfolded(UnstructuredHeader):
    """A header with an address of the web in it, which folding would break."""

    max_count = 1

    def fold(self, *, policy: "EmailPolicy[EmailMessage]") -> str:
        """Write it on one line, however long."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


def _policy() -> "EmailPolicy[EmailMessage]":
    headers = HeaderRegistry()
    headers.map_to_type("List-Unsubscribe", Unfolded)  # type: ignore[arg-type]
    return SMTP.clone(header_factory=headers)


POLICY = _policy()


def compose(parcel: Parcel, sender: str, reply_to: str, at: datetime) -> EmailMessage:
    """Put a mail together; `sender` is our address, the company's name stands before it."""
    mail = EmailMessage(policy=POLICY)
    name, address = parseaddr(sender)
    mail["From"] = formataddr((one_line(parcel.sender or name), address))
    mail["To"] = parcel.to
    if answers := parcel.reply_to or reply_to:
        mail["Reply-To"] = answers
    mail["Subject"] = one_line(parcel.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = parcel.identity
    if parcel.in_reply_to:
        mail["In-Reply-To"] = parcel.in_reply_to
        mail["References"] = parcel.in_reply_to
    mail["Content-Language"] = "zh-Hans" if parcel.language == "zh" else parcel.language
    # Answering machines do not answer what a machine wrote (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    if parcel.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{parcel.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(parcel.text, charset="utf-8", cte="quoted-printable")
    if parcel.html:
        mail.add_alternative(parcel.html, subtype="html", charset="utf-8", cte="quoted-printable")
    for file in parcel.files:
        main, _, sub = file.media_type.partition("/")
        name = harmless(file.filename)
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=name)
    if broken := [name for name, value in mail.items() if set(str(value)) & set("\r\n")]:
        raise ValueError(f"a line of its own in {broken[0]}")
    return mail


def one_line(subject: str) -> str:
    """A subject or a name on one line, cut where readers would cut it anyway."""
    words = harmless(subject)
    return words if len(words) <= LONGEST_SUBJECT else f"{words[: LONGEST_SUBJECT - 1].rstrip()}…"


def harmless(words: str) -> str:
    """Words of anybody as a header may hold them: on one line, and meaning only what they show.

    Without signs nobody sees, such as those that turn the direction of reading round, and without
    what reads as an encoded word (RFC 2047): decoded, it could begin a header of its own.
    """
    shown = (one for one in " ".join(words.split()) if unicodedata.category(one) not in _UNSEEN)
    return "".join(one for one in shown if one not in _TURNING).replace("=?", "= ?")
