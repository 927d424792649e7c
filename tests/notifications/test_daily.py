"""What comes once a day: quiet nights, the digest of the morning, the backup of the night."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from notifications.backups import BACKUP
from notifications.digests import STAFF_DIGEST
from notifications.holidays import KEEP_CALENDAR
from notifications.jobs import REMINDERS
from tests.conftest import NOW
from tests.notifications import world
from tests.notifications.world import House, messages, states
from tests.support.smtp import MailServer
from tieout import audit, clock, db, settings
from tieout.backup import is_closed, nightly
from tieout.customers.models import Customer, CustomerAccount
from tieout.dunning import coming
from tieout.dunning.models import PromiseToPay
from tieout.ledger.models import Document
from tieout.settings import calendars


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, server: MailServer) -> House:
    """Harbour Tools with something overdue and payments of today."""
    house = world.build(sqlite_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
    house.fresh_payments()
    house.overdue()
    return house


def test_at_night_where_the_customer_is_a_reminder_waits_for_the_morning(
    house: House, server: MailServer
) -> None:
    """09:42 in Hangzhou is 21:42 of the day before in New York."""

    def move(zone: str) -> None:
        with db.transaction() as session:
            account = session.get_one(CustomerAccount, house.account_id)
            session.get_one(Customer, account.customer_id).time_zone = zone

    move("America/New_York")
    house.remind()
    house.deliver()

    [waiting] = messages("reminder")
    assert waiting.state == "waiting"
    assert waiting.reason is not None
    assert waiting.reason["facts"]["time"] == "08:00"
    assert waiting.next_attempt_at - NOW == timedelta(hours=10, minutes=18)
    assert server.mails == []

    with clock.standing(waiting.next_attempt_at):
        house.deliver()
    assert states("reminder") == ["sent"]


def test_a_company_without_quiet_hours_reminds_at_any_hour(
    house: House, server: MailServer
) -> None:
    def chosen(session: object) -> None:
        for name in ("reminders_quiet_from", "reminders_quiet_until"):
            settings.write(session, name, "00:00", by=audit.SYSTEM)  # type: ignore[arg-type]

    house.change(chosen)
    house.remind()
    with clock.standing(NOW + timedelta(hours=12)):
        house.deliver()

    assert states("reminder") == ["sent"]


def test_each_of_our_people_is_told_once_what_waits(house: House, server: MailServer) -> None:
    assert str(STAFF_DIGEST.run("one", NOW)) == "2 told"
    house.deliver()
    assert set(states("staff_digest")) == {"cancelled"}  # nothing waits, nothing is said

    with db.transaction() as session:
        account = session.get_one(CustomerAccount, house.account_id)
        account.credit_limit_minor = 10_000
        session.add(
            PromiseToPay(
                customer_id=account.customer_id,
                account_id=account.id,
                amount_minor=40_000,
                pay_on=date(2026, 6, 30),
                state="broken",
                given_by="Wang Min",
                given_at=NOW,
                judged_on=date(2026, 7, 2),
            )
        )
    friday = NOW + timedelta(days=1)
    with clock.standing(friday):
        STAFF_DIGEST.run("one", friday)
        STAFF_DIGEST.run("two", friday)  # asked for once more
        house.deliver()

    assert states("staff_digest")[2:] == ["sent", "sent"]
    assert "Customers over their limit: 1 (CNY 900.00)" in server.text()
    assert "Broken promises: 1 (CNY 400.00)" in server.text()
    with clock.standing(NOW + timedelta(days=2)):
        assert str(STAFF_DIGEST.run("one", clock.now())) == "no working day"


def test_the_night_saves_the_books_closed_and_keeps_the_newest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(nightly.VARIABLE, raising=False)
    assert str(BACKUP.run("one", NOW)) == f"not set up: {nightly.VARIABLE} is empty"

    monkeypatch.setenv(nightly.VARIABLE, "seven quiet boats at noon")
    monkeypatch.setattr(nightly, "KEPT", 2)
    nights = [str(BACKUP.run("one", NOW + timedelta(days=one))) for one in range(3)]

    assert nights[0].endswith("rows in tieout-2026-07-02.zip, 0 older removed")
    assert nights[2].endswith("rows in tieout-2026-07-04.zip, 1 older removed")
    files = sorted((house.settings.data / nightly.FOLDER).iterdir())
    assert [one.name for one in files] == ["tieout-2026-07-03.zip", "tieout-2026-07-04.zip"]
    assert all(is_closed(one) for one in files)


def test_what_falls_due_is_told_once_and_worked_out_as_it_leaves(
    house: House, server: MailServer
) -> None:
    house.change(lambda s: settings.write(s, coming.BEFORE, 5, by=audit.SYSTEM))
    in_four_days, in_six = (date(2026, 7, 2) + timedelta(days=days) for days in (4, 6))
    first = house.post("INV-11", "1900.00", date(2026, 6, 6), in_four_days)
    house.post("INV-12", "2230.00", date(2026, 6, 6), in_four_days)
    house.post("INV-13", "70.00", date(2026, 6, 8), in_six)

    REMINDERS.run("one", NOW)
    REMINDERS.run("two", NOW)
    house.pay(first, "1900.00")
    house.deliver()

    [note] = messages("due_soon")  # INV-13 is six days off
    assert note.state == "sent"
    [mail] = [one for one in server.mails if "falls due" in str(one["Subject"])]
    assert "CNY 2,230.00 falls due on 6 July 2026" in str(mail["Subject"])
    text = server.text(server.mails.index(mail))
    assert "INV-12: 2,230.00" in text
    assert "INV-11" not in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_paid_before_it_falls_due_is_not_mentioned(
    house: House, server: MailServer
) -> None:
    house.change(lambda s: settings.write(s, coming.BEFORE, 5, by=audit.SYSTEM))
    only = house.post("INV-11", "1900.00", date(2026, 6, 6), date(2026, 7, 6))

    REMINDERS.run("one", NOW)
    house.pay(only, "1900.00")
    house.deliver()

    assert states("due_soon") == ["cancelled"]


@pytest.mark.parametrize("says_thanks", [True, False])
def test_thanks_are_said_once_when_what_was_reminded_of_is_paid(
    house: House, server: MailServer, says_thanks: bool
) -> None:
    house.change(lambda s: settings.write(s, "reminders_thanks", says_thanks, by=audit.SYSTEM))
    later = house.overdue("INV-21", "300.00")
    house.remind()
    house.deliver()
    for day in (1, 4):  # a Friday, a Monday
        at = NOW + timedelta(days=day)
        with clock.standing(at):
            if day == 1:
                with db.reading() as session:
                    number = Document.number == "INV-2026-0588"
                    first = session.scalars(select(Document.id).where(number)).one()
                house.pay(first, "900.00")
                house.pay(later, "300.00")
            house.remind((at + timedelta(hours=8)).date())
            house.deliver()

    assert states("thanks") == (["sent"] if says_thanks else [])
    if says_thanks:
        assert "thank you for your payment" in str(server.mails[-1]["Subject"])


def test_holidays_are_marked_once_a_country_is_chosen_and_its_year_announced(house: House) -> None:
    def said() -> str:
        return str(KEEP_CALENDAR.run("worker", NOW))

    assert "no country" in said()
    house.change(lambda session: calendars.choose_country(session, "CN", by=audit.SYSTEM))
    first, again = said(), said()

    assert first != again
    assert again.startswith("0 days marked")
    with db.reading() as session:
        assert not calendars.is_working_day(session, date(2026, 10, 1))
        assert calendars.is_working_day(session, date(2026, 10, 10))


def test_no_reminder_is_planned_on_a_festival_and_one_is_on_a_saturday_made_up(
    house: House,
) -> None:
    """Thursday 1 October 2026 is free, Saturday 10 October is worked on."""
    house.change(
        lambda session: calendars.take_over(session, "CN", 2026, language="zh", by=audit.SYSTEM)
    )
    house.change(
        lambda session: settings.write(session, "reminders_stale_after", 99, by=audit.SYSTEM)
    )

    told = [str(REMINDERS.run("worker", NOW + timedelta(days=days))) for days in (91, 92, 100, 101)]

    assert told == ["no working day", "no working day", "1 planned, 0 left out", "no working day"]
