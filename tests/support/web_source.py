"""A web address that answers as a test says, over a real socket."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Reply:
    """What is answered."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: Send only so many bytes of what is announced, then hang up.
    cut_after: int | None = None
    #: Called instead, to write to the socket as one likes.
    writes: Callable[[Any], None] | None = None


@dataclass
class WebSource:
    """The server: `answer` is called with each request; `asked` keeps them."""

    url: str = ""
    answer: Callable[[Asked], Reply] = lambda asked: Reply([])
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def web_source(context: ssl.SSLContext | None = None) -> Iterator[WebSource]:
    """Serve on a free port of this machine; encrypted where a context is given."""
    source = WebSource()

    class Handler(BaseHTTPRequestHandler):
        """Hands each request to the test."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            asked = Asked(split.path, query, {k.lower(): v for k, v in self.headers.items()})
            source.asked.append(asked)
            self._send(source.answer(asked))

        def _send(self, reply: Reply) -> None:
            if reply.writes is not None:
                self.close_connection = True
                reply.writes(self.wfile)
                return
            body = reply.body
            if not isinstance(body, bytes):
                body = json.dumps(body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.cut_after is not None:
                body, self.close_connection = body[: reply.cut_after], True
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    source.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
