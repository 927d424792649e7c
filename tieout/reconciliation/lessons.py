"""Habits that matches made by hand speak for: shown to people, who take them over or refuse them.

What is taken over becomes a rule of the customer or a habit of its book, and is seen, changed and
removed there; what is refused is not asked again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.db import bulk
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.ledger.models import Document
from tieout.matching import Rules
from tieout.matching.kinds import Kind
from tieout.money import Money, decimals_of
from tieout.reconciliation import habits, rule_sets
from tieout.reconciliation.cleaning import Cleaning
from tieout.reconciliation.kinds import kind_for
from tieout.reconciliation.models import RememberedDecision, TheirLine
from tieout.reconciliation.rule_choices import USUAL
from tieout.reconciliation.rule_sets import CUSTOMER, MATCHED
from tieout.reconciliation.taught import (
    DAYS,
    DISCOUNT,
    FEE,
    PART,
    PAYMENT_DAYS,
    HandMade,
    Lesson,
    Reach,
    lessons,
)

#: Matches made by hand that are looked at, the newest.
_MOST = 200
#: Numbers told in a sentence.
_TOLD = 3
_MILLION = Decimal(1_000_000)

SAID: Mapping[str, str] = {
    DISCOUNT: N_("Of payments matched by hand, %(value)s %% was kept back: %(numbers)s."),
    FEE: N_("Of payments matched by hand, %(value)s was missing each time: %(numbers)s."),
    DAYS: N_("Documents matched by hand came up to %(value)s days after ours: %(numbers)s."),
    PAYMENT_DAYS: N_(
        "Payments matched by hand are dated up to %(value)s days after ours: %(numbers)s."
    ),
    PART: N_("In numbers matched by hand, “%(value)s” stands before ours: %(numbers)s."),
}
#: What taking it over means.
THEN: Mapping[str, str] = {
    DISCOUNT: N_("It becomes a discount agreed with this customer, among its rules."),
    FEE: N_("Up to that much counts as a fee of the bank, among the rules of this customer."),
    DAYS: N_("It becomes a habit of their book: lines as late as that are found."),
    PAYMENT_DAYS: N_("It becomes a habit of their book: payments as late as that are found."),
    PART: N_("It is left out of their numbers, among the rules of this customer."),
}


class LessonGone(Conflict):
    """A habit that the matches no longer speak for, or that was decided meanwhile."""

    message = N_("This has been decided meanwhile, or the matches were undone. Look again.")


class Told(NamedTuple):
    """A habit that may be taken over, in words."""

    key: str
    said: Sentence
    then: Sentence


def told(session: Session, account: CustomerAccount) -> list[Told]:
    """What matches made by hand speak for, where nobody has decided about it."""
    return [
        Told(
            one.key,
            Sentence(SAID[one.about], {"value": _value(one, account), "numbers": _few(one)}),
            Sentence(THEN[one.about]),
        )
        for one in waiting(session, account)
    ]


def waiting(session: Session, account: CustomerAccount) -> list[Lesson]:
    """The habits that may be taken over."""
    pairs = _pairs(session, account)
    if not pairs:
        return []
    holding = rule_sets.holding(session, account.customer)
    rules = Rules.from_dict(holding, minor_digits=decimals_of(account.currency))
    refused = habits.refused(habits.of(session, account.id))
    reach = _reach(session, account, rules)
    found = lessons(pairs, rules, reach, Cleaning.of(holding).parts)
    return [one for one in found if one.key not in refused]


def take(
    session: Session, account: CustomerAccount, key: str, *, by: Actor, at: datetime
) -> Lesson:
    """Let a habit count from now on.

    Raises:
        LessonGone: it does not wait.
    """
    one = _waiting(session, account, key)
    if one.about in (DAYS, PAYMENT_DAYS):
        stored = habits.of(session, account.id)
        habits.choose(
            session,
            account,
            {**habits.said(stored), "latest" if one.about == DAYS else "payment_latest": one.value},
            is_used=True,
            version=stored.version if stored else 1,
            by=by,
        )
        return one
    holding = {**USUAL, **rule_sets.holding(session, account.customer)}
    own = rule_sets.chosen(session, CUSTOMER, account.customer_id)
    wanted = {**own, **_as_rule(one, holding, account)}
    rule_sets.write(session, wanted, scope=CUSTOMER, scope_id=account.customer_id, by=by, at=at)
    return one


def refuse(session: Session, account: CustomerAccount, key: str, *, by: Actor) -> None:
    """Say that something is no habit; it is not asked again.

    Raises:
        LessonGone: it does not wait.
    """
    habits.refuse(session, account, _waiting(session, account, key).key, by=by)


def _waiting(session: Session, account: CustomerAccount, key: str) -> Lesson:
    for one in waiting(session, account):
        if one.key == key:
            return one
    raise LessonGone


def _as_rule(
    one: Lesson, holding: Mapping[str, object], account: CustomerAccount
) -> dict[str, object]:
    if one.about == FEE:
        return {"max_bank_fee": Money(int(one.value), account.currency).plain}
    name = "discount_rates" if one.about == DISCOUNT else "clean"
    before = holding[name]
    known = [str(each) for each in before] if isinstance(before, list) else []
    if one.about == PART:
        return {name: sorted({*known, str(one.value)})}
    rate = f"{(Decimal(int(one.value)) / _MILLION).normalize():f}"
    return {name: sorted({*known, rate}, key=Decimal)}


def _value(one: Lesson, account: CustomerAccount) -> object:
    if one.about == DISCOUNT:
        return f"{(Decimal(int(one.value)) * 100 / _MILLION).normalize():f}"
    return Money(int(one.value), account.currency) if one.about == FEE else one.value


def _few(one: Lesson) -> str:
    rest = len(one.numbers) - _TOLD
    return ", ".join(one.numbers[:_TOLD]) + (f" … ({len(one.numbers)})" if rest > 0 else "")


def _reach(session: Session, account: CustomerAccount, rules: Rules) -> Reach:
    known = habits.known(session, account.id)
    furthest = known.applied(replace(rules, habits=()), account.id).date_window

    def days(latest: int | None) -> int:
        return furthest if latest is None else latest + habits.MARGIN

    return Reach(days(known.latest), days(known.payment_latest))


def _pairs(session: Session, account: CustomerAccount) -> list[HandMade]:
    """What people put together of one account, the newest matches."""
    query = (
        select(RememberedDecision.lines)
        .where(
            RememberedDecision.account_id == account.id,
            RememberedDecision.decision == MATCHED,
            RememberedDecision.undone_at.is_(None),
            RememberedDecision.waits_for_approval.is_(False),
        )
        .order_by(RememberedDecision.id.desc())
        .limit(_MOST)
    )
    decided = [one for one in session.scalars(query) if one["ours"] and one["theirs"]]
    if not decided:
        return []
    ours, theirs = _ours(session, decided), _theirs(session, decided)
    return [
        _pair(
            [ours[one] for one in lines["ours"] if one in ours],
            [theirs[one] for one in lines["theirs"] if one in theirs],
            is_payable=account.kind == "payable",
        )
        for lines in decided
    ]


class _Line(NamedTuple):
    number: str
    on: date
    amount: int
    is_payment: bool


def _ours(session: Session, decided: list[dict[str, list[int]]]) -> dict[int, _Line]:
    ids = sorted({one for lines in decided for one in lines["ours"]})
    query = select(
        Document.id, Document.number, Document.issued_on, Document.amount_minor, Document.kind
    ).where(bulk.among(session, Document.id, ids))
    return {
        row.id: _Line(
            row.number, row.issued_on, row.amount_minor, kind_for(row.kind) == Kind.PAYMENT
        )
        for row in session.execute(query)
    }


def _theirs(session: Session, decided: list[dict[str, list[int]]]) -> dict[int, _Line]:
    ids = sorted({one for lines in decided for one in lines["theirs"]})
    query = select(
        TheirLine.id, TheirLine.number, TheirLine.booked_on, TheirLine.amount_minor
    ).where(bulk.among(session, TheirLine.id, ids))
    return {
        row.id: _Line(row.number, row.booked_on, row.amount_minor, False)
        for row in session.execute(query)
    }


def _pair(ours: list[_Line], theirs: list[_Line], *, is_payable: bool) -> HandMade:
    mine, other = sum(one.amount for one in ours), sum(one.amount for one in theirs)
    if (mine < 0) != (other < 0):
        mine = other = 0  # on different sides: nothing that was paid, nothing that agrees
    paid, arrived = (abs(mine), abs(other)) if is_payable else (abs(other), abs(mine))
    return HandMade(
        ours=tuple(one.number for one in ours),
        theirs=tuple(one.number for one in theirs),
        paid=paid,
        arrived=arrived,
        days=(theirs[0].on - ours[0].on).days if len(ours) == len(theirs) == 1 else 0,
        is_payment=bool(ours) and all(one.is_payment for one in ours),
    )
