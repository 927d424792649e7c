"""Every morning: disputes whose promised day is over are brought before more people."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from notifications import subscriptions
from notifications.abouts import About
from tieout import audit, settings
from tieout.db import transaction
from tieout.disputes import escalating
from tieout.i18n import N_, Sentence
from tieout.runs.jobs import Daily


class EscalateDisputes:
    """Tells whoever cares for a late dispute and whoever may decide, once for each promise."""

    name = "escalate_disputes"
    schedule = Daily(time(8))

    def run(self, owner: str, at: datetime) -> Sentence:
        """Write it on each timeline and tell the people, all or nothing."""
        with transaction() as session:
            on = at.astimezone(ZoneInfo(settings.company(session).time_zone)).date()
            late = escalating.due(session, on)
            for dispute in late:
                to = escalating.escalate(session, dispute, by=audit.SYSTEM, at=at)
                part = f"late:{dispute.answer_by.isoformat()}"
                about = About("dispute", dispute.id, part=part)
                subscriptions.tell(session, "staff_dispute", about, to)
        return Sentence(N_("%(count)s escalated"), {"count": len(late)})


ESCALATE_DISPUTES = EscalateDisputes()
