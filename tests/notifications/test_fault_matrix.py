"""Whatever the far side does, the message's own page says it: state, its words, what to do, when.

Over real sockets, in both languages.
"""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from notifications.channels import email, posting
from tests.factories import AT, BY
from tests.notifications import world
from tests.notifications.world import CHAT, MAIL, House, messages, outcomes
from tests.support import route_world
from tests.support.bot_api import TOKEN, bot_api
from tests.support.faulty_smtp import (
    CUT,
    DRIP,
    ENDLESS,
    SILENT,
    FaultyServer,
    authority,
    faulty_server,
)
from tests.support.hooks import hooks
from tests.support.visitor import Visitor
from tieout import db
from tieout.customers.models import Contact, CustomerAccount
from tieout.identity.models import StaffUser
from tieout.intake.connectors.reach import reach
from tieout.messages import robots
from tieout.messages.models import Message
from tieout.messages.robots import RobotInput

#: What the page says of each end: its chip, and what to do.
SENT = ("Sent", "已发送", "", "")
AGAIN = ("Queued", "排队中", "It is tried by itself from", "起自动重试")
PUT_RIGHT = ("Failed", "失败", "Put right what it says", "请先按提示更正")
ASK = ("Sending unknown", "发送情况不明", "Ask whether it arrived", "请询问对方是否收到")
GONE = ("Failed", "失败", "Nothing more is sent to this address", "不再向该地址发送")
UNWANTED = ("Failed", "失败", "does not want our mail", "对方服务器拒收我方邮件")
NO_CHAT = ("Failed", "失败", "only its reader can link the chat again", "只有本人可以重新关联")
NO_ROBOT = (
    "Failed",
    "失败",
    "There is no such robot or hook any more",
    "该机器人或 Webhook 已不存在",
)
ROBOT_NO = ("Failed", "失败", "does not take it as it is set up", "机器人按现有设置不接收")
SMALLER = ("Failed", "失败", "let the PDF be linked instead", "请改为链接 PDF")


@dataclass(frozen=True)
class Fault:
    """What a mail server does, and what follows."""

    name: str
    answers: Mapping[str, str]
    page: tuple[str, str, str, str]
    outcome: str
    #: Its own words, as the page shows them.
    words: str = ""
    extensions: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)


