"""`tieout schedules` and `tieout robots`: listed, done by hand, switched off and on."""

import json
from pathlib import Path

from sqlalchemy import select

from tests.tieout.cli.conftest import Type
from tieout import app, config, db
from tieout.messages.models import Message
from tieout.runs import ledger


def test_jobs_are_listed_with_when_they_come(type_in: Type, harbour: Path) -> None:
    end, said = type_in("schedules", "list", "--data", harbour)
    told = json.loads(type_in("schedules", "list", "--data", harbour, "--json")[1])

    assert end == 0
    assert "reminders            09:00  2026-07-03 09:00" in said
    by_name = {one["name"]: one for one in told}
    assert by_name["backup"]["next"] == "2026-07-03T01:00:00+08:00"
    assert by_name["backup"]["last"] is None


def test_a_job_is_done_by_hand_and_kept_in_its_history(type_in: Type, harbour: Path) -> None:
    end, said = type_in("schedules", "run", "compare_books", "--data", harbour)
    again, _ = type_in("schedules", "run", "compare_books", "--data", harbour)

    assert (end, again) == (0, 0)
    assert said.strip() == "compare_books: nothing has changed"
    app.compose(config.load(harbour))
    with db.reading() as session:
        runs = session.scalars(ledger.history("compare_books")).all()
        assert {(one.state, one.asked_by != "") for one in runs} == {("done", True)}

    told = json.loads(type_in("schedules", "list", "--data", harbour, "--json")[1])
    [one] = [one for one in told if one["name"] == "compare_books"]
    assert (one["state"], one["summary"]) == ("done", "nothing has changed")


def test_a_job_nobody_knows_is_named_with_those_there_are(type_in: Type, harbour: Path) -> None:
    end, said = type_in("schedules", "run", "sweep", "--data", harbour)

    assert end == 1
    assert "There is no job “sweep”. Known: reminders" in said


def test_a_robot_is_set_up_tried_switched_off_and_on(type_in: Type, harbour: Path) -> None:
    url = "https://oapi.dingtalk.com/robot/send?access_token=abc"
    nobody = type_in("robots", "list", "--data", harbour)
    added = type_in(
        *("robots", "add", "Accounts", "--platform", "dingtalk", "--kind", "staff_digest"),
        *("--stdin", "--data", harbour),
        stdin=f"{url}\nSEC-of-the-group\n",
    )
    tried = type_in("robots", "test", "Accounts", "--data", harbour)
    off = type_in("robots", "off", "Accounts", "--data", harbour)
    shown = type_in("robots", "list", "--data", harbour)
    on = type_in("robots", "on", "Accounts", "--data", harbour)
    told = json.loads(type_in("robots", "list", "--data", harbour, "--json")[1])

    assert "No robot or web hook is set up" in nobody[1]
    assert [one[0] for one in (nobody, added, tried, off, shown, on)] == [0] * 6
    assert shown[1].strip() == "Accounts  [dingtalk]  oapi.dingtalk.com  staff_digest (-)"
    assert "abc" not in shown[1] + added[1]
    assert told[0]["is_active"] is True
    app.compose(config.load(harbour))
    with db.reading() as session:
        [kind] = session.scalars(select(Message.kind))
        assert kind == "test_message"


def test_a_robot_of_another_house_is_refused(type_in: Type, harbour: Path) -> None:
    end, said = type_in(
        *("robots", "add", "Accounts", "--platform", "dingtalk", "--stdin", "--data", harbour),
        stdin="https://evil.example/x\nsecret\n",
    )

    assert end == 1
    assert "oapi.dingtalk.com" in said
