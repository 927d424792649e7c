"""E-mail over SMTP: one connection kept open, every answer of the server understood.

The line may be cut at any point. Before the last dot of a mail nothing has been taken; after it
nobody knows until the answer is there.
"""

import io
import smtplib
import socket
import ssl
import time
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from notifications.channels import Channel, Parcel
from notifications.channels.mail import compose, wire_address
from notifications.channels.mailbox import Mailbox
from notifications.channels.signing import Signer
from tieout import clock
from tieout.config import Settings
from tieout.messages import gone
from tieout.messages.outcomes import Outcome, accepted, later, refused, unknown
from tieout.messages.pace import Lane

#: Seconds after which a server that says nothing is given up.
PATIENCE = 30.0
#: Seconds after which a mail is given up, however slowly the server goes on talking: before its
#: lease runs out and another worker takes it for left behind.
WHOLE = 80.0
#: Bytes of an answer; one that is longer is none.
LONGEST_ANSWER = 64_000
#: Said of an address only some servers can write to (RFC 6531).
NO_SUCH_LETTERS = "our mail server writes to no address with such letters before the @"
#: Messages whose arrival proves something: the mailbox is asked to confirm it.
PROVEN = ("statement_issued",)
#: Mails over one connection, before a new one is opened.
MOST_PER_CONNECTION = 100


def channel(settings: Settings) -> Channel:
    """The e-mail channel of an installation: its mail server, or the mailbox page."""
    return Smtp(settings) if settings.smtp_host else Mailbox()


def trusted(settings: Settings) -> ssl.SSLContext:
    """Whose certificates are trusted: those the machine trusts, and those of a file."""
    secure = ssl.create_default_context()
    if settings.smtp_ca:
        secure.load_verify_locations(settings.smtp_ca)
    return secure


class Answers(io.RawIOBase):
    """What a server says, as long as there is time for it and sense in it."""

    def __init__(self, line: "Punctual", sock: socket.socket) -> None:
        super().__init__()
        self._line, self._sock = line, sock

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Wait for the next piece, no longer than there is time.

        Raises:
            OSError: there is none left, or the answer has no end.
        """
        if self._line.room <= 0:
            raise OSError("an answer without end")
        left = self._line.until - time.monotonic()
        self._sock.settimeout(max(min(PATIENCE, left), 0.001))
        try:
            read = self._sock.recv_into(buffer)
        except TimeoutError as error:
            if left > PATIENCE:
                raise
            raise TimeoutError(f"not done within {WHOLE:g} seconds") from error
        self._line.room -= read
        return read


class Punctual(smtplib.SMTP):
    """A connection on which no answer takes longer than it may, even a byte at a time."""

    def __init__(self, until: float, *where: Any, **more: Any) -> None:
        #: By when the mail at hand is done, on the clock of `time.monotonic`.
        self.until = until
        #: How many more bytes of an answer are read.
        self.room = LONGEST_ANSWER
        super().__init__(*where, **more)

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer of one line or of many."""
        self.room = LONGEST_ANSWER
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(Answers(self, self.sock))
        return super().getreply()


class PunctualTls(Punctual, smtplib.SMTP_SSL):
    """The same over a connection that is encrypted from its first byte."""


