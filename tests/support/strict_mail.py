"""A mail taken apart by the letter of the rules: RFC 5322, 2045, 2047, 2369, 3834, 8058.

It reads bytes by itself and forgives nothing, unlike a mail program.
"""

import base64
import quopri
import re
from dataclasses import dataclass, field
from email.header import decode_header, make_header

from tests.support.visitor import words_of

_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*(.*)", re.DOTALL)
#: An encoded word (RFC 2047, 2).
_ENCODED = re.compile(r"=\?[^?\s]+\?[bqBQ]\?[^?\s]*\?=")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>")
#: Headers that stand once at most (RFC 5322, 3.6).
ONCE = ("from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references")
#: A figure, a number of ours, a day, a sum: what must be the same in both parts.
FACTS = re.compile(r"\d[\d,]*\.\d\d|[A-Z]{1,3}-\d{4}-\d+|\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]+ \d{4}")
#: Only before an address, which HTML carries in the link.
_ADDRESS = re.compile(r"https?://\S+")


class Broken(AssertionError):
    """A mail that breaks a rule."""


@dataclass
class Part:
    """A part of a mail, as it came."""

    headers: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def one(self, name: str) -> str:
        """A header that stands once."""
        found = self.headers.get(name, [])
        if len(found) != 1:
            raise Broken(f"{name} stands {len(found)} times")
        return found[0]

    @property
    def kind(self) -> str:
        """text/plain, multipart/mixed, …"""
        return self.headers.get("content-type", ["text/plain"])[0].partition(";")[0].strip().lower()

    def parameter(self, name: str) -> str:
        """A parameter of the content type."""
        said = self.headers.get("content-type", [""])[0]
        found = re.search(rf';\s*{name}="?([^";]+)"?', said, re.IGNORECASE)
        return found[1] if found else ""

    @property
    def words(self) -> str:
        """Its text, decoded as it says."""
        if self.parameter("charset").lower() != "utf-8":
            raise Broken("text is in UTF-8")
        match self.headers.get("content-transfer-encoding", ["7bit"])[0].lower():
            case "quoted-printable":
                content = quopri.decodestring(self.body)
            case "base64":
                content = base64.b64decode(self.body, validate=False)
            case _:
                content = self.body
        return content.decode("utf-8").replace("\r\n", "\n")

    def parts(self) -> list["Part"]:
        """What a multipart holds."""
        border = b"--" + self.parameter("boundary").encode()
        _before, *pieces = re.split(rb"(?:^|\r\n)" + re.escape(border), self.body)
        if not pieces or not pieces[-1].startswith(b"--"):
            raise Broken("the last border is missing")
        return [read(piece.removeprefix(b"\r\n")) for piece in pieces[:-1]]

    def leaves(self) -> list["Part"]:
        """Every part that holds no others."""
        if not self.kind.startswith("multipart/"):
            return [self]
        return [leaf for part in self.parts() for leaf in part.leaves()]


def read(content: bytes) -> Part:
    """Read headers and body, by the letter."""
    if re.search(rb"(?<!\r)\n|\r(?!\n)", content):
        raise Broken("lines end with CR LF")
    for line in content.split(b"\r\n"):
        if len(line) > 998:
            raise Broken(f"a line of {len(line)} octets")
    head, gap, body = content.partition(b"\r\n\r\n")
    if not gap:
        raise Broken("no empty line between headers and body")
    part = Part(body=body)
    for line in re.sub(rb"\r\n([ \t])", rb"\1", head).split(b"\r\n"):
        found = _HEADER.fullmatch(line)
        if found is None:
            raise Broken(f"no header: {line!r}")
        if not line.isascii():
            raise Broken(f"a header in more than ASCII: {line!r}")
        part.headers.setdefault(found[1].decode().lower(), []).append(found[2].decode())
    return part


def check(content: bytes, *, to: str, identity: str, is_wish: bool) -> Part:
    """See that a mail keeps every rule, and return it."""
    mail = read(content)
    for name in ONCE:
        if len(mail.headers.get(name, [])) > 1:
            raise Broken(f"{name} stands more than once")
    _check_lines(content.partition(b"\r\n\r\n")[0].decode())
    if mail.one("to") != to or {"cc", "bcc"} & set(mail.headers):
        raise Broken("a mail goes to one person")
    for name in ("from", "reply-to", "date", "mime-version"):
        mail.one(name)
    if mail.one("message-id") != identity or not _MESSAGE_ID.fullmatch(identity):
        raise Broken(f"Message-ID {mail.one('message-id')!r}")
    if mail.one("auto-submitted") != "auto-generated":
        raise Broken("it does not say that a machine wrote it")
    subject = str(make_header(decode_header(mail.one("subject"))))
    if not 0 < len(subject) <= 78 or "\n" in subject:
        raise Broken(f"a subject of {len(subject)} characters")
    _check_unsubscribing(mail, is_wish)
    _check_answered(mail)
    _check_body(mail)
    return mail


def _check_lines(head: str) -> None:
    """A subject begins beside its name; no encoded word is too long, nor the line it is on."""
    for line in head.split("\r\n"):
        for word in _ENCODED.findall(line):
            if len(word) > 75:
                raise Broken(f"an encoded word of {len(word)} characters")
        if line.lower().startswith("subject:") and not line.partition(":")[2].strip():
            raise Broken("a subject that begins on the next line")
        if line.lower().startswith("subject:") and len(line) > (76 if "=?" in line else 78):
            raise Broken(f"a subject's line of {len(line)} characters")


def _check_unsubscribing(mail: Part, is_wish: bool) -> None:
    stands = "list-unsubscribe" in mail.headers
    if stands != is_wish or stands != ("list-unsubscribe-post" in mail.headers):
        raise Broken("what may be turned off can be turned off by one POST, and nothing else")
    if stands:
        if not re.fullmatch(r"<https?://[^<>\s]+>", mail.one("list-unsubscribe")):
            raise Broken(mail.one("list-unsubscribe"))
        if mail.one("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
            raise Broken(mail.one("list-unsubscribe-post"))


def _check_answered(mail: Part) -> None:
    answered = mail.headers.get("in-reply-to", [])
    if answered != mail.headers.get("references", []):
        raise Broken("In-Reply-To and References differ")
    if answered and not _MESSAGE_ID.fullmatch(answered[0]):
        raise Broken(f"In-Reply-To {answered[0]!r}")


def _check_body(mail: Part) -> None:
    leaves = mail.leaves()
    [text] = [part for part in leaves if part.kind == "text/plain"]
    [html] = [part for part in leaves if part.kind == "text/html"]
    if leaves.index(text) > leaves.index(html):
        raise Broken("text stands before HTML (RFC 2046, 5.1.4)")
    seen = re.sub(r"<title>.*?</title>", "", html.words, flags=re.DOTALL)
    said, shown = _ADDRESS.sub("", text.words), words_of(seen)
    if alone := set(FACTS.findall(said)) ^ set(FACTS.findall(shown)):
        raise Broken(f"in one of text and HTML alone: {sorted(alone)}")
    for address in set(_ADDRESS.findall(text.words)):
        if address.rstrip(".,。") not in html.words.replace("&amp;", "&"):
            raise Broken(f"{address} is in the text alone")
    if re.search(r"<(script|img|link|iframe|form|object)\b|url\(|javascript:|@import", html.words):
        raise Broken("HTML that loads or runs something")
