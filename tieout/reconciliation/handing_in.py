"""From a file that was read to two books compared: staged, kept, compared."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.attachments import Attachment
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.intake.line_numbers import repeated
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch
from tieout.intake.parties import parties
from tieout.intake.their_book import OTHER_CURRENCY
from tieout.intake.their_ledger import (
    TheirLedger,
    TheirRows,
    read_their_ledger,
    read_their_rows,
    stage_their_ledger,
)
from tieout.intake.uploads import Inspected
from tieout.reconciliation import ahead
from tieout.reconciliation.ahead import WorkedOut
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.priced import in_millionths
from tieout.reconciliation.their_books import LedgerLine, ReadLedger


class NoRowComparable(InvalidInput):
    """A file every row of which is refused."""

    message = N_("Nothing of “%(file)s” could be compared. %(what)s")


def hand_in(
    session: Session,
    inspected: Inspected,
    mapping: Mapping | None,
    *,
    account: CustomerAccount,
    attachment: Attachment,
    as_at: date,
    statement_id: int | None = None,
    flipped: bool | None = None,
    read: TheirRows | None = None,
    worked_out: WorkedOut | None = None,
    party: str = "",
    by: Actor,
    at: datetime,
) -> Reconciliation:
    """Stage a customer's ledger and compare it with ours; nothing of ours changes.

    `read` is what `read_their_rows` made of it, and `worked_out` what `work_out` did, best before
    the transaction began. `party` is the company in it whose entries alone are handed in.

    Raises:
        ColumnMissing: its columns do not say enough.
        NothingInTheirBook: it has no line that could be compared.
        StatementOfAnother: the statement says nothing about the account.
    """
    mapping = mapping or inspected.mapping
    read = read or read_their_rows(inspected, mapping, account.currency)
    batch = stage_their_ledger(
        session,
        inspected,
        mapping,
        customer_id=account.customer_id,
        account_id=account.id,
        attachment=attachment,
        read=read,
        by=by,
        at=at,
    )
    batch.totals = {
        **batch.totals,
        "parties": list(parties(inspected)),
        "repeated": _repeated(inspected),
        **({"party": party} if party else {}),
    }
    if worked_out is None:
        worked_out = work_out(
            session,
            account,
            read,
            as_at=as_at,
            statement_id=statement_id,
            flipped=flipped,
            at=at,
        )
    _set_apart(session, batch, account, read.ledger)
    return ahead.keep(session, account, batch.id, worked_out, by=by)


def work_out(
    session: Session,
    account: CustomerAccount,
    read: TheirRows,
    *,
    as_at: date,
    statement_id: int | None,
    flipped: bool | None = None,
    at: datetime,
) -> WorkedOut:
    """Compare a ledger before it is staged; nothing is written.

    Raises:
        NoRowComparable: none of its rows can be taken, and why.
        NothingInTheirBook: it has no line that could be compared.
        StatementOfAnother: the statement says nothing about the account.
    """
    if read.ledger.problems and not read.ledger.lines:
        first = read.ledger.problems[0].sentence
        raise NoRowComparable(file=read.ledger.filename, what=first)
    return ahead.work_out(
        session,
        account,
        as_read(read.ledger),
        as_at=as_at,
        statement_id=statement_id,
        flipped=flipped,
        at=at,
    )


def currencies_of(inspected: Inspected, account: CustomerAccount) -> frozenset[str]:
    """The other currencies in which a ledger of an account has lines."""
    ledger = read_their_ledger(inspected, None, account.currency)
    return frozenset(_elsewhere(ledger))


def _elsewhere(ledger: TheirLedger) -> Counter[str]:
    """How many rows of a ledger are in which other currency."""
    sentences = (one.problem.sentence for one in ledger.problems)
    return Counter(str(one.facts["row"]) for one in sentences if one.text == OTHER_CURRENCY)


def _set_apart(
    session: Session, batch: ImportBatch, account: CustomerAccount, ledger: TheirLedger
) -> None:
    """Rows in the currency of a sister account belong there: they are not refused here."""
    found = _elsewhere(ledger)
    if not found:
        return
    query = select(CustomerAccount.currency).where(
        CustomerAccount.customer_id == account.customer_id,
        CustomerAccount.kind == account.kind,
        CustomerAccount.currency.in_(found),
    )
    there = {currency: found[currency] for currency in session.scalars(query)}
    batch.totals = {
        **batch.totals,
        "refused": int(batch.totals["refused"]) - sum(there.values()),
        "elsewhere": there,
    }


def _repeated(inspected: Inspected) -> dict[str, object] | None:
    found = repeated(inspected)
    return None if found is None else {"number": found[0], "rows": list(found[1][:10])}


def purpose_of(statement_id: int | None) -> str:
    """What a file that was handed in is for; about which statement, where it is about one."""
    return "their_ledger" if statement_id is None else f"their_ledger:{statement_id}"


def statement_of(purpose: str) -> int | None:
    """The statement a file was handed in about, if it was about one."""
    number = purpose.partition(":")[2]
    return int(number) if number else None


def as_read(ledger: TheirLedger) -> ReadLedger:
    """A ledger as intake read it, for comparing; the number it is about before its own."""
    return ReadLedger(
        filename=ledger.filename,
        lines=tuple(
            LedgerLine(
                row_no=line.row_no,
                on=line.booked_on,
                amount=line.amount.minor,
                kind=line.kind,
                number=line.reference or line.number,
                po=line.po,
                description=line.description,
                original_currency=line.original.currency if line.original else None,
                original=line.original.minor if line.original else None,
                quantity=in_millionths(line.quantity),
                unit_price=in_millionths(line.unit_price),
            )
            for line in ledger.lines
        ),
        opening=ledger.opening.minor if ledger.opening else None,
        closing=ledger.closing.minor if ledger.closing is not None else None,
        first_day=ledger.first_day,
        last_day=ledger.last_day,
    )
