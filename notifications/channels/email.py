"""E-mail over SMTP: one connection kept open, every answer of the server understood.

The line may be cut at any point. Before the last dot of a mail nothing has been taken; after it
nobody knows until the answer is there.
"""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import parseaddr

from notifications.channels import Channel, Parcel
from notifications.channels.mail import compose
from notifications.channels.mailbox import Mailbox
from notifications.channels.signing import Signer
from tieout import clock
from tieout.config import Settings
from tieout.messages import gone
from tieout.messages.outcomes import Outcome, accepted, later, refused, unknown
from tieout.messages.pace import Lane

#: Seconds after which a server that says nothing is given up.
PATIENCE = 30
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


class Smtp:
    """A mail server we hand mails to."""

    name = "email"
    form = "email"
    keeps_files = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._signer = Signer.of(settings)
        self._line: smtplib.SMTP | None = None
        self._sent = 0

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
        except (ValueError, UnicodeError) as error:  # an address that is none
            return refused(f"{error}", address_gone=False)
        try:
            line = self._open()
        except smtplib.SMTPResponseException as error:
            self._drop()
            return self._answered(error.smtp_code, error.smtp_error, before_recipient=True)
        except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
            self._drop()
            return later(_words(error), channel_down=True)
        return self._hand_over(line, mail, parcel, content)

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._line is not None:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._line.close()
        self._line = None

    def _hand_over(
        self, line: smtplib.SMTP, mail: EmailMessage, parcel: Parcel, content: bytes
    ) -> Outcome:
        sender, to, kind = parseaddr(str(mail["From"]))[1], parcel.to, parcel.kind
        try:
            code, answer = line.mail(sender, _options(line, content))
            if code != 250:
                is_size = _is_too_large(_said(code, answer))
                return self._answered(code, answer, before_recipient=not is_size)
            code, answer = line.rcpt(parseaddr(to)[1] or to, self._notices(line, kind))
            if code not in (250, 251):
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
        if code != 250:
            return self._answered(code, answer)
        self._sent += 1
        return accepted(_said(code, answer))

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
        if code < 500:  # 421 and the like are about the server, 450 about this mail
            return later(said, channel_down=before_recipient or code == 421)
        if before_recipient:  # our address, our password: no fault of the one written to
            return later(said, channel_down=True)
        return refused(said, address_gone=_is_gone(code, said))

    def _open(self) -> smtplib.SMTP:
        if self._line is not None and self._sent < MOST_PER_CONNECTION and self._alive():
            return self._line
        self.close()
        settings = self.settings
        secure = trusted(settings)
        if settings.smtp_security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host, settings.smtp_port, timeout=PATIENCE, context=secure
            )
        else:
            line = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=PATIENCE)
        self._line, self._sent = line, 0
        if line.sock is not None:  # the end of a mail waits for nobody's word that the rest came
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.ehlo()
        if settings.smtp_security not in ("tls", "plain"):  # misspelt, it must not send in the open
            line.starttls(context=secure)
            line.ehlo()
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


def _options(line: smtplib.SMTP, content: bytes) -> list[str]:
    """What is said beforehand of a mail, where the server asks for it (RFC 6152, 1870)."""
    options = ["body=8bitmime"] if line.has_extn("8bitmime") else []
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
