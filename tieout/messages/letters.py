"""A mail that came in, read without trust: a person's answer, or a server's notice of a mail's way.

Notices follow RFC 3464; servers that write none (qmail and its like) put the reason into words and
the mail's own head below, which is understood too. Whatever a mail holds, reading it ends in a
`Letter`; what cannot be decoded is replaced, what is too long is cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import parseaddr
from hashlib import sha256

from tieout.messages.letter_words import in_words, own_words

#: Beyond this, what a person wrote is cut.
LONGEST_TEXT = 20_000
#: Files of a mail that are looked at, and parts of it that are read at all.
MOST_FILES, MOST_PARTS = 5, 200
#: What a Message-ID may be as long as to be one of ours.
_IDENTITY = re.compile(r"<[^<>\s]{1,180}>")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_MACHINES = ("mailer-daemon", "postmaster")
_FAILED_WORDS = re.compile(
    r"undeliver|not (?:be )?delivered|delivery (?:has )?failed|failure notice|returned mail"
    r"|could ?n[o']t be|退信|投递失败|无法投递|系统退回|未能送达",
    re.IGNORECASE,
)
#: qmail's way (QSBMF): the recipient in angle brackets, a colon, the reason below it.
_QMAIL = re.compile(r"^<([^<>\s@]+@[^<>\s]+)>:?\s*$\n((?:.+\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Notice:
    """What a server tells of a mail's way to one recipient."""

    #: Empty where the server does not say.
    recipient: str
    #: failed, delayed, delivered, relayed or expanded (RFC 3464, 2.3.3).
    action: str
    #: An enhanced status code (RFC 3463), such as 5.1.1; empty where there is none.
    status: str
    #: The server's own words.
    words: str


@dataclass(frozen=True)
class Enclosed:
    """A file that came with a mail."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail that came in."""

    #: Its Message-ID, or a digest of the whole where it has none: the same mail, the same words.
    identity: str
    #: The address it says it is from, in lower case; anybody can write anything there.
    sender: str
    name: str
    subject: str
    #: What its writer wrote, without what they quote.
    text: str
    #: The mails it names, the nearest first.
    names: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    #: Written by a machine: a notice, or a reply while somebody is away.
    is_automatic: bool = False
    files: tuple[Enclosed, ...] = ()


def read(content: bytes) -> Letter:
    """Read a mail as it came over the wire."""
    try:
        mail = BytesParser(policy=compat32).parsebytes(content)
    except RecursionError:  # parts within parts beyond any sense: its head alone counts
        mail = BytesHeaderParser(policy=compat32).parsebytes(content[:LONGEST_TEXT])
    name, sender = parseaddr(_header(mail, "From"))
    parts = list(_parts(mail))
    identity = _IDENTITY.search(_header(mail, "Message-ID"))
    text = in_words(parts)
    notices = tuple(_notices(parts)) or tuple(_plain_notices(mail, sender, text))
    named = _named(mail, parts if notices else [], text if notices else "")
    return Letter(
        identity=identity[0] if identity else f"sha256:{sha256(content).hexdigest()}",
        sender=sender.strip().lower()[:200],
        name=name.strip()[:200],
        subject=" ".join(_header(mail, "Subject").split())[:500],
        text=own_words(text)[:LONGEST_TEXT],
        names=named,
        notices=notices,
        is_automatic=bool(notices) or _is_automatic(mail, sender),
        files=() if notices else tuple(_files(parts)),
    )


