"""Asking a web address for JSON: only where it may be reached, in bounded time and size.

The address a host stands for is looked up once, judged, and connected to as it was judged, so
that a name which means something else a moment later gains nothing. Redirects are not followed,
no proxy or password file of the machine is used; a proxy that the installation's settings name is
the way to the world outside.
"""

import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from tieout import __version__, clock
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.intake.connectors.reach import reach
from tieout.intake.connectors.sealing import masked
from tieout.intake.connectors.tunnel import through

#: Seconds to connect, and to wait for the next piece of an answer.
CONNECT, READ = 15, 60
MOST_BYTES = 30_000_000
#: How often a request is made in all, and the first pause between two; each is twice as long.
TRIES, PAUSE = 4, 1.0
#: A source that wants to be left alone for longer is asked again by the next pull.
LONGEST = 60.0
_AGAIN = frozenset({429, 500, 502, 503, 504})


class NotAWebAddress(InvalidInput):
    """An address that is none of the web."""

    message = N_("This is no web address. Write it like https://shop.example/api/orders.")


class NotEncrypted(InvalidInput):
    """A request that everybody on the way could read."""

    message = N_(
        "“%(host)s” has to be asked by https. For a host of the inside network without it, add the"
        " host to connector_hosts in tieout.toml."
    )


class Unreachable(Conflict):
    """A host that does not answer."""

    message = N_("“%(host)s” does not answer: %(reason)s. Nothing was lost; it is tried again.")


class NotTrusted(Conflict):
    """A certificate that does not prove whose the host is; asking again would not change it."""

    message = N_(
        "The certificate of “%(host)s” is not trusted: %(reason)s. Have the source's certificate"
        " put right, or enter the authority that made it. Nothing was sent."
    )


class Redirected(Conflict):
    """An answer that leads elsewhere."""

    message = N_("The address leads on to %(target)s. Enter the address the data is really at.")


class SignInRefused(Conflict):
    """The source does not know us."""

    message = N_("The source refuses the sign-in (%(status)s). Enter the secret again.")


class Refused(Conflict):
    """An answer that is an error."""

    message = N_("The source answers with error %(status)s: %(words)s")


class Busy(Conflict):
    """A source that wants to be asked later."""

    message = N_("The source is busy and wants to be asked again in %(seconds)s seconds.")


class TooLarge(Conflict):
    """An answer without end."""

    message = N_("One answer is larger than %(limit)s MB. Ask for smaller pages.")


class TooSlow(Conflict):
    """A source that takes too long."""

    message = N_("The source took longer than %(seconds)s seconds. Nothing was lost.")


class CutOff(Conflict):
    """An answer that ends in the middle."""

    message = N_("The answer of “%(host)s” ended in the middle. Nothing was lost.")


class NotJson(Conflict):
    """An answer that cannot be read."""

    message = N_("The source did not answer with JSON, but with: %(words)s")


class NotACertificate(InvalidInput):
    """A text that is no certificate of an authority."""

    message = N_(
        "This is no certificate. Paste the whole text of the file, from “-----BEGIN CERTIFICATE”"
        " to “END CERTIFICATE-----”."
    )


class _Checked:
    """A connection to the address that was judged."""

    def _new_conn(self: Any) -> socket.socket:
        address = reach().address(self._dns_host, self.port)
        proxy = reach().way_out(self._dns_host, address)
        if proxy is not None:
            return through(proxy, address, self.port, _seconds(self.timeout))
        try:
            return socket.create_connection((address, self.port), self.timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "timed out") from error
        except OSError as error:
            raise NewConnectionError(self, error.strerror or "refused") from error


def _seconds(timeout: object) -> float:
    return float(timeout) if isinstance(timeout, int | float) else CONNECT


class _Plain(_Checked, HTTPConnection):
    """Without encryption."""


