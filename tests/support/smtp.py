"""A mail server on this machine that answers as a test tells it to."""

import contextlib
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: Closes the line at the final dot, before or after the mail was kept.
DROP_BEFORE_TAKING = "drop before taking"
DROP_AFTER_TAKING = "drop after taking"
#: Closes the line when a recipient is named.
DROP_AT_RECIPIENT = "drop at recipient"


@dataclass
class MailServer:
    """What came in, and what is answered to whom."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    #: The same as bytes, as they came over the line.
    raw: list[bytes] = field(default_factory=list)
    #: Recipients as named on the wire, one a mail.
    recipients: list[str] = field(default_factory=list)
    #: How often somebody connected.
    connections: int = 0
    #: What is answered to a recipient: "550 5.1.1 unknown", or one of the drops; else 250.
    answers: dict[str, str] = field(default_factory=dict)
    #: Answers for the next mails, whoever they are for; each is used once.
    next_answers: list[str] = field(default_factory=list)

    def to(self, recipient: str) -> list[EmailMessage]:
        """The mails that came for somebody."""
        return [
            mail
            for mail, named in zip(self.mails, self.recipients, strict=True)
            if named == recipient
        ]

    def text(self, number: int = -1) -> str:
        """The text part of a mail."""
        part = self.mails[number].get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def html(self, number: int = -1) -> str:
        """The HTML part of a mail."""
        part = self.mails[number].get_body(("html",))
        assert part is not None
        return str(part.get_content())

    def _answer(self, recipient: str) -> str:
        if self.next_answers:
            return self.next_answers.pop(0)
        return self.answers.get(recipient, "250 ok")

    async def handle_EHLO(  # noqa: N802 - the name the server looks for
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Count who greets."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - the name the server looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Take a recipient, or not."""
        answer = self._answer(address)
        if answer == DROP_AT_RECIPIENT:
            cast(Any, server.transport).abort()
            return "421 gone"
        setattr(envelope, "answer", answer)  # noqa: B010 - read at the end of this mail
        if answer[0] in "45":
            return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802 - the name the server looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, or cut the line."""
        answer: str = envelope.answer  # type: ignore[attr-defined]
        if answer != DROP_BEFORE_TAKING:
            content = envelope.content
            assert isinstance(content, bytes)
            mail = message_from_bytes(content, policy=default)
            self.mails.append(mail)
            self.raw.append(content)
            self.recipients += envelope.rcpt_tos
        if answer in (DROP_BEFORE_TAKING, DROP_AFTER_TAKING):
            cast(Any, server.transport).abort()
            return "421 gone"
        return "250 queued as 42"


#: Where no system takes the ports of calls that go out: nobody else comes by one in passing.
_PORTS = range(12_000, 32_000)


def free_port() -> int:
    """A port nobody listens on, and nobody is likely to before it is used."""
    for port in random.SystemRandom().sample(_PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("a hundred ports were taken")


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    """Let a mail server run for a while."""
    server = MailServer(port or free_port())
    controller: Any = cast(Callable[..., Any], Controller)(
        server, hostname="127.0.0.1", port=server.port, ready_timeout=60
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
