"""Working out the figures of a statement, as at its last day and as known at a moment.

The opening is the closing of the last issued statement. What is dated earlier but was on no
statement yet stands first, under "earlier dates, booked late".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import ageing, balances, deliveries, items, movements
from tieout.money import Money
from tieout.periods import Period
from tieout.statements.chain import Previous, not_shown, previous_of
from tieout.statements.figures import (
    DISPUTED,
    NOT_DUE,
    RETENTION,
    UNAPPLIED,
    Bucket,
    DeliveryLine,
    Figures,
    Movement,
    OpenLine,
    SectionFigures,
    check,
    section,
)

KINDS = ("receivable", "payable")


class UnknownKind(InvalidInput):
    """A side of the books that does not exist."""

    message = N_("“%(kind)s” is neither receivable nor payable.")


class EarlierEntriesCameLate(Conflict):
    """Entries for an earlier period came after its statement was issued."""

    message = N_(
        "%(count)s entries dated before %(start)s came after statement %(number)s was issued. Issue"
        " a new version of it first, or let them stand under “earlier dates, booked late”."
    )


def prepare(
    session: Session,
    customer_id: int,
    period: Period,
    *,
    kind: str = "receivable",
    known_at: datetime,
    take_late: bool = True,
) -> Figures:
    """Work out what a customer's statement says; everything is tied before it is given out.

    Raises:
        FiguresDoNotTie: two figures that must be equal are not.
        EarlierEntriesCameLate: there are late entries, and they are not to be taken.
    """
    return prepare_many(
        session, [customer_id], period, kind=kind, known_at=known_at, take_late=take_late
    )[customer_id]


def prepare_many(
    session: Session,
    customer_ids: Collection[int],
    period: Period,
    *,
    kind: str = "receivable",
    known_at: datetime,
    take_late: bool = True,
) -> dict[int, Figures]:
    """The same for each of some customers: the books are asked as often as for one.

    Raises:
        FiguresDoNotTie, EarlierEntriesCameLate: as for one; then there is nothing for anybody.
    """
    if kind not in KINDS:
        raise UnknownKind(kind=kind)
    accounts = session.execute(
        select(CustomerAccount.id, CustomerAccount.currency, CustomerAccount.customer_id)
        .where(CustomerAccount.customer_id.in_(list(customer_ids)), CustomerAccount.kind == kind)
        .order_by(CustomerAccount.currency)
    ).all()
    books = _Books.read(session, [row.id for row in accounts], period, known_at)
    made: dict[int, list[SectionFigures]] = {customer_id: [] for customer_id in customer_ids}
    for row in accounts:
        made[row.customer_id].append(_section(books, row.id, row.currency, period, take_late))
    return {
        customer_id: Figures(
            customer_id,
            kind,
            period,
            known_at,
            tuple([one for one in sections if not one.is_empty] or sections),
        )
        for customer_id, sections in made.items()
    }


@dataclass(frozen=True)
class _Books:
    """What the statements of some accounts are made of, by account."""

    lasts: Mapping[int, Previous]
    late: Mapping[int, list[items.Movement]]
    within: Mapping[int, list[items.Movement]]
    open_items: Mapping[int, list[items.OpenItem]]
    deliveries: Mapping[int, list[deliveries.Waiting]]
    #: At the end of the period; before it, where no statement said so.
    closings: Mapping[int, Money]
    openings: Mapping[int, Money]
    bounds: tuple[int, ...]

    @classmethod
    def read(
        cls, session: Session, account_ids: list[int], period: Period, known_at: datetime
    ) -> "_Books":
        lasts = previous_of(session, account_ids, period.start)
        first = [one for one in account_ids if one not in lasts]
        return cls(
            lasts=lasts,
            late=not_shown(session, lasts, period.start, known_at),
            within=movements.movements_of(session, account_ids, period.start, period.end, known_at),
            open_items=balances.open_items_of(session, account_ids, period.end, known_at),
            deliveries=deliveries.waiting_of(session, account_ids, period.end, known_at),
            closings=balances.balances_of(session, account_ids, period.end, known_at),
            openings=balances.balances_of(session, first, period.before, known_at),
            bounds=ageing.bounds(session),
        )


def _section(
    books: _Books, account_id: int, currency: str, period: Period, take_late: bool
) -> SectionFigures:
    last, nothing = books.lasts.get(account_id), Money.zero(currency)
    late = books.late.get(account_id, [])
    if last is not None and late and not take_late:
        raise EarlierEntriesCameLate(count=len(late), start=period.start, number=last.number)
    still_open = books.open_items[account_id]
    made = section(
        account_id,
        currency,
        books.openings.get(account_id, nothing) if last is None else last.closing,
        [
            *(_movement(one, is_late=True) for one in late),
            *(_movement(one, is_late=False) for one in books.within[account_id]),
        ],
        [_open_line(item) for item in still_open],
        _buckets(still_open, currency, period, books.bounds),
        [_delivery(one) for one in books.deliveries[account_id]],
    )
    check(made, books.closings.get(account_id, nothing))
    return made


def _movement(one: items.Movement, *, is_late: bool) -> Movement:
    return Movement(
        document_id=one.document_id,
        issued_on=one.issued_on,
        due_on=one.due_on,
        kind=one.kind,
        number=one.number,
        reference=one.reference,
        description=one.description,
        amount=one.amount,
        is_late=is_late,
    )


def _delivery(one: deliveries.Waiting) -> DeliveryLine:
    return DeliveryLine(one.number, one.delivered_on, one.order_number, one.description, one.amount)


def _open_line(item: items.OpenItem) -> OpenLine:
    return OpenLine(
        document_id=item.document_id,
        number=item.number,
        kind=item.kind,
        issued_on=item.issued_on,
        due_on=None if item.is_credit else item.due_on,
        amount=-item.amount if item.is_credit else item.amount,
        open=item.signed,
        disputed=-item.disputed if item.is_credit else item.disputed,
        days=item.days,
        is_retention=item.is_retention,
    )


def _buckets(
    still_open: Sequence[items.OpenItem], currency: str, period: Period, bounds: tuple[int, ...]
) -> list[Bucket]:
    aged = ageing.ageing(still_open, period.end, currency=currency, bounds=bounds)
    kept_back = [Bucket(RETENTION, aged.kept_back)] if aged.kept_back else []
    return [
        Bucket(NOT_DUE, aged.not_due - aged.kept_back),
        *kept_back,
        *(Bucket(bucket.label, bucket.amount) for bucket in aged.buckets),
        Bucket(DISPUTED, aged.disputed),
        Bucket(UNAPPLIED, aged.unapplied),
    ]
