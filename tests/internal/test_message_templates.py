"""The page of a message's words: changed, previewed, tried, taken back."""

import re

from flask import Flask
from sqlalchemy import select

from tests.support import route_world
from tests.support.route_world import World
from tieout import db
from tieout.messages.models import Message

PAGE = "/desk/settings/messages/reminder"
WORDS = {
    "subject": "Please pay {amount}",
    "body": "Dear {person}, please pay {amount}.\n\n{items}\n\n{button}\n\n{regards}",
    "version": "0",
}


def test_words_are_previewed_kept_tried_and_taken_back(app: Flask) -> None:
    world: World = route_world.build(app)
    boss = world.staff("administrator")
    assert "Dear {person}, please pay {amount}" in boss.open(f"{PAGE}?channel=email").text

    seen = boss.send(f"{PAGE}/preview", WORDS)
    assert seen.status_code == 200
    assert "as you typed it, not kept yet" in seen.text
    assert "please pay CNY 900.00." in seen.text
    assert "the built-in words hold" in boss.open(PAGE).text

    assert boss.send(PAGE, WORDS).status_code == 303
    assert "your own words, version 1" in boss.open(PAGE).text
    assert "version 1" in boss.open("/desk/settings/messages").text
    framed = boss.open(f"{PAGE}/html")
    assert "please pay CNY 900.00." in framed.text
    assert "sandbox" in framed.headers["Content-Security-Policy"]

    late = boss.send(PAGE, {**WORDS, "body": "Other words\n{button}"})
    assert late.status_code == 409
    assert boss.send(f"{PAGE}/test", {}).status_code == 303
    with db.reading() as session:
        [message] = session.scalars(select(Message).where(Message.kind == "test_message"))
        assert message.to == "administrator@harbour.example"
        assert message.payload["trial"]["own"]["subject"] == "Please pay {amount}"

    assert boss.send(f"{PAGE}/built-in", {}).status_code == 303
    assert "the built-in words hold" in boss.open(PAGE).text
    assert boss.send(f"{PAGE}/again", {"no": "1"}).status_code == 303
    assert "your own words, version 2" in boss.open(PAGE).text


def test_a_placeholder_nobody_knows_is_said_at_the_field_with_those_there_are(
    app: Flask,
) -> None:
    world: World = route_world.build(app)
    boss = world.staff("administrator", "zh")

    refused = boss.send(PAGE, {**WORDS, "body": "{amuont}\n{button}"})

    assert refused.status_code == 400
    assert "{amuont}" in refused.text
    assert "{pay_by}" in refused.text
    in_subject = boss.send(PAGE, {**WORDS, "subject": "{amuont}"})
    assert in_subject.status_code == 400
    assert re.search(r'<a href="#subject">[^<]*\{amuont\}', in_subject.text)


def test_what_goes_to_our_own_people_is_worded_previewed_and_tried_too(app: Flask) -> None:
    world: World = route_world.build(app)
    boss = world.staff("administrator")
    alert = "/desk/settings/messages/staff_alert"
    listed = boss.open("/desk/settings/messages").text
    assert "To our own people" in listed
    assert "File to approve" in listed
    words = {"subject": "Look: {things}", "body": "{person}:\n{alerts}\n{button}", "version": "0"}

    seen = boss.send(f"{alert}/preview?language=zh", words)

    assert seen.status_code == 200
    assert "Mingyuan Hardware 欠 128,500.00 元，超过其额度 100,000.00 元。" in seen.text
    refused = boss.send(alert, {**words, "body": "For {account}\n{button}"})
    assert refused.status_code == 400
    assert boss.send(alert, words).status_code == 303
    assert boss.send(f"{alert}/test", {}).status_code == 303
    with db.reading() as session:
        [message] = session.scalars(select(Message).where(Message.kind == "test_message"))
        assert message.payload["trial"]["own"]["subject"] == "Look: {things}"
        assert message.payload["trial"]["customer"] is None


def test_whoever_may_change_no_settings_finds_no_words(app: Flask) -> None:
    world: World = route_world.build(app)

    assert world.staff("sales").open(PAGE).status_code == 403
    assert world.staff("administrator").open("/desk/settings/messages/mail_code").status_code == 404
