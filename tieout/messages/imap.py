"""A mailbox over IMAP (RFC 3501, 9051): opened only to be read, mails by their number."""

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

from tieout.config import Settings

#: Seconds after which a server that says nothing is given up.
PATIENCE = 30.0
#: Of a longer mail only the beginning is read.
LONGEST = 12_000_000

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NUMBER = re.compile(rb"\d+")


class NotUnderstood(Exception):
    """A server that said no, or something we do not understand."""


#: What a server may do wrong, or a line.
Trouble = (imaplib.IMAP4.error, OSError, ssl.SSLError, NotUnderstood)


@contextmanager
def opened(settings: Settings, patience: float = PATIENCE) -> Iterator[imaplib.IMAP4]:
    """Open the mailbox of an installation.

    Raises:
        imaplib.IMAP4.error, OSError, ssl.SSLError, NotUnderstood: it cannot be; see `Trouble`.
    """
    secure = ssl.create_default_context()
    host, port = settings.imap_host, settings.imap_port
    line: imaplib.IMAP4
    if settings.imap_security == "tls":
        line = imaplib.IMAP4_SSL(host, port, ssl_context=secure, timeout=patience)
    else:
        line = imaplib.IMAP4(host, port, timeout=patience)
    try:
        if settings.imap_security not in ("tls", "plain"):  # misspelt, nothing goes in the open
            line.starttls(secure)
        line.login(settings.imap_user, settings.imap_password)
        answer, said = line.select(_quoted(settings.imap_folder), readonly=True)
        if answer != "OK":
            raise NotUnderstood(_words(said))
        yield line
    finally:
        try:
            line.logout()
        except Trouble:
            with suppress(*Trouble):
                line.shutdown()


def validity(line: imaplib.IMAP4) -> int:
    """What the numbers of the mails are good for; another value means that they began anew."""
    _, said = line.response("UIDVALIDITY")
    found = _NUMBER.search(said[0]) if said and isinstance(said[0], bytes) else None
    return int(found[0]) if found else 0


def arrived(line: imaplib.IMAP4, *, after: int | None, since: date) -> list[int]:
    """The numbers of the mails after one, oldest first; with none, of those since a day."""
    if after is None:
        answer, said = line.uid(
            "SEARCH", "SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        )
    else:
        answer, said = line.uid("SEARCH", "UID", f"{after + 1}:*")
    if answer != "OK":
        raise NotUnderstood(_words(said))
    found = said[0] if said and isinstance(said[0], bytes) else b""
    # “*” is the last mail there is, also where it was looked at
    return sorted(uid for uid in map(int, found.split()) if uid > (after or 0))


def fetched(line: imaplib.IMAP4, uid: int) -> bytes:
    """A mail as it lies there; nobody sees that it was read. Empty: it is gone."""
    answer, said = line.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LONGEST}>)")
    if answer != "OK":
        raise NotUnderstood(_words(said))
    for one in said:
        if isinstance(one, tuple) and len(one) > 1 and isinstance(one[1], bytes):
            return one[1]
    return b""


def why(error: Exception) -> str:
    """What a server said, or what became of the line, on one line."""
    said = error.args[0] if error.args else ""
    words = _words(said if isinstance(said, bytes) else str(error))
    return " ".join(words.split())[:500] or type(error).__name__


def _quoted(folder: str) -> str:
    """A folder's name as IMAP wants it: other letters in its own UTF-7 (RFC 3501, 5.1.3)."""
    plain = re.sub(r"[^\x20-\x7e]+", _shifted, folder.replace("&", "&-"))
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(letters_: re.Match[str]) -> str:
    packed = base64.b64encode(letters_[0].encode("utf-16-be")).decode("ascii")
    return f"&{packed.rstrip('=').replace('/', ',')}-"


def _words(said: object) -> str:
    parts = said if isinstance(said, list) else [said]
    return " ".join(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in parts
    )