MAIL_FAULTS = (
    Fault("taken", {}, SENT, "accepted", "250 queued as 42"),
    Fault("taken elsewhere", {"rcpt": "251 will forward"}, SENT, "accepted", "250 queued as 42"),
    Fault("taken in other words", {"end": "200 thanks"}, SENT, "accepted", "200 thanks"),
    Fault(
        "taken in many lines",
        {"end": "250-taken\r\n250-with thanks\r\n250 as 42", "rcpt": "250-yes\r\n250 him"},
        SENT,
        "accepted",
        "250 taken with thanks as 42",
    ),
    Fault("knows no EHLO", {"ehlo": "502 what is that"}, SENT, "accepted", "250 queued as 42"),
    Fault("away today", {"greeting": "421 try later"}, AGAIN, "refused_for_now", "421 try later"),
    Fault(
        "not welcome", {"greeting": "554 no service"}, AGAIN, "refused_for_now", "554 no service"
    ),
    Fault("sender refused", {"mail": "550 5.7.1 who are you"}, AGAIN, "refused_for_now", "5.7.1"),
    Fault("too large", {"mail": "552 5.3.4 too big"}, SMALLER, "refused_for_good", "552 5.3.4"),
    Fault("too large at the end", {"end": "552 too big"}, SMALLER, "refused_for_good", "552 too"),
    Fault("mailbox full", {"rcpt": "452 4.2.2 full"}, AGAIN, "refused_for_now", "452 4.2.2 full"),
    Fault("greylisted", {"rcpt": "450 4.7.1 wait"}, AGAIN, "refused_for_now", "450 4.7.1 wait"),
    Fault("nobody there", {"rcpt": "550 5.1.1 no"}, GONE, "refused_for_good", "550 5.1.1 no"),
    Fault("not wanted", {"end": "554 5.7.1 spam"}, UNWANTED, "refused_for_good", "554 5.7.1 spam"),
    Fault("busy at DATA", {"data": "451 busy"}, AGAIN, "refused_for_now", "451 busy"),
    Fault("busy at the end", {"end": "451 busy"}, AGAIN, "refused_for_now", "451 busy"),
    Fault("cut at the greeting", {"greeting": CUT}, AGAIN, "refused_for_now"),
    Fault("cut at the recipient", {"rcpt": CUT}, AGAIN, "refused_for_now"),
    Fault("cut before the mail", {"data": CUT}, AGAIN, "refused_for_now"),
    Fault("cut after the mail", {"end": CUT}, ASK, "unknown"),
    Fault("neither yes nor no", {"end": "354 go on"}, ASK, "unknown", "354 go on"),
    Fault("no answer at all", {"end": "hello there"}, ASK, "unknown", "o there"),
    Fault("out of step", {"rcpt": "354 go on"}, AGAIN, "refused_for_now", "354 go on"),
    Fault("in many words", {"rcpt": f"550 {'no ' * 2000}"}, PUT_RIGHT, "refused_for_good", "no no"),
    Fault("in one long line", {"rcpt": f"550 {'no' * 5000}"}, AGAIN, "refused_for_now", "too long"),
    Fault("slow at the greeting", {"greeting": DRIP}, AGAIN, "refused_for_now", "not done within"),
    Fault("slow at the recipient", {"rcpt": DRIP}, AGAIN, "refused_for_now", "not done within"),
    Fault("slow after the mail", {"end": DRIP}, ASK, "unknown", "not done within"),
    Fault("endless at the greeting", {"greeting": ENDLESS}, AGAIN, "refused_for_now", "end"),
    Fault("endless after the mail", {"end": ENDLESS}, ASK, "unknown", "without end"),
    Fault("silent at the greeting", {"greeting": SILENT}, AGAIN, "refused_for_now", "timed out"),
    Fault("silent at the recipient", {"rcpt": SILENT}, AGAIN, "refused_for_now", "timed out"),
    Fault("silent after the mail", {"end": SILENT}, ASK, "unknown", "timed out"),
    Fault(
        "password refused",
        {"auth": "535 5.7.8 bad credentials"},
        AGAIN,
        "refused_for_now",
        "535 5.7.8 bad credentials",
        ("AUTH PLAIN LOGIN",),
        {"smtp_user": "books", "smtp_password": "wrong"},
    ),
    Fault(
        "no STARTTLS",
        {},
        AGAIN,
        "refused_for_now",
        "STARTTLS extension not supported",
        (),
        {"smtp_security": "starttls"},
    ),
    Fault(
        "STARTTLS refused",
        {"starttls": "454 not now"},
        AGAIN,
        "refused_for_now",
        "454 not now",
        ("STARTTLS",),
        {"smtp_security": "starttls"},
    ),
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute for a server that says nothing."""
    monkeypatch.setattr(email, "PATIENCE", 0.5)
    monkeypatch.setattr(email, "WHOLE", 1.2)
    monkeypatch.setattr(posting, "PATIENCE", (0.5, 0.5), raising=False)


@contextmanager
def reminded(
    database_url: str, folder: Path, server: FaultyServer, **more: object
) -> Iterator[House]:
    """Harbour Tools with one reminder on its way to a server."""
    changes = {"smtp_host": "127.0.0.1", "smtp_port": server.port, **more}
    house = world.build(database_url, folder, **changes)
    house.fresh_payments()
    house.overdue()
    house.remind()
    yield house


@pytest.mark.parametrize("fault", MAIL_FAULTS, ids=lambda fault: fault.name)
def test_what_a_mail_server_does_is_said_on_the_page(
    app: Flask, sqlite_url: str, tmp_path: Path, fault: Fault
) -> None:
    with (
        faulty_server(fault.answers, extensions=fault.extensions) as server,
        reminded(sqlite_url, tmp_path, server, **fault.settings) as house,
    ):
        house.deliver()

        [message] = [one for one in messages("reminder") if one.to == MAIL]
        assert outcomes(message) == [fault.outcome]
        says(app, message, fault.page, fault.words)


def test_a_server_that_says_yes_and_goes_has_each_mail_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    with faulty_server(leaves_after="end") as server:
        house = world.build(sqlite_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
        house.june()
        house.issue()
        house.fresh_payments()
        house.overdue()
        house.remind()

        house.deliver()

        assert {one.state for one in messages()} == {"sent"}
        assert len(server.mails) == len(messages()) > 1


@pytest.mark.parametrize(
    ("extensions", "address", "page", "words"),
    [
        ((), "wang@明源.example", SENT, "250 queued as 42"),
        (("SMTPUTF8",), "王敏@明源.example", SENT, "250 queued as 42"),
        ((), "王敏@明源.example", PUT_RIGHT, "no address with such letters"),
        ((), f"wang@{'明' * 70}.example", PUT_RIGHT, "label"),
    ],
)
def test_an_address_in_any_letters_is_written_to_where_the_server_can(
    app: Flask,
    sqlite_url: str,
    tmp_path: Path,
    extensions: tuple[str, ...],
    address: str,
    page: tuple[str, str, str, str],
    words: str,
) -> None:
    with faulty_server(extensions=extensions) as server:
        house = world.build(sqlite_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)

        def move(session: Session) -> None:
            session.get_one(Contact, house.contact_id).email = address

        house.change(move)
        house.fresh_payments()
        house.overdue()
        house.remind()

        house.deliver()

        [message] = messages("reminder")
        says(app, message, page, words)
        heads = [one.partition(b"\r\n\r\n")[0].decode() for one in server.mails]
        name = address.partition("@")[0]
        expected = [f"\r\nTo: {name}@xn--2hv62q.example\r\n"] if page == SENT else []
        assert [one for one in expected if any(one in head for head in heads)] == expected
        assert len(heads) == len(expected)


def test_a_server_of_ones_own_is_trusted_by_its_certificate(
    app: Flask, sqlite_url: str, tmp_path: Path
) -> None:
    certificate, secure = authority(tmp_path)
    starttls = {"smtp_security": "starttls", "smtp_ca": str(certificate)}
    with (
        faulty_server(extensions=("STARTTLS",), secure=secure) as server,
        reminded(sqlite_url, tmp_path, server, **starttls) as house,
    ):
        house.deliver()

        assert len(server.mails) == 1
        [message] = messages("reminder")
        says(app, message, SENT, "250 queued as 42")


def test_a_server_nobody_vouches_for_gets_no_mail(
    app: Flask, sqlite_url: str, tmp_path: Path
) -> None:
    _certificate, secure = authority(tmp_path)
    with (
        faulty_server(extensions=("STARTTLS",), secure=secure) as server,
        reminded(sqlite_url, tmp_path, server, smtp_security="starttls") as house,
    ):
        house.deliver()

        assert server.mails == []
        [message] = messages("reminder")
        says(app, message, AGAIN, "CERTIFICATE_VERIFY_FAILED")


@pytest.mark.parametrize(
    ("status", "words", "more", "page"),
    [
        (429, "Flood control exceeded", {"retry_after": 30}, AGAIN),
        (403, "Forbidden: bot was blocked by the user", {}, NO_CHAT),
        (400, "Bad Request: chat not found", {}, NO_CHAT),
        (400, "Bad Request: message text is empty", {}, PUT_RIGHT),
        (502, "Bad Gateway", {}, AGAIN),
    ],
)
def test_what_the_bot_api_answers_is_said_on_the_page(
    app: Flask,
    sqlite_url: str,
    tmp_path: Path,
    status: int,
    words: str,
    more: dict[str, int],
    page: tuple[str, str, str, str],
) -> None:
    with bot_api() as api:
        house = world.build(sqlite_url, tmp_path, telegram_token=TOKEN, telegram_api=api.url)
        house.fresh_payments()
        house.overdue()
        house.link_chat()
        house.remind()
        api.refuse(CHAT, status, words, **more)

        house.deliver()

        [message] = [one for one in messages("reminder") if one.channel == "telegram"]
        says(app, message, page, words.split(": ")[-1])


PAGE = b"<html><head><title>Sign in</title></head><body>To use this network, sign in.</body></html>"


@pytest.mark.parametrize(
    ("status", "content", "page", "words", "is_linked"),
    [
        (200, PAGE, AGAIN, "to use this network", True),
        (200, b'{"ok": tr', ASK, '{"ok": tr', True),
        (200, b"[]", ASK, "", True),
        (200, b'{"ok": true}', ASK, "", True),
        (302, b"", AGAIN, "302", True),
        (400, PAGE, AGAIN, "bad request", True),
        (403, PAGE, AGAIN, "forbidden", True),
        (404, PAGE, AGAIN, "not found", True),
        (503, PAGE, AGAIN, "service unavailable", True),
        (
            403,
            b'{"ok": false, "description": "Forbidden: user is deactivated"}',
            *(NO_CHAT, "user is deactivated", False),
        ),
        (400, b'{"ok": false, "description": "%s"}' % (b"no " * 9000), PUT_RIGHT, "no no", True),
        (429, b'{"ok": false, "parameters": {"retry_after": 99999999999}}', AGAIN, "", True),
    ],
)
def test_what_no_bot_api_says_switches_no_chat_off(
    app: Flask,
    sqlite_url: str,
    tmp_path: Path,
    status: int,
    content: bytes,
    page: tuple[str, str, str, str],
    words: str,
    is_linked: bool,
) -> None:
    with bot_api() as api:
        house = world.build(sqlite_url, tmp_path, telegram_token=TOKEN, telegram_api=api.url)
        house.fresh_payments()
        house.overdue()
        house.link_chat()
        house.remind()
        api.babble(CHAT, status, content)

        house.deliver()

        [message] = [one for one in messages("reminder") if one.channel == "telegram"]
        assert (api.to(CHAT), world.address_of("telegram").is_active) == ([], is_linked)
        says(app, message, page, words)


@pytest.mark.parametrize(
    ("platform", "answer", "page", "words"),
    [
        ("wecom", {"errcode": 0, "errmsg": "ok"}, SENT, ""),
        ("wecom", {"errcode": 45009, "errmsg": "freq out of limit"}, AGAIN, "freq out of limit"),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, NO_ROBOT, "webhook url"),
        ("wecom", PAGE, AGAIN, "to use this network"),
        ("wecom", b'{"errcode": 0', ASK, "without a code"),
        ("wecom", b"", ASK, "without a code"),
        ("feishu", {"ok": True}, ASK, "without a code"),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, AGAIN, "send too fast"),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, ROBOT_NO, "sign not match"),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, AGAIN, "frequency limited"),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, ROBOT_NO, "sign match fail"),
    ],
)
def test_two_hundred_with_a_code_in_its_body_is_said_on_the_page(
    app: Flask,
    sqlite_url: str,
    tmp_path: Path,
    platform: str,
    answer: dict[str, object] | bytes,
    page: tuple[str, str, str, str],
    words: str,
) -> None:
    with hooks() as server:
        house = world.build(sqlite_url, tmp_path, connector_hosts="127.0.0.1")
        house.fresh_payments()
        house.overdue()
        with db.transaction() as session:
            customer_id = session.get_one(CustomerAccount, house.account_id).customer_id
            given = RobotInput(
                name="Their group",
                platform=platform,
                url=f"{server.url}/robot/send?key=abc",
                secret="a secret of the tests",
                language="en",
                kinds=robots.FOR_CUSTOMERS,
                customer_id=customer_id,
            )
            robots.add(session, given, allows=reach().allows, by=BY, at=AT)
        house.remind()
        server.answer(answer)

        house.deliver()

        [message] = [one for one in messages("reminder") if one.channel == platform]
        says(app, message, page, words)


def says(app: Flask, message: Message, page: tuple[str, str, str, str], words: str) -> None:
    """See what the message's page says, to a reader of English and of Chinese."""
    with db.transaction() as session:
        staff = session.get_one(StaffUser, 1)
        staff.password_hash = route_world._hash()
        address = staff.email
    visitor = Visitor(app)
    assert visitor.sign_in(address, route_world.PASSWORD, desk=True).status_code == 303
    for language, chip, advice in (("en", page[0], page[2]), ("zh", page[1], page[3])):
        visitor.choose(language)
        shown = html.unescape(visitor.open(f"/desk/messages/{message.id}").text)
        shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))
        assert chip in shown
        assert advice in shown
        assert words.lower() in shown.lower()
