"""What people want to hear of, and on which channel."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.db.insertion import insert_once
from tieout.i18n import N_
from tieout.messages.models import OptOut

#: Kinds of messages a person may do without, as the choice is called.
WISHES = {
    "statement_issued": N_("New statements"),
    "changed_since": N_("Changes after you have answered"),
    "answer_reminder": N_("Reminders to answer a statement"),
    "reminder": N_("Reminders of what is overdue"),
    "due_soon": N_("Notes before something falls due"),
    "thanks": N_("Thanks after payment"),
}
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
