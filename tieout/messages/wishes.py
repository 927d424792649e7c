"""What people want to hear of, and on which channel."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.db.insertion import insert_once
from tieout.i18n import N_
from tieout.messages.models import Message, OptOut

#: Kinds of messages a person may do without, as the choice is called.
WISHES = {
    "statement_issued": N_("New statements"),
    "changed_since": N_("Changes after you have answered"),
    "answer_reminder": N_("Reminders to answer a statement"),
    "reminder": N_("Reminders of what is overdue"),
    "due_soon": N_("Notes before something falls due"),
    "thanks": N_("Thanks after payment"),
}
#: How often at most somebody is reminded, in days between two messages of a kind.
FREQUENCIES = {
    0: N_("As it comes"),
    7: N_("At most once a week"),
    30: N_("At most once a month"),
}
#: The kinds that keep to it: what asks for something that may be asked later as well.
SPACED = ("reminder", "answer_reminder", "due_soon", "thanks")
_GAP = "days_between_messages"
#: What the channels are called.
CHANNELS = {
    "email": N_("E-mail"),
    "telegram": "Telegram",
    "wecom": N_("WeCom robot"),
    "dingtalk": N_("DingTalk robot"),
    "feishu": N_("Feishu robot"),
    "webhook": N_("Web hook of another program"),
}


def opt_out(
    session: Session, contact_id: int, channel: str, kind: str, *, by: audit.Actor, at: datetime
) -> None:
    """Send a person no more messages of a kind on a channel."""
    row = {"contact_id": contact_id, "channel": channel, "kind": kind, "at": at}
    if insert_once(session, OptOut, row, ("contact_id", "channel", "kind")):
        audit.record(session, by, "opt_out.made", ("Contact", contact_id), after=_said(row))


def opt_in(session: Session, contact_id: int, channel: str, kind: str, *, by: audit.Actor) -> None:
    """Send a person messages of a kind on a channel again."""
    gone = session.scalar(
        delete(OptOut)
        .where(OptOut.contact_id == contact_id, OptOut.channel == channel, OptOut.kind == kind)
        .returning(OptOut.id)
    )
    if gone is not None:
        audit.record(
            session,
            by,
            "opt_out.taken_back",
            ("Contact", contact_id),
            after={"channel": channel, "kind": kind},
        )


def wants(session: Session, contact_id: int, channel: str, kind: str) -> bool:
    """Whether a person wants messages of a kind on a channel."""
    query = select(OptOut.id).where(
        OptOut.contact_id == contact_id, OptOut.channel == channel, OptOut.kind == kind
    )
    return session.scalar(query) is None


def unwanted(session: Session, contact_id: int) -> set[tuple[str, str]]:
    """Channels and kinds a person wants nothing of."""
    query = select(OptOut.channel, OptOut.kind).where(OptOut.contact_id == contact_id)
    return {(row.channel, row.kind) for row in session.execute(query)}


def _said(row: dict[str, object]) -> dict[str, object]:
    return {"channel": row["channel"], "kind": row["kind"]}


def frequency(session: Session, contact_id: int) -> int:
    """How many days a person wants between two messages of a kind; one of `FREQUENCIES`."""
    return settings.read(session, _GAP, 0, scope="contact", scope_id=contact_id)


def choose_frequency(session: Session, contact_id: int, days: int, *, by: audit.Actor) -> None:
    """Keep how many days a person wants between two messages of a kind."""
    if days != frequency(session, contact_id):
        settings.write(session, _GAP, days, scope="contact", scope_id=contact_id, by=by)


def wanted_from(session: Session, message: Message) -> datetime | None:
    """From when on its reader wants to have a message, after the last of its kind; None: now."""
    if message.contact_id is None or message.kind not in SPACED:
        return None
    days = frequency(session, message.contact_id)
    if not days:
        return None
    last = session.scalar(
        select(func.max(Message.sent_at)).where(
            Message.contact_id == message.contact_id,
            Message.channel == message.channel,
            Message.kind == message.kind,
            Message.id != message.id,
        )
    )
    return None if last is None else last + timedelta(days=days)
