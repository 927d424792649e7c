"""A customer's ledger handed in on a page of either face: read, kept, compared.

The file is read in a child process, understood and compared while no transaction is open; then
one transaction keeps it and what was found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout import attachments
from tieout.attachments import Attachment
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.db import reading, sessions, transaction
from tieout.i18n import Sentence
from tieout.intake import no_ledger, remembering
from tieout.intake.asides import ASIDES
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch
from tieout.intake.parties import of_party
from tieout.intake.reading import Row
from tieout.intake.their_ledger import TheirRows, read_their_ledger, read_their_rows
from tieout.intake.uploads import Inspected, inspect
from tieout.intake.values.text import shown
from tieout.reconciliation import queries
from tieout.reconciliation.ahead import WorkedOut
from tieout.reconciliation.handing_in import currencies_of, hand_in, purpose_of, work_out
from tieout.reconciliation.models import Reconciliation
from tieout.rendering.translation import reader
from tieout.web.ledger_forms import ReadingForm


@dataclass(frozen=True)
class Handed:
    """What became of a file: compared, or kept until its columns are known."""

    attachment_id: int
    reconciliation_id: int | None


def read(content: bytes, filename: str, sheet: str = "") -> Inspected:
    """Read a ledger, of a workbook the sheet named; outside of any transaction.

    Raises:
        Unreadable: with the reason and what to do, in one sentence.
    """
    sessions().rollback()  # reading takes a while; the books are let go before
    return inspect(content, filename, BatchKind.THEIR_LEDGER, sheet=sheet)


def read_again(attachment: Attachment, sheet: str = "") -> Inspected:
    """Read a ledger that is kept already."""
    content = attachments.content_of(attachment)
    return read(content, attachment.filename, sheet)


def read_as(session: Session, batch: ImportBatch) -> Inspected:
    """Read a ledger once more, with the columns as they were understood."""
    mapping = Mapping.from_json(batch.mapping)
    party = party_in(batch)
    attachment, sheet = session.get_one(Attachment, batch.attachment_id), sheet_in(batch)
    inspected = read_again(attachment, sheet).mapped(mapping)
    return of_party(inspected, party) if party else inspected


def sheet_in(batch: ImportBatch) -> str:
    """The sheet that was compared, where a workbook has several with rows."""
    return batch.sheet if len(batch.reading.get("sheets", ())) > 1 else ""


def party_in(batch: ImportBatch) -> str:
    """The company whose entries alone were compared; nothing where all of them were."""
    return str(batch.totals.get("party", ""))


@dataclass(frozen=True)
class LeftOut:
    """A row of a file that was not compared, and why."""

    row_no: int
    text: str
    why: str
    is_refused: bool


def left_out(inspected: Inspected, currency: str) -> list[LeftOut]:
    """The rows of a file that are not compared, as it is understood now."""
    why = {row: Sentence(ASIDES[aside]) for row, aside in inspected.asides.items()}
    refused: set[int] = set()
    if inspected.missing is None:
        for one in read_their_ledger(inspected, None, currency).problems:
            why[one.row_no] = one.problem.sentence
            refused.add(one.row_no)
    texts = {row.number: " · ".join(_texts(row)) for row in inspected.rows if row.number in why}
    return [
        LeftOut(row, texts.get(row, "")[:120], reader.get().sentence(why[row]), row in refused)
        for row in sorted(why)
    ]


def _texts(row: Row) -> list[str]:
    return [text for cell in row.cells if (text := shown(cell).strip())]


def take(
    content: bytes,
    filename: str,
    *,
    account_id: int,
    as_at: date,
    statement_id: int | None,
    sisters: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> Handed:
    """Keep a ledger and compare it, where its columns can be told.

    Lines in the currency of a sister account are compared with that one, by themselves.

    Raises:
        Unreadable, NoLedger, OnlyTotals, NoYear: it cannot be compared, whatever they say.
        NothingInTheirBook: it has no line that could be compared.
    """
    inspected = read(content, filename)
    if (refused := no_ledger.cause(inspected)) is not None:
        raise refused
    with reading() as session:
        account = session.get_one(CustomerAccount, account_id)
        inspected = remembering.proposed(session, inspected, customer_id=account.customer_id)
        if statement_id is None:
            statement_id = _statement_at(session, account.id, as_at)
        books: list[_Book] = []
        if inspected.missing is None:
            books = list(_books(session, account, inspected, as_at, statement_id, sisters, at=at))
    with transaction() as session:
        account = session.get_one(CustomerAccount, account_id)
        attachment = attachments.store(
            session,
            content,
            filename=filename,
            media_type="application/octet-stream",
            purpose=purpose_of(statement_id),
            customer_id=account.customer_id,
            by=by,
            at=at,
        )
        if not books:
            return Handed(attachment.id, None)
        made = [one.hand_in(session, inspected, attachment, by=by, at=at) for one in books]
        return Handed(attachment.id, made[0].id)


@dataclass(frozen=True)
class _Book:
    """What of a ledger is about one account, compared with it before anything is written."""

    account_id: int
    as_at: date
    statement_id: int | None
    flipped: bool | None
    rows: TheirRows
    worked_out: WorkedOut
    party: str = ""

    def hand_in(
        self,
        session: Session,
        inspected: Inspected,
        attachment: Attachment,
        *,
        by: Actor,
        at: datetime,
    ) -> Reconciliation:
        """Keep it."""
        return hand_in(
            session,
            inspected,
            None,
            account=session.get_one(CustomerAccount, self.account_id),
            attachment=attachment,
            as_at=self.as_at,
            statement_id=self.statement_id,
            flipped=self.flipped,
            read=self.rows,
            worked_out=self.worked_out,
            party=self.party,
            by=by,
            at=at,
        )


def _books(
    session: Session,
    account: CustomerAccount,
    inspected: Inspected,
    as_at: date,
    statement_id: int | None,
    sisters: Sequence[int],
    *,
    flipped: bool | None = None,
    party: str = "",
    at: datetime,
) -> Iterator[_Book]:
    """Compare a ledger with its account, and what of it is in another currency with that one's."""
    wanted = currencies_of(inspected, account) if sisters else frozenset()
    about = [(account, statement_id)]
    for sister_id in sisters:
        sister = session.get_one(CustomerAccount, sister_id)
        if sister.currency in wanted and sister.kind == account.kind:
            about.append((sister, _statement_at(session, sister.id, as_at)))
    for one, of_statement in about:
        rows = read_their_rows(inspected, None, one.currency)
        worked_out = work_out(
            session, one, rows, as_at=as_at, statement_id=of_statement, flipped=flipped, at=at
        )
        yield _Book(one.id, as_at, of_statement, flipped, rows, worked_out, party)


