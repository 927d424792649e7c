"""A mail as bytes: text and HTML, files, and the headers that programs between us read."""

import base64
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
LONGEST_SUBJECT = LONGEST_LINE = 78
#: Bytes that fit into an encoded word: beside the name of the header, and on a line of its own.
#: RFC 2047 allows 75 characters of it, and 76 of its line.
_BESIDE_THE_NAME, _ON_ITS_OWN = 39, 45


class Unfolded(UnstructuredHeader):
    """A header with an address of the web in it, which folding would break."""

    max_count = 1

    def fold(self, *, policy: "EmailPolicy[EmailMessage]") -> str:
        """Write it on one line, however long."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


class Subject(UnstructuredHeader):
    """A subject: it begins beside its name, and is folded only where it must be."""

    max_count = 1

    def fold(self, *, policy: "EmailPolicy[EmailMessage]") -> str:
        """Write it on as few lines as it needs."""
        name, words = f"{self.name}:", str(self)  # type: ignore[attr-defined]
        if policy.utf8:
            lines = [f"{name} {words}"]
        else:
            lines = _folded(name, words) if words.isascii() else _encoded(name, words)
        return "".join(f"{line}{policy.linesep}" for line in lines)


def _folded(name: str, words: str) -> list[str]:
    """Plain words, folded between two of them."""
    first, *others = words.split()
    lines = [f"{name} {first}"]
    for word in others:
        if len(lines[-1]) + len(word) < LONGEST_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return lines


def _encoded(name: str, words: str) -> list[str]:
    """Words of any script as encoded words, none of which ends within a character."""
    pieces = [""]
    for sign in words:
        most = _BESIDE_THE_NAME if len(pieces) == 1 else _ON_ITS_OWN
        if len(f"{pieces[-1]}{sign}".encode()) > most:
            pieces.append("")
        pieces[-1] += sign
    coded = [f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces]
    return [f"{name} {coded[0]}", *(f" {one}" for one in coded[1:])]


def _policy() -> "EmailPolicy[EmailMessage]":
    headers = HeaderRegistry()
    headers.map_to_type("Subject", Subject)  # type: ignore[arg-type]
    headers.map_to_type("List-Unsubscribe", Unfolded)  # type: ignore[arg-type]
    return SMTP.clone(header_factory=headers)


POLICY = _policy()


def wire_address(address: str) -> str:
    """An address as servers know it: its domain in ASCII (RFC 5890), its name as it is.

    Raises:
        UnicodeError: no domain can be called so.
    """
    bare = parseaddr(address)[1] or address
    name, _at, domain = bare.rpartition("@")
    return bare if domain.isascii() else f"{name}@{domain.encode('idna').decode()}"


def compose(parcel: Parcel, sender: str, reply_to: str, at: datetime) -> EmailMessage:
    """Put a mail together; `sender` is our address, the company's name stands before it."""
    to = parcel.to if parcel.to.isascii() else wire_address(parcel.to)
    # letters beyond ASCII before the @ can stand in no other header (RFC 6532)
    mail = EmailMessage(policy=POLICY if to.isascii() else POLICY.clone(utf8=True))
    name, address = parseaddr(sender)
    mail["From"] = formataddr((one_line(parcel.sender or name), address))
    mail["To"] = to
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
