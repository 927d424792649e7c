"""Reminders: worked out again as they leave, and never said twice."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import pages
from notifications.figures import cash
from notifications.kinds import Link, NotAtAll, NotNow, Plain, Ready
from notifications.kinds.statements import statement_link
from tieout import settings
from tieout.customers.models import Contact, Customer
from tieout.db.base import Json
from tieout.dunning import charges, notices, policies, quiet
from tieout.dunning.models import Notice
from tieout.i18n import N_, Sentence
from tieout.ledger.models import DocumentReference, DueItem
from tieout.messages import wishes
from tieout.messages.models import Message
from tieout.settings import banks
from tieout.settings.calendars import working_days_between
from tieout.settings.choices import chosen
from tieout.statements.models import Statement


class Reminder(Plain):
    """What is overdue for an account, as it leaves."""

    # Nobody is reminded twice because a line was cut.
    may_repeat = False
    is_wish = True

    def prepare(
        self, session: Session, message: Message, at: datetime
    ) -> Ready | NotNow | NotAtAll:
        """Work out what is overdue now; nothing of it: nothing is said. At night it waits."""
        waiting = waits(session, message, at)
        if waiting is not None:
            return waiting
        if gone := declined(session, message):
            return gone
        on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
        notice_id = int(message.subject_id or 0)
        frozen = notices.freeze(session, notice_id, on=on, at=at)
        if isinstance(frozen, Sentence):
            return NotAtAll(frozen)
        figures = _figures(session, frozen)
        figures["pay_to"] = pay_to(session, str(frozen["currency"]), at)
        return Ready(figures, {"page": page_of(session, message)})

    def settled(self, session: Session, message: Message, at: datetime) -> None:
        """Note on the notice what became of it; one person reached is enough."""
        notice = session.get_one(Notice, message.subject_id)
        if message.state == "sent":
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
            notices.mark_sent(session, notice.id, on=on, at=at)
        elif message.state == "unknown":
            notices.mark_unknown(session, notice.id)
        elif message.reason and not _others(session, message):
            notices.cancel(session, notice.id, Sentence.from_json(message.reason))


def declined(session: Session, message: Message) -> NotAtAll | None:
    """Whether its reader wants no reminders, nor notes beside them, any more."""
    contact = session.get(Contact, message.contact_id) if message.contact_id else None
    if contact is None or contact.receives_reminders:
        return None
    reason = N_("%(name)s receives no reminders any more.")
    return NotAtAll(Sentence(reason, {"name": contact.name}))


def waits(session: Session, message: Message, at: datetime) -> NotNow | None:
    """Until when it waits: its reader wants it less often, or it is night there."""
    wanted = wishes.wanted_from(session, message)
    if wanted is not None and wanted > at:
        contact = session.get_one(Contact, message.contact_id)
        zone = contact.customer.time_zone or settings.company(session).time_zone
        facts = {"name": contact.name, "day": wanted.astimezone(ZoneInfo(zone)).date()}
        reason = N_("%(name)s wants such messages less often; it waits until %(day)s.")
        return NotNow(wanted, Sentence(reason, facts))
    return quiet_until(session, message, at)


def quiet_until(session: Session, message: Message, at: datetime) -> NotNow | None:
    """Until when it waits, because of the hour or the day where the customer is."""
    customer = session.get(Customer, message.customer_id) if message.customer_id else None
    zone = (customer.time_zone if customer else "") or settings.company(session).time_zone
    begins, ends = (
        time.fromisoformat(str(chosen(session, name)))
        for name in ("reminders_quiet_from", "reminders_quiet_until")
    )
    on_working_days = bool(chosen(session, "reminders_on_working_days"))

    def is_free(day: date) -> bool:
        before = day - timedelta(days=1)
        return on_working_days and working_days_between(session, before, day) == 0

    until = quiet.opens(at, zone, begins, ends, is_free)
    if until is None:
        return None
    local = until.astimezone(ZoneInfo(zone))
    facts = {"day": local.date(), "time": local.strftime("%H:%M"), "zone": zone}
    return NotNow(
        until, Sentence(N_("Quiet hours; it waits until %(time)s on %(day)s in %(zone)s."), facts)
    )


def _figures(session: Session, frozen: Json) -> Json:
    currency = str(frozen["currency"])
    items: list[Json] = frozen["items"]
    known = references(session, [int(item["due_item_id"]) for item in items])
    return {
        "level": frozen["level"],
        "tone": frozen["tone"],
        "net": cash(frozen["net"], currency),
        "as_at": frozen["as_at"],
        "pay_by": frozen["pay_by"],
        "overdue_since": min(str(item["due_on"]) for item in items),
        "not_due": cash(frozen["not_due"], currency),
        "items": [
            {
                "number": item["number"],
                "reference": known.get(int(item["due_item_id"]), ""),
                "due_on": item["due_on"],
                "days": item["days"],
                "amount": cash(item["amount"], currency),
            }
            for item in items
        ],
        "left_out_rows": [
            {
                "number": one["number"],
                "amount": cash(one["amount"], currency),
                "why": one["why"],
            }
            for one in frozen["left_out"]
        ],
        "charges": _charges(frozen, currency),
    }


def _charges(frozen: Json, currency: str) -> Json | None:
    """What reminding costs, where it does: each part, and all that is to be paid by the day."""
    stated: Json | None = frozen["costs"]
    if not stated:
        return None
    return {
        "fee": cash(stated["fee"], currency),
        "interest": cash(stated["interest"], currency),
        "rate": charges.rate(int(stated["ppm"])),
        "is_posted": stated["mode"] == policies.POST,
        "rows": [
            {
                "number": row["number"],
                "amount": cash(row["amount"], currency),
                "from_on": row["from_on"],
                "through_on": row["through_on"],
                "days": row["days"],
                "interest": cash(row["interest"], currency),
            }
            for row in stated["rows"]
        ],
        "in_all": cash(frozen["net"] + stated["fee"] + stated["interest"], currency),
    }


def references(session: Session, due_item_ids: list[int]) -> dict[int, str]:
    """The customer's own number of each item: its order, or whatever it is known by first."""
    rows = session.execute(
        select(DueItem.id, DocumentReference.kind, DocumentReference.value)
        .join(DocumentReference, DocumentReference.document_id == DueItem.document_id)
        .where(DueItem.id.in_(due_item_ids))
        .order_by(DocumentReference.kind != "po", DocumentReference.id)
    )
    known: dict[int, str] = {}
    for due_item_id, _kind, value in rows:
        known.setdefault(due_item_id, value)
    return known


def pay_to(session: Session, currency: str, at: datetime) -> Json | None:
    """Our account for a currency, as mails show it."""
    on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
    account = banks.on_day(session, currency, on)
    if account is None:
        return None
    return {
        "holder": account.holder,
        "bank": account.bank,
        "number": account.number,
        "since": account.valid_from.isoformat(),
    }


def page_of(session: Session, message: Message) -> Link:
    """Where to see it and how to pay: the customer's last statement, else its own pages."""
    last = session.scalar(
        select(Statement.id)
        .where(
            Statement.customer_id == message.customer_id,
            Statement.kind == "receivable",
            Statement.state == "issued",
        )
        .order_by(Statement.period_end.desc(), Statement.id.desc())
        .limit(1)
    )
    return Link(pages.HOME) if last is None else statement_link(last)


def _others(session: Session, message: Message) -> bool:
    """Whether somebody else is still to hear of the same notice, or has."""
    alive = select(Message.id).where(
        Message.kind == message.kind,
        Message.subject_id == message.subject_id,
        Message.id != message.id,
        Message.state.in_(("waiting", "sending", "sent", "unknown")),
    )
    return session.scalar(alive.limit(1)) is not None


REMINDER = Reminder()
