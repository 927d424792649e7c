"""The outbox: addresses, messages, attempts, and who wants none."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import (
    Base,
    JsonList,
    JsonObject,
    LongText,
    Moment,
    Name,
    PrimaryKey,
    Version,
    Word,
)


class Address(Base):
    """Where a person is reached on a channel."""

    __tablename__ = "addresses"
    __table_args__ = (
        UniqueConstraint("channel", "address", "person_kind", "person_id"),
        Index("ix_addresses_person", "person_kind", "person_id"),
    )

    id: Mapped[PrimaryKey]
    #: contact, staff, or robot.
    person_kind: Mapped[Word]
    person_id: Mapped[int]
    customer_id: Mapped[int | None] = mapped_column(index=True)
    #: email, telegram, …
    channel: Mapped[Word]
    #: An e-mail address, a chat id.
    address: Mapped[Name]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    #: Since when it is written to: linked, or switched on again.
    linked_at: Mapped[Moment]
    #: Why and when it was switched off, in the far side's words.
    off_reason: Mapped[LongText] = mapped_column(default="")
    off_at: Mapped[Moment | None]


class Robot(Base):
    """A group robot or a web hook: an address of the web that is told things; see `robots`."""

    __tablename__ = "robots"

    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)
    #: wecom, dingtalk, feishu, webhook: the channel.
    platform: Mapped[Word]
    language: Mapped[Word]
    #: The host it is at; the whole address is a secret.
    host: Mapped[Name]
    #: Address and secrets, closed with the keys of the installation.
    sealed: Mapped[LongText]
    #: Whose group it stands in; empty: the company's own.
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    #: The kinds of message it is told.
    kinds: Mapped[JsonList] = mapped_column(default=list)
    #: Whether amounts may be said there.
    amounts: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Until then the secret before the last signs too.
    old_secret_until: Mapped[Moment | None]
    version: Mapped[Version]
    made_by: Mapped[Name]
    made_at: Mapped[Moment]


class OptOut(Base):
    """A person does not want a kind of message on a channel."""

    __tablename__ = "opt_outs"
    __table_args__ = (UniqueConstraint("contact_id", "channel", "kind"),)

    id: Mapped[PrimaryKey]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    channel: Mapped[Word]
    kind: Mapped[Word]
    at: Mapped[Moment]


class Message(Base):
    """Something to be said to one person on one channel, written with its cause."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "state", "next_attempt_at"),
        Index("ix_messages_subject", "subject_type", "subject_id"),
    )

    id: Mapped[PrimaryKey]
    #: What makes it the same message: never sent twice.
    key: Mapped[str] = mapped_column(String(200), unique=True)
    #: statement_issued, reminder, dispute_answered, … names the template folder.
    kind: Mapped[Word] = mapped_column(index=True)
    channel: Mapped[Word]
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"))
    #: Where to, when there is no address row (a one-off to an e-mail address).
    to: Mapped[Name]
    language: Mapped[Word]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: What it is about: ("statement", 7).
    subject_type: Mapped[Word]
    subject_id: Mapped[int | None]
    #: Ids and choices of its cause; the figures are frozen when it leaves.
    payload: Mapped[JsonObject]
    #: waiting, sending, sent, failed, cancelled, unknown.
    state: Mapped[Word] = mapped_column(default="waiting")
    #: A `Sentence` as JSON: why it still waits, or why it failed, was cancelled or is unknown.
    reason: Mapped[JsonObject | None]
    #: The stable identity: the Message-ID of a mail.
    identity: Mapped[Name] = mapped_column(unique=True)
    in_reply_to: Mapped[Name | None]
    #: It may leave once more, with the same identity, when nobody knows whether it arrived.
    may_repeat: Mapped[bool] = mapped_column(Boolean, default=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[Moment]
    next_attempt_at: Mapped[Moment]
    #: After this it is given up.
    give_up_at: Mapped[Moment]
    lease_owner: Mapped[Name | None]
    lease_until: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    #: The figures it left with, once it is handed over.
    frozen: Mapped[JsonObject | None]


class RenderedMessage(Base):
    """What a message said, as it left: for the message log and the mailbox page."""

    __tablename__ = "rendered_messages"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    subject: Mapped[LongText] = mapped_column(default="")
    text: Mapped[LongText]
    html: Mapped[LongText] = mapped_column(default="")
    #: [{"label": …, "url": …}]
    buttons: Mapped[JsonList] = mapped_column(default=list)
    #: [{"filename": …, "attachment_id": …}]
    attachments: Mapped[JsonList] = mapped_column(default=list)
    rendered_at: Mapped[Moment]


class Attempt(Base):
    """One try at handing a message over; written before the wire is touched."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("message_id", "no"),)

    id: Mapped[PrimaryKey]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    no: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[Moment]
    #: From here on the far side may have it; empty: it was written, but never handed over.
    on_wire_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    #: accepted, refused_for_good, refused_for_now, unknown, not_sent; empty until it is known.
    outcome: Mapped[Word | None]
    #: The far side's own words.
    words: Mapped[LongText] = mapped_column(default="")
    retry_after: Mapped[int | None] = mapped_column(Integer)


class Pace(Base):
    """How much of a channel's allowance is used, so that several workers keep to it."""

    __tablename__ = "paces"

    #: "telegram", "telegram:42", "email", "email:mingyuan.example".
    key: Mapped[Name] = mapped_column(primary_key=True)
    #: The next message may leave from here on.
    next_at: Mapped[Moment]
    #: Set by the far side, or by the breaker after failures in a row.
    closed_until: Mapped[Moment | None]
    failures: Mapped[int] = mapped_column(Integer, default=0)


class MessageTemplate(Base):
    """Words of the company's own for a kind of message, instead of the built-in ones."""

    __tablename__ = "message_templates"
    __table_args__ = (UniqueConstraint("kind", "level", "language", "channel"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[Word]
    #: The level of a reminder; 0 for every level, and for what has none.
    level: Mapped[int] = mapped_column(Integer, default=0)
    language: Mapped[Word]
    #: email, telegram, or robot for every group robot.
    channel: Mapped[Word]
    #: The number of the version that holds.
    version: Mapped[Version]
    #: Whether it holds; otherwise the built-in words do.
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class MessageTemplateVersion(Base):
    """What a template said from a moment on; never changed."""

    __tablename__ = "message_template_versions"
    __table_args__ = (UniqueConstraint("template_id", "no"),)

    id: Mapped[PrimaryKey]
    template_id: Mapped[int] = mapped_column(ForeignKey("message_templates.id"))
    no: Mapped[int] = mapped_column(Integer)
    #: Empty for chats.
    subject: Mapped[LongText]
    #: Text with {placeholders}.
    body: Mapped[LongText]
    made_by: Mapped[Name]
    made_at: Mapped[Moment]


class PostBox(Base):
    """A mailbox that is looked into for answers and notices: how far, and how it went."""

    __tablename__ = "post_boxes"

    #: user@host/folder.
    name: Mapped[Name] = mapped_column(primary_key=True)
    #: What the numbers of its mails are good for; another value begins anew (RFC 9051).
    validity: Mapped[int]
    #: The number of the last mail that was looked at.
    last_uid: Mapped[int]
    looked_at: Mapped[Moment]
    #: Since when it cannot be looked into, and the server's own words.
    failing_since: Mapped[Moment | None]
    words: Mapped[LongText] = mapped_column(default="")


class BotUpdate(Base):
    """What the Bot API handed to our address, until the bot has answered it."""

    __tablename__ = "bot_updates"

    id: Mapped[PrimaryKey]
    #: The far side's own number: handed over again it is the same.
    update_id: Mapped[int] = mapped_column(unique=True)
    content: Mapped[JsonObject]
    came_at: Mapped[Moment]
    done_at: Mapped[Moment | None] = mapped_column(index=True)


class IncomingMail(Base):
    """A mail that came in and concerns a message of ours, or comes from a customer's contact."""

    __tablename__ = "incoming_mails"

    id: Mapped[PrimaryKey]
    #: Its Message-ID: the same mail is taken once.
    identity: Mapped[Name] = mapped_column(unique=True)
    #: answer, returned, delivered, delayed, automatic.
    kind: Mapped[Word]
    #: The message of ours it is about.
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    sender: Mapped[Name]
    sender_name: Mapped[Name]
    subject: Mapped[LongText]
    text: Mapped[LongText]
    came_at: Mapped[Moment]
    #: A `Sentence` as JSON: what was done with it.
    outcome: Mapped[JsonObject]
    #: Somebody has to look at it, until somebody has.
    is_open: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
    done_by: Mapped[Name | None]
    done_at: Mapped[Moment | None]
