"""What leaves next: on which day, to whom, and that the page says why nothing does."""

import re
from datetime import date

from flask import Flask

from tests.factories import AT, make_customer
from tests.support import route_world
from tests.support.books import post
from tieout import audit, db
from tieout.customers.models import Contact
from tieout.dunning import policies
from tieout.dunning.selection import Level
from tieout.messages import addresses, reached, wishes
from tieout.messages.reached import Reached
from tieout.settings import calendars


def overdue(way: str = "") -> int:
    """A customer with something overdue, whose reminders leave by a way; its id."""
    with db.transaction() as session:
        account = make_customer(session, "R-1")
        account.customer.name = "Reliable Tools"
        session.add(Contact(customer_id=account.customer_id, name="Nobody Else", created_at=AT))
        rule = policies.add_policy(session, "Own", [Level(1, 3, channel=way)], by=audit.SYSTEM)
        policies.assign(session, rule, "customer", account.customer_id, by=audit.SYSTEM)
        post(session, account, "invoice", "INV-700", "2026-05-01", "900.00", due="2026-06-20")
        payer = make_customer(session, "X-9")
        post(session, payer, "payment", "PAY-900", "2026-07-02", "-1.00")
        return account.customer_id


def words(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_says_whom_a_reminder_reaches_and_skips_days_nobody_works(app: Flask) -> None:
    world = route_world.build(app)
    customer_id = overdue()
    accountant = world.staff("accountant")
    with db.reading() as session:
        [mail] = [
            one
            for one in reached.reminded(session, [customer_id])[customer_id]
            if one.channels == ("email",)
        ]
    page = words(accountant.open("/desk/dunning").text)
    assert "what would leave on Friday 3 July 2026" in page  # today is a Thursday
    assert f"{mail.name}, E-mail" in page

    with db.transaction() as session:
        calendars.mark_day(
            session, date(2026, 7, 3), is_working=False, name="Stocktaking", by=audit.SYSTEM
        )
    page = words(accountant.open("/desk/dunning").text)
    assert "what would leave on Monday 6 July 2026" in page
    page = words(accountant.open("/desk/dunning?on=2026-07-03").text)
    assert "On Friday 3 July 2026 none is planned; the next ones are on Monday 6 July 2026" in page
    assert "Reminders that leave on Monday 6 July 2026" in words(accountant.open("/desk/").text)


def test_who_is_reached_goes_by_addresses_wishes_and_the_way_of_the_level(app: Flask) -> None:
    route_world.build(app)
    customer_id = overdue()
    with db.transaction() as session:
        contact = session.query(Contact).filter_by(customer_id=customer_id).first()
        assert contact is not None
        addresses.link(session, contact, "telegram", "4217", by=audit.SYSTEM, at=AT)
        person = contact.name

    def reached_there() -> Reached:
        with db.reading() as session:
            found = reached.reminded(session, [customer_id])[customer_id]
            return next(one for one in found if one.name == person)

    one = reached_there()
    assert one.by("") == ("email", "telegram")
    assert (one.by("email"), one.by("chat")) == (("email",), ("telegram",))
    with db.transaction() as session:
        wishes.opt_out(session, contact.id, "email", "reminder", by=audit.SYSTEM, at=AT)
        [chat] = addresses.at_address(session, "telegram", "4217")
        addresses.unlink(session, chat, addresses.STOPPED, by=audit.SYSTEM, at=AT)
    assert reached_there().by("") == ()
    assert Reached("Group", ("feishu",), is_group=True).by("email") == ()
    assert Reached("Group", ("feishu",), is_group=True).by("chat") == ("feishu",)