def _parts(mail: Message) -> Iterator[Message]:
    """Every part, outermost first, however they are nested; those of a quoted mail not."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting = [one for one in part.get_payload() if isinstance(one, Message)] + waiting


def _notices(parts: list[Message]) -> Iterator[Notice]:
    """What a report says, recipient by recipient (RFC 3464)."""
    for part in parts:
        if part.get_content_type() not in (
            "message/delivery-status",
            "message/global-delivery-status",
        ):
            continue
        groups = part.get_payload()
        for group in groups if isinstance(groups, list) else []:
            if not isinstance(group, Message):
                continue
            action = _header(group, "Action").strip().lower()
            if not action:  # the group about the server itself
                continue
            recipient = _header(group, "Original-Recipient") or _header(group, "Final-Recipient")
            status = _ENHANCED.search(_header(group, "Status"))
            diagnosis = _header(group, "Diagnostic-Code").partition(";")
            words = " ".join((diagnosis[2] or diagnosis[0]).split())
            yield Notice(
                recipient=_address(recipient),
                action=action.split()[0].rstrip(";"),
                status=status[1] if status else "",
                words=words[:500] or (status[1] if status else action),
            )


def _plain_notices(mail: Message, sender: str, text: str) -> Iterator[Notice]:
    """What a server without reports says in words."""
    local = sender.partition("@")[0].lower()
    empty_path = _header(mail, "Return-Path").strip() == "<>"
    if local not in _MACHINES and not empty_path:
        return
    if not _FAILED_WORDS.search(f"{_header(mail, 'Subject')}\n{text[:5_000]}"):
        return
    failed = _header(mail, "X-Failed-Recipients")  # Exim
    found = [(one[1], one[2]) for one in _QMAIL.finditer(text)]
    if not found:
        found = [(one, text[:1_000]) for one in failed.split(",") if "@" in one] or [
            ("", text[:1_000])
        ]
    for recipient, reason in found[:10]:
        status = _ENHANCED.search(reason)
        yield Notice(
            recipient=_address(recipient),
            action="failed",
            status=status[1] if status else "",
            words=" ".join(reason.split())[:500],
        )


def _named(mail: Message, parts: list[Message], text: str) -> tuple[str, ...]:
    """The mails a letter names: of a notice the one it is about, else the one it answers."""
    places: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                places.append(_header(inner[0], "Message-ID"))
        elif kind in ("text/rfc822-headers", "message/global-headers"):
            places.append(_text_of(part))
    places.append(_header(mail, "In-Reply-To"))
    places.append(" ".join(reversed(_header(mail, "References").split())))
    if text:
        places += re.findall(r"^message-id:\s*(<[^<>\s]+>)", text, re.IGNORECASE | re.MULTILINE)
    found = [one for place in places for one in _IDENTITY.findall(place)[:50]]
    return tuple(dict.fromkeys(found))


def _is_automatic(mail: Message, sender: str) -> bool:
    """Whether a machine replied (RFC 3834), or a mailing list wrote."""
    said = _header(mail, "Auto-Submitted").strip().lower()
    if said and said != "no":
        return True
    if any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "List-Id")):
        return True
    if _header(mail, "Precedence").strip().lower() in ("bulk", "list", "junk", "auto_reply"):
        return True
    return sender.partition("@")[0].lower() in _MACHINES


def _files(parts: list[Message]) -> Iterator[Enclosed]:
    found = 0
    for part in parts:
        name = part.get_filename()
        if not name or part.is_multipart() or part.get_content_disposition() == "inline":
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content and found < MOST_FILES:
            found += 1
            plain = _decoded(name).replace("\\", "/").rpartition("/")[2]
            yield Enclosed(" ".join(plain.split())[:200] or "file", content)


def _text_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _address(text: str) -> str:
    """The address in a recipient field: `rfc822; wang@example.com`, or in angle brackets."""
    bare = text.rpartition(";")[2]
    return (parseaddr(bare)[1] or bare).strip().strip("<>").lower()[:200]


def _header(mail: Message, name: str) -> str:
    value = mail.get(name)
    return "" if value is None else _decoded(str(value))


def _decoded(text: str) -> str:
    """Decode a header's encoded words; what cannot be read stays as it is."""
    try:
        pieces = decode_header(text)
    except (ValueError, MessageError):  # base64 that is none
        return text
    said = ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            said += piece
            continue
        try:
            said += piece.decode(charset or "utf-8", "replace")
        except (LookupError, UnicodeError):
            said += piece.decode("utf-8", "replace")
    return said
