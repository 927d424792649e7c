"""Reminders: policies, cycles, notices, holds, promises."""

from datetime import date

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    Select,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tieout.db.base import (
    Base,
    CurrencyCode,
    Day,
    JsonObject,
    LongText,
    MinorUnits,
    Moment,
    Name,
    PrimaryKey,
    Version,
    Word,
)


class DunningPolicy(Base):
    """When and how overdue items are reminded of."""

    __tablename__ = "dunning_policies"

    id: Mapped[PrimaryKey]
    name: Mapped[Name] = mapped_column(unique=True)
    #: Below this net overdue amount nothing leaves; in minor units of the account's currency.
    minimum_minor: Mapped[MinorUnits] = mapped_column(default=0)
    #: Days between two messages to one account.
    gap_days: Mapped[int] = mapped_column(Integer, default=7)
    #: A level may be jumped to at once when its days are reached.
    may_jump: Mapped[bool] = mapped_column(Boolean, default=False)
    #: What reminding costs: ask (a second look before it is posted), post (by itself).
    charges: Mapped[Word] = mapped_column(default="ask", server_default="ask")
    version: Mapped[Version]

    levels: Mapped[list["DunningLevel"]] = relationship(order_by="DunningLevel.level")


class DunningLevel(Base):
    """One step of a policy."""

    __tablename__ = "dunning_levels"
    __table_args__ = (UniqueConstraint("policy_id", "level"),)

    id: Mapped[PrimaryKey]
    policy_id: Mapped[int] = mapped_column(ForeignKey("dunning_policies.id"))
    level: Mapped[int] = mapped_column(Integer)
    #: Days overdue from which it applies.
    days: Mapped[int] = mapped_column(Integer)
    #: friendly, firm, final.
    tone: Mapped[Word]
    #: Charged once this reminder has left; in minor units of the account's currency.
    fee_minor: Mapped[MinorUnits] = mapped_column(default=0)
    #: Interest of a year on what is overdue, in millionths: 100,000 is 10 %.
    interest_ppm: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: Days since the last reminder before this one; 0: as the policy says.
    gap_days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: email, chat; empty: every way its readers are reached.
    channel: Mapped[Word] = mapped_column(default="", server_default="")
    #: Days from the message to the date asked for.
    pay_within_days: Mapped[int] = mapped_column(Integer, default=7)
    #: What one of us does once it has left: call, letter, stop_delivery; empty: nothing.
    final_step: Mapped[Word] = mapped_column(default="", server_default="")


class PolicyAssignment(Base):
    """Which policy holds for an item, a customer, a group or the company."""

    __tablename__ = "policy_assignments"
    __table_args__ = (UniqueConstraint("scope", "scope_id"),)

    id: Mapped[PrimaryKey]
    #: item, customer, group, company.
    scope: Mapped[Word]
    scope_id: Mapped[int] = mapped_column(default=0)
    policy_id: Mapped[int] = mapped_column(ForeignKey("dunning_policies.id"))


class DunningCycle(Base):
    """From something becoming overdue until nothing is, or until more does that is asked for.

    In a cycle each level is sent once. Where an item moves up to be named while the account's
    level was sent already, another cycle follows without a break, with the same first day.
    """

    __tablename__ = "dunning_cycles"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    #: Since when something has been overdue without a break.
    started_on: Mapped[Day]
    ended_on: Mapped[date | None] = mapped_column(Date)

    def with_those_before(self) -> Select[int]:
        """Select the ids of this cycle and of those it followed without a break."""
        return select(DunningCycle.id).where(
            DunningCycle.account_id == self.account_id, DunningCycle.started_on == self.started_on
        )


