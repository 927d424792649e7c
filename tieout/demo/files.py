"""Files that came in: Mingyuan's own ledger, payments of the bank, invoices from the warehouse."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from sqlalchemy.orm import Session

from tieout import attachments
from tieout.customers.models import CustomerAccount
from tieout.demo import cast, closing, their_book
from tieout.demo.books import Books
from tieout.demo.chapters import Chapter
from tieout.demo.dates import Dates
from tieout.demo.entries import Entry
from tieout.demo.setting_up import Cast
from tieout.intake import approving, staging
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import Inspected, inspect
from tieout.ledger.models import DocumentKind
from tieout.money import Money
from tieout.reconciliation import handing_in

_PAYMENTS = ("Date", "Bank reference", "Payer", "Amount", "Currency", "Remittance")
_INVOICES = ("Number", "Date", "Due date", "Customer code", "Customer name", "Amount", "PO number")
_LEDGER = ("Date", "Number", "Type", "PO number", "Description", "Amount")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Files:
    """Files handed in, and where copies of them are put for whoever tries it out."""

    def __init__(
        self, dates: Dates, made: Cast, books: Books, entries: list[Entry], folder: Path | None
    ) -> None:
        self.dates, self.cast, self.books, self.entries = dates, made, books, entries
        self.folder = folder
        self.read: dict[str, tuple[bytes, Inspected]] = {}

    def chapters(self) -> Iterator[Chapter]:
        """Each at its moment; a file is read before the transaction."""
        dates, today = self.dates, self.dates.today
        yield self._compared(dates.answered(3, 14, 20))
        yield self._imported(
            f"bank-{today}.csv", BatchKind.PAYMENTS, self.payments, dates.at(today, 8, 40),
            submitted=True,
        )  # fmt: skip
        yield self._imported(
            f"invoices-{today}.csv", BatchKind.DOCUMENTS, self.invoices, dates.at(today, 9, 5),
            submitted=False,
        )  # fmt: skip

    def their_ledger(self) -> bytes:
        """Mingyuan's book of us."""
        return their_book.write(self.entries, self.books.numbers, self.dates)

    def our_ledger(self) -> bytes:
        """Our book of Mingyuan over the same months, for comparing two files."""
        start = self.dates.month(their_book.MONTHS - 1).start
        ours = sorted(
            (one for one in self.entries if one.partner == cast.MINGYUAN.code),
            key=lambda one: (one.on, one.key),
        )
        before = Money.total((one.amount for one in ours if one.on < start), "CNY")
        rows = [
            (start, "", "", "", "Opening balance", before.plain),
            *(
                (
                    one.on,
                    self.books.numbers.get(one.key, one.number),
                    str(one.kind).replace("_", " "),
                    " ".join(value for kind, value in one.references if kind == "po"),
                    " ".join(value for kind, value in one.references if kind == "bank"),
                    one.amount.plain,
                )
                for one in ours
                if start <= one.on <= self.dates.anchor
            ),
        ]
        return _csv(_LEDGER, rows)

    def payments(self) -> bytes:
        """What the bank says came in since yesterday; it waits for a second person."""
        on = self.dates.today - timedelta(days=1)
        rows = [
            (
                on,
                f"TT{on:%Y%m%d}{9100 + no}",
                _name(invoice.partner),
                invoice.amount.plain,
                invoice.amount.currency,
                invoice.number,
            )
            for no, invoice in enumerate(self._unpaid())
        ]
        return _csv(_PAYMENTS, rows)

    def invoices(self) -> bytes:
        """Invoices from the warehouse; two rows cannot be taken as they are."""
        on = self.dates.today
        rows = [
            (
                f"WH-{on:%m%d}-{no}",
                on,
                on + timedelta(days=30),
                code,
                name,
                amount,
                f"PO 4500-77{no}",
            )
            for no, (code, name, amount) in enumerate(
                (
                    (cast.MINGYUAN.code, cast.MINGYUAN.name, "1968.00"),
                    (cast.LIANYI.code, cast.LIANYI.name, "4032.00"),
                    ("M-0999", "Yuhang Garden Centre", "784.00"),
                    (cast.ZHENGDA.code, cast.ZHENGDA.name, "2,360.00"),
                    (cast.DONGFANG.code, cast.DONGFANG.name, "12x40"),
                ),
                start=1,
            )
        ]
        return _csv(_INVOICES, rows)

    def _compared(self, at: datetime) -> Chapter:
        """Wang Min hands in her ledger with the statement of the last month."""
        name = their_book.FILENAME

        def act(session: Session) -> None:
            actor, contact = self.cast.of(cast.MINGYUAN)
            content, inspected = self.read[name]
            month = self.dates.months[-1]
            attachment = attachments.store(
                session, content, filename=name, media_type=_XLSX, purpose="their_ledger",
                customer_id=contact.customer_id, by=actor, at=at,
            )  # fmt: skip
            account_id = self.cast.accounts[cast.MINGYUAN.code, "CNY"]
            handing_in.hand_in(
                session, inspected, None,
                account=session.get_one(CustomerAccount, account_id), attachment=attachment,
                as_at=self.dates.anchor,
                statement_id=closing.of_month(session, self.cast, cast.MINGYUAN, month).id,
                by=actor, at=at,
            )  # fmt: skip

        def first() -> None:
            self._read(name, BatchKind.THEIR_LEDGER, self.their_ledger())
            self._put("harbour-ledger.csv", self.our_ledger())

        return Chapter(at, act, first)

    def _imported(
        self,
        name: str,
        kind: BatchKind,
        make: Callable[[], bytes],
        at: datetime,
        *,
        submitted: bool,
    ) -> Chapter:
        def act(session: Session) -> None:
            content, inspected = self.read[name]
            batch = staging.take_in(session, content, inspected, by=self.cast.chen, at=at)
            if submitted:
                digest = batch.content_digest or ""
                approving.submit(session, batch, digest=digest, by=self.cast.chen, at=at)

        return Chapter(at, act, lambda: self._read(name, kind, make()))

    def _read(self, name: str, kind: BatchKind, content: bytes) -> None:
        self.read[name] = (content, inspect(content, name, kind))
        self._put(name, content)

    def _put(self, name: str, content: bytes) -> None:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)

    def _unpaid(self) -> list[Entry]:
        """Some invoices that nobody has paid or disputes."""
        settled = {one.key for entry in self.entries for one in entry.settles}
        payers = {one.code for one in (cast.LIANYI, cast.SUZHOU, cast.NINGBO, cast.NORDHAVEN)}
        return [
            entry
            for entry in self.entries
            if entry.partner in payers
            and entry.kind == DocumentKind.INVOICE
            and entry.key not in settled
            and entry.key.startswith(entry.partner)
            and self.dates.month(1).start <= entry.on <= self.dates.anchor
        ][:6]


def _name(code: str) -> str:
    return next(partner.name for partner in cast.PARTNERS if partner.code == code)


def _csv(headings: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
