"""All a bookkeeper can do, in any order; after each step the books are what a replay says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import BY, OTHER, make_company, make_customer
from tests.proofs.replay import Disputed, Doc, Item, Replay, Settled
from tieout import audit, clock, db, events
from tieout.audit import Actor
from tieout.audit.models import AuditEntry
from tieout.customers.models import Customer, CustomerAccount
from tieout.disputes import raising, resolving
from tieout.disputes.models import Dispute
from tieout.intake import approving, correcting, queries, staging
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import Inspected, inspect
from tieout.ledger import ageing, allocation, balances, checks, drafts, locks, posting, reversing
from tieout.ledger.inputs import DocumentInput, DuePart
from tieout.ledger.models import (
    AccountTotal,
    Allocation,
    Document,
    DocumentDraft,
    DocumentKind,
    DueItem,
)
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import answers, confirm, drafting, issuing
from tieout.statements.evidence import Evidence
from tieout.statements.freeze import is_genuine
from tieout.statements.models import Confirmation, Statement, StatementSection

#: The books begin here, and everything is recorded later.
FIRST_DAY, LAST_DAY = date(2026, 3, 1), date(2026, 6, 30)
START = datetime(2026, 7, 1, tzinfo=UTC)
MONTHS = tuple(Period.month(2026, month) for month in (3, 4, 5, 6))
SAYS = Evidence(person="Wang Min", position="Accountant", authority=True, wording="It is right.")

DAYS = st.dates(FIRST_DAY, LAST_DAY)
#: Few different amounts, so that they meet.
AMOUNTS = st.sampled_from([1, 100, 250, 400, 1000])
SIGNED = {
    "invoice": 1,
    "fee": 1,
    "credit_note": -1,
    "payment": -1,
}
NUMBERS = st.integers(1, 6)
CHOICE = st.integers(0, 10_000)


class Told:
    """A statement as it was when it was issued."""

    def __init__(self, statement: Statement, accounts: dict[int, tuple[int, int]]) -> None:
        self.id = statement.id
        self.customer = statement.customer_id
        self.number = statement.number
        self.version = statement.version
        self.sha256 = statement.sha256
        self.frozen = statement.frozen
        self.end = statement.period_end
        self.known_at = statement.known_at
        #: Opening and closing of each account.
        self.accounts = accounts


class BooksMachine(RuleBasedStateMachine):
    """The books of a company with two customers, three accounts, two currencies."""

    #: Makes an empty database and gives its URL and what takes it away again.
    new_database: ClassVar[Callable[[], tuple[str, Callable[[], None]]]]

    def __init__(self) -> None:
        super().__init__()
        url, self._drop = type(self).new_database()
        db.disconnect()
        db.connect(url)
        events.forget()
        self.subscribe()
        self.books = Replay()
        self.steps = 0
        self.told: list[Told] = []
        self.entries = 0
        self.imports = 0
        #: Of each dispute: its document, its amount, its parts.
        self.disputes: dict[int, tuple[int, int, list[int]]] = {}

    def subscribe(self) -> None:
        """Let the contexts hear one another, as the roof does."""
        from importlib import import_module

        for name in ("ledger", "intake", "statements", "disputes"):
            events.subscribe(getattr(import_module(f"tieout.{name}"), "SUBSCRIPTIONS", ()))

    def teardown(self) -> None:
        """Hold the whole history against the replay, then take the database away."""
        try:
            self.whole_history_is_the_replay()
            self.the_chain_verifies()
        finally:
            clock.set_to(None)
            db.disconnect()
            events.forget()
            self._drop()

    @property
    def at(self) -> datetime:
        """The moment of this step."""
        return START + timedelta(hours=self.steps)

    def step(self) -> None:
        """Go on to the next moment."""
        self.steps += 1
        clock.set_to(self.at)

    def act(self, do: Callable[[Session], Any], *, entries: int, fails: str = "") -> Any:
        """Do one thing in a transaction, or see it refused as it must be, leaving no trace."""
        done, refused = None, ""
        try:
            with db.transaction() as session:
                done = do(session)
        except Exception as error:
            if type(error).__name__ != fails:
                raise
            refused = fails
        assert refused == fails, f"went through, but had to be refused with {fails}"
        self.entries += 0 if refused else entries
        written = self.trail()
        assert written == self.entries, "each change has its entries in the trail, and no more"
        return done

    def trail(self) -> int:
        """How many changes of the books stand in the trail; how a statement arrived is no such."""
        seen = ("statement.delivered", "statement.viewed")
        query = select(func.count()).where(AuditEntry.action.not_in(seen))
        with db.reading() as session:
            return session.scalar(query) or 0

    def doc(self, choice: int) -> int:
        """One of the documents."""
        keys = sorted(self.books.docs)
        return keys[choice % len(keys)]

    def item_of(self, session: Session, item: Item) -> DueItem:
        """A due item, as the program has it."""
        return session.scalars(
            select(DueItem).where(DueItem.document_id == item[0], DueItem.part == item[1])
        ).one()

    # what can be done

    @initialize()
    def open_the_books(self) -> None:
        """A company, two customers, three accounts."""
        self.step()
        with db.transaction() as session:
            make_company(session)
            first = make_customer(session, "M-0217")
            second = make_customer(session, "M-0300")
            euros = CustomerAccount(customer_id=first.customer_id, currency="EUR", created_at=START)
            session.add(euros)
            session.flush()
            self.currencies = {first.id: "CNY", second.id: "CNY", euros.id: "EUR"}
            self.owners = {account.id: account.customer_id for account in (first, second, euros)}
            self.codes = {first.customer_id: "M-0217", second.customer_id: "M-0300"}
            contacts = {first.customer_id: first, second.customer_id: second}
            self.contacts = {
                customer: Actor("contact", account.customer.contacts[0].id, "Wang Min")
                for customer, account in contacts.items()
            }
        self.entries = self.trail()

    @rule(
        account=CHOICE,
        kind=st.sampled_from(sorted(SIGNED)),
        number=NUMBERS,
        day=DAYS,
        amount=AMOUNTS,
        instalments=st.integers(1, 3),
        terms=st.integers(0, 60),
    )
    def post(
        self,
        account: int,
        kind: str,
        number: int,
        day: date,
        amount: int,
        instalments: int,
        terms: int,
    ) -> None:
        """Post a document; a number is used once while it lives."""
        self.step()
        account = sorted(self.currencies)[account % len(self.currencies)]
        signed = amount * SIGNED[kind]
        if SIGNED[kind] < 0 or amount < instalments:
            instalments = 1
        due = day + timedelta(days=terms if SIGNED[kind] > 0 else 0)
        share = amount // instalments
        sizes = [share] * (instalments - 1) + [amount - share * (instalments - 1)]
        parts = [(due + timedelta(days=30 * place), size) for place, size in enumerate(sizes)]
        given = self.given(account, kind, f"{kind[:3].upper()}-{number:04}", day, signed, parts)
        fails = self.why_not_post(given)
        posted = self.act(
            lambda session: posting.post(session, given, by=BY, at=self.at).id,
            entries=1,
            fails=fails,
        )
        if posted is not None:
            self.note(posted, given, parts)

    def given(
        self,
        account: int,
        kind: str,
        number: str,
        day: date,
        amount: int,
        parts: list[tuple[date, int]],
    ) -> DocumentInput:
        """A document as it is handed in."""
        currency = self.currencies[account]
        sign = 1 if amount >= 0 else -1
        return DocumentInput(
            account_id=account,
            kind=DocumentKind(kind),
            number=number,
            issued_on=day,
            amount=Money(amount, currency),
            due=tuple(DuePart(on, Money(sign * size, currency)) for on, size in parts),
        )

    def why_not_post(self, given: DocumentInput) -> str:
        """The name of what must be said, where a document cannot be posted."""
        key = (given.account_id, str(given.kind), given.number)
        if self.books.is_locked(given.issued_on):
            return "PeriodLocked"
        if key in self.books.live_numbers():
            same = any(
                (each.account, each.kind, each.number) == key
                and each.issued_on == given.issued_on
                and each.amount == given.amount.minor
                and each.parts == [(part.due_on, abs(part.amount.minor)) for part in given.due]
                and self.books.reversal_of(doc) is None
                for doc, each in self.books.docs.items()
            )
            return "AlreadyPosted" if same else "NumberTaken"
        return ""

    def note(
        self,
        key: int,
        given: DocumentInput,
        parts: list[tuple[date, int]],
        reverses: int | None = None,
    ) -> None:
        """Write a posted document into the replay."""
        self.books.docs[key] = Doc(
            account=given.account_id,
            kind=str(given.kind),
            number=given.number,
            issued_on=given.issued_on,
            recorded_at=self.at,
            amount=given.amount.minor,
            parts=parts,
            reverses=reverses,
        )

    @precondition(lambda self: self.books.docs)
    @rule(choice=CHOICE, dated_back=st.booleans(), later=st.integers(0, 40))
    def reverse(self, choice: int, dated_back: bool, later: int) -> None:
        """Take a document back: what it settled is open again, the two settle one another."""
        self.step()
        key = self.doc(choice)
        doc = self.books.docs[key]
        on = None if dated_back else doc.issued_on + timedelta(days=later)
        day = self.books.open_day(doc.issued_on) if on is None else on
        live = [
            (number, each)
            for number, each in self.books.settled.items()
            if each.undone_at is None and key in (each.debit[0], each.credit[0])
        ]
        fails = ""
        if doc.reverses is not None:
            fails = "ReversalIsFinal"
        elif self.books.reversal_of(key) is not None:
            fails = "AlreadyReversed"
        elif self.books.is_locked(day):
            fails = "PeriodLocked"
        reversal = self.act(
            lambda session: (
                reversing.reverse(
                    session, session.get_one(Document, key), on=on, by=BY, at=self.at
                ).id
            ),
            entries=1 + len(live) + len(doc.parts),
            fails=fails,
        )
        if reversal is None:
            return
        for _, each in live:
            each.undone_on = self.books.open_day(max(each.on, day))
            each.undone_at = self.at
        self.books.docs[reversal] = Doc(
            account=doc.account,
            kind=doc.kind,
            number="",
            issued_on=day,
            recorded_at=self.at,
            amount=-doc.amount,
            parts=[(day, size) for _, size in doc.parts],
            reverses=key,
        )
        ids = self.allocations_of(reversal)
        for part, (_, size) in enumerate(doc.parts, start=1):
            ours, back = (key, part), (reversal, part)
            debit, credit = (ours, back) if doc.direction > 0 else (back, ours)
            on = self.books.settles_from(debit, credit, size)
            self.books.settled[ids.pop(0)] = Settled(
                debit, credit, size, on, self.at, by_reversal=True
            )

    def allocations_of(self, document: int) -> list[int]:
        """The ids of what settles a document, oldest first."""
        with db.reading() as session:
            return [each.id for each in allocation.of_document(session, document)]

    @precondition(lambda self: self.books.docs)
    @rule(debit=CHOICE, credit=CHOICE, amount=AMOUNTS, all_of_it=st.booleans())
    def allocate(self, debit: int, credit: int, amount: int, all_of_it: bool) -> None:
        """Settle part of one item with part of another."""
        self.step()
        debits, credits = self.sides(open_ones=all_of_it)
        if not debits or not credits:
            return
        one, other = debits[debit % len(debits)], credits[credit % len(credits)]
        if all_of_it:
            mine = self.books.docs[one[0]].account
            credits = [each for each in credits if self.books.docs[each[0]].account == mine]
            if not credits:
                return
            other = credits[credit % len(credits)]
            amount = min(self.books.open_now(one), self.books.open_now(other))
        fails = ""
        if self.books.docs[one[0]].account != self.books.docs[other[0]].account:
            fails = "OtherAccount"
        elif amount > min(self.books.open_now(one), self.books.open_now(other)):
            fails = "AllocationExceedsOpenAmount"
        currency = self.currencies[self.books.docs[one[0]].account]
        made = self.act(
            lambda session: (
                allocation.allocate(
                    session,
                    self.item_of(session, one),
                    self.item_of(session, other),
                    Money(amount, currency),
                    by=BY,
                    at=self.at,
                ).id
            ),
            entries=1,
            fails=fails,
        )
        if made is not None:
            on = self.books.settles_from(one, other, amount)
            self.books.settled[made] = Settled(one, other, amount, on, self.at)

    def sides(self, *, open_ones: bool) -> tuple[list[Item], list[Item]]:
        """The debit items and the credit items there are."""
        found: tuple[list[Item], list[Item]] = ([], [])
        for key, doc in self.books.docs.items():
            for part in range(1, len(doc.parts) + 1):
                if not open_ones or self.books.open_now((key, part)):
                    found[0 if doc.direction > 0 else 1].append((key, part))
        return found

    @precondition(lambda self: self.books.settled)
    @rule(choice=CHOICE)
    def undo(self, choice: int) -> None:
        """Take a settlement back; what it took is open again, exactly."""
        self.step()
        keys = sorted(self.books.settled)
        key = keys[choice % len(keys)]
        each = self.books.settled[key]
        fails = ""
        if each.by_reversal:
            fails = "ReversalStays"
        elif each.undone_at is not None:
            fails = "AlreadyUndone"
        self.act(
            lambda session: allocation.undo(
                session, session.get_one(Allocation, key), by=BY, at=self.at
            ),
            entries=1,
            fails=fails,
        )
        if not fails:
            each.undone_on, each.undone_at = self.books.open_day(each.on), self.at

    @rule(through=st.sampled_from([period.end for period in MONTHS[:3]]), hard=st.booleans())
    def lock(self, through: date, hard: bool) -> None:
        """Lock the books up to a month's end."""
        self.step()
        there = self.books.locked_through
        # a hard lock may lie over a soft one; here every lock is of one strength
        hard = False
        fails = "LockedAlready" if there is not None and there >= through else ""
        self.act(
            lambda session: locks.lock(session, through, hard=hard, by=BY, at=self.at),
            entries=1,
            fails=fails,
        )
        if not fails:
            self.books.locked_through = through

    @precondition(lambda self: self.imports < 2)
    @rule(
        rows=st.lists(
            st.tuples(CHOICE, st.sampled_from(sorted(SIGNED)), DAYS, AMOUNTS), max_size=5
        ),
        known=CHOICE,
    )
    def bring_in(self, rows: list[tuple[int, str, date, int]], known: int) -> None:
        """A file of documents: all that is new and right is posted at once; again, nothing is."""
        self.step()
        self.imports += 1
        accounts = sorted(self.currencies)
        wanted = [
            (accounts[choice % len(accounts)], kind, f"IMP-{self.steps:03}-{place}", day, amount)
            for place, (choice, kind, day, amount) in enumerate(rows)
        ]
        live = sorted(self.books.live_numbers())
        if live:  # a number that is in use is never posted twice
            account, kind, number = live[known % len(live)]
            if kind in SIGNED:
                wanted.append((account, kind, number, LAST_DAY, 7))
        new = [row for row in wanted if (row[0], row[1], row[2]) not in live]
        new = [row for row in new if not self.books.is_locked(row[3])]
        content = self.file_of(wanted)
        inspected = inspect(content, "books.csv", BatchKind.DOCUMENTS) if wanted else None
        if inspected is None:
            return
        before = self.trail()
        with db.transaction() as session:
            batch = staging.take_in(session, content, inspected, by=BY, at=self.at)
            correcting.leave_out_problems(session, batch, by=BY)
            if new:
                digest = str(batch.content_digest)
                approving.submit(session, batch, digest=digest, by=BY, at=self.at)
                approving.approve(session, batch, digest=digest, by=OTHER, at=self.at)
            else:
                staging.discard(session, batch, by=BY)
            counts = batch.totals
            states = ("ready", "decision", "refused", "repeated", "left_out", "posted")
            assert counts["read"] == len(wanted) == sum(counts[state] for state in states)
            assert counts["posted"] == len(new)
            became = queries.documents_of(session, batch, batch.rows)
            posted = [became[row.row_no].id for row in batch.rows if row.state == "ready"]
        self.entries = self.trail()
        assert self.entries > before
        for document_id, (account, kind, number, day, amount) in zip(posted, new, strict=True):
            parts = [(day, amount)]
            given = self.given(account, kind, number, day, amount * SIGNED[kind], parts)
            self.note(document_id, given, parts)
        self.note_what_settled_itself()
        self.again_nothing_is_new(content, inspected)

    def file_of(self, rows: list[tuple[int, str, str, date, int]]) -> bytes:
        """A sales ledger as another system writes it."""
        codes = {account: self.codes[self.owners[account]] for account in self.currencies}
        lines = ["Customer code,Type,Number,Date,Due date,Currency,Amount"]
        for account, kind, number, day, amount in rows:
            decimal = Money(amount, self.currencies[account]).plain
            named = kind.replace("_", " ").capitalize()
            currency = self.currencies[account]
            lines.append(f"{codes[account]},{named},{number},{day},{day},{currency},{decimal}")
        return ("\n".join(lines) + "\n").encode()

    def note_what_settled_itself(self) -> None:
        """Payments of a file settle what they name, or the only document of their amount."""
        with db.reading() as session:
            made = session.scalars(select(Allocation).order_by(Allocation.id)).all()
            for each in made:
                if each.id in self.books.settled:
                    continue
                items = [
                    session.get_one(DueItem, number)
                    for number in (each.debit_item_id, each.credit_item_id)
                ]
                debit, credit = ((item.document_id, item.part) for item in items)
                amount = each.amount_minor
                assert amount <= min(self.books.open_now(debit), self.books.open_now(credit))
                on = self.books.settles_from(debit, credit, amount)
                self.books.settled[each.id] = Settled(debit, credit, amount, on, self.at)

    def again_nothing_is_new(self, content: bytes, inspected: Inspected) -> None:
        """The same file once more changes nothing."""
        with db.transaction() as session:
            again = staging.take_in(session, content, inspected, by=BY, at=self.at)
            assert again.totals["ready"] == 0
            staging.discard(session, again, by=BY)
        self.entries = self.trail()

    @precondition(lambda self: self.books.docs)
    @rule(choice=CHOICE, amount=AMOUNTS)
    def draft_and_approve(self, choice: int, amount: int) -> None:
        """A credit note prepared by one person and posted by another, never by the same."""
        self.step()
        key = self.doc(choice)
        doc = self.books.docs[key]
        day = self.books.open_day(doc.issued_on)
        given = self.given(
            doc.account, "credit_note", f"CN-{self.steps:05}", day, -amount, [(day, amount)]
        )

        def prepare(session: Session) -> int:
            draft = drafts.prepare(session, given, by=BY, at=self.at)
            drafts.submit(session, draft, by=BY, at=self.at)
            return draft.id

        draft_id = self.act(prepare, entries=2)

        self.act(self.approving(draft_id, BY), entries=0, fails="SecondPersonNeeded")
        posted = self.act(self.approving(draft_id, OTHER), entries=2)
        self.note(posted, given, [(day, amount)])

    @rule(customer=CHOICE, month=st.integers(0, 3))
    def issue(self, customer: int, month: int) -> None:
        """Draft, approve and issue a customer's statement of a month later than the last."""
        self.step()
        ids = sorted(self.contacts)
        customer_id = ids[customer % len(ids)]
        period = MONTHS[month]
        told = [each for each in self.told if each.customer == customer_id]
        if told and told[-1].end >= period.end:
            return

        def do(session: Session) -> Told:
            drafted = drafting.draft(
                session, session.get_one(Customer, customer_id), period, by=BY, at=self.at
            )
            drafting.approve(session, drafted, by=OTHER, at=self.at)
            issuing.issue(session, drafted, by=OTHER, at=self.at)
            return self.told_by(session, drafted)

        self.told.append(self.act(do, entries=3))

    @precondition(lambda self: self.told)
    @rule(choice=CHOICE)
    def supersede(self, choice: int) -> None:
        """Correct the last statement of a customer by a new version."""
        self.step()
        last = {each.customer: each for each in self.told}
        old = last[sorted(last)[choice % len(last)]]

        def do(session: Session) -> Told:
            made = issuing.supersede(
                session,
                session.get_one(Statement, old.id),
                reason="An entry came late.",
                by=BY,
                at=self.at,
            )
            drafting.approve(session, made, by=OTHER, at=self.at)
            issuing.issue(session, made, by=OTHER, at=self.at)
            return self.told_by(session, made)

        made = self.act(do, entries=3)
        assert (made.number, made.version) == (old.number, old.version + 1)
        self.told.append(made)

    def told_by(self, session: Session, statement: Statement) -> Told:
        """What a statement says, once it is issued."""
        session.flush()
        sections = session.scalars(
            select(StatementSection).where(StatementSection.statement_id == statement.id)
        )
        return Told(
            statement,
            {each.account_id: (each.opening_minor, each.closing_minor) for each in sections},
        )

    @precondition(lambda self: self.told)
    @rule(choice=CHOICE, seen=st.sampled_from(["as it is", "another hash", "another balance"]))
    def confirm(self, choice: int, seen: str) -> None:
        """A customer agrees to a balance, if it saw what stands."""
        self.step()
        told = self.told[choice % len(self.told)]
        if not told.accounts:
            return
        account = sorted(told.accounts)[choice % len(told.accounts)]
        closing = told.accounts[account][1]
        newer = any(
            (each.number, each.version) == (told.number, told.version + 1) for each in self.told
        )
        fails = ""
        if newer:
            fails = "StatementSuperseded"
        elif seen == "another hash":
            fails = "StatementDiffers"
        elif seen == "another balance":
            fails = "BalanceDiffers"

        def do(session: Session) -> tuple[str, int]:
            statement = session.get_one(Statement, told.id)
            [section] = [each for each in statement.sections if each.account_id == account]
            balance = closing + (1 if seen == "another balance" else 0)
            before = answers.current(session, section.id)
            made = confirm.confirm(
                session,
                statement,
                confirm.Answer(
                    section_id=section.id,
                    version=told.version,
                    sha256="0" * 64 if seen == "another hash" else str(told.sha256),
                    agrees=True,
                    evidence=SAYS,
                    balance=Money(balance, self.currencies[account]),
                ),
                by=self.contacts[told.customer],
                at=self.at,
            )
            return made.outcome, 0 if before is made else 1

        with db.reading() as session:
            again = self.answers_of(session, told.id)
        done = self.act(
            do, entries=0 if fails else self.new_answers(told, account, again), fails=fails
        )
        if done is None:
            return
        left_out = self.disputed_by(account, told.end)
        assert done[0] == ("agreed_except" if left_out else "agreed")
        with db.reading() as session:
            [current] = [
                each
                for each in self.answers_of(session, told.id)
                if each.replaced_by_id is None and each.currency == self.currencies[account]
            ]
            assert (current.balance_minor, current.disputed_minor) == (closing, left_out)

    def answers_of(self, session: Session, statement_id: int) -> list[Confirmation]:
        """Every answer to a statement."""
        query = select(Confirmation).where(Confirmation.statement_id == statement_id)
        return list(session.scalars(query))

    def new_answers(self, told: Told, account: int, there: list[Confirmation]) -> int:
        """1, or 0 where the same was answered before and the books still say so."""
        current = [
            each
            for each in there
            if each.replaced_by_id is None and each.currency == self.currencies[account]
        ]
        if not current:
            return 1
        [one] = current
        same = one.disputed_minor == self.disputed_by(account, told.end)
        with db.reading() as session:
            asked = answers.asks_again(session.get_one(Statement, told.id), one)
        return 0 if same and not asked else 1

    def disputed_by(self, account: int, through: date) -> int:
        """What is disputed now of documents dated up to a day; signed."""
        return sum(
            each.amount * self.books.docs[each.item[0]].direction
            for each in self.books.disputed.values()
            if each.ended_at is None
            and self.books.docs[each.item[0]].account == account
            and self.books.docs[each.item[0]].issued_on <= through
        )

    @precondition(lambda self: self.books.docs)
    @rule(choice=CHOICE, amount=AMOUNTS, on=DAYS)
    def dispute(self, choice: int, amount: int, on: date) -> None:
        """A customer disputes part of what it owes: it leaves the buckets for its own column."""
        self.step()
        debits = [
            key
            for key, doc in self.books.docs.items()
            if doc.direction > 0 and doc.reverses is None
        ]
        if not debits:
            return
        key = debits[choice % len(debits)]
        doc = self.books.docs[key]
        items = [(key, part) for part in range(1, len(doc.parts) + 1)]
        free = {item: self.books.amount(item) - self.books.disputed_now(item) for item in items}
        currency = self.currencies[doc.account]
        fails = ""
        if amount > doc.amount:
            fails = "DisputedTooMuch"
        elif self.books.reversal_of(key) is not None:
            fails = "WasReversed"
        elif any(doc_id == key and size == amount for doc_id, size in self.live_disputes()):
            fails = "AlreadyDisputed"
        elif amount > sum(free.values()):
            fails = "DisputesMoreThanThere"

        def do(session: Session) -> int:
            claim = raising.Claim(session.get_one(Document, key), amount=Money(amount, currency))
            who = self.contacts[self.owners[doc.account]]
            [made] = raising.raise_disputes(
                session, [claim], reason="price", given=SAYS, by=who, on=on, at=self.at
            )
            return made.id

        made = self.act(do, entries=1, fails=fails)
        if made is None:
            return
        rest, parts = amount, []
        for item in items:
            if there := min(rest, free[item]):
                day = self.books.open_day(max(on, doc.issued_on))
                self.books.disputed[len(self.books.disputed)] = Disputed(item, there, day, self.at)
                parts.append(len(self.books.disputed) - 1)
                rest -= there
        self.disputes[made] = (key, amount, parts)

    def live_disputes(self) -> list[tuple[int, int]]:
        """Document and amount of every dispute that is not decided."""
        return [
            (key, amount)
            for key, amount, parts in self.disputes.values()
            if self.books.disputed[parts[0]].ended_at is None
        ]

    @precondition(lambda self: self.disputes)
    @rule(choice=CHOICE, how=st.sampled_from(["reject", "withdraw", "accept"]), on=DAYS)
    def decide(self, choice: int, how: str, on: date) -> None:
        """A dispute is rejected, taken back, or accepted by a credit note of two people."""
        self.step()
        keys = sorted(self.disputes)
        dispute_id = keys[choice % len(keys)]
        key, _, parts = self.disputes[dispute_id]
        doc = self.books.docs[key]
        over = self.books.disputed[parts[0]].ended_at is not None
        fails = "MoveNotAllowed" if over else ""
        if how == "accept":
            self.accept(dispute_id, on, fails)
            return

        def do(session: Session) -> None:
            dispute = session.get_one(Dispute, dispute_id)
            if how == "reject":
                resolving.reject(session, dispute, "As agreed.", by=BY, on=on, at=self.at)
            else:
                who = self.contacts[self.owners[doc.account]]
                resolving.withdraw(session, dispute, by=who, on=on, at=self.at)

        self.act(do, entries=1, fails=fails)
        if not fails:
            self.end(parts, on)

    def accept(self, dispute_id: int, on: date, fails: str) -> None:
        """Draft the credit note, see it refused to its preparer, and post it by somebody else."""
        key, amount, parts = self.disputes[dispute_id]
        doc = self.books.docs[key]

        def propose(session: Session) -> int:
            dispute = session.get_one(Dispute, dispute_id)
            draft = resolving.accept(session, dispute, by=BY, on=on, at=self.at)
            assert draft is not None
            return draft.id

        draft_id = self.act(propose, entries=3, fails=fails)
        if draft_id is None:
            return
        day = self.books.open_day(max(on, doc.issued_on))
        items = [(key, part) for part in range(1, len(doc.parts) + 1)]
        left, settled = amount, []
        for item in items:
            if there := min(left, self.books.open_now(item)):
                settled.append((item, there))
                left -= there
        posted = self.act(self.approving(draft_id, OTHER), entries=3 + len(settled))
        self.end(parts, self.at.date())
        given = self.given(doc.account, "credit_note", "", day, -amount, [(day, amount)])
        self.note(posted, given, [(day, amount)])
        with db.reading() as session:
            self.books.docs[posted].number = session.get_one(Document, posted).number
        for made, (item, there) in zip(self.allocations_of(posted), settled, strict=True):
            from_day = self.books.settles_from(item, (posted, 1), there)
            self.books.settled[made] = Settled(item, (posted, 1), there, from_day, self.at)

    def end(self, parts: list[int], on: date) -> None:
        """A dispute is over: its parts count again."""
        for part in parts:
            each = self.books.disputed[part]
            each.ended_on, each.ended_at = self.books.open_day(max(on, each.on)), self.at

    def approving(self, draft_id: int, by: Actor) -> Callable[[Session], int]:
        """Somebody approves a draft as it stands."""

        def do(session: Session) -> int:
            draft = session.get_one(DocumentDraft, draft_id)
            return drafts.approve(session, draft, digest=draft.content_digest, by=by, at=self.at).id

        return do

    # what must hold

    @invariant()
    def today_is_the_replay(self) -> None:
        """Stored open amounts and sums, and the balance, are what the facts say."""
        if not self.steps:
            return
        with db.reading() as session:
            self.compare_open_amounts(session)
            account = sorted(self.currencies)[self.steps % len(self.currencies)]
            self.compare(session, account, LAST_DAY, None)

    @invariant()
    def statements_stand(self) -> None:
        """What was issued says for ever what it said; each opens where the last one closed."""
        if not self.told:
            return
        with db.reading() as session:
            for told in self.told:
                statement = session.get_one(Statement, told.id)
                assert statement.sha256 == told.sha256
                assert statement.frozen == told.frozen
                assert is_genuine(statement)
                for account, (_, closing) in told.accounts.items():
                    replayed = self.books.balance(account, told.end, told.known_at)
                    assert closing == replayed, (told.number, account)
        for customer in self.contacts:
            self.each_opens_where_the_last_closed(customer)

    def each_opens_where_the_last_closed(self, customer: int) -> None:
        """The opening is the closing of the last version of the statement before."""
        closed: dict[int, int] = {}
        number, closing = None, dict[int, int]()
        for told in (each for each in self.told if each.customer == customer):
            if told.number != number:
                closed |= closing
                number = told.number
            for account, (opening, _) in told.accounts.items():
                assert opening == closed.get(account, opening), (told.number, told.version)
            closing = {account: closes for account, (_, closes) in told.accounts.items()}

    def compare_open_amounts(self, session: Session) -> None:
        """open_minor and account totals, kept by the program, against the facts."""
        for item in session.scalars(select(DueItem)):
            key = (item.document_id, item.part)
            assert item.amount_minor == self.books.amount(key), key
            assert item.open_minor == self.books.open_now(key), key
            assert 0 <= item.open_minor <= item.amount_minor
        for total in session.scalars(select(AccountTotal)):
            mine = [d for d in self.books.docs.values() if d.account == total.account_id]
            assert total.balance_minor == sum(each.amount for each in mine)
            assert total.documents == len(mine)

    def compare(self, session: Session, account: int, on: date, known: datetime | None) -> None:
        """Balance, open items and ageing of a day, as known at a moment."""
        moment = (account, on, known)
        owed = balances.balance(session, account, on, known).minor
        assert owed == self.books.balance(account, on, known), moment
        items = balances.open_items(session, account, on, known)
        found = {
            (each.document_id, each.part): (each.open.minor, each.disputed.minor) for each in items
        }
        assert found == self.books.open_items(account, on, known), moment
        signed = sum(
            still * self.books.docs[key].direction for (key, _), (still, _) in found.items()
        )
        assert signed == owed, moment
        aged = ageing.ageing(items, on, currency=self.currencies[account])
        columns = {
            "not_due": aged.not_due.minor,
            **{each.label: each.amount.minor for each in aged.buckets},
            "disputed": aged.disputed.minor,
            "unapplied": aged.unapplied.minor,
        }
        assert columns == self.books.ageing(account, on, known), moment
        assert sum(columns.values()) == owed, moment

    def whole_history_is_the_replay(self) -> None:
        """Every month's end and many days between, as known at every few steps."""
        if not self.steps:
            return
        days = sorted(
            {doc.issued_on for doc in self.books.docs.values()}
            | {each.on for each in self.books.settled.values()}
            | {each.undone_on for each in self.books.settled.values() if each.undone_on}
            | {each.on for each in self.books.disputed.values()}
        )
        days = [*(period.end for period in MONTHS), *days[:: max(1, len(days) // 8)]]
        moments = [None, *(START + timedelta(hours=n) for n in range(3, self.steps, 9))][:4]
        with db.reading() as session:
            for account in self.currencies:
                for on in days:
                    for known in moments:
                        self.compare(session, account, on, known)
            assert checks.check_books(session) == []
            for document in session.scalars(select(Document)):
                doc = self.books.docs[document.id]
                assert (document.amount_minor, document.issued_on, document.recorded_at) == (
                    doc.amount,
                    doc.issued_on,
                    doc.recorded_at,
                )
            self.numbers_have_no_gaps(session)

    def numbers_have_no_gaps(self, session: Session) -> None:
        """Statements are numbered one after the other, each number once a version."""
        numbers = sorted({str(each.number) for each in self.told})
        counted = [int(number.rpartition("-")[2]) for number in numbers]
        assert counted == list(range(1, len(counted) + 1))

    def the_chain_verifies(self) -> None:
        """Nothing of the trail was changed, removed or put elsewhere."""
        with db.reading() as session:
            assert audit.verify(session) == []
