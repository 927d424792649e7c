"""What reminders cost: worked out from the books for many accounts by a few queries.

The fee and the rate are those of the level that led to the reminder. Nothing is charged on what
is disputed, promised, held or covered by credit not yet applied, no interest on interest or fees,
and no fee for reminding of nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tieout import settings
from tieout.db.base import Json
from tieout.db.bulk import chunks
from tieout.dunning import interest
from tieout.dunning.interest import Bearing, Lowered, Stretch
from tieout.dunning.models import ChargedItem
from tieout.dunning.selection import Item, Level, Selection
from tieout.ledger.models import Allocation, DisputedPart, Document, DocumentKind, DueItem
from tieout.money import decimals_of, rounded

#: Kinds of documents a reminder itself leads to.
OF_REMINDERS = (DocumentKind.FEE, DocumentKind.INTEREST)
#: Ids in one question.
_AT_ONCE = 5000


@dataclass(frozen=True)
class Asked:
    """A reminder whose costs are wanted."""

    account_id: int
    currency: str
    found: Selection
    #: Everything open on the account.
    items: Sequence[Item]


@dataclass(frozen=True)
class Costs:
    """What a reminder costs, in minor units of the account's currency."""

    currency: str
    fee_minor: int = 0
    interest_minor: int = 0
    #: The yearly rate, in millionths.
    ppm: int = 0
    stretches: tuple[Stretch, ...] = ()
    #: ask, post.
    mode: str = "ask"
    #: The policy they come from.
    policy: str = ""

    @property
    def total_minor(self) -> int:
        """Fee and interest together."""
        return self.fee_minor + self.interest_minor

    def to_json(self) -> Json:
        """As a notice keeps and a message states it."""
        return {
            "fee": self.fee_minor,
            "interest": self.interest_minor,
            "ppm": self.ppm,
            "mode": self.mode,
            "policy": self.policy,
            "rows": [
                {
                    "due_item_id": one.due_item_id,
                    "number": one.number,
                    "amount": one.amount_minor,
                    "from_on": one.from_on.isoformat(),
                    "through_on": one.through_on.isoformat(),
                    "days": one.days,
                    "interest": one.interest_minor,
                }
                for one in self.stretches
            ],
        }


@dataclass(frozen=True)
class _Known:
    """What the books say of an item."""

    amount_minor: int
    kind: str
    through: date | None
    settled: Sequence[Lowered]
    disputed: Sequence[Lowered]


def work_out(session: Session, asked: Iterable[Asked], on: date) -> dict[int, Costs]:
    """What each reminder costs on a day, by account; those that cost nothing are left out."""
    costing = [one for one in asked if _costs(one.found.step)]
    if not costing:
        return {}
    base = settings.company(session).base_currency
    known = _known(session, [item.due_item_id for one in costing for item in one.found.items])
    found = {one.account_id: _of(one, known, base, on) for one in costing}
    return {account_id: costs for account_id, costs in found.items() if costs.total_minor}


def _costs(step: Level | None) -> bool:
    return step is not None and bool(step.fee_minor or step.interest_ppm)


def _of(one: Asked, known: Mapping[int, _Known], base: str, on: date) -> Costs:
    step, policy = one.found.step, one.found.policy
    assert step is not None  # noqa: S101 - chosen by the caller
    assert policy is not None  # noqa: S101 - comes with the step
    fee = _in(step.fee_minor, base, one.currency)
    if all(known[item.due_item_id].kind in OF_REMINDERS for item in one.found.items):
        fee = 0
    total, stretches = 0, tuple[Stretch, ...]()
    if step.interest_ppm:
        total, stretches = interest.charge(_bearing(one, known), step.interest_ppm, on)
    return Costs(
        one.currency,
        fee,
        total,
        step.interest_ppm if total else 0,
        stretches if total else (),
        policy.charges,
        policy.name,
    )


def _bearing(one: Asked, known: Mapping[int, _Known]) -> list[Bearing]:
    """The items of a reminder as they bear interest; credit is set off against the oldest."""
    every = {item.due_item_id: item for item in one.items}
    credits = [[-item.open_minor, item.due_on] for item in one.items if item.open_minor < 0]
    found = []
    for named in one.found.items:
        books = known[named.due_item_id]
        if books.kind in OF_REMINDERS:
            continue
        lowered = [*books.settled, *_set_off(named.amount_minor, credits)]
        promised = every[named.due_item_id].promised_minor
        if promised:
            lowered.append(Lowered(promised, named.due_on))
        after = max(named.due_on, books.through or named.due_on)
        found.append(
            Bearing(
                named.due_item_id,
                named.number,
                books.amount_minor,
                after,
                lowered,
                books.disputed,
            )
        )
    return found


def _set_off(amount: int, credits: list[list[Any]]) -> list[Lowered]:
    """Take what is left of credits for an item; each counts from its own day on."""
    lowered = []
    for credit in credits:
        taken = min(amount, credit[0])
        if taken:
            credit[0] -= taken
            amount -= taken
            lowered.append(Lowered(taken, credit[1]))
    return lowered


def _in(minor: int, base: str, currency: str) -> int:
    """A fee typed in units of the company's currency, in the minor units of another one."""
    finer = decimals_of(currency) - decimals_of(base)
    return rounded(Decimal(minor).scaleb(finer))


def _known(session: Session, ids: Sequence[int]) -> dict[int, _Known]:
    rows: dict[int, tuple[int, str]] = {}
    through: dict[int, date] = {}
    settled: dict[int, list[Lowered]] = defaultdict(list)
    disputed: dict[int, list[Lowered]] = defaultdict(list)
    for some in chunks(ids, _AT_ONCE):
        items = select(DueItem.id, DueItem.amount_minor, Document.kind).join(
            Document, Document.id == DueItem.document_id
        )
        for item_id, amount, kind in session.execute(items.where(DueItem.id.in_(some))):
            rows[item_id] = (amount, kind)
        charged = (
            select(ChargedItem.due_item_id, func.max(ChargedItem.through_on))
            .where(ChargedItem.due_item_id.in_(some))
            .group_by(ChargedItem.due_item_id)
        )
        through.update((row[0], row[1]) for row in session.execute(charged))
        payments = Allocation.amount_minor, Allocation.effective_on, Allocation.undone_on
        _lowered_by(session, some, settled, Allocation.debit_item_id, *payments)
        disputes = DisputedPart.amount_minor, DisputedPart.effective_on, DisputedPart.ended_on
        _lowered_by(session, some, disputed, DisputedPart.due_item_id, *disputes)
    return {
        item_id: _Known(amount, kind, through.get(item_id), settled[item_id], disputed[item_id])
        for item_id, (amount, kind) in rows.items()
    }


def _lowered_by(
    session: Session,
    ids: Sequence[int],
    found: dict[int, list[Lowered]],
    item: InstrumentedAttribute[Any],
    *columns: InstrumentedAttribute[Any],
) -> None:
    """Add by how much, and from when until when, each of these items was lowered."""
    for item_id, minor, begins, ends in session.execute(
        select(item, *columns).where(item.in_(ids))
    ):
        found[item_id].append(Lowered(minor, begins, ends))
