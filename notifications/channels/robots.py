"""Robots of WeCom, DingTalk and Feishu: signed, drawn as cards, and understood by their code.

All three answer 200 to everything; whether a message was taken stands in the body. Limits as the
platforms name them: DingTalk and WeCom 20 messages a minute and robot, Feishu 100 a minute and 5
a second.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import requests

from notifications.channels import Channel, Parcel, cards
from notifications.channels.posting import Answer, plain_answer, post
from tieout import clock
from tieout.config import Settings
from tieout.db import reading
from tieout.errors import TieoutError
from tieout.intake.connectors import http
from tieout.messages import robots
from tieout.messages.outcomes import Outcome, accepted, later, refused, unknown
from tieout.messages.pace import Lane
from tieout.messages.robots import Opened
from tieout.rendering.translation import ENGLISH

#: Even spacing, a little wider than the limits, because the wire shakes.
_TWENTY_A_MINUTE = timedelta(seconds=3.1)
_HUNDRED_A_MINUTE = timedelta(seconds=0.62)
#: DingTalk shuts a robot that wrote too fast out for ten minutes.
_SHUT_OUT = 600


@dataclass(frozen=True)
class Platform:
    """What differs from one platform to the next."""

    name: str
    gap: timedelta
    draw: Callable[[Parcel], cards.Card]
    #: The address and the body to hand over.
    sign: Callable[[Opened, cards.Card, datetime], tuple[str, cards.Card]]
    #: Names of the code and the words in an answer, the first that is there counts.
    code: tuple[str, ...]
    words: tuple[str, ...]
    #: Codes after which there is no such robot any more.
    gone: frozenset[int]
    #: Codes for “not now”, with the seconds to wait.
    busy: Mapping[int, int]


def _unsigned(robot: Opened, card: cards.Card, at: datetime) -> tuple[str, cards.Card]:
    return robot.url, card


def sign_dingtalk(robot: Opened, card: cards.Card, at: datetime) -> tuple[str, cards.Card]:
    """Milliseconds and their signature in the address."""
    if not robot.secrets:
        return robot.url, card
    moment = str(round(at.timestamp() * 1000))
    signed = _signature(robot.secrets[0], f"{moment}\n{robot.secrets[0]}")
    mark = "&" if "?" in robot.url else "?"
    return f"{robot.url}{mark}timestamp={moment}&sign={quote_plus(signed)}", card


def sign_feishu(robot: Opened, card: cards.Card, at: datetime) -> tuple[str, cards.Card]:
    """Seconds and their signature in the body; the key is what others sign."""
    if not robot.secrets:
        return robot.url, card
    moment = str(int(at.timestamp()))
    signed = _signature(f"{moment}\n{robot.secrets[0]}", "")
    return robot.url, {"timestamp": moment, "sign": signed, **card}


def _signature(key: str, words: str) -> str:
    made = hmac.new(key.encode(), words.encode(), hashlib.sha256).digest()
    return base64.b64encode(made).decode()


WECOM = Platform(
    "wecom",
    _TWENTY_A_MINUTE,
    cards.wecom,
    _unsigned,
    code=("errcode",),
    words=("errmsg",),
    gone=frozenset({93000, 93004, 93008}),
    busy={45009: 60, -1: 30},
)
DINGTALK = Platform(
    "dingtalk",
    _TWENTY_A_MINUTE,
    cards.dingtalk,
    sign_dingtalk,
    code=("errcode",),
    words=("errmsg",),
    gone=frozenset({300001, 300005}),
    busy={130101: _SHUT_OUT, 410100: _SHUT_OUT, -1: 60},
)
FEISHU = Platform(
    "feishu",
    _HUNDRED_A_MINUTE,
    cards.feishu,
    sign_feishu,
    code=("code", "StatusCode"),
    words=("msg", "StatusMessage"),
    gone=frozenset({19001}),
    busy={9499: 60, 11232: 60, 11233: 60},
)


@dataclass
class Robot:
    """The channel of one platform."""

    platform: Platform
    name: str
    keeps_files: bool = False
    form: str = "chat"
    _line: requests.Session | None = field(default=None, repr=False)

    def lanes(self, to: str) -> list[Lane]:
        """The platform itself, and the robot's own allowance."""
        return [Lane(self.name), Lane(f"{self.name}:{to}", self.platform.gap)]

    def send(self, parcel: Parcel) -> Outcome:
        """Draw a message, sign it and hand it over."""
        robot = addressed(parcel)
        if isinstance(robot, Outcome):
            return robot
        url, card = self.platform.sign(robot, self.platform.draw(parcel), clock.now())
        if self._line is None:
            self._line = http.line({"Content-Type": "application/json; charset=utf-8"})
        answer = post(self._line, url, json.dumps(card, ensure_ascii=False).encode(), {})
        return answer if isinstance(answer, Outcome) else understood(self.platform, answer)

    def close(self) -> None:
        """Let the connections go."""
        if self._line is not None:
            self._line.close()
        self._line = None


def addressed(parcel: Parcel) -> Opened | Outcome:
    """The robot a message is for, with its secrets."""
    try:
        with reading() as session:
            return robots.opened(session, int(parcel.to.rpartition("-")[2]), clock.now())
    except TieoutError as error:
        return refused(ENGLISH.sentence(error.sentence))


def understood(platform: Platform, answer: Answer) -> Outcome:
    """What an answer means: its status where that says no, else the code in its body."""
    said = plain_answer(answer)
    if said is not None:
        return said
    try:
        body: Any = json.loads(answer.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return _unread(answer)
    code = next((body[name] for name in platform.code if name in body), None)
    words = next((str(body[name]) for name in platform.words if body.get(name)), "")
    if not isinstance(code, int) or isinstance(code, bool):
        return _unread(answer)
    if code == 0:
        return accepted(words)
    told = f"{code} {words}".strip()[:300]
    if code in platform.busy:
        return later(told, retry_after=platform.busy[code])
    return refused(told, address_gone=code in platform.gone)


def _unread(answer: Answer) -> Outcome:
    """A page of somebody between means nothing was said; an answer that is cut off, who knows."""
    told = f"an answer without a code: {answer.words}"
    return later(told) if answer.body.lstrip().startswith(b"<") else unknown(told)


def wecom(settings: Settings) -> Channel:
    """The channel of WeCom's robots."""
    return Robot(WECOM, WECOM.name)


def dingtalk(settings: Settings) -> Channel:
    """The channel of DingTalk's robots."""
    return Robot(DINGTALK, DINGTALK.name)


def feishu(settings: Settings) -> Channel:
    """The channel of Feishu's robots."""
    return Robot(FEISHU, FEISHU.name)
