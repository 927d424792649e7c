"""What a message says, worked out in the transaction that claims it and looked at once more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from notifications import links, pages, readers
from notifications.channels import Parcel
from notifications.kinds import KINDS, Link, NotAtAll, NotNow, Print, Ready
from tieout import settings
from tieout.customers.models import Contact, Customer
from tieout.db.base import Json
from tieout.i18n import N_, Sentence
from tieout.identity.models import StaffUser
from tieout.identity.tokens import Purpose
from tieout.messages import chats, handover, robots, wishes
from tieout.messages.models import Address, Message, Robot
from tieout.wording import kept as words
from tieout.wording.places import WORDED

#: Whether amounts may stand in the subjects of mails, where others may read them over a shoulder.
SUBJECT_AMOUNTS = "mail_subject_amounts"
#: Whether amounts may stand in a group's chat.
GROUP_AMOUNTS = "chat_group_amounts"


@dataclass(frozen=True)
class Task:
    """A claimed message: all that is needed to write it without a database."""

    message_id: int
    channel: str
    parcel: Parcel
    frozen: Json
    addresses: Mapping[str, str]
    secrets: Mapping[str, int]
    prints: tuple[Print, ...]
    #: Which of its tries this is.
    no: int = 1
    #: Whether it may go once more where nobody knows whether it arrived.
    may_repeat: bool = True


def work_out(
    session: Session, message: Message, form: str, base_url: str, *, at: datetime
) -> Task | None:
    """Work a claimed message out and record the try; None when it waits, fails or is cancelled."""
    if _is_out_of_reach(session, message):
        return None
    whom = _whom(session, message)  # held until the end: a session lets go of what nobody holds
    ready = _prepared(session, message, at)
    if not isinstance(ready, Ready):
        _put_off(session, message, ready)
        return None
    reader = readers.of(session, message)
    head = readers.letterhead(session, message, reader)
    head["subject_amounts"] = settings.read(session, SUBJECT_AMOUNTS, True)
    head["amounts"] = form != "chat" or _amounts_allowed(session, message)
    before = (message.frozen or {}).get("links", {})
    wanted = {**ready.links, **_unsubscribe(message, form)}
    if form == "chat" and not head["amounts"]:  # a group: whoever reads it is not known
        reader = replace(reader, is_group=True)
    held: links.Held = {}
    made = links.issue(session, wanted, reader, before, held=held, at=at)
    frozen: Json = {"figures": ready.figures, "head": head, "links": made}
    _in_own_words(session, message, frozen)
    attempt = handover.record_try(session, message, frozen, at=at)
    addresses, secrets = links.addresses(session, made, base_url, held)
    parcel = Parcel(
        message.kind,
        message.to,
        message.identity,
        message.language,
        subject="",
        text="",
        in_reply_to=message.in_reply_to,
        facts={
            "customer": head["customer"],
            "figures": ready.figures if head["amounts"] else {},
        },
    )
    del whom
    prints = tuple(_whole(one, base_url) for one in ready.files) if form == "email" else ()
    return Task(
        message.id,
        message.channel,
        parcel,
        frozen,
        addresses,
        secrets,
        prints,
        no=attempt.no,
        may_repeat=message.may_repeat,
    )


def _whom(session: Session, message: Message) -> tuple[object, ...]:
    """The person a message is for and their customer."""
    asked = ((Contact, message.contact_id), (Customer, message.customer_id))
    return tuple(session.get(model, one) for model, one in asked if one is not None)


def _in_own_words(session: Session, message: Message, frozen: Json) -> None:
    """Add the company's own words to what a message leaves with, or those under test."""
    trial = message.payload.get("trial")
    if trial is not None:
        frozen["head"] |= {"customer": trial["customer"], "person": trial["person"]}
        frozen["as"], frozen["own"] = trial["kind"], trial["own"]
        return
    if message.kind not in WORDED:
        return
    level = int(frozen["figures"].get("level", 0))
    own = words.holding(session, message.kind, level, message.language, message.channel)
    if own is not None:
        frozen["own"] = own


def is_still_so(session: Session, message: Message, task: Task, *, at: datetime) -> bool:
    """Whether a written message still says what is so; otherwise it is put off or begun anew."""
    ready = _prepared(session, message, at)
    if not isinstance(ready, Ready):
        handover.call_back(session, message, "there is nothing to say any more", at=at)
        _put_off(session, message, ready)
        return False
    if ready.figures != task.frozen["figures"]:
        handover.call_back(session, message, "the figures changed while it was written", at=at)
        return False
    return True


def _prepared(session: Session, message: Message, at: datetime) -> Ready | NotNow | NotAtAll:
    kind = KINDS[message.kind]
    if message.contact_id is not None:
        contact = session.get_one(Contact, message.contact_id)
        if not contact.is_active:
            facts = {"name": contact.name}
            return NotAtAll(Sentence(N_("%(name)s is no contact any more."), facts))
        if kind.is_wish and not wishes.wants(session, contact.id, message.channel, message.kind):
            facts = {"name": contact.name}
            return NotAtAll(Sentence(N_("%(name)s does not want this on this channel."), facts))
    elif "robot_id" in message.payload:
        return kind.prepare(session, message, at)
    elif not session.get_one(StaffUser, int(message.payload["staff_id"])).is_active:
        return NotAtAll(Sentence(N_("Whom it was for does not work here any more.")))
    return kind.prepare(session, message, at)


def _put_off(session: Session, message: Message, why: NotNow | NotAtAll) -> None:
    if isinstance(why, NotNow):
        handover.hold(message, why.until, why.reason)
    else:
        handover.cancel(session, message, why.reason)


def _is_out_of_reach(session: Session, message: Message) -> bool:
    """Whether the address was switched off meanwhile; the message ends with the reason."""
    address = session.get(Address, message.address_id) if message.address_id else None
    if address is None or address.is_active:
        return False
    if address.off_reason in (chats.STOPPED, robots.SWITCHED_OFF):
        handover.cancel(session, message, Sentence(N_("Its reader wants no messages there.")))
        return True
    facts = {"address": address.address, "words": address.off_reason}
    reason = N_("%(address)s takes no messages any more: %(words)s")
    handover.fail(session, message, Sentence(reason, facts))
    return True


def _amounts_allowed(session: Session, message: Message) -> bool:
    """In a group only where that was allowed: for a robot by itself, for chats by the company."""
    if "robot_id" in message.payload:
        return session.get_one(Robot, int(message.payload["robot_id"])).amounts
    return not message.to.startswith("-") or settings.read(session, GROUP_AMOUNTS, False)


def _whole(one: Print, base_url: str) -> Print:
    """A file whose address to verify it is a whole one."""
    path = one.data.get("verify_url")
    if path is None:
        return one
    return replace(one, data={**one.data, "verify_url": f"{base_url.rstrip('/')}{path}"})


def _unsubscribe(message: Message, form: str) -> dict[str, Link]:
    """The one address where a POST stops messages of this kind on this channel, and the choices."""
    if form != "email" or message.contact_id is None or not KINDS[message.kind].is_wish:
        return {}
    facts = {"channel": message.channel, "kind": message.kind}
    return {
        "unsubscribe": Link(pages.UNSUBSCRIBE, Purpose.UNSUBSCRIBE, facts=facts),
        "preferences": Link(pages.PREFERENCES),
    }