def _statement_at(session: Session, account_id: int, as_at: date) -> int | None:
    statement = queries.statement_at(session, account_id, as_at)
    return statement.id if statement else None


def take_again(
    inspected: Inspected,
    form: ReadingForm,
    *,
    attachment_id: int,
    account_id: int,
    as_at: date,
    statement_id: int | None,
    sisters: Sequence[int] = (),
    party: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Compare a ledger that is kept, read as a person says; the id of the new comparison."""
    inspected = inspected.mapped(corrected(inspected, form.uses))
    if party:
        inspected = of_party(inspected, party)
    with reading() as session:
        account = session.get_one(CustomerAccount, account_id)
        books = list(
            _books(
                session,
                account,
                inspected,
                as_at,
                statement_id,
                sisters,
                flipped=form.flipped,
                party=party,
                at=at,
            )
        )
    with transaction() as session:
        account = session.get_one(CustomerAccount, account_id)
        attachment = session.get_one(Attachment, attachment_id)
        made = [one.hand_in(session, inspected, attachment, by=by, at=at) for one in books]
        remembering.remember(
            session,
            inspected.mapping,
            inspected.filename,
            headings=inspected.headings,
            customer_id=account.customer_id,
            at=at,
        )
        return made[0].id


def take_party(
    session: Session,
    made: Reconciliation,
    party: str,
    *,
    sisters: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> int:
    """Compare the entries of one company in a file that holds several; the new comparison's id.

    Raises:
        NotFound: the file holds no such company.
    """
    batch = queries.batch_of(session, made)
    account_id, as_at, statement_id = made.account_id, made.as_at, made.statement_id
    attachment_id, mapping = batch.attachment_id, Mapping.from_json(batch.mapping)
    attachment, sheet = session.get_one(Attachment, attachment_id), sheet_in(batch)
    inspected = of_party(read_again(attachment, sheet).mapped(mapping), party)
    with reading() as session:
        account = session.get_one(CustomerAccount, account_id)
        books = list(
            _books(session, account, inspected, as_at, statement_id, sisters, party=party, at=at)
        )
    return _kept(books, inspected, attachment_id, by=by, at=at)


def take_sheet(
    session: Session,
    made: Reconciliation,
    sheet: str,
    *,
    sisters: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> int:
    """Compare another sheet of a workbook; the new comparison's id.

    Raises:
        NoSuchSheet: the workbook has none of that name.
        ColumnMissing: the columns of that sheet cannot be told.
    """
    batch = queries.batch_of(session, made)
    account_id, as_at, statement_id = made.account_id, made.as_at, made.statement_id
    attachment_id = batch.attachment_id
    inspected = read_again(session.get_one(Attachment, attachment_id), sheet)
    if (refused := no_ledger.cause(inspected)) is not None:
        raise refused
    with reading() as session:
        account = session.get_one(CustomerAccount, account_id)
        books = list(_books(session, account, inspected, as_at, statement_id, sisters, at=at))
    return _kept(books, inspected, attachment_id, by=by, at=at)


def _kept(
    books: Sequence[_Book],
    inspected: Inspected,
    attachment_id: int,
    *,
    by: Actor,
    at: datetime,
) -> int:
    with transaction() as session:
        attachment = session.get_one(Attachment, attachment_id)
        kept = [one.hand_in(session, inspected, attachment, by=by, at=at) for one in books]
        return kept[0].id


def corrected(inspected: Inspected, uses: dict[int, str]) -> Mapping:
    """The mapping of a file with other uses of its columns; the others stay as they are."""
    wanted = {index: field for index, field in uses.items() if index < len(inspected.headings)}
    return inspected.mapping.corrected(wanted, inspected.headings)
