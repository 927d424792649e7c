"""Settings, people and one's own sign-in: each change is somebody's, and stands in the trail."""

import re
from datetime import date

import pyotp
from sqlalchemy import select

from tests.factories import AT
from tests.support.books import post
from tests.support.route_world import PASSWORD, World, staff_email
from tests.support.visitor import Visitor, words_of
from tieout import db, settings
from tieout.audit.models import AuditEntry
from tieout.customers.models import CustomerAccount
from tieout.dunning.models import Hold, PromiseToPay
from tieout.identity import people
from tieout.identity.permissions import Role
from tieout.settings import BankAccount, calendars


def actions() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def test_the_company_is_changed_by_whoever_looked_at_it_last(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    page = admin.open("/desk/settings/company").text
    given = {
        "name": "Harbour Tools Group",
        "time_zone": "Europe/Berlin",
        "languages": ["zh", "en"],
        "two_people": ["statement"],
        "version": hidden(page, "version"),
    }
    assert admin.send("/desk/settings/company", given).status_code == 303
    with db.reading() as session:
        company = settings.company(session)
        assert (company.name, company.time_zone) == ("Harbour Tools Group", "Europe/Berlin")
        assert company.two_people == ["statement"]
    assert actions().count("company.changed") == 1

    again = admin.send("/desk/settings/company", given)
    assert again.status_code == 409
    wrong = admin.send("/desk/settings/company", {**given, "time_zone": "Mars", "version": "2"})
    assert wrong.status_code == 400
    assert "Mars" in words_of(wrong.text)


def test_rules_are_read_and_kept(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    given = {
        "statement_answer_days": "14",
        "answer_handled_days": "3",
        "answer_reminder_after": "0",
        "answer_reminder_again": "7",
        "answer_reminder_most": "2",
        "dispute_answer_days": "5",
        "close_within_days": "6",
        "close_difference_limit": "100",
        "ageing_bounds": "15, 45",
        "negative_silence_days": "30",
        "reminders_at": "08:30",
        "reminders_before_days": "0",
        "reminders_quiet_from": "20:00",
        "reminders_quiet_until": "08:00",
        "reminders_stale_after": "2",
        "reminders_on_working_days": "y",
        "statement_mail_pdf": "y",
        "mail_subject_amounts": "y",
    }
    assert admin.send("/desk/settings/rules", given).status_code == 303
    with db.reading() as session:
        assert settings.read(session, "statement_answer_days", 0) == 14
        assert settings.read(session, "ageing_bounds", []) == [15, 45]
        assert settings.read(session, "reminders_at", "") == "08:30"
    assert actions().count("setting.changed") == 3

    wrong = admin.send("/desk/settings/rules", {**given, "ageing_bounds": "60, 30"})
    assert wrong.status_code == 400
    assert "Write rising days such as 30, 60, 90, 120." in words_of(wrong.text)


def test_a_bank_account_needs_two_people(world: World) -> None:
    admin, approver = world.staff(Role.ADMINISTRATOR), world.staff(Role.APPROVER)
    given = {
        "currency": "cny",
        "bank": "Bank of Ningbo",
        "holder": "Harbour Tools",
        "number": "6222 9999",
        "valid_from": "2026-08-01",
    }
    assert admin.send("/desk/settings/bank-accounts/new", given).status_code == 303
    with db.reading() as session:
        made = session.scalars(select(BankAccount).where(BankAccount.number == "6222 9999")).one()
    where = f"/desk/settings/bank-accounts/{made.id}/approve"

    assert admin.send(where).status_code == 403
    assert approver.send(where).status_code == 303

    with db.reading() as session:
        approved = session.get_one(BankAccount, made.id)
        assert (approved.currency, approved.approved_by is not None) == ("CNY", True)
    assert "bank_account.proposed" in actions()
    assert "bank_account.approved" in actions()


def test_a_holiday_is_marked_and_unmarked(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    day = {"on": "2026-07-06", "kind": "free", "name": "Company outing"}
    assert admin.send("/desk/settings/calendar", day).status_code == 303
    with db.reading() as session:
        assert calendars.working_days_between(session, date(2026, 7, 5), date(2026, 7, 6)) == 0
        [row] = [one for one in calendars.days_of_year(session, 2026) if one.name]
    assert admin.send(f"/desk/settings/calendar/{row.id}/unmark").status_code == 303
    with db.reading() as session:
        assert calendars.working_days_between(session, date(2026, 7, 5), date(2026, 7, 6)) == 1


def test_the_holidays_of_a_country_are_taken_over_on_the_page(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    where = "/desk/settings/calendar"

    assert admin.send(f"{where}/country", {"country": "CN"}).status_code == 303

    words = words_of(admin.open(where).text)
    assert re.search(r"2026: 2\d days are marked\.", words)
    assert "calendar.year_taken_over" in actions()
    assert "Saturday 10 October 2026 a working day Made up for a holiday" in words
    with db.reading() as session:
        assert calendars.country_of(session) == "CN"
    assert admin.send(f"{where}/country", {"country": "XX"}).status_code == 400

    assert admin.send(f"{where}/country", {"country": ""}).status_code == 303

    assert "those that are marked stay" in words_of(admin.open(where).text)
    with db.reading() as session:
        assert calendars.country_of(session) == ""
        assert not calendars.is_working_day(session, date(2026, 10, 1))


def test_numbers_that_would_repeat_are_refused(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    where = "/desk/settings/numbers"
    wrong = {"series": "statement", "pattern": "ST-{n:04d}", "yearly": "y"}
    assert admin.send(where, wrong).status_code == 400

    assert admin.send(where, {**wrong, "pattern": "HT-{year}-{n:05d}"}).status_code == 303

    with db.transaction() as session:
        assert settings.next_number(session, "statement", AT.date()) == "HT-2026-00001"


def test_somebody_is_added_invited_and_switched_off(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    given = {"name": "Li Na", "email": "li.na@harbour.example", "roles": ["accountant"]}
    shown = admin.send("/desk/people/new", {**given, "language": "zh"})
    link = re.findall(r'id="link" value="([^"]+)"', shown.text)[0]
    path = "/desk/invitation/" + link.rpartition("/")[2]

    newcomer = Visitor(world.app)
    chosen = {"password": "seven grey herons wait", "again": "seven grey herons wait"}
    assert newcomer.send(path, chosen, page=path).status_code == 303
    assert newcomer.open("/desk/").status_code == 200
    with db.reading() as session:
        staff_id = people.find_staff(session, "li.na@harbour.example").id
    assert admin.send(f"/desk/people/{staff_id}/deactivate").status_code == 303
    assert newcomer.open("/desk/").status_code == 303

    assert {"staff.added", "staff.invited", "staff.deactivated"} <= set(actions())


def test_the_last_administrator_stays(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    with db.reading() as session:
        own = people.find_staff(session, staff_email("administrator")).id

    refused = admin.send(f"/desk/people/{own}", {"name": "Chen", "roles": ["auditor"]})

    assert refused.status_code == 409
    assert "only administrator" in words_of(refused.text)


def test_a_password_is_changed_by_who_knows_it(world: World) -> None:
    first, second = world.staff(Role.ACCOUNTANT), world.staff(Role.ACCOUNTANT)
    new = "a quite different sentence"
    given = {"now": "not this one at all", "password": new, "again": new}
    assert first.send("/desk/me/password", given).status_code == 400

    assert first.send("/desk/me/password", {**given, "now": PASSWORD}).status_code == 303

    assert first.open("/desk/me").status_code == 200
    assert second.open("/desk/me").status_code == 303  # signed out


def test_the_second_factor_is_switched_on_with_a_code(world: World) -> None:
    me = world.staff(Role.ACCOUNTANT)
    secret = hidden(me.open("/desk/me/second-factor").text, "secret")
    wrong = me.send("/desk/me/second-factor", {"secret": secret, "code": "000000"})
    assert wrong.status_code == 400

    code = pyotp.TOTP(secret).at(AT)
    assert me.send("/desk/me/second-factor", {"secret": secret, "code": code}).status_code == 303

    assert "staff.second_factor_on" in actions()
    assert me.send("/desk/me/second-factor/off", {"known": PASSWORD}).status_code == 303


def test_reminders_are_held_and_go_on(world: World) -> None:
    accountant = world.staff(Role.ACCOUNTANT)
    given = {"scope": "customer", "what": "M-0217", "until": "2026-07-20", "reason": "Moving."}
    assert accountant.send("/desk/dunning/holds/new", {**given, "reason": ""}).status_code == 400
    assert accountant.send("/desk/dunning/holds/new", given).status_code == 303
    with db.reading() as session:
        hold = session.scalars(select(Hold).where(Hold.reason == "Moving.")).one()
    assert "Moving." in accountant.open("/desk/dunning/holds").text

    assert accountant.send(f"/desk/dunning/holds/{hold.id}/lift").status_code == 303
    assert accountant.send(f"/desk/dunning/holds/{hold.id}/lift").status_code == 409


def test_a_promise_given_by_telephone_is_noted(world: World) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        post(session, account, "invoice", "INV-500", "2026-06-20", "100.00")
    accountant = world.staff(Role.ACCOUNTANT)
    given = {"customer": "M-0217", "currency": "CNY", "amount": "40.00", "pay_on": "2026-07-20"}
    before = "/desk/dunning/promises/new"
    assert accountant.send(before, {**given, "pay_on": "2026-06-01"}).status_code == 400

    assert accountant.send(before, {**given, "amount": "99,999.00"}).status_code == 400
    assert accountant.send(before, given).status_code == 303

    with db.reading() as session:
        noted = session.scalars(select(PromiseToPay).where(PromiseToPay.amount_minor == 4000)).one()
    assert accountant.send(f"/desk/dunning/promises/{noted.id}/withdraw").status_code == 303
    assert "promise.withdrawn" in actions()


def test_a_policy_with_levels_that_do_not_rise_is_refused(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    given = {
        "name": "Dealers",
        "minimum": "50.00",
        "gap": "7",
        "level_1-days": "10",
        "level_1-tone": "friendly",
        "level_1-pay_within": "7",
        "level_2-days": "5",
        "level_2-tone": "firm",
        "level_2-pay_within": "7",
        **{f"level_{at}-tone": "final" for at in (3, 4, 5)},
    }
    refused = admin.send("/desk/dunning/policies/new", given)
    assert refused.status_code == 400
    assert "later than the one before" in words_of(refused.text)

    assert (
        admin.send("/desk/dunning/policies/new", {**given, "level_2-days": "20"}).status_code == 303
    )
    assert "Dealers" in world.staff(Role.ACCOUNTANT).open("/desk/dunning/policies").text
