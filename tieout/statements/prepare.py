"""Working out the figures of a statement, as at its last day and as known at a moment.

The opening is the closing of the last issued statement. What is dated earlier but was on no
statement yet stands first, under "earlier dates, booked late".
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import ageing, balances, deliveries, items
from tieout.periods import Period
from tieout.statements.chain import not_shown, previous
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
    if kind not in KINDS:
        raise UnknownKind(kind=kind)
    accounts = session.execute(
        select(CustomerAccount.id, CustomerAccount.currency)
        .where(CustomerAccount.customer_id == customer_id, CustomerAccount.kind == kind)
        .order_by(CustomerAccount.currency)
    ).all()
    made = [_section(session, *account, period, known_at, take_late) for account in accounts]
    told = [one for one in made if not one.is_empty]
    return Figures(customer_id, kind, period, known_at, tuple(told or made))


def _section(
    session: Session,
    account_id: int,
    currency: str,
    period: Period,
    known_at: datetime,
    take_late: bool,
) -> SectionFigures:
    last = previous(session, account_id, period.start)
    late: list[items.Movement] = []
    if last is None:
        opening = balances.balance(session, account_id, period.before, known_at)
    else:
        opening = last.closing
        late = not_shown(session, account_id, last, period.start, known_at)
        if late and not take_late:
            raise EarlierEntriesCameLate(count=len(late), start=period.start, number=last.number)
    within = balances.movements(session, account_id, period.start, period.end, known_at)
    still_open = balances.open_items(session, account_id, period.end, known_at)
    made = section(
        account_id,
        currency,
        opening,
        [
            *(_movement(one, is_late=True) for one in late),
            *(_movement(one, is_late=False) for one in within),
        ],
        [_open_line(item) for item in still_open],
        _buckets(session, still_open, currency, period),
        [_delivery(one) for one in deliveries.waiting(session, account_id, period.end, known_at)],
    )
    check(made, balances.balance(session, account_id, period.end, known_at))
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
    session: Session, still_open: Sequence[items.OpenItem], currency: str, period: Period
) -> list[Bucket]:
    aged = ageing.ageing(still_open, period.end, currency=currency, bounds=ageing.bounds(session))
    kept_back = [Bucket(RETENTION, aged.kept_back)] if aged.kept_back else []
    return [
        Bucket(NOT_DUE, aged.not_due - aged.kept_back),
        *kept_back,
        *(Bucket(bucket.label, bucket.amount) for bucket in aged.buckets),
        Bucket(DISPUTED, aged.disputed),
        Bucket(UNAPPLIED, aged.unapplied),
    ]
