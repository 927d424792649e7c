"""Robots and web hooks over a real line: what is said there, and what each answer leads to."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from notifications.channels import Button, Parcel, cards, posting
from tests.conftest import NOW
from tests.factories import AT, BY
from tests.notifications import world
from tests.notifications.world import House, messages, outcomes
from tests.support.hooks import CUT, HANG, Hooks, hooks
from tieout import attachments, clock, db
from tieout.customers.models import CustomerAccount
from tieout.errors import TieoutError
from tieout.intake.connectors.reach import Reach, configure, reach
from tieout.messages import robots
from tieout.messages.models import Address, Message, Robot
from tieout.messages.robots import RobotInput

SECRET = "a secret of the tests"


@pytest.fixture
def server() -> Iterator[Hooks]:
    """A server robots are pointed at."""
    with hooks() as running:
        yield running


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> House:
    """Harbour Tools with something overdue; hosts of this machine may be reached."""
    house = world.build(database_url, tmp_path, connector_hosts="127.0.0.1")
    house.fresh_payments()
    house.overdue()
    return house


def robot(house: House, server: Hooks, platform: str, **changes: object) -> int:
    """The group of the customer has a robot."""
    with db.transaction() as session:
        customer_id = session.get_one(CustomerAccount, house.account_id).customer_id
        given = RobotInput(
            **{  # type: ignore[arg-type]
                "name": f"Group {platform}",
                "platform": platform,
                "url": f"{server.url}/robot/send?key=abc",
                "secret": SECRET,
                "language": "en",
                "kinds": robots.FOR_CUSTOMERS,
                "customer_id": customer_id,
                **changes,
            }
        )
        return robots.add(session, given, allows=reach().allows, by=BY, at=AT).id


def told(platform: str) -> Message:
    """The message for a robot."""
    [message] = [one for one in messages() if one.channel == platform]
    return message


def test_dingtalk_gets_a_signed_card_without_amounts(house: House, server: Hooks) -> None:
    robot(house, server, "dingtalk")
    house.remind()
    house.deliver()

    [came] = server.came
    query = parse_qs(urlsplit(came.path).query)
    [moment], [sign] = query["timestamp"], query["sign"]
    key = hmac.new(SECRET.encode(), f"{moment}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign) == key
    assert len(moment) == 13
    assert came.said["msgtype"] == "actionCard"
    assert "900" not in came.body.decode()
    [first, *_] = came.said["actionCard"]["btns"]
    assert "/s/" not in first["actionURL"]
    assert told("dingtalk").state == "sent"


def test_feishu_is_signed_in_its_body_and_says_amounts_where_allowed(
    house: House, server: Hooks
) -> None:
    robot(house, server, "feishu", amounts=True)
    house.remind()
    house.deliver()

    said = server.came[0].said
    key = hmac.new(f"{said['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(said["sign"]) == key
    assert said["card"]["header"]["title"]["content"] == "Harbour Tools: CNY 900.00 is overdue"
    assert len(said["card"]["elements"][-1]["actions"]) == 2  # “Stop” means nothing there


def test_wecom_draws_a_card_and_longer_words_as_markdown_then_text() -> None:
    def drawn(text: str) -> cards.Card:
        button = Button("See it", "https://books.harbour.example/statements/7")
        return cards.wecom(Parcel("reminder", "robot-1", "<a@b>", "zh", "", text, buttons=[button]))

    assert drawn("海港工具：有款项逾期\n请付款")["msgtype"] == "template_card"
    long = drawn("海港工具：有款项逾期\n" + "请尽快付款。" * 40)
    assert long["msgtype"] == "markdown"
    longest = drawn("海港工具：有款项逾期\n" + "请尽快付款。" * 400)
    assert longest["msgtype"] == "text"
    words = longest["text"]["content"]
    assert len(words.encode()) <= 2048
    assert words.endswith("https://books.harbour.example/statements/7")


def test_words_of_others_become_no_link_and_no_call(house: House) -> None:
    text = "Harbour\n[click](http://evil.example) <@all> `x` **b**"
    button = Button("See", "https://books.harbour.example/")
    parcel = Parcel("reminder", "robot-1", "<a@b>", "en", "", text, buttons=[button])

    card = json.dumps(cards.dingtalk(parcel), ensure_ascii=False)
    assert "](http://evil" not in card
    assert "<@" not in card


@pytest.mark.parametrize(
    ("platform", "answer", "state", "outcome"),
    [
        (
            "wecom",
            {"errcode": 45009, "errmsg": "api freq out of limit"},
            "waiting",
            "refused_for_now",
        ),
        (
            "wecom",
            {"errcode": 93000, "errmsg": "invalid webhook url"},
            "failed",
            "refused_for_good",
        ),
        (
            "wecom",
            {"errcode": 40008, "errmsg": "invalid message type"},
            "failed",
            "refused_for_good",
        ),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, "waiting", "refused_for_now"),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "failed", "refused_for_good"),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, "waiting", "refused_for_now"),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, "failed", "refused_for_good"),
        ("feishu", {"StatusCode": 0, "StatusMessage": "success"}, "sent", "accepted"),
        ("feishu", {"hello": "world"}, "unknown", "unknown"),
        ("dingtalk", b"<html>sign in to this network</html>", "waiting", "refused_for_now"),
    ],
)
def test_two_hundred_is_not_success_the_code_in_the_body_is(
    house: House, server: Hooks, platform: str, answer: object, state: str, outcome: str
) -> None:
    robot(house, server, platform)
    server.answer(answer)
    house.remind()
    house.deliver()

    message = told(platform)
    assert message.state == state
    assert outcomes(message) == [outcome]


def test_a_robot_that_is_gone_is_switched_off_and_staff_hear_of_it(
    house: House, server: Hooks
) -> None:
    robot(house, server, "feishu")
    server.answer({"code": 19001, "msg": "incoming webhook access token invalid"})
    house.remind()
    house.deliver()

    assert not world_address(house, "feishu").is_active
    assert messages("staff_address")


def test_dingtalk_that_shuts_out_is_left_alone_for_ten_minutes(house: House, server: Hooks) -> None:
    robot(house, server, "dingtalk")
    server.answer({"errcode": 130101, "errmsg": "send too fast"})
    house.remind()
    house.deliver()
    with clock.standing(NOW + timedelta(minutes=9)):
        house.deliver()
    assert len(server.came) == 1
    with clock.standing(NOW + timedelta(minutes=11)):
        house.deliver()

    assert outcomes(told("dingtalk")) == ["refused_for_now", "accepted"]


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [(429, {"Retry_After": "90"}, 90), (429, {}, 60), (503, {}, 30), (500, {}, 30)],
)
def test_busy_servers_are_asked_again(
    house: House, server: Hooks, status: int, headers: dict[str, str], wait: int
) -> None:
    robot(house, server, "wecom")
    server.answer({}, status, **headers)
    house.remind()
    house.deliver()

    message = told("wecom")
    assert message.state == "waiting"
    assert message.next_attempt_at == NOW + timedelta(seconds=wait)


def test_a_line_that_is_cut_or_hangs_leaves_a_reminder_unknown(
    house: House, server: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "READ", 0.5)
    robot(house, server, "wecom")
    robot(house, server, "dingtalk")
    server.answers += [CUT, HANG]
    house.remind()
    house.deliver()

    assert {one.channel: one.state for one in messages() if one.channel != "email"} == {
        "wecom": "unknown",
        "dingtalk": "unknown",
    }


def test_a_server_that_is_not_there_is_tried_again(house: House, server: Hooks) -> None:
    robot(house, server, "wecom", url="http://127.0.0.1:9/robot")
    house.remind()
    house.deliver()

    assert told("wecom").state == "waiting"
    assert outcomes(told("wecom")) == ["refused_for_now"]


def test_twenty_a_minute_and_robot_are_kept_in_every_window(house: House, server: Hooks) -> None:
    number = robot(house, server, "wecom")
    from tieout import events

    with db.transaction() as session:
        address = robots.address_of(session, session.get_one(Robot, number)).id
    for second in range(30):
        with clock.standing(NOW + timedelta(milliseconds=second)), db.transaction() as session:
            events.publish(session, events.TrialAsked(address))
    sent: list[timedelta] = []
    for tick in range(210):
        with clock.standing(NOW + timedelta(seconds=tick / 2)):
            before = len(server.came)
            house.deliver()
            sent += [timedelta(seconds=tick / 2)] * (len(server.came) - before)

    assert len(sent) == 30
    for begin in sent:
        assert sum(begin <= one < begin + timedelta(minutes=1) for one in sent) <= 20


def test_an_address_of_the_inside_network_is_refused_unless_it_is_named(
    house: House, server: Hooks
) -> None:
    with pytest.raises(TieoutError, match=r"oapi\.dingtalk\.com"):
        robot(house, server, "dingtalk", url="https://evil.example/robot/send")
    with pytest.raises(TieoutError):
        robot(house, server, "webhook", url="http://10.0.0.7/hook")
    robot(house, server, "webhook", url="https://localhost:1/hook")
    configure(Reach())  # nothing is named any more
    house.remind()
    house.deliver()

    assert server.came == []
    assert told("webhook").state == "failed"


def test_its_address_and_secret_are_closed_in_the_database(house: House, server: Hooks) -> None:
    number = robot(house, server, "dingtalk")
    with db.reading() as session:
        row = session.get_one(Robot, number)
        assert "abc" not in row.sealed
        assert SECRET not in row.sealed
        assert "access" not in row.host
        assert SECRET in attachments.unseal(row.sealed)


def verified(secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    """The example of the guide: whether a call came from us, and just now."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    is_new = abs(now - int(headers["webhook-timestamp"])) < 300
    given = headers["webhook-signature"].split(" ")
    return is_new and any(hmac.compare_digest(f"v1,{made}", one) for one in given)


