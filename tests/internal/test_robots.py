"""The page of robots: set up, tried, changed, switched off."""

from flask import Flask
from sqlalchemy import select

from tests.support import route_world
from tests.support.route_world import World
from tieout import db
from tieout.messages.models import Message, Robot


def test_a_robot_is_set_up_tried_and_switched_off_on_its_page(app: Flask) -> None:
    world: World = route_world.build(app)
    boss = world.staff("administrator")
    form = {
        "name": "Our accounts",
        "url": "https://oapi.dingtalk.com/robot/send?access_token=abc",
        "secret": "SEC-of-the-group",
        "language": "zh",
        "ours": ["staff_dispute", "staff_held"],
    }

    refused = boss.send("/desk/robots/new/dingtalk", {**form, "url": "https://evil.example/x"})
    assert refused.status_code == 400
    assert "oapi.dingtalk.com" in refused.text

    assert boss.send("/desk/robots/new/dingtalk", form).status_code == 303
    with db.reading() as session:
        robot = session.scalars(select(Robot).where(Robot.name == "Our accounts")).one()
        robot_id = robot.id
        assert robot.kinds == ["staff_dispute", "staff_held"]
    shown = boss.open(f"/desk/robots/{robot_id}").text
    assert "abc" not in shown
    assert "SEC-of" not in shown

    tried = boss.send(f"/desk/robots/{robot_id}/test", {})
    assert tried.status_code == 303
    with db.reading() as session:
        [message] = session.scalars(select(Message).where(Message.kind == "test_message"))
        assert (message.channel, message.state) == ("dingtalk", "waiting")
        assert str(tried.location).endswith(f"/desk/messages/{message.id}")
    assert "Our accounts" in boss.open(f"/desk/messages/{message.id}").text

    assert boss.send(f"/desk/robots/{robot_id}/off", {}).status_code == 303
    assert "Switched off" in boss.open("/desk/robots").text
    assert boss.send(f"/desk/robots/{robot_id}/on", {}).status_code == 303
