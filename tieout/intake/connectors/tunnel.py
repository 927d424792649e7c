"""The way out through a company's proxy: a tunnel it opens, and knows nothing of what passes.

The proxy is one the installation's settings name, never one of the machine's. It is asked for the
address that was looked up and judged here, not for a name it would look up itself: an address of
the inside network stays refused, and a name which means something else a moment later gains
nothing. What is encrypted stays so: the certificate is checked against the name as without it.
"""

import base64
import socket
import time
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_

#: What a proxy answers before the tunnel is open is not longer.
_MOST = 16_384
_REFUSES_SIGN_IN = 407


class NotAProxy(InvalidInput):
    """A setting that names no proxy."""

    message = N_(
        "outgoing_proxy in tieout.toml names no proxy. Write it like http://proxy.example:3128 or"
        " http://name:password@proxy.example:3128."
    )


class ProxySilent(Conflict):
    """A proxy that cannot be reached."""

    message = N_(
        "The proxy %(host)s does not answer: %(reason)s. Look at outgoing_proxy in tieout.toml;"
        " nothing was lost."
    )


class ProxyRefuses(Conflict):
    """A proxy that lets nobody through."""

    message = N_(
        "The proxy %(host)s does not let us through to %(target)s: %(words)s. Ask whoever keeps it;"
        " nothing was lost."
    )


class ProxySignIn(Conflict):
    """A proxy that does not know us."""

    message = N_(
        "The proxy %(host)s wants a name and a password. Write them into outgoing_proxy in"
        " tieout.toml, like http://name:password@proxy.example:3128."
    )


@dataclass(frozen=True)
class Proxy:
    """Where the way out is, and how to sign in there."""

    host: str
    port: int
    authorization: str = ""

    @classmethod
    def of(cls, text: str) -> "Proxy | None":
        """The proxy a setting names; None where it is empty.

        Raises:
            NotAProxy
        """
        if not text.strip():
            return None
        try:
            parts = urlsplit(text.strip())
            host, port = parts.hostname, parts.port or 3128
        except ValueError:
            raise NotAProxy from None
        if parts.scheme != "http" or not host or parts.path not in ("", "/"):
            raise NotAProxy
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        signed = f"Basic {base64.b64encode(pair.encode()).decode()}" if parts.username else ""
        return cls(host, port, signed)


def through(proxy: Proxy, address: str, port: int, timeout: float) -> socket.socket:
    """A connection to an address, through a proxy.

    Raises:
        ProxySilent, ProxySignIn, ProxyRefuses
    """
    target = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    try:
        line = socket.create_connection((proxy.host, proxy.port), timeout)
    except OSError as error:
        reason = "timeout" if isinstance(error, TimeoutError) else error.strerror
        raise ProxySilent(host=proxy.host, reason=reason or "refused") from error
    try:
        line.sendall(_request(proxy, target))
        status, words = _answer(line, time.monotonic() + timeout)
    except OSError as error:
        line.close()
        raise ProxySilent(host=proxy.host, reason=error.strerror or "timeout") from error
    if status == 200:
        return line
    line.close()
    if status == _REFUSES_SIGN_IN:
        raise ProxySignIn(host=proxy.host)
    raise ProxyRefuses(host=proxy.host, target=target, words=words or "–")


def _request(proxy: Proxy, target: str) -> bytes:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _answer(line: socket.socket, until: float) -> tuple[int, str]:
    """The status and its words; not a byte of what follows is taken."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n") and len(head) < _MOST:
        piece = line.recv(1)
        if not piece or time.monotonic() > until:
            break
        head += piece
    first = head.partition(b"\r\n")[0].decode("latin-1")
    version, _, rest = first.partition(" ")
    status = rest[:3]
    if not version.startswith("HTTP/") or not status.isdecimal():
        return 0, " ".join(first.split())[:100]
    return int(status), " ".join(rest.split())[:100]
