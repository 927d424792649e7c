"""The page of what happens by itself: seen by all, run and changed by administrators."""

from flask import Flask

from tests.support import route_world
from tieout.backup import nightly
from tieout.i18n import Sentence
from tieout.runs import ledger


def test_a_job_is_let_run_by_hand_and_given_another_hour(app: Flask) -> None:
    boss = route_world.build(app).staff("administrator")

    assert boss.open("/desk/schedules/nothing").status_code == 404
    assert boss.send("/desk/schedules/reminders/run", {}).status_code == 303
    assert "Waiting for the worker" in boss.open("/desk/schedules").text
    assert "by hand, " in boss.open("/desk/schedules/reminders").text

    wrong = boss.send("/desk/schedules/reminders", {"at": "25:00"})
    assert wrong.status_code == 400
    assert "25:00" in wrong.text
    later = {"at": "10:30", "comes": "y"}
    assert boss.send("/desk/schedules/reminders", later).status_code == 303
    assert "every day at 10:30" in boss.open("/desk/schedules").text
    assert boss.send("/desk/schedules/reminders", {"at": "10:30"}).status_code == 303
    assert "switched off" in boss.open("/desk/schedules").text


def test_others_read_it_and_change_nothing(app: Flask) -> None:
    clerk = route_world.build(app).staff("accountant")

    assert clerk.open("/desk/schedules").status_code == 200
    assert clerk.send("/desk/schedules/reminders/run", {}).status_code == 403


def test_a_backup_that_is_not_set_up_is_not_called_done(app: Flask) -> None:
    boss = route_world.build(app).staff("administrator")
    said = Sentence(nightly.NOT_SET_UP, {"variable": nightly.VARIABLE})
    ledger.once("backup", "2026-07-01", "worker", lambda: said)

    for path in ("/desk/schedules", "/desk/schedules/backup"):
        shown = boss.open(path).text
        assert "Not set up" in shown
        assert ">Done</span>" not in shown
