"""Where people are reached, and what they want to hear of."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_customer, make_staff
from tieout import db
from tieout.audit.models import AuditEntry
from tieout.customers.models import Contact
from tieout.messages import addresses, wishes


def wang_min(session: Session) -> Contact:
    make_customer(session)
    return session.scalars(select(Contact)).one()


def reached(session: Session, contact: Contact) -> list[tuple[str, str]]:
    return [(one.channel, one.address) for one in addresses.reach(session, contact, at=AT)]


def test_a_person_is_reached_by_mail_and_by_the_chat_they_linked(session: Session) -> None:
    contact = wang_min(session)
    addresses.link(session, contact, "telegram", "42", by=BY, at=AT)

    assert reached(session, contact) == [
        ("email", "wang.min@m-0217.example"),
        ("telegram", "42"),
    ]


def test_a_new_mail_address_takes_the_place_of_the_old_one(session: Session) -> None:
    contact = wang_min(session)
    old = addresses.reach(session, contact, at=AT)[0]
    addresses.switch_off(session, old, "550 no such user", at=AT)
    assert reached(session, contact) == []

    contact.email = "wang@mingyuan.example"

    assert reached(session, contact) == [("email", "wang@mingyuan.example")]


def test_one_chat_may_stand_for_several_people_and_for_staff(session: Session) -> None:
    first, staff = wang_min(session), make_staff(session)
    make_customer(session, code="M-0300")
    second = session.scalars(select(Contact).where(Contact.id != first.id)).one()
    for person in (first, second, staff):
        addresses.link(session, person, "telegram", "42", by=BY, at=AT)
        addresses.link(session, person, "telegram", "42", by=BY, at=AT)  # the same again

    everybody = addresses.at_address(session, "telegram", "42")
    assert [(one.person_kind, one.person_id) for one in everybody] == [
        ("contact", first.id),
        ("contact", second.id),
        ("staff", staff.id),
    ]

    addresses.unlink(session, everybody[0], "stopped", by=BY, at=AT)
    assert reached(session, first) == [("email", first.email)]
    assert len(addresses.at_address(session, "telegram", "42")) == 2


def test_what_a_person_does_not_want(session: Session) -> None:
    contact = wang_min(session)
    assert wishes.wants(session, contact.id, "email", "reminder")

    wishes.opt_out(session, contact.id, "email", "reminder", by=BY, at=AT)
    wishes.opt_out(session, contact.id, "email", "reminder", by=BY, at=AT)

    assert not wishes.wants(session, contact.id, "email", "reminder")
    assert wishes.wants(session, contact.id, "telegram", "reminder")
    assert wishes.unwanted(session, contact.id) == {("email", "reminder")}
    wishes.opt_in(session, contact.id, "email", "reminder", by=BY)
    assert wishes.wants(session, contact.id, "email", "reminder")


def test_every_change_stands_in_the_trail_once(database: Engine) -> None:
    with db.transaction() as session:
        contact = wang_min(session)
        row = addresses.link(session, contact, "telegram", "42", by=BY, at=AT)
        wishes.opt_out(session, contact.id, "email", "reminder", by=BY, at=AT)
        wishes.opt_out(session, contact.id, "email", "reminder", by=BY, at=AT)
        wishes.opt_in(session, contact.id, "email", "reminder", by=BY)
        addresses.switch_off(session, row, "blocked", at=AT)
        addresses.switch_off(session, row, "blocked", at=AT)
        addresses.switch_on(session, row, by=BY, at=AT)

    with db.reading() as session:
        trail = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert trail == [
            "address.linked",
            "opt_out.made",
            "opt_out.taken_back",
            "address.switched_off",
            "address.switched_on",
        ]
