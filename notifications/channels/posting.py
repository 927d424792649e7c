"""Handing a body to an address of the web, and what the line made of it.

Where a host may be reached is judged as for connectors: no address of the inside network, no
redirect, no proxy but the one the settings name. What the answer means is for the platform to say.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from tieout.errors import TieoutError
from tieout.intake.connectors import http
from tieout.intake.connectors.reach import HostUnknown
from tieout.intake.connectors.tunnel import ProxyRefuses, ProxySignIn, ProxySilent
from tieout.messages.outcomes import Outcome, later, refused, unknown
from tieout.rendering.translation import ENGLISH

#: Seconds for a connection, for the next piece of an answer, and for all of it.
CONNECT, READ, WHOLE = 10, 20, 40
#: An answer longer than this is cut; what counts stands at its beginning.
_MOST = 64_000


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    #: Seconds the far side asks us to wait.
    retry_after: int | None = None

    @property
    def words(self) -> str:
        """Its beginning, on one line."""
        text = " ".join(self.body[:400].decode("utf-8", "replace").split())
        return f"{self.status} {text}".strip()[:300]


def post(
    line: requests.Session, url: str, body: bytes, headers: Mapping[str, str]
) -> Answer | Outcome:
    """Hand a body over; an outcome where no answer came."""
    try:
        http.check_address(url)
        response = line.post(
            url,
            data=body,
            headers=dict(headers),
            timeout=(CONNECT, READ),
            allow_redirects=False,
            stream=True,
        )
    except (HostUnknown, ProxySilent, ProxySignIn, ProxyRefuses) as error:
        return later(_words(error), channel_down=False)
    except TieoutError as error:  # an address that may not be reached
        return refused(_words(error))
    except requests.exceptions.SSLError as error:
        return later(f"no safe line: {_inner(error)}")
    except requests.exceptions.ConnectTimeout:
        return later(f"no connection within {CONNECT} seconds")
    except requests.exceptions.ReadTimeout:
        return unknown(f"no answer within {READ} seconds")
    except requests.exceptions.ConnectionError as error:
        if _never_came_to_be(error):
            return later(f"no connection: {_inner(error)}")
        return unknown("the line was cut before the answer")
    except requests.exceptions.RequestException as error:
        return refused(type(error).__name__)
    with response:
        wait = response.headers.get("Retry-After", "").strip()
        seconds = min(int(wait), 86_400) if wait.isascii() and wait.isdecimal() else None
        return Answer(response.status_code, _read(response), seconds)


def plain_answer(answer: Answer) -> Outcome | None:
    """What the status alone says; None for one whose body has to be looked at."""
    if answer.status == 429:
        return later(answer.words, retry_after=answer.retry_after or 60)
    if answer.status >= 500 or answer.status == 408:
        return later(answer.words, retry_after=answer.retry_after)
    if answer.status in (404, 410):
        return refused(answer.words, address_gone=True)
    if not 200 <= answer.status < 300:
        return refused(answer.words)
    return None


def _read(response: requests.Response) -> bytes:
    """The beginning of the body; what is cut or slow is read as far as it came."""
    until, body = time.monotonic() + WHOLE, bytearray()
    raw: Any = response.raw
    try:
        while (piece := raw.read1(16_384, decode_content=True)) and len(body) < _MOST:
            body += piece
            if time.monotonic() > until:
                break
    except (HTTPError, OSError):
        pass
    return bytes(body)


def _never_came_to_be(error: requests.exceptions.ConnectionError) -> bool:
    """Whether nothing was sent at all."""
    return "NewConnectionError" in repr(error) or "NewConnectionError" in _chain(error)


def _chain(error: BaseException) -> str:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__


def _inner(error: BaseException) -> str:
    """Why, without the address, which is a secret."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    words = str(reason or type(error).__name__)
    return words.rpartition(":")[2].strip()[:200]


def _words(error: TieoutError) -> str:
    return ENGLISH.sentence(error.sentence)
