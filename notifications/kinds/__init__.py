"""What can be said: one table of kinds, each working its message out as it leaves.

A kind is asked twice, when a message is claimed and right before it goes on the wire; what it says
the second time must be what it said the first time, or the message is written anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from tieout.db.base import Json
from tieout.i18n import Sentence
from tieout.identity.tokens import Purpose
from tieout.messages.models import Message
from tieout.messages.outcomes import PATIENCE
from tieout.registry import Registry


@dataclass(frozen=True)
class Link:
    """An address a message points at: a page, or one opened by a secret made for its reader."""

    #: With {secret} in it where a token is made.
    path: str
    purpose: Purpose | None = None
    object_id: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    #: The page behind signing in, for readers nobody knows: those of a group.
    signed_in: str = "/"


@dataclass(frozen=True)
class Print:
    """A file to be made outside the transaction: one of `tieout.reports.REPORTS` and its data."""

    report: str
    filename: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Ready:
    """What a message says, as it leaves."""

    figures: Json
    links: Mapping[str, Link] = field(default_factory=dict)
    files: Sequence[Print] = ()


@dataclass(frozen=True)
class NotNow:
    """A message that has to wait, and why."""

    until: datetime
    reason: Sentence


@dataclass(frozen=True)
class NotAtAll:
    """A message that has nothing to say any more, and why."""

    reason: Sentence


class Kind(Protocol):
    """One kind of message."""

    #: Whether it may leave once more when nobody knows whether it arrived.
    may_repeat: bool
    #: How long it is worth trying.
    patience: timedelta
    #: Whether the reader may turn it off; the act that says so is a word of the mail's foot.
    is_wish: bool

    def prepare(
        self, session: Session, message: Message, at: datetime
    ) -> "Ready | NotNow | NotAtAll":
        """Work the message out, as the books stand."""

    def settled(self, session: Session, message: Message, at: datetime) -> None:
        """Hear what became of it."""

    def arrived(self, session: Session, message: Message, at: datetime) -> None:
        """Hear that the far side's server has it in the reader's mailbox."""


class Plain:
    """What most kinds have in common."""

    may_repeat = True
    patience = PATIENCE
    is_wish = False

    def settled(self, session: Session, message: Message, at: datetime) -> None:
        """Nothing follows from it."""

    def arrived(self, session: Session, message: Message, at: datetime) -> None:
        """Nothing follows from it."""


KINDS: Registry[Kind] = Registry(
    "tieout.messages",
    statement_issued="notifications.kinds.statements:ISSUED",
    statement_answered="notifications.kinds.statements:ANSWERED",
    statement_link_again="notifications.kinds.statements:LINK_AGAIN",
    changed_since="notifications.kinds.statements:CHANGED_SINCE",
    answer_reminder="notifications.kinds.answers:REMINDER",
    dispute_raised="notifications.kinds.disputes:RAISED",
    dispute_answered="notifications.kinds.disputes:ANSWERED",
    dispute_resolved="notifications.kinds.disputes:RESOLVED",
    reminder="notifications.kinds.reminders:REMINDER",
    bank_account_changed="notifications.kinds.banks:CHANGED",
    sign_in_link="notifications.kinds.sign_in:SIGN_IN_LINK",
    mail_code="notifications.kinds.sign_in:MAIL_CODE",
    book_compared="notifications.kinds.books:COMPARED",
    document_copy="notifications.kinds.documents:COPY",
    staff_dispute="notifications.kinds.staff:DISPUTE",
    staff_address="notifications.kinds.staff:ADDRESS",
    staff_mail="notifications.kinds.staff:MAIL",
    staff_import="notifications.kinds.staff:IMPORT",
    staff_draft="notifications.kinds.staff:DRAFT",
    staff_held="notifications.kinds.staff:HELD",
    due_soon="notifications.kinds.notes:DUE_SOON",
    dispute_step="notifications.kinds.disputes:STEP",
    act_recorded="notifications.kinds.acts:RECORDED",
    promise_given="notifications.kinds.promises:GIVEN",
    thanks="notifications.kinds.notes:THANKS",
    staff_alert="notifications.kinds.alerts:ALERTS",
    staff_digest="notifications.kinds.digests:DIGEST",
    test_message="notifications.kinds.staff:TEST",
)