class Smtp:
    """A mail server we hand mails to."""

    name = "email"
    form = "email"
    keeps_files = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._signer = Signer.of(settings)
        self._line: Punctual | None = None
        self._sent = 0
        #: Until when the mail at hand has to be done.
        self._until = float("inf")

    def lanes(self, to: str) -> list[Lane]:
        """The server itself, and the domain written to."""
        return [Lane("email"), Lane(f"email:{to.rpartition('@')[2].lower()}")]

    def send(self, parcel: Parcel) -> Outcome:
        """Hand a mail over."""
        try:
            mail = compose(
                parcel, self.settings.mail_from, self.settings.mail_reply_to, clock.now()
            )
            content = mail.as_bytes()
            if self._signer is not None:
                content = self._signer.signed(content)
            to = wire_address(parcel.to)
        except (ValueError, UnicodeError) as error:  # an address that is none
            return refused(f"{error}", address_gone=False)
        self._until = time.monotonic() + WHOLE
        try:
            line = self._open()
        except smtplib.SMTPResponseException as error:
            self._drop()
            return self._answered(error.smtp_code, error.smtp_error, before_recipient=True)
        except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
            self._drop()
            return later(_words(error), channel_down=True)
        if not to.isascii() and not line.has_extn("smtputf8"):
            return refused(f"{NO_SUCH_LETTERS}: {to}")
        return self._hand_over(line, mail, to, parcel.kind, content)

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._line is not None:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._line.close()
        self._line = None

    def _hand_over(
        self, line: Punctual, mail: EmailMessage, to: str, kind: str, content: bytes
    ) -> Outcome:
        sender = parseaddr(str(mail["From"]))[1]
        line.command_encoding = "ascii"  # until `mail` is told otherwise
        try:
            code, answer = line.mail(sender, _options(line, to, content))
            if not _is_yes(code):
                is_size = _is_too_large(_said(code, answer))
                return self._answered(code, answer, before_recipient=not is_size)
            code, answer = line.rcpt(to, self._notices(line, kind))
            if not _is_yes(code):
                return self._answered(code, answer)
            code, answer = line.docmd("DATA")
            if code != 354:
                return self._answered(code, answer)
            line.send(_dotted(content))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return later(_words(error), channel_down=True)
        try:
            line.send(b".\r\n")
            code, answer = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return unknown(_words(error))
        self._sent += 1
        if _is_yes(code):
            return accepted(_said(code, answer))
        if _is_no(code):
            return self._answered(code, answer)
        self._drop()  # neither yes nor no
        return unknown(_said(code, answer))

    def _notices(self, line: smtplib.SMTP, kind: str) -> list[str]:
        """The notices wanted of a mail's way (RFC 3461), where somebody hears of them."""
        if not self.settings.imap_host or not line.has_extn("dsn"):
            return []
        wanted = ["FAILURE", "DELAY", *(["SUCCESS"] if kind in PROVEN else [])]
        return [f"NOTIFY={','.join(wanted)}"]

    def _answered(self, code: int, answer: bytes | str, before_recipient: bool = False) -> Outcome:
        """Understand a no: 4xx is for now, 5xx for good; some say the mailbox is not there."""
        said = _said(code, answer)
        self._begin_anew()
        if not _is_no(code):  # no answer to what was asked: whoever talks there is out of step
            self._drop()
            return later(said, channel_down=True)
        if code < 500:  # 421 and the like are about the server, 450 about this mail
            return later(said, channel_down=before_recipient or code == 421)
        if before_recipient:  # our address, our password: no fault of the one written to
            return later(said, channel_down=True)
        return refused(said, address_gone=_is_gone(code, said))

    def _open(self) -> Punctual:
        if self._line is not None:
            self._line.until = self._until
            if self._sent < MOST_PER_CONNECTION and self._alive():
                return self._line
        self.close()
        settings = self.settings
        secure, where = trusted(settings), (settings.smtp_host, settings.smtp_port)
        if settings.smtp_security == "tls":
            line: Punctual = PunctualTls(self._until, *where, timeout=PATIENCE, context=secure)
        else:
            line = Punctual(self._until, *where, timeout=PATIENCE)
        self._line, self._sent = line, 0
        if line.sock is not None:  # the end of a mail waits for nobody's word that the rest came
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.ehlo_or_helo_if_needed()
        if settings.smtp_security not in ("tls", "plain"):  # misspelt, it must not send in the open
            line.starttls(context=secure)
            line.ehlo_or_helo_if_needed()
        if settings.smtp_user:
            line.login(settings.smtp_user, settings.smtp_password)
        return line

    def _alive(self) -> bool:
        """Whether a connection that stood idle still answers."""
        try:
            return self._line is not None and self._line.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _begin_anew(self) -> None:
        try:
            if self._line is None or self._line.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _is_no(code: int) -> bool:
    return 400 <= code < 600


def _options(line: smtplib.SMTP, to: str, content: bytes) -> list[str]:
    """What is said beforehand of a mail, where the server asks for it (RFC 6152, 1870, 6531)."""
    options = ["body=8bitmime"] if line.has_extn("8bitmime") else []
    options += [] if to.isascii() else ["smtputf8"]
    return [*options, f"size={len(content)}"] if line.has_extn("size") else options


def _is_too_large(said: str) -> bool:
    """Whether a mail was refused for its size, which waiting does not change."""
    return said.startswith(("552 ", "554 5.3.4", "552-"))


def _dotted(content: bytes) -> bytes:
    """The bytes as they go over the line: CRLF, a dot doubled at the start, an end of line."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)


def _said(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {' '.join(words.split())}"[:500]


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:500]


def _is_gone(code: int, said: str) -> bool:
    rest = said[4:]
    enhanced = rest.split(" ", 1)[0]
    if enhanced.count(".") == 2:
        return enhanced in gone.CODES
    return code in (550, 551, 553) and gone.is_gone("", rest)
