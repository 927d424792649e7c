"""A company's proxy: opens tunnels for whoever may, to wherever a test says an address leads."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class CompanyProxy:
    """The proxy: `leads` says where an address really is, `asked` keeps what was wanted."""

    address: str = ""
    leads: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: The sign-in it wants, as the header says it; empty: none.
    wants: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def company_proxy() -> Iterator[CompanyProxy]:
    """Serve on a free port of this machine."""
    proxy = CompanyProxy()

    class Handler(BaseHTTPRequestHandler):
        """Answers CONNECT, and nothing else."""

        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            proxy.asked.append(self.path)
            self.close_connection = True
            if proxy.wants and self.headers.get("Proxy-Authorization") != proxy.wants:
                self.send_error(407)
                return
            if self.path not in proxy.leads:
                self.send_error(403, "Not on the list")
                return
            with socket.create_connection(proxy.leads[self.path], 10) as far:
                self.send_response_only(200, "Connection established")
                self.end_headers()
                back = threading.Thread(target=_pour, args=(far, self.connection), daemon=True)
                back.start()
                _pour(self.connection, far)
                back.join(10)

        def log_message(self, *_words: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    """Hand on what comes until nothing does."""
    with suppress(OSError):
        while piece := source.recv(16_384):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
