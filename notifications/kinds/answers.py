"""The reminder of a statement that nobody has answered; it carries no new figure and no threat."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from notifications.figures import cash
from notifications.kinds import NotAtAll, NotNow, Plain, Ready
from notifications.kinds.reminders import waits
from notifications.kinds.statements import statement_link
from tieout import settings
from tieout.customers.models import Contact
from tieout.db.base import Json
from tieout.i18n import N_, Sentence
from tieout.messages.models import Message
from tieout.month_end import reminding
from tieout.statements import asking
from tieout.statements.models import Statement


class Reminder(Plain):
    """An answer is still wanted; worked out again as it leaves."""

    # Nobody is reminded twice because a line was cut.
    may_repeat = False
    is_wish = True

    def prepare(
        self, session: Session, message: Message, at: datetime
    ) -> Ready | NotNow | NotAtAll:
        """Name the statement and what of it is not answered; nothing of it: nothing is said."""
        if waiting := waits(session, message, at):
            return waiting
        contact = session.get(Contact, message.contact_id) if message.contact_id else None
        if contact is not None and not contact.receives_statements:
            facts = {"name": contact.name}
            return NotAtAll(Sentence(N_("%(name)s receives no statements any more."), facts))
        statement = session.get_one(Statement, message.subject_id)
        on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
        why = reminding.still_silent(session, statement, on)
        if why is not None:
            return NotAtAll(
                Sentence(N_("Nobody has to be reminded any more: %(why)s."), {"why": why})
            )
        return Ready(_figures(session, statement), {"statement": statement_link(statement.id)})


def _figures(session: Session, statement: Statement) -> Json:
    is_blank = statement.request == asking.BLANK
    found = [] if is_blank else reminding.open_sections(session, statement)
    return {
        "number": statement.number,
        "kind": statement.kind,
        "request": statement.request,
        "period": {
            "start": statement.period_start.isoformat(),
            "end": statement.period_end.isoformat(),
        },
        "as_at": statement.period_end.isoformat(),
        "answer_by": statement.answer_by.isoformat() if statement.answer_by else None,
        "sections": [
            {"currency": one.currency, "closing": cash(one.closing_minor, one.currency)}
            for one in found
        ],
    }


REMINDER = Reminder()
