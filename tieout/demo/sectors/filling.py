"""Filling a sample of a trade, through the services the pages use, each step at its moment."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import attachments, clock, db
from tieout.customers.models import CustomerAccount
from tieout.demo import setting_up
from tieout.demo.dates import Dates
from tieout.demo.sectors.case import CURRENCY, Bill, Case, File, Making, Settled, Swap, money
from tieout.demo.setting_up import Cast
from tieout.demo.story import today_of
from tieout.dunning import holds
from tieout.intake import approving, staging
from tieout.intake.uploads import Inspected, inspect
from tieout.ledger import allocation, posting
from tieout.ledger.inputs import DocumentInput, DuePart
from tieout.ledger.models import Document, DueItem
from tieout.money import Money
from tieout.reconciliation import handing_in
from tieout.statements import drafting, issuing


def fill(making: Making, as_of: date | None = None, *, samples: Path | None = None) -> Case:
    """Fill an empty database with a trade's case of the last whole month.

    Copies of the files that came in are put into `samples`.
    """
    dates = today_of(as_of, clock.now())
    case = making(dates.months[-1])
    for file in (*case.files, *case.paid, case.their_book):
        _put(samples, file)
    Filling(case, dates).run()
    return case


class Filling:
    """A case on its way into the books."""

    def __init__(self, case: Case, dates: Dates) -> None:
        self.case, self.dates, self.cast = case, dates, Cast()
        self.month = dates.months[-1]

    def run(self) -> None:
        """Everything, in order."""
        opened, ended = self.dates.at(self.dates.first, 8), self.dates.at(self.month.end, 18)
        self._step(opened, lambda session: self._set_up(session, opened))
        for file in self.case.files:
            self._import(file, ended)
        self._step(ended, lambda session: self._enter(session, ended))
        for file in self.case.paid:
            self._import(file, ended)
        self._step(ended, lambda session: self._settle(session, ended))
        issued = self.dates.at(self.month.next_month().start, 9, 30)
        self._step(issued, lambda session: self._issue(session, issued))
        answered = self.dates.answered(2, 14)
        book = self.case.their_book
        inspected = inspect(book.content, book.name, book.kind)
        self._step(answered, lambda session: self._hand_in(session, inspected, answered))

    def _step(self, at: datetime, act: Callable[[Session], object]) -> None:
        with clock.standing(at), db.transaction() as session:
            act(session)

    def _set_up(self, session: Session, at: datetime) -> None:
        setting_up.set_up_company(session, self.dates, self.case.names, {})
        setting_up.add_staff(session, self.cast, self.case.staff, at=at)
        setting_up.add_partner(session, self.cast, self.case.partner, at=at)
        setting_up.open_portal(session, self.cast, (self.case.partner,), at=at)
        setting_up.send_by_mail(session, self.cast)
        if self.case.never_reminded:
            self._hold_reminders(session, at)

    def _hold_reminders(self, session: Session, at: datetime) -> None:
        customer, on = self.cast.customers[self.case.partner.code], self.dates.first
        words = self.case.never_reminded
        holds.hold(
            session, "customer", customer.id, words, on=on, until=None, by=self.cast.chen, at=at
        )

    @property
    def account_id(self) -> int:
        """The account all of it stands on."""
        return self.cast.accounts[self.case.partner.code, CURRENCY]

    def _import(self, file: File, at: datetime) -> None:
        """One hands a file in, another approves it."""
        inspected = inspect(file.content, file.name, file.kind)
        chen, zhou = self.cast.chen, self.cast.zhou

        def act(session: Session) -> None:
            batch = staging.take_in(session, file.content, inspected, by=chen, at=at)
            approving.submit(session, batch, digest=batch.content_digest or "", by=chen, at=at)
            approving.approve(session, batch, digest=batch.content_digest or "", by=zhou, at=at)

        self._step(at, act)

    def _enter(self, session: Session, at: datetime) -> None:
        for one in self.case.entered:
            if isinstance(one, Swap):
                back, out = self._input(session, one.back), self._input(session, one.out)
                posting.post_exchange(session, back, out, by=self.cast.zhou, at=at)
            else:
                posting.post(session, self._input(session, one), by=self.cast.zhou, at=at)

    def _input(self, session: Session, bill: Bill) -> DocumentInput:
        corrected = self._document(session, bill.corrects).id if bill.corrects else None
        return DocumentInput(
            account_id=self.account_id,
            kind=bill.kind,
            number=bill.number,
            issued_on=bill.on,
            amount=money(bill.amount),
            due=tuple(DuePart(on, money(amount)) for on, amount in bill.due),
            description=bill.description,
            related_id=corrected,
            source="demo",
        )

    def _document(self, session: Session, number: str) -> Document:
        return session.scalars(select(Document).where(Document.number == number)).one()

    def _settle(self, session: Session, at: datetime) -> None:
        for one in self.case.settled:
            self._settle_one(session, one, at)

    def _settle_one(self, session: Session, one: Settled, at: datetime) -> None:
        """A credit against the parts of a debit, the first due first."""
        credit = self._items(session, one.credit)[0]
        left = money(one.amount)
        for debit in self._items(session, one.debit):
            amount = min(left, Money(debit.open_minor, CURRENCY))
            if amount.minor <= 0:
                continue
            allocation.allocate(
                session, debit, credit, amount, rule="by_hand", by=self.cast.chen, at=at
            )
            left = left - amount

    def _items(self, session: Session, number: str) -> list[DueItem]:
        document = self._document(session, number)
        query = select(DueItem).where(DueItem.document_id == document.id).order_by(DueItem.part)
        return list(session.scalars(query))

    def _issue(self, session: Session, at: datetime) -> None:
        customer = self.cast.customers[self.case.partner.code]
        statement = drafting.draft(
            session, customer, self.month, kind="receivable", by=self.cast.chen, at=at
        )
        drafting.approve(session, statement, by=self.cast.zhou, at=at)
        issuing.issue(session, statement, by=self.cast.zhou, at=at)

    def _hand_in(self, session: Session, inspected: Inspected, at: datetime) -> None:
        """The customer hands in its own book with the statement of the month."""
        actor, contact = self.cast.of(self.case.partner)
        book = self.case.their_book
        attachment = attachments.store(
            session, book.content, filename=book.name, media_type="text/csv",
            purpose="their_ledger", customer_id=contact.customer_id, by=actor, at=at,
        )  # fmt: skip
        handing_in.hand_in(
            session, inspected, None,
            account=session.get_one(CustomerAccount, self.account_id), attachment=attachment,
            as_at=self.month.end, by=actor, at=at,
        )  # fmt: skip


def _put(folder: Path | None, file: File) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file.name).write_bytes(file.content)
