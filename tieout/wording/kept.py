"""Templates of messages: kept in versions, looked up by kind, level, language and channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.db.base import Json
from tieout.errors import Conflict, NotFound
from tieout.i18n import N_
from tieout.messages.models import MessageTemplate, MessageTemplateVersion
from tieout.rendering.translation import LANGUAGES
from tieout.wording.places import CHANNELS, WORDED
from tieout.wording.text import Own, check, tidied

#: Levels a policy may have.
LEVELS = 5


class TemplateChanged(Conflict):
    """Two people at one template."""

    message = N_("Somebody else has changed these words meanwhile. Look at them again, then save.")


class NoSuchVersion(NotFound):
    """A version that was never kept."""

    message = N_("There is no version %(number)s of these words.")


@dataclass(frozen=True)
class Spot:
    """Which messages a template is for."""

    kind: str
    #: 0: every level.
    level: int
    language: str
    channel: str

    @property
    def is_known(self) -> bool:
        """Whether there are such messages."""
        levels = range(LEVELS + 1) if self.kind in WORDED and WORDED[self.kind].has_levels else (0,)
        return (
            self.kind in WORDED
            and self.level in levels
            and self.language in LANGUAGES
            and self.channel in CHANNELS
        )


def at(session: Session, spot: Spot) -> MessageTemplate | None:
    """The template of a spot, whether it holds or not."""
    return session.scalar(
        select(MessageTemplate).where(
            MessageTemplate.kind == spot.kind,
            MessageTemplate.level == spot.level,
            MessageTemplate.language == spot.language,
            MessageTemplate.channel == spot.channel,
        )
    )


def holding(session: Session, kind: str, level: int, language: str, channel: str) -> Json | None:
    """The words that hold for a message: of its level, else of every level; None: built in."""
    spoken = channel if channel in CHANNELS else "robot"
    row = session.execute(
        select(MessageTemplate.id, MessageTemplateVersion)
        .join(
            MessageTemplateVersion,
            (MessageTemplateVersion.template_id == MessageTemplate.id)
            & (MessageTemplateVersion.no == MessageTemplate.version),
        )
        .where(
            MessageTemplate.kind == kind,
            MessageTemplate.level.in_((level, 0)),
            MessageTemplate.language == language,
            MessageTemplate.channel == spoken,
            MessageTemplate.is_active,
        )
        .order_by(MessageTemplate.level.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    version = row[1]
    return {
        "template": row[0],
        "version": version.no,
        "subject": version.subject,
        "body": version.body,
    }


def keep(
    session: Session, spot: Spot, own: Own, *, seen: int, by: Actor, at_: datetime
) -> MessageTemplate:
    """Keep words for a spot as a new version of it, which holds from the next message on.

    Raises:
        NotFound: there are no such messages.
        TemplateChanged: somebody else was faster.
        InvalidInput: the words cannot be filled in.
    """
    if not spot.is_known:
        raise NotFound
    is_mail = spot.channel == "email"
    own = Own(" ".join(own.subject.split()) if is_mail else "", tidied(own.body))
    check(own, spot.kind, spot.channel)
    template = _locked(session, spot)
    if template.version != seen:
        raise TemplateChanged
    if seen and template.is_active and _says(current(session, template), own):
        return template
    before = template.version if template.is_active and seen else None
    template.version, template.is_active = seen + 1, True
    session.add(
        MessageTemplateVersion(
            template_id=template.id,
            no=template.version,
            subject=own.subject,
            body=own.body,
            made_by=by.label,
            made_at=at_,
        )
    )
    session.flush()
    audit.record(
        session,
        by,
        "message_template.kept",
        template,
        before={"version": before},
        after={**_told(spot), "version": template.version},
    )
    return template


def go_back(session: Session, spot: Spot, *, by: Actor) -> None:
    """Let the built-in words hold again; the versions stay.

    Raises:
        NotFound: there are no other words.
    """
    template = at(session, spot)
    if template is None:
        raise NotFound
    if template.is_active:
        template.is_active = False
        audit.record(session, by, "message_template.put_back", template, after=_told(spot))


def take_again(session: Session, spot: Spot, no: int, *, by: Actor, at_: datetime) -> None:
    """Let an earlier version hold again, as a new one.

    Raises:
        NoSuchVersion: it was never kept.
    """
    template = at(session, spot)
    found = [one for one in versions(session, template) if one.no == no] if template else []
    if template is None or not found:
        raise NoSuchVersion(number=no)
    own = Own(found[0].subject, found[0].body)
    keep(session, spot, own, seen=template.version, by=by, at_=at_)


def current(session: Session, template: MessageTemplate) -> MessageTemplateVersion:
    """The version of a template that holds, or held last."""
    return session.scalars(
        select(MessageTemplateVersion).where(
            MessageTemplateVersion.template_id == template.id,
            MessageTemplateVersion.no == template.version,
        )
    ).one()


def versions(session: Session, template: MessageTemplate) -> Sequence[MessageTemplateVersion]:
    """Every version, the newest first."""
    return session.scalars(
        select(MessageTemplateVersion)
        .where(MessageTemplateVersion.template_id == template.id)
        .order_by(MessageTemplateVersion.no.desc())
    ).all()


def spots_in_use(session: Session) -> dict[Spot, int]:
    """Where the company's own words hold, and in which version."""
    rows = session.scalars(select(MessageTemplate).where(MessageTemplate.is_active))
    return {Spot(one.kind, one.level, one.language, one.channel): one.version for one in rows}


def _locked(session: Session, spot: Spot) -> MessageTemplate:
    template = at(session, spot)
    if template is None:
        template = MessageTemplate(
            kind=spot.kind,
            level=spot.level,
            language=spot.language,
            channel=spot.channel,
            version=0,
            is_active=False,
        )
        session.add(template)
        session.flush()
        return template
    session.refresh(template, with_for_update=True)
    return template


def _says(version: MessageTemplateVersion, own: Own) -> bool:
    return (version.subject, version.body) == (own.subject, own.body)


def _told(spot: Spot) -> Json:
    return {
        "kind": spot.kind,
        "level": spot.level,
        "language": spot.language,
        "channel": spot.channel,
    }
