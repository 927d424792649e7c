"""A mail server that answers each step of a mail as told, cuts the line or says nothing."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

#: Answers that are none.
CUT, SILENT = "cut the line", "say nothing"
#: Answers that never end: a byte at a time, and one line after another.
DRIP, ENDLESS = "say it slowly", "say more and more"
_USUAL = {
    "greeting": "220 mail.example",
    "ehlo": "250 mail.example",
    "starttls": "220 go ahead",
    "auth": "235 welcome",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go ahead",
    "end": "250 queued as 42",
}


@dataclass
class FaultyServer:
    """What is answered at each step; what came is kept."""

    port: int = 0
    #: greeting, ehlo, starttls, auth, mail, rcpt, data, end.
    answers: dict[str, str] = field(default_factory=dict)
    #: The step after whose answer the line is cut.
    leaves_after: str = ""
    extensions: tuple[str, ...] = ()
    secure: ssl.SSLContext | None = None
    mails: list[bytes] = field(default_factory=list)
    #: Released when the test is over, so that a silent line ends.
    over: threading.Event = field(default_factory=threading.Event)

    def serve(self, line: socket.socket) -> None:
        """Talk to one client until it goes or the line is cut."""
        with suppress(OSError), line:
            self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        if self._say(line, "greeting"):
            self._listen(line)

    def _listen(self, line: socket.socket) -> None:
        reading = line.makefile("rb")
        while text := reading.readline():
            word = text.split()[0].decode("ascii", "replace").lower() if text.split() else ""
            match word:
                case "ehlo" if "ehlo" in self.answers:
                    if not self._say(line, "ehlo"):
                        return
                case "ehlo":
                    lines = ["250-mail.example", *(f"250-{one}" for one in self.extensions)]
                    line.sendall(("\r\n".join([*lines, "250 8BITMIME"]) + "\r\n").encode())
                case "starttls":
                    if not self._say(line, "starttls") or self.secure is None:
                        return
                    with self.secure.wrap_socket(line, server_side=True) as closed_to_others:
                        self._listen(closed_to_others)
                    return
                case "data":
                    if not self._say(line, "data"):
                        return
                    if self.answers.get("data", "354")[:3] != "354":
                        continue
                    self.mails.append(_mail(reading))
                    if not self._say(line, "end"):
                        return
                case "auth" | "mail" | "rcpt":
                    if not self._say(line, word):
                        return
                case "quit":
                    line.sendall(b"221 bye\r\n")
                    return
                case _:
                    line.sendall(b"250 ok\r\n")

    def _say(self, line: socket.socket, step: str) -> bool:
        answer = self.answers.get(step, _USUAL[step])
        if answer == SILENT:
            self.over.wait(20)
            return False
        if answer == CUT:
            return False
        if answer in (DRIP, ENDLESS):
            piece, pause = (b"2", 0.05) if answer == DRIP else (b"250-more and more\r\n" * 99, 0)
            while not self.over.wait(pause):
                line.sendall(piece)
            return False
        line.sendall(f"{answer}\r\n".encode())
        return step != self.leaves_after


def _mail(reading: object) -> bytes:
    lines: list[bytes] = []
    while (line := reading.readline()) not in (b".\r\n", b""):  # type: ignore[attr-defined]
        lines.append(line)
    return b"".join(lines)


@contextmanager
def faulty_server(
    answers: Mapping[str, str] | None = None,
    *,
    extensions: tuple[str, ...] = (),
    secure: ssl.SSLContext | None = None,
    leaves_after: str = "",
) -> Iterator[FaultyServer]:
    """Let such a server run for a while."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = FaultyServer(
        listening.getsockname()[1],
        dict(answers or {}),
        leaves_after,
        extensions=extensions,
        secure=secure,
    )

    def take() -> None:
        while True:
            try:
                line, _from = listening.accept()
            except OSError:
                return
            threading.Thread(target=server.serve, args=(line,), daemon=True).start()

    taking = threading.Thread(target=take, daemon=True)
    taking.start()
    try:
        yield server
    finally:
        server.over.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        taking.join(timeout=5)


def authority(folder: Path, host: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """A certificate of one's own for a host: the file to trust, and what the server shows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "our own mail server")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "ca.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return certificate, context
