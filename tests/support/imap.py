"""A mailbox on this machine, spoken to in IMAP: mails are put in, fetched by number, and stay."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class ImapServer:
    """What lies in the mailbox, and who may look."""

    port: int = 0
    user: str = "accounts"
    password: str = "seven quiet boats"
    validity: int = 7
    #: Number and content; numbers only grow.
    mails: list[tuple[int, bytes]] = field(default_factory=list)
    #: Each command as it came, without its tag.
    asked: list[str] = field(default_factory=list)
    #: The line is cut at the first command that begins so.
    cut_at: str = ""

    def put(self, content: str | bytes) -> int:
        """Let a mail come in, and return its number."""
        uid = self.mails[-1][0] + 1 if self.mails else 1
        raw = content.encode() if isinstance(content, str) else content
        self.mails.append((uid, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")))
        return uid


class _Line(socketserver.StreamRequestHandler):
    box: ImapServer

    def handle(self) -> None:
        """Answer commands until somebody says goodbye."""
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.box.asked.append(command)
            if self.box.cut_at and command.startswith(self.box.cut_at):
                self.box.cut_at = ""
                return
            said, answer = self._answer(command)
            self.wfile.write(said + f"{tag} {answer}\r\n".encode())
            if command == "LOGOUT":
                return

    def _answer(self, command: str) -> tuple[bytes, str]:
        box = self.box
        word = command.split(" ", 1)[0]
        if word == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n", "OK done"
        if word == "LOGIN":
            right = command == f'LOGIN {box.user} "{box.password}"'
            return b"", "OK done" if right else "NO [AUTHENTICATIONFAILED] wrong password"
        if word == "EXAMINE":
            said = f"* {len(box.mails)} EXISTS\r\n* OK [UIDVALIDITY {box.validity}] valid\r\n"
            return said.encode(), "OK [READ-ONLY] done"
        if word == "UID":
            return self._by_number(command)
        return (b"* BYE\r\n" if word == "LOGOUT" else b""), "OK done"

    def _by_number(self, command: str) -> tuple[bytes, str]:
        box = self.box
        if found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            for place, (uid, content) in enumerate(box.mails, 1):
                if uid == int(found[1]):
                    part = content[: int(found[2])]
                    head = f"* {place} FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n"
                    return head.encode() + part + b")\r\n", "OK done"
            return b"", "OK done"
        first = 1
        if found := re.fullmatch(r"UID SEARCH UID (\d+):\*", command):
            # “*” is the highest number there is, even below the first
            first = min(int(found[1]), box.mails[-1][0] if box.mails else 1)
        uids = " ".join(str(uid) for uid, _ in box.mails if uid >= first)
        return f"* SEARCH {uids}".rstrip().encode() + b"\r\n", "OK done"


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Let a mailbox be looked into for a while."""
    box = ImapServer()
    handler = type("Line", (_Line,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join(5)