class _Encrypted(_Checked, HTTPSConnection):
    """With encryption; the certificate is checked against the name."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class _Adapter(HTTPAdapter):
    """Connects by our own connections."""

    def __init__(self, authority: str = "") -> None:
        self._context = trusting(authority) if authority else None
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        if self._context is not None:
            keywords["ssl_context"] = self._context
        super().init_poolmanager(*arguments, **keywords)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    body: Any
    #: The address of the next page, where a Link header names one.
    next: str = ""


class Source:
    """A web address with its sign-in, asked again and again within one time."""

    def __init__(
        self,
        *,
        headers: Mapping[str, str],
        seconds: int,
        sleep: Callable[[float], None] = time.sleep,
        authority: str = "",
    ) -> None:
        self._session = line(headers, authority)
        self.seconds, self._sleep = seconds, sleep
        self._until = time.monotonic() + seconds

    def close(self) -> None:
        """Let every connection go."""
        self._session.close()

    def get(self, url: str, query: Mapping[str, str]) -> Answer:
        """Ask for a page, once more after a pause where the source is busy.

        Raises:
            Conflict: with what went wrong in one sentence.
        """
        check_address(url)
        for attempt in range(1, TRIES + 1):
            try:
                answer, pause = self._asked(url, query, attempt)
            except (Unreachable, CutOff):
                if attempt == TRIES:
                    raise
                answer, pause = None, PAUSE * 2 ** (attempt - 1)
            if answer is not None:
                return answer
            if time.monotonic() + pause > self._until:
                raise TooSlow(seconds=self.seconds)
            self._sleep(pause)
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    def _asked(
        self, url: str, query: Mapping[str, str], attempt: int
    ) -> tuple[Answer | None, float]:
        host = urlsplit(url).hostname or ""
        try:
            response = self._session.get(
                url, params=dict(query), stream=True, timeout=(CONNECT, READ), allow_redirects=False
            )
        except requests.exceptions.SSLError as error:
            raise _tls(host, error) from None
        except (requests.exceptions.Timeout, TimeoutError):
            raise Unreachable(host=host, reason="timeout") from None
        except requests.exceptions.ConnectionError as error:
            raise Unreachable(host=host, reason=_network(error)) from None
        except (requests.exceptions.RequestException, UnicodeError, ValueError):
            raise NotAWebAddress from None
        with response:
            if response.status_code in _AGAIN:
                return None, self._pause(response, attempt)
            self._check_status(response)
            body = self._read(response, host)
            return Answer(_json(body), str(response.links.get("next", {}).get("url", ""))), 0.0

    def _pause(self, response: requests.Response, attempt: int) -> float:
        """How long to wait before the next try.

        Raises:
            Busy: longer than we would.
            Refused: it was the last try.
        """
        wanted = _retry_after(response.headers.get("Retry-After", ""))
        if wanted is not None and wanted > LONGEST:
            raise Busy(seconds=int(wanted))
        if attempt == TRIES:
            if response.status_code == 429:
                raise Busy(seconds=int(wanted or LONGEST))
            raise Refused(status=response.status_code, words=self._words(response))
        return PAUSE * 2 ** (attempt - 1) if wanted is None else wanted

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if 300 <= status < 400:
            raise Redirected(target=masked(response.headers.get("Location", "–"))[:200])
        if status in (401, 403):
            raise SignInRefused(status=status)
        if not 200 <= status < 300:
            raise Refused(status=status, words=self._words(response))

    def _words(self, response: requests.Response) -> str:
        """The beginning of what an error says."""
        try:
            text = self._read(response, "", limit=20_000).decode("utf-8", "replace")
        except Conflict:
            return "–"
        return _plain(text) or "–"

    def _read(self, response: requests.Response, host: str, limit: int = MOST_BYTES) -> bytes:
        """The body, piece by piece, within time and size."""
        body = bytearray()
        raw: Any = response.raw
        try:
            while piece := raw.read1(16_384, decode_content=True):
                body += piece
                if len(body) > limit:
                    raise TooLarge(limit=limit // 1_000_000)
                if time.monotonic() > self._until:
                    raise TooSlow(seconds=self.seconds)
        except TimeoutError:
            raise TooSlow(seconds=READ) from None
        except (HTTPError, OSError) as error:
            if "timed out" in str(error).lower():
                raise TooSlow(seconds=READ) from None
            raise CutOff(host=host) from None
        return bytes(body)


def line(headers: Mapping[str, str], authority: str = "") -> requests.Session:
    """Connections to addresses that may be reached, without proxy and passwords of the machine."""
    made = requests.Session()
    made.trust_env = False
    made.headers.update(
        {
            "Accept": "application/json",
            "User-Agent": f"Tieout/{__version__}",
            "Accept-Encoding": "gzip, identity",
            **headers,
        }
    )
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter(authority))
    return made


def trusting(authority: str) -> ssl.SSLContext:
    """What is trusted: the authorities everybody knows, and the company's own.

    Raises:
        NotACertificate
    """
    try:
        return ssl.create_default_context(cadata=authority.strip())
    except (ssl.SSLError, ValueError):
        raise NotACertificate from None


def check_address(url: str) -> None:
    """See that an address is one of the web, and encrypted where it has to be.

    Raises:
        NotAWebAddress, NotEncrypted
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise NotAWebAddress from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\0]", url):
        raise NotAWebAddress
    if parts.scheme == "http" and not reach().allows(host):
        raise NotEncrypted(host=host)


def same_place(one: str, other: str) -> bool:
    """Whether two addresses lead to the same host by the same way."""
    left, right = urlsplit(one), urlsplit(other)
    return (left.scheme, left.netloc.rpartition("@")[2]) == (
        right.scheme,
        right.netloc.rpartition("@")[2],
    )


def _json(body: bytes) -> Any:
    """Read JSON exactly: figures as they are written."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotJson(words=_plain(body[:2000].decode("utf-8", "replace")) or "–") from None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _plain(text: str) -> str:
    """The beginning of a text without its markup, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:200]


def _retry_after(text: str) -> float | None:
    if text.strip().isdecimal():
        return float(text.strip())
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - clock.now()).total_seconds())


def _tls(host: str, error: BaseException) -> Conflict:
    """What a failed encryption means: a certificate stays wrong, a cut line may come back."""
    inner = _innermost(error)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return NotTrusted(host=host, reason=inner.verify_message)
    return Unreachable(host=host, reason="TLS")


def _network(error: BaseException) -> str:
    """Why a connection could not be made or kept; never the address with its query."""
    inner = _innermost(error)
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return "connection lost" if "Connection aborted" in str(error) else type(inner).__name__


def _innermost(error: BaseException) -> BaseException:
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        inner = error.__cause__ or getattr(error, "reason", None) or error.__context__
        if inner is None and error.args and isinstance(error.args[0], BaseException):
            inner = error.args[0]
        if not isinstance(inner, BaseException):
            return error
        error = inner
    return error
