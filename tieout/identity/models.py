"""People who sign in, their sessions, the links sent to them, and limits on tries."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tieout.db.base import (
    Base,
    Digest,
    JsonList,
    JsonObject,
    LongText,
    Moment,
    Name,
    PrimaryKey,
    Version,
    Word,
)


class StaffUser(Base):
    """Somebody of the company."""

    __tablename__ = "staff_users"

    id: Mapped[PrimaryKey]
    #: What they sign in with; kept in lower case.
    email: Mapped[Name] = mapped_column(unique=True)
    name: Mapped[Name]
    #: Argon2id; empty until the invitation is used.
    password_hash: Mapped[LongText] = mapped_column(default="")
    #: accountant, approver, sales, auditor, administrator; several are allowed.
    roles: Mapped[JsonList]
    language: Mapped[Word] = mapped_column(default="en")
    #: Fernet token of the TOTP secret, when a second factor is on.
    totp_secret: Mapped[LongText | None]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[Moment]
    version: Mapped[Version]


class PortalLogin(Base):
    """Somebody of a customer's, possibly of several customers."""

    __tablename__ = "portal_logins"

    id: Mapped[PrimaryKey]
    email: Mapped[Name] = mapped_column(unique=True)
    name: Mapped[Name]
    password_hash: Mapped[LongText] = mapped_column(default="")
    language: Mapped[Word] = mapped_column(default="en")
    totp_secret: Mapped[LongText | None]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[Moment]
    version: Mapped[Version]


class SignInSession(Base):
    """A signed-in browser; ends on the server when it is revoked."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index("ix_sign_in_sessions_person", "audience", "person_id"),)

    id: Mapped[PrimaryKey]
    #: SHA-256 of the cookie's secret.
    secret_hash: Mapped[Digest] = mapped_column(unique=True)
    #: staff, portal, link (a mail link opened without signing in).
    audience: Mapped[Word]
    person_id: Mapped[int]
    #: For a link: the token it came from. Otherwise empty.
    token_id: Mapped[int | None]
    method: Mapped[Word]
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    address: Mapped[Name] = mapped_column(default="")
    user_agent: Mapped[LongText] = mapped_column(default="")


class Token(Base):
    """A link that was sent: what it opens, for whom, until when. Only its hash is stored."""

    __tablename__ = "tokens"

    id: Mapped[PrimaryKey]
    #: statement, sign_in, invitation, chat_link, password_reset, action, unsubscribe.
    purpose: Mapped[Word]
    secret_hash: Mapped[Digest] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(index=True)
    #: A contact, a staff user or a portal login, by purpose.
    person_kind: Mapped[Word]
    person_id: Mapped[int]
    #: What it opens, such as a statement's id.
    object_id: Mapped[int | None]
    facts: Mapped[JsonObject] = mapped_column(default=dict)
    single_use: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]


class Nonce(Base):
    """A form that was sent with a link: each may act once."""

    __tablename__ = "nonces"

    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("tokens.id"), index=True)
    used_at: Mapped[Moment]


class Limit(Base):
    """How often something was tried in a window of time."""

    __tablename__ = "limits"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[PrimaryKey]
    #: "sign_in:staff:chen@…", "sign_in:address:…", "upload:customer:7".
    key: Mapped[str] = mapped_column(String(250))
    window_start: Mapped[Moment]
    count: Mapped[int] = mapped_column(Integer)
    blocked_until: Mapped[Moment | None]
