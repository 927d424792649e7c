"""How mail leaves, on its page: nothing secret is shown, mistakes are named, a test to oneself."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from tests.support import route_world
from tieout import db
from tieout.messages.models import Message


def test_the_page_says_how_mail_leaves_and_sends_a_test_to_oneself(app: Flask) -> None:
    world = route_world.build(app)
    admin = world.staff("administrator")
    assert "No mail server is set" in admin.open("/desk/settings/delivery").text
    for path in ("", "/check", "/test"):
        accountant = world.staff("accountant")
        sent = accountant.send if path else accountant.open
        assert sent(f"/desk/settings/delivery{path}").status_code == 403

    answer = admin.send("/desk/settings/delivery/test")

    assert answer.status_code == 303
    with db.reading() as session:
        [message] = session.scalars(select(Message).where(Message.kind == "test_message"))
        assert (message.channel, answer.location) == ("email", f"/desk/messages/{message.id}")


def test_what_is_wrong_is_said_where_it_is_looked_at(app: Flask) -> None:
    world = route_world.build(app)
    given = app.config["TIEOUT"]
    app.config["TIEOUT"] = replace(
        given,
        smtp_host="mail.nowhere.invalid",
        smtp_password="quiet boats",
        mail_from="books@harbour.example",
    )
    admin = world.staff("administrator")
    shown = admin.open("/desk/settings/delivery").text
    assert "mail.nowhere.invalid:587" in shown
    assert "quiet boats" not in shown

    looked = admin.send("/desk/settings/delivery/check")

    assert looked.status_code == 200
    assert "no server of this name is known; correct smtp_host" in looked.text
