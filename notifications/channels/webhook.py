"""Web hooks: what happened, told to another program, signed as Standard Webhooks names it.

    webhook-id         stays the same however often it is tried: keep it, and take each once
    webhook-timestamp  seconds; refuse what is older than a few minutes
    webhook-signature  v1,base64(HMAC-SHA256(secret, "id.timestamp.body")), one for each secret

While a secret is being changed both sign, with a space between. 2xx is taken; 404 and 410 switch
the hook off; anything else is tried again with growing pauses.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from notifications.channels import Channel, Parcel, cards
from notifications.channels.posting import Answer, plain_answer, post
from notifications.channels.robots import addressed
from tieout import clock
from tieout.config import Settings
from tieout.intake.connectors import http
from tieout.messages.outcomes import Outcome, accepted, later
from tieout.messages.pace import Lane
from tieout.money import Money


@dataclass
class Webhook:
    """The channel to other programs."""

    name: str = "webhook"
    form: str = "chat"
    keeps_files: bool = False
    _line: requests.Session | None = field(default=None, repr=False)

    def lanes(self, to: str) -> list[Lane]:
        """Each hook by itself: one that is down holds no other up."""
        return [Lane(f"webhook:{to}")]

    def send(self, parcel: Parcel) -> Outcome:
        """Sign a message and hand it over."""
        hook = addressed(parcel)
        if isinstance(hook, Outcome):
            return hook
        body = json.dumps(content(parcel), ensure_ascii=False, separators=(",", ":")).encode()
        moment = int(clock.now().timestamp())
        if self._line is None:
            self._line = http.line({"Content-Type": "application/json"})
        signed = headers(parcel.identity.strip("<>"), moment, body, hook.secrets)
        answer = post(self._line, hook.url, body, signed)
        return answer if isinstance(answer, Outcome) else understood(answer)

    def close(self) -> None:
        """Let the connections go."""
        if self._line is not None:
            self._line.close()
        self._line = None


def understood(answer: Answer) -> Outcome:
    """2xx is taken; a program that says no may be put right, so only “gone” is for good."""
    said = plain_answer(answer)
    if said is None:
        return accepted(answer.words)
    if answer.status in (404, 410) or 300 <= answer.status < 400:
        return said
    return later(answer.words, retry_after=answer.retry_after)


def headers(identity: str, moment: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Who says it, when, and that it was us."""
    signed = f"{identity}.{moment}.".encode() + body
    signatures = [
        base64.b64encode(hmac.new(one.encode(), signed, hashlib.sha256).digest()).decode()
        for one in secrets
    ]
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def content(parcel: Parcel) -> dict[str, Any]:
    """A message for a program: words for people, and figures where amounts are allowed."""
    return {
        "type": parcel.kind,
        "language": parcel.language,
        "customer": parcel.facts.get("customer"),
        "subject": parcel.subject,
        "text": parcel.text,
        "links": [{"label": one.label, "url": one.url} for one in cards.opened(parcel)],
        "data": told(parcel.facts.get("figures") or {}),
    }


def told(value: Any) -> Any:
    """Figures with every amount written out: {"amount": "900.00", "currency": "CNY"}."""
    match value:
        case {"minor": int(minor), "currency": str(currency)} if len(value) == 2:
            return {"amount": Money(minor, currency).plain, "currency": currency}
        case Mapping():
            return {str(name): told(one) for name, one in value.items()}
        case list():
            return [told(one) for one in value]
    return value


def channel(settings: Settings) -> Channel:
    """The channel of web hooks."""
    return Webhook()
