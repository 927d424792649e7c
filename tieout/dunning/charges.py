"""Fee and interest of a reminder: made as it leaves, posted, waived or taken back."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from tieout import audit
from tieout.audit import Actor
from tieout.customers.models import Customer
from tieout.customers.queries import visible_to
from tieout.db.base import Json
from tieout.dunning.models import ChargedItem, Notice, NoticeCharge
from tieout.dunning.policies import POST
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.ledger import posting, reversing
from tieout.ledger.inputs import DocumentInput, DuePart, LineInput
from tieout.ledger.locks import PeriodLocked
from tieout.ledger.models import Document, DocumentKind
from tieout.money import Money, plain

WAITING, POSTED, WAIVED, REVERSED = "waiting", "posted", "waived", "reversed"
STATES: Mapping[str, str] = {
    WAITING: N_("Waits for approval"),
    POSTED: N_("Posted"),
    WAIVED: N_("Waived"),
    REVERSED: N_("Taken back"),
}
KINDS: Mapping[str, str] = {"fee": N_("Fee"), "interest": N_("Interest")}


class ChargeDecided(Conflict):
    """A charge that no longer waits."""

    message = N_("%(who)s has decided this charge already. Look at it again.")


class ChargeNotPosted(Conflict):
    """A charge that stands in no book."""

    message = N_("This charge is not in the books, so there is nothing to take back.")


class WaivedWithoutWord(InvalidInput):
    """A charge let go of without a word."""

    message = N_("Say why it is not charged, so that the next person knows.")


def make(session: Session, notice: Notice, *, on: date, at: datetime) -> list[NoticeCharge]:
    """Make the charges a reminder stated as it left, once; post them where its policy says so."""
    costs: Json | None = notice.explanation.get("costs")
    if not costs or session.scalar(
        select(NoticeCharge.id).where(NoticeCharge.notice_id == notice.id).limit(1)
    ):
        return []
    made = [_made(session, notice, kind, costs, on=on, at=at) for kind in KINDS if int(costs[kind])]
    if costs["mode"] == POST:
        for one in made:
            _post_if_open(session, one, on=on, at=at)
    return made


def approve(
    session: Session, charge: NoticeCharge, *, on: date, by: Actor, at: datetime
) -> Document:
    """Post a charge as a document of its own.

    Raises:
        ChargeDecided: somebody has decided it.
        PeriodLocked: the day lies in a locked period.
    """
    _hold(session, charge)
    document = posting.post(session, _document(session, charge, on), by=by, at=at)
    charge.state, charge.document_id = POSTED, document.id
    charge.decided_by, charge.decided_at = by.label, at
    audit.record(
        session, by, "charge.posted", charge, after={"document": document.number, **_said(charge)}
    )
    return document


def waive(session: Session, charge: NoticeCharge, reason: str, *, by: Actor, at: datetime) -> None:
    """Let a charge go: it never enters the books, and its days are not charged again.

    Raises:
        WaivedWithoutWord: nothing is said of it.
        ChargeDecided: somebody has decided it.
    """
    if not reason.strip():
        raise WaivedWithoutWord
    _hold(session, charge)
    charge.state, charge.reason = WAIVED, reason.strip()
    charge.decided_by, charge.decided_at = by.label, at
    audit.record(
        session, by, "charge.waived", charge, after={"reason": charge.reason, **_said(charge)}
    )


def take_back(
    session: Session, charge: NoticeCharge, reason: str, *, on: date, by: Actor, at: datetime
) -> Document:
    """Reverse a charge that stands in the books.

    Raises:
        WaivedWithoutWord: nothing is said of it.
        ChargeNotPosted: it does not stand there.
        as `reversing.reverse`.
    """
    if not reason.strip():
        raise WaivedWithoutWord
    session.refresh(charge, with_for_update=True)
    if charge.state != POSTED or charge.document_id is None:
        raise ChargeNotPosted
    document = session.get_one(Document, charge.document_id)
    made = reversing.reverse(session, document, on=on, reason=reason.strip(), by=by, at=at)
    charge.state, charge.reason = REVERSED, reason.strip()
    audit.record(
        session, by, "charge.taken_back", charge, after={"reason": charge.reason, **_said(charge)}
    )
    return made


def charges(
    state: str = "", owner_id: int | None = None
) -> Select[NoticeCharge, Customer, Document | None, bool]:
    """Select charges with their customer, document, and whether that was reversed; newest first."""
    reversal = aliased(Document)
    is_reversed = exists(
        select(reversal.id).where(reversal.reverses_id == NoticeCharge.document_id)
    )
    query = visible_to(
        select(NoticeCharge, Customer, Document, is_reversed.label("is_reversed"))
        .join(Customer, Customer.id == NoticeCharge.customer_id)
        .outerjoin(Document, Document.id == NoticeCharge.document_id),
        owner_id,
    )
    if state:
        query = query.where(NoticeCharge.state == state)
    return query.order_by(NoticeCharge.state != WAITING, NoticeCharge.id.desc())


def _made(
    session: Session, notice: Notice, kind: str, costs: Json, *, on: date, at: datetime
) -> NoticeCharge:
    rows = costs["rows"] if kind == "interest" else []
    charge = NoticeCharge(
        notice_id=notice.id,
        customer_id=notice.customer_id,
        account_id=notice.account_id,
        kind=kind,
        state=WAITING,
        currency=notice.currency,
        amount_minor=int(costs[kind]),
        due_on=date.fromisoformat(str(notice.explanation["pay_by"])),
        details={"rows": rows, "ppm": costs["ppm"], "policy": costs["policy"]},
        made_on=on,
        made_at=at,
        reason="",
    )
    session.add(charge)
    session.flush()
    through = {int(row["due_item_id"]): date.fromisoformat(row["through_on"]) for row in rows}
    session.add_all(
        ChargedItem(charge_id=charge.id, due_item_id=item_id, through_on=day)
        for item_id, day in sorted(through.items())
    )
    session.flush()
    audit.record(session, audit.SYSTEM, "charge.made", charge, after=_said(charge))
    return charge


def _post_if_open(session: Session, charge: NoticeCharge, *, on: date, at: datetime) -> None:
    """Post a charge; where its day is locked it waits for somebody to decide."""
    try:
        with session.begin_nested():
            approve(session, charge, on=on, by=audit.SYSTEM, at=at)
    except PeriodLocked:
        session.refresh(charge)


def _document(session: Session, charge: NoticeCharge, on: date) -> DocumentInput:
    notice = session.get_one(Notice, charge.notice_id)
    amount = Money(charge.amount_minor, charge.currency)
    rows = charge.details["rows"]
    numbers = list(dict.fromkeys(str(row["number"]) for row in rows))
    return DocumentInput(
        account_id=charge.account_id,
        kind=DocumentKind.FEE if charge.kind == "fee" else DocumentKind.INTEREST,
        number="",
        issued_on=on,
        amount=amount,
        due=(DuePart(max(charge.due_on, on), amount),),
        description=", ".join(numbers),
        reason=f"reminder {notice.level}",
        lines=tuple(
            LineInput(
                amount=Money(int(row["interest"]), charge.currency),
                code=str(row["number"])[:60],
                description=_sum_of(row, int(charge.details["ppm"]), charge.currency),
            )
            for row in rows
        ),
        source=f"reminder:{charge.notice_id}",
    )


def _sum_of(row: Json, ppm: int, currency: str) -> str:
    """How the interest of a row comes about, in figures alone: every language reads them."""
    amount = Money(int(row["amount"]), currency).plain
    return f"{row['from_on']} – {row['through_on']}: {amount} × {rate(ppm)} % × {row['days']} / 365"


def rate(ppm: int) -> str:
    """A yearly rate in percent, without zeros nobody needs."""
    return plain(Decimal(ppm).scaleb(-4))


def _hold(session: Session, charge: NoticeCharge) -> None:
    session.refresh(charge, with_for_update=True)
    if charge.state != WAITING:
        raise ChargeDecided(who=charge.decided_by or "")


def _said(charge: NoticeCharge) -> Json:
    return {
        "kind": charge.kind,
        "amount": Money(charge.amount_minor, charge.currency).plain,
        "currency": charge.currency,
        "notice": charge.notice_id,
    }
