"""Alerts: what went wrong and somebody of ours should hear of, each cause once.

They are found by looking at the books, so none is missed; what is over ends by itself. How each
of our people hears of each kind is their own choice: at once, with the digest, or on the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerAccount
from tieout.db.base import Json
from tieout.db.bulk import chunks
from tieout.db.insertion import insert_once
from tieout.dunning.models import PromiseToPay
from tieout.i18n import N_, Sentence
from tieout.ledger.models import AccountTotal
from tieout.messages.models import Attempt, IncomingMail, Message
from tieout.money import Money
from tieout.month_end.models import Alert, AlertChoice
from tieout.month_end.waiting import Within, everybody, latest
from tieout.settings import calendars
from tieout.statements import moves
from tieout.statements.models import Confirmation, Statement, StatementSection

OVER_LIMIT, BROKEN, FAILED, UNANSWERED = "over_limit", "promise_broken", "message_failed", "silent"
CALENDAR = "calendar"
KINDS: Mapping[str, str] = {
    OVER_LIMIT: N_("A customer owes more than its limit"),
    BROKEN: N_("A promise to pay is broken"),
    FAILED: N_("A message did not arrive"),
    UNANSWERED: N_("A statement is not answered in time"),
    CALENDAR: N_("The holidays of a year are not marked"),
}
NOW, DIGEST, PAGE = "now", "digest", "page"
HOW: Mapping[str, str] = {
    NOW: N_("at once"),
    DIGEST: N_("with the digest of the day"),
    PAGE: N_("on the page alone"),
}
#: What happened longer ago is no news.
NEWS = timedelta(days=3)
#: The kind of message alerts leave as; one that fails is no alert itself.
MESSAGE = "staff_alert"
_AT_ONCE = 5000


@dataclass(frozen=True)
class _Cause:
    """Something that is wrong now."""

    kind: str
    subject_type: str
    subject_id: int
    customer_id: int | None
    words: Sentence
    #: It may come, go and come back; the others happen once.
    comes_back: bool = False

    def key(self, on: date) -> str:
        """What it is told once under."""
        day = f":{on.isoformat()}" if self.comes_back else ""
        return f"{self.kind}:{self.subject_id}{day}"


def collect(session: Session, *, on: date, at: datetime) -> list[Alert]:
    """Raise an alert for every cause that has none, end those that are over; return the new."""
    causes = [
        *_over_limit(session),
        *_broken(session, on),
        *_failed(session, at),
        *_silent(session, on),
        *_calendar(session, on),
    ]
    standing = {
        (one.kind, one.subject_id): one
        for one in session.scalars(select(Alert).where(Alert.ended_at.is_(None)))
    }
    keys = []
    for cause in causes:
        if standing.pop((cause.kind, cause.subject_id), None) is None and _raise(
            session, cause, on, at
        ):
            keys.append(cause.key(on))
    over = [one.id for one in standing.values()]
    for some in chunks(over, _AT_ONCE):
        session.execute(update(Alert).where(Alert.id.in_(some)).values(ended_at=at))
    found: list[Alert] = []
    for some_keys in chunks(keys, _AT_ONCE):
        query = select(Alert).where(Alert.key.in_(some_keys)).order_by(Alert.id)
        found += session.scalars(query)
    return found


def standing(within: Within = everybody, kind: str = "") -> Select[Alert]:
    """Select the alerts that stand, the newest first."""
    query = select(Alert).where(
        Alert.ended_at.is_(None), Alert.customer_id.is_(None) | within(Alert.customer_id)
    )
    if kind:
        query = query.where(Alert.kind == kind)
    return query.order_by(Alert.id.desc())


def still(session: Session, ids: Iterable[int]) -> Sequence[Alert]:
    """Those of some alerts that still stand."""
    query = select(Alert).where(Alert.id.in_(list(ids)), Alert.ended_at.is_(None))
    return session.scalars(query.order_by(Alert.id)).all()


def how(session: Session, staff_id: int) -> dict[str, str]:
    """How one of us hears of each kind; with the digest, unless they chose otherwise."""
    rows = session.execute(
        select(AlertChoice.kind, AlertChoice.how).where(AlertChoice.staff_id == staff_id)
    )
    chosen = {row.kind: row.how for row in rows}
    return {kind: chosen.get(kind, DIGEST) for kind in KINDS}


def choose(session: Session, staff_id: int, kind: str, way: str, *, by: Actor) -> None:
    """Let one of us hear of a kind in another way."""
    before = how(session, staff_id)[kind]
    if way == before:
        return
    row = session.scalar(
        select(AlertChoice).where(AlertChoice.staff_id == staff_id, AlertChoice.kind == kind)
    )
    if row is None:
        session.add(AlertChoice(staff_id=staff_id, kind=kind, how=way))
    else:
        row.how = way
    session.flush()
    audit.record(
        session,
        by,
        "alerts.chosen",
        ("StaffUser", staff_id),
        before={"kind": kind, "how": before},
        after={"kind": kind, "how": way},
    )


def _raise(session: Session, cause: _Cause, on: date, at: datetime) -> bool:
    row: Json = {
        "key": cause.key(on),
        "kind": cause.kind,
        "customer_id": cause.customer_id,
        "subject_type": cause.subject_type,
        "subject_id": cause.subject_id,
        "words": cause.words.to_json(),
        "raised_at": at,
    }
    return insert_once(session, Alert, row, ("key",))


def _over_limit(session: Session) -> list[_Cause]:
    rows = session.execute(
        select(
            CustomerAccount.id,
            CustomerAccount.customer_id,
            CustomerAccount.currency,
            CustomerAccount.credit_limit_minor,
            AccountTotal.balance_minor,
            Customer.name,
        )
        .join(AccountTotal, AccountTotal.account_id == CustomerAccount.id)
        .join(Customer, Customer.id == CustomerAccount.customer_id)
        .where(
            CustomerAccount.kind == "receivable",
            CustomerAccount.credit_limit_minor.is_not(None),
            AccountTotal.balance_minor > CustomerAccount.credit_limit_minor,
        )
        .order_by(CustomerAccount.id)
    )
    text = N_("%(customer)s owes %(amount)s, above its limit of %(limit)s.")
    return [
        _Cause(
            OVER_LIMIT,
            "account",
            row.id,
            row.customer_id,
            Sentence(
                text,
                {
                    "customer": row.name,
                    "amount": Money(row.balance_minor, row.currency),
                    "limit": Money(row.credit_limit_minor, row.currency),
                },
            ),
            comes_back=True,
        )
        for row in rows
    ]


def _broken(session: Session, on: date) -> list[_Cause]:
    rows = session.execute(
        select(
            PromiseToPay.id,
            PromiseToPay.customer_id,
            PromiseToPay.amount_minor,
            PromiseToPay.pay_on,
            PromiseToPay.state,
            CustomerAccount.currency,
            Customer.name,
        )
        .join(CustomerAccount, CustomerAccount.id == PromiseToPay.account_id)
        .join(Customer, Customer.id == PromiseToPay.customer_id)
        .where(PromiseToPay.state.in_(("broken", "part_kept")), PromiseToPay.judged_on >= on - NEWS)
        .order_by(PromiseToPay.id)
    )
    texts = {
        "broken": N_("%(customer)s promised %(amount)s for %(day)s, and nothing came."),
        "part_kept": N_("%(customer)s promised %(amount)s for %(day)s; only a part came."),
    }
    return [
        _Cause(
            BROKEN,
            "promise",
            row.id,
            row.customer_id,
            Sentence(
                texts[row.state],
                {
                    "customer": row.name,
                    "amount": Money(row.amount_minor, row.currency),
                    "day": row.pay_on,
                },
            ),
        )
        for row in rows
    ]


def _failed(session: Session, at: datetime) -> list[_Cause]:
    """What failed lately, however long ago it was written: some come back after days."""
    since = at - NEWS
    tried = select(Attempt.id).where(Attempt.message_id == Message.id, Attempt.finished_at >= since)
    came_back = select(IncomingMail.id).where(
        IncomingMail.message_id == Message.id, IncomingMail.came_at >= since
    )
    rows = session.execute(
        select(Message.id, Message.customer_id, Message.to, Message.state, Customer.name)
        .outerjoin(Customer, Customer.id == Message.customer_id)
        .where(
            Message.state.in_(("failed", "unknown")),
            or_(Message.created_at >= since, tried.exists(), came_back.exists()),
            Message.kind != MESSAGE,
        )
        .order_by(Message.id)
    )
    texts = {
        "failed": N_("A message to %(to)s did not arrive."),
        "unknown": N_("Nobody knows whether a message to %(to)s arrived."),
    }
    return [_Cause(FAILED, "message", row.id, row.customer_id, _about(row, texts)) for row in rows]


def _about(row: Any, texts: Mapping[str, str]) -> Sentence:
    to = f"{row.name} ({row.to})" if row.name else str(row.to)
    return Sentence(texts[row.state], {"to": to})


def _silent(session: Session, on: date) -> list[_Cause]:
    answered = select(Confirmation.section_id).where(Confirmation.replaced_by_id.is_(None))
    open_ones = select(StatementSection.statement_id).where(StatementSection.id.not_in(answered))
    rows = session.execute(
        select(
            Statement.id,
            Statement.customer_id,
            Statement.number,
            Statement.answer_by,
            Customer.name,
        )
        .join(Customer, Customer.id == Statement.customer_id)
        .where(
            Statement.state == moves.ISSUED,
            Statement.kind == "receivable",
            Statement.answer_by < on,
            Statement.answer_by >= on - timedelta(days=90),
            Statement.id.in_(open_ones),
            Statement.id.in_(latest()),
        )
        .order_by(Statement.id)
    )
    text = N_("%(customer)s has not answered statement %(number)s, asked for by %(day)s.")
    return [
        _Cause(
            UNANSWERED,
            "statement",
            row.id,
            row.customer_id,
            Sentence(
                text, {"customer": row.name, "number": row.number or "", "day": row.answer_by}
            ),
        )
        for row in rows
    ]


def _calendar(session: Session, on: date) -> list[_Cause]:
    year = calendars.unmarked_year(session, on)
    if year is None:
        return []
    words = N_("No holiday of %(year)s is marked in the calendar: only weekends count as free.")
    return [_Cause(CALENDAR, "year", year, None, Sentence(words, {"year": str(year)}))]
