"""The pages of what reminders cost, of stopped deliveries and of alerts, by use."""

from flask import Flask
from sqlalchemy import select

from tests.support import route_world
from tieout import db
from tieout.customers.models import DeliveryStop
from tieout.dunning.models import DunningLevel, NoticeCharge
from tieout.identity.models import StaffUser
from tieout.ledger.models import Document
from tieout.month_end import alerts


def test_a_fee_is_approved_taken_back_and_another_policy_costs_more(app: Flask) -> None:
    world = route_world.build(app)
    charge = f"/desk/dunning/charges/{world.ids['charge_id']}"
    approver, accountant = world.staff("approver"), world.staff("accountant")

    assert "Waits for approval" in accountant.open("/desk/dunning/charges").text
    assert accountant.send(f"{charge}/approve", {}).status_code == 403
    assert approver.send(f"{charge}/approve", {}).status_code == 303
    assert approver.send(f"{charge}/approve", {}).status_code == 409
    assert accountant.send(f"{charge}/waive", {"reason": "late"}).status_code == 409
    with db.transaction() as session:
        made = session.get_one(NoticeCharge, world.ids["charge_id"])
        document = session.get_one(Document, made.document_id)
        assert (document.kind, document.amount_minor) == ("fee", 1000)
    assert document.number in accountant.open(charge).text
    assert approver.send(f"{charge}/take-back", {"reason": ""}).status_code == 400
    assert approver.send(f"{charge}/take-back", {"reason": "goodwill"}).status_code == 303
    assert "Taken back" in accountant.open(charge).text


def test_a_policy_takes_a_fee_and_a_rate_and_refuses_nonsense(app: Flask) -> None:
    world = route_world.build(app)
    administrator = world.staff("administrator")
    form = {
        "name": "Costly",
        "minimum": "",
        "gap": "7",
        "charges": "post",
        "level_1-days": "5",
        "level_1-tone": "firm",
        "level_1-pay_within": "7",
        "level_1-gap": "",
        "level_1-channel": "email",
        "level_1-fee": "12.50",
        "level_1-interest": "3.45",
        "level_1-final_step": "stop_delivery",
        **{
            f"level_{at}-{name}": value
            for at in range(2, 6)
            for name, value in (("tone", "firm"), ("channel", ""), ("final_step", ""))
        },
    }

    wrong = administrator.send("/desk/dunning/policies/new", {**form, "level_1-interest": "much"})
    assert (wrong.status_code, "is no yearly rate" in wrong.text) == (400, True)
    assert administrator.send("/desk/dunning/policies/new", form).status_code == 303
    with db.transaction() as session:
        made = session.scalars(select(DunningLevel).order_by(DunningLevel.id.desc())).first()
        assert made is not None
        assert (made.fee_minor, made.interest_ppm, made.channel) == (1250, 34500, "email")
    assert "3.45 %" in administrator.open("/desk/dunning/policies").text


def test_who_enters_an_invoice_hears_that_deliveries_are_stopped(app: Flask) -> None:
    world = route_world.build(app)
    accountant = world.staff("accountant")
    account = world.ids["account_id"]

    for page in (f"documents/new?account={account}", f"deliveries/new?account={account}"):
        assert "three invoices overdue" in accountant.open(f"/desk/{page}").text, page
    lift = f"/desk/delivery-stops/{world.ids['stop_id']}/lift"
    assert accountant.send(lift, {"reason": ""}).status_code == 400
    assert accountant.send(lift, {"reason": "paid today"}).status_code == 303
    customer = f"/desk/customers/{world.ids['customer_id']}"
    assert "three invoices overdue" not in accountant.open(customer).text
    stop = accountant.send(f"{customer}/deliveries-stopped", {"reason": "again"})
    assert stop.status_code == 303
    with db.transaction() as session:
        mine = select(DeliveryStop).where(DeliveryStop.customer_id == world.ids["customer_id"])
        every = session.scalars(mine.order_by(DeliveryStop.id)).all()
        assert [one.lifted_why for one in every] == ["paid today", ""]


def test_everybody_chooses_how_to_hear_of_an_alert(app: Flask) -> None:
    world = route_world.build(app)
    accountant = world.staff("accountant")
    choices = dict.fromkeys(alerts.KINDS, "digest") | {alerts.FAILED: "now"}

    assert accountant.send("/desk/alerts", choices).status_code == 303
    assert accountant.send("/desk/alerts", {**choices, alerts.FAILED: "never"}).status_code == 400
    with db.transaction() as session:
        who = session.scalars(
            select(StaffUser.id).where(StaffUser.email == route_world.staff_email("accountant"))
        ).one()
        assert alerts.how(session, who) == choices