def test_a_web_hook_is_signed_once_only_and_its_secret_changes_without_a_gap(
    house: House, server: Hooks
) -> None:
    number = robot(house, server, "webhook", amounts=True)
    server.answer({}, 500)
    house.remind()
    house.deliver()
    with db.transaction() as session:
        row = session.get_one(Robot, number)
        given = RobotInput(
            row.name, "webhook", "", "another secret here", "en", row.kinds, row.customer_id, True
        )
        robots.change(session, row, given, seen=row.version, allows=reach().allows, by=BY, at=NOW)
    later = NOW + timedelta(minutes=2)
    with clock.standing(later):
        house.deliver()

    first, second = server.came
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert verified(SECRET, first.headers, first.body, NOW.timestamp())
    assert verified(SECRET, second.headers, second.body, later.timestamp())
    assert verified("another secret here", second.headers, second.body, later.timestamp())
    assert not verified("a wrong secret", second.headers, second.body, later.timestamp())
    assert not verified(SECRET, second.headers, second.body + b" ", later.timestamp())
    assert not verified(SECRET, second.headers, second.body, later.timestamp() + 600)
    assert second.said["type"] == "reminder"
    assert second.said["customer"]["code"] == "M-0217"
    assert second.said["data"]["net"] == {"amount": "900.00", "currency": "CNY"}


def test_a_web_hook_without_amounts_has_no_figures(house: House, server: Hooks) -> None:
    robot(house, server, "webhook")
    house.remind()
    house.deliver()

    assert server.came[0].said["data"] == {}
    assert b"900" not in server.came[0].body.replace(b"1900", b"")


def test_switched_off_nothing_waits_any_more(house: House, server: Hooks) -> None:
    number = robot(house, server, "wecom")
    house.remind()
    with db.transaction() as session:
        robots.switch_off(session, session.get_one(Robot, number), by=BY, at=NOW)
    house.deliver()

    assert server.came == []
    assert told("wecom").state == "cancelled"


def world_address(house: House, channel: str) -> Address:
    """A robot's address."""
    with db.reading() as session:
        found = session.query(Address).filter_by(channel=channel).one()
        session.expunge(found)
        return found
