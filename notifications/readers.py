"""Who reads a message: their language, their time zone, and who of us writes to them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tieout import settings
from tieout.customers.models import Contact, Customer
from tieout.db.base import Json
from tieout.identity.models import StaffUser
from tieout.messages.models import Message, Robot
from tieout.settings import Company


@dataclass(frozen=True)
class Reader:
    """A person as a message addresses them."""

    kind: str
    id: int
    name: str
    language: str
    zone: str
    customer_id: int | None
    #: A group: nobody knows who reads, so no link opens without signing in.
    is_group: bool = False


def contact_reader(session: Session, contact: Contact) -> Reader:
    """A person at a customer."""
    company = settings.company(session)
    customer = session.get_one(Customer, contact.customer_id)
    language = contact.language or customer.language
    if language not in company.languages:
        language = str(company.languages[0])
    zone = customer.time_zone or company.time_zone
    return Reader("contact", contact.id, contact.name, language, zone, customer.id)


def staff_reader(session: Session, user: StaffUser) -> Reader:
    """Somebody of the company."""
    zone = settings.company(session).time_zone
    return Reader("staff", user.id, user.name, user.language, zone, None)


def robot_reader(session: Session, robot: Robot, customer_id: int | None) -> Reader:
    """A group, or a program, that is told about a customer or about our own work."""
    zone = settings.company(session).time_zone
    return Reader("robot", robot.id, robot.name, robot.language, zone, customer_id, is_group=True)


def of(session: Session, message: Message) -> Reader:
    """Whoever a message is for."""
    if message.contact_id is not None:
        return contact_reader(session, session.get_one(Contact, message.contact_id))
    if "robot_id" in message.payload:
        robot = session.get_one(Robot, int(message.payload["robot_id"]))
        return robot_reader(session, robot, message.customer_id)
    return staff_reader(session, session.get_one(StaffUser, int(message.payload["staff_id"])))


def letterhead(session: Session, message: Message, reader: Reader) -> Json:
    """What stands around every message: us, the customer, the person."""
    head: dict[str, Any] = {
        **our_side(settings.company(session), message.language),
        "person": reader.name,
        "customer": None,
        "zone": reader.zone,
    }
    if message.customer_id is not None:
        customer = session.get_one(Customer, message.customer_id)
        head["customer"] = {"code": customer.code, "name": customer.name}
    return head


def our_side(company: Company, language: str) -> Json:
    """Us, as a reader of a language knows us."""
    chinese = language == "zh"
    return {
        "company_name": _chosen(company.name, company.name_zh, chinese),
        "sender": _chosen(company.short_name, company.short_name_zh, chinese),
        "our_contact": _our_contact(company),
    }


def _our_contact(company: Company) -> Json:
    return {
        "name": company.contact_name,
        "email": company.contact_email,
        "phone": company.contact_phone,
    }


def _chosen(english: str, chinese: str, is_chinese: bool) -> str:
    return chinese if is_chinese and chinese else english
