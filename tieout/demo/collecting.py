"""Getting the money in: reminders, a promise, a pause, a payment for the children."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tieout.customers.models import CustomerAccount
from tieout.demo import cast
from tieout.demo.books import Books
from tieout.demo.cast import Partner
from tieout.demo.chapters import Chapter
from tieout.demo.dates import Dates
from tieout.demo.setting_up import Cast
from tieout.dunning import holds, notices, promises
from tieout.ledger import allocation, drafts, locks, posting
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money
from tieout.settings import calendars

#: Reminders go out on the day after payments were posted, since so many days.
SINCE = timedelta(weeks=14)


class Collecting:
    """Reminders, promises and money that has to be moved."""

    def __init__(self, dates: Dates, made: Cast, books: Books) -> None:
        self.dates, self.cast, self.books = dates, made, books

    def chapters(self) -> Iterator[Chapter]:
        """Each at its moment."""
        dates = self.dates
        for posted in dates.posting_days():
            on = posted + timedelta(days=1)
            if dates.today - SINCE < on < dates.today:
                yield self._remind(on)
        yield self._judge(dates.at(dates.today, 9, 20))
        yield self._promise(cast.ATLAS, "EUR", "500.00", dates.today - timedelta(days=2), 12)
        yield self._promise(cast.ATLAS, "CNY", "1500.00", dates.today - timedelta(days=12), 5)
        yield self._pause(dates.at(dates.today - timedelta(days=3), 16))
        yield self._pay_for_children(dates.at(dates.anchor, 18, 30))
        yield self._write_off(dates.at(dates.today - timedelta(days=1), 17))
        yield self._lock(dates.at(dates.day(0, 8), 17))
        yield Chapter(dates.at(dates.today - timedelta(days=1), 16), self._keep_calendar)

    def _remind(self, on: date) -> Chapter:
        at = self.dates.at(on, 9)
        return Chapter(at, lambda session: notices.plan(session, on=on, at=at))

    def _keep_calendar(self, session: Session) -> None:
        """The holidays of the country, as far as they are announced."""
        by = self.cast.zhou
        calendars.choose_country(session, "CN", by=by)
        for year in range(self.dates.first.year, self.dates.today.year + 2):
            calendars.take_over(session, "CN", year, language="zh", by=by)

    def _judge(self, at: datetime) -> Chapter:
        """Yesterday's payments are in: were promises kept?"""
        today = self.dates.today
        return Chapter(at, lambda session: promises.judge(session, today, today))

    def _promise(
        self, partner: Partner, currency: str, amount: str, on: date, days: int
    ) -> Chapter:
        """Part of what is overdue will be paid in some days; in CNY, that is not kept."""
        at = self.dates.at(on, 14)

        def act(session: Session) -> None:
            actor, _ = self.cast.of(partner)
            account, money = self._account(session, partner, currency), Money.of(amount, currency)
            promises.promise(
                session, account, money, on + timedelta(days=days), open_amount=money, by=actor,
                on=on, at=at,
            )  # fmt: skip

        return Chapter(at, act)

    def _pause(self, at: datetime) -> Chapter:
        """No reminders to Jinhai while its shop moves."""

        def act(session: Session) -> None:
            on = self.dates.today - timedelta(days=3)
            customer = self.cast.customers[cast.JINHAI.code]
            holds.hold(
                session, "customer", customer.id, "Shop is moving · 店铺搬迁", on=on,
                until=on + timedelta(days=14), by=self.cast.chen, at=at,
            )  # fmt: skip

        return Chapter(at, act)

    def _pay_for_children(self, at: datetime) -> Chapter:
        """Of the money Huadong paid on account, a part is for its branch in Suzhou."""

        def act(session: Session) -> None:
            mother = self._account(session, cast.HUADONG, "CNY")
            child = self._account(session, cast.SUZHOU, "CNY")
            amount = Money.of(8000, "CNY")
            out, arrived = posting.transfer(
                session, mother, child, amount, on=self.dates.anchor,
                description="Paid by the head office for Suzhou",
                related_id=self.books.documents["on account"], by=self.cast.chen, at=at,
            )  # fmt: skip
            [credit] = self.books.items(session, "on account")
            allocation.allocate(
                session, out.due_items[0], credit, amount, rule="transfer", by=self.cast.chen, at=at
            )
            self.books.documents["for Suzhou"] = arrived.id

        return Chapter(at, act)

    def _write_off(self, at: datetime) -> Chapter:
        """A small remainder that waits for a second person."""

        def act(session: Session) -> None:
            account = self._account(session, cast.JINHAI, "CNY")
            given = DocumentInput(
                account_id=account.id,
                kind=DocumentKind.WRITE_OFF,
                number="",
                issued_on=self.dates.today - timedelta(days=1),
                amount=-Money.of("3.20", "CNY"),
                description="Small remainder · 尾差",
            )
            draft = drafts.prepare(session, given, by=self.cast.chen, at=at)
            drafts.submit(session, draft, by=self.cast.chen, at=at)

        return Chapter(at, act)

    def _lock(self, at: datetime) -> Chapter:
        """What is closed is locked."""
        through = self.dates.month(2).end
        return Chapter(at, lambda session: locks.lock(session, through, by=self.cast.zhou, at=at))

    def _account(self, session: Session, partner: Partner, currency: str) -> CustomerAccount:
        return session.get_one(CustomerAccount, self.cast.accounts[partner.code, currency])
