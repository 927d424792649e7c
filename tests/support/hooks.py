"""A web server on this machine that robots and web hooks are pointed at; answers as told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Answers that are none.
CUT = "cut the line"
HANG = "say nothing"


@dataclass
class Came:
    """One call."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def said(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Hooks:
    """What came in, and what is answered."""

    url: str = ""
    came: list[Came] = field(default_factory=list)
    #: For the next calls: (status, headers, body), CUT or HANG; then `usual`.
    answers: list[tuple[int, dict[str, str], Any] | str] = field(default_factory=list)
    usual: Any = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok", "code": 0})

    def answer(self, body: Any, status: int = 200, **headers: str) -> None:
        """Answer the next call so."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.answers.append((status, named, body))


@contextmanager
def hooks() -> Iterator[Hooks]:
    """Let a server run for a while."""
    kept = Hooks()

    class Handler(BaseHTTPRequestHandler):
        """Keeps every call."""

        def do_POST(self) -> None:
            """Take a call."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): text for name, text in self.headers.items()}
            kept.came.append(Came(self.path, headers, body, time.monotonic()))
            answer = kept.answers.pop(0) if kept.answers else (200, {}, kept.usual)
            if answer == HANG:
                time.sleep(1.5)
            if isinstance(answer, str):
                self.close_connection = True
                self.connection.close()
                return
            status, more, said = answer
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, text in more.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