class Notice(Base):
    """A reminder of one account at one level; worked out again when it leaves."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("account_id", "level", "cycle_id"),)

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("dunning_cycles.id"))
    level: Mapped[int] = mapped_column(Integer)
    #: planned, sent, cancelled, unknown.
    state: Mapped[Word] = mapped_column(default="planned")
    currency: Mapped[CurrencyCode]
    #: As it left.
    net_minor: Mapped[MinorUnits | None]
    planned_on: Mapped[Day]
    planned_at: Mapped[Moment]
    sent_on: Mapped[date | None] = mapped_column(Date)
    #: What was left out and why, as it left.
    explanation: Mapped[JsonObject]
    #: A `Sentence` as JSON, when it was cancelled.
    reason: Mapped[JsonObject | None]

    items: Mapped[list["NoticeItem"]] = relationship(order_by="NoticeItem.id")


class NoticeItem(Base):
    """An item a notice named, as it left."""

    __tablename__ = "notice_items"
    __table_args__ = (UniqueConstraint("notice_id", "due_item_id"),)

    id: Mapped[PrimaryKey]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    due_item_id: Mapped[int] = mapped_column(ForeignKey("due_items.id"), index=True)
    level: Mapped[int] = mapped_column(Integer)
    amount_minor: Mapped[MinorUnits]
    days: Mapped[int] = mapped_column(Integer)


class NoticeCharge(Base):
    """The fee or the interest of a reminder that has left: waiting, posted, or waived."""

    __tablename__ = "notice_charges"
    __table_args__ = (
        UniqueConstraint("notice_id", "kind"),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    id: Mapped[PrimaryKey]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    #: fee, interest.
    kind: Mapped[Word]
    #: waiting, posted, waived, reversed.
    state: Mapped[Word] = mapped_column(default="waiting", index=True)
    currency: Mapped[CurrencyCode]
    amount_minor: Mapped[MinorUnits]
    due_on: Mapped[Day]
    #: As the reminder stated it: the items with amount, days and rate.
    details: Mapped[JsonObject]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    made_on: Mapped[Day]
    made_at: Mapped[Moment]
    decided_by: Mapped[Name | None]
    decided_at: Mapped[Moment | None]
    #: Why it was waived.
    reason: Mapped[LongText] = mapped_column(default="")


class ChargedItem(Base):
    """Through which day interest on an item was charged; a waived day is not charged again."""

    __tablename__ = "charged_items"
    __table_args__ = (UniqueConstraint("charge_id", "due_item_id"),)

    id: Mapped[PrimaryKey]
    charge_id: Mapped[int] = mapped_column(ForeignKey("notice_charges.id"))
    due_item_id: Mapped[int] = mapped_column(ForeignKey("due_items.id"), index=True)
    through_on: Mapped[Day]


class StaffTask(Base):
    """Something one of us does about what stays unpaid: a call, a letter, a stop."""

    __tablename__ = "staff_tasks"
    __table_args__ = (UniqueConstraint("notice_id", "kind"),)

    id: Mapped[PrimaryKey]
    #: call, letter, stop_delivery.
    kind: Mapped[Word]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"))
    #: The reminder that led to it; empty where somebody made it by hand.
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    #: Who does it; empty: whoever takes it.
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id"))
    due_on: Mapped[Day]
    #: open, done, dropped.
    state: Mapped[Word] = mapped_column(default="open", index=True)
    note: Mapped[LongText] = mapped_column(default="")
    #: What came of it.
    outcome: Mapped[LongText] = mapped_column(default="")
    made_by: Mapped[Name]
    made_at: Mapped[Moment]
    done_by: Mapped[Name | None]
    done_at: Mapped[Moment | None]
    version: Mapped[Version]


class Hold(Base):
    """No reminders for a customer, a document or from a level on, until a day."""

    __tablename__ = "holds"

    id: Mapped[PrimaryKey]
    #: customer, item, level.
    scope: Mapped[Word]
    scope_id: Mapped[int]
    from_on: Mapped[Day]
    until: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[LongText]
    made_by: Mapped[Name]
    made_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]


class PromiseToPay(Base):
    """A customer's word to pay an amount by a day; only that part pauses."""

    __tablename__ = "promises_to_pay"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="positive"),)

    id: Mapped[PrimaryKey]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("customer_accounts.id"), index=True)
    #: The item it is for; empty for the account.
    due_item_id: Mapped[int | None] = mapped_column(ForeignKey("due_items.id"))
    amount_minor: Mapped[MinorUnits]
    pay_on: Mapped[Day]
    #: open, kept, part_kept, broken, withdrawn.
    state: Mapped[Word] = mapped_column(default="open")
    given_by: Mapped[Name]
    given_at: Mapped[Moment]
    judged_on: Mapped[date | None] = mapped_column(Date)
