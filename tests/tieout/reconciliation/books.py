"""Their book as a bookkeeper would write it, and both books compared."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from tests.factories import AT, BY
from tieout import attachments
from tieout.customers.models import CustomerAccount
from tieout.intake.models import ImportBatch
from tieout.money import Money
from tieout.reconciliation import comparing, their_books
from tieout.reconciliation.models import Reconciliation, TheirBook
from tieout.reconciliation.their_books import LedgerLine, ReadLedger

#: Ours and theirs of the worked example, cut-off 30 June.
OURS = """
    2026-05-18  invoice      INV-1021   3540.00
    2026-06-03  credit_note  CN-77     -2000.00
    2026-06-12  invoice      INV-1039   5430.00
    2026-06-20  invoice      INV-1040  96530.00
    2026-06-29  invoice      INV-1043  25000.00
"""
THEIRS = """
    2026-05-20  invoice  INV-1021   3540.00
    2026-06-02  invoice  INV-1021   3540.00
    2026-06-14  invoice  INV-1039   4530.00
    2026-06-22  invoice  INV-1040  96530.00
    2026-06-29  payment  TT-88231  -12800.00
    2026-07-02  invoice  INV-1043  25000.00
"""
CUT_OFF = date(2026, 6, 30)


def rows(text: str) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in text.splitlines() if line.split()]


def ledger(
    text: str, currency: str = "CNY", *, opening: str = "", filename: str = "june.xlsx"
) -> ReadLedger:
    """A ledger as it was read: day, kind, number, amount, the first row being 2."""
    return ReadLedger(
        filename=filename,
        lines=tuple(
            LedgerLine(
                row_no=row_no,
                on=date.fromisoformat(day),
                amount=Money.of(amount, currency).minor,
                kind="" if kind == "-" else kind,
                number="" if number == "-" else number,
            )
            for row_no, (day, kind, number, amount) in enumerate(rows(text), start=2)
        ),
        opening=Money.of(opening, currency).minor if opening else None,
    )


def batch_for(session: Session, account: CustomerAccount) -> int:
    """A staged batch their book can hang on."""
    file = attachments.store(
        session,
        b"as it came",
        filename="june.xlsx",
        media_type="application/octet-stream",
        purpose="their_ledger",
        customer_id=account.customer_id,
        by=BY,
        at=AT,
    )
    batch = ImportBatch(
        kind="their_ledger",
        customer_id=account.customer_id,
        account_id=account.id,
        attachment_id=file.id,
        filename="june.xlsx",
        sha256=file.sha256,
        state="staged",
        reading={},
        mapping={},
        uploaded_label="Wang Min",
        uploaded_at=AT,
    )
    session.add(batch)
    session.flush()
    return batch.id


def hand_in(
    session: Session,
    account: CustomerAccount,
    theirs: str | ReadLedger,
    *,
    as_at: date = CUT_OFF,
    flipped: bool | None = None,
    at: datetime = AT,
) -> TheirBook:
    """Keep their book."""
    read = ledger(theirs, account.currency) if isinstance(theirs, str) else theirs
    if flipped is None and read.lines:
        flipped = comparing.is_turned(session, account, read, as_at=as_at, at=at)
    return their_books.keep(
        session,
        account,
        batch_for(session, account),
        read.turned() if flipped else read,
        was_mirrored=bool(flipped),
        by=BY,
        at=at,
    )[0]


def compared(
    session: Session,
    account: CustomerAccount,
    theirs: str | ReadLedger,
    *,
    as_at: date = CUT_OFF,
    at: datetime = AT,
) -> Reconciliation:
    """Keep their book and compare it with ours."""
    book = hand_in(session, account, theirs, as_at=as_at, at=at)
    return comparing.compare(session, book, as_at=as_at, by=BY, at=at)
