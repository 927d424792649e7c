"""Statements walked at random: no edge beyond the table, hashes stand, closings are openings.

A few walks by default; many where more examples are looked for.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import BY, OTHER, make_company, make_customer
from tests.tieout.statements.conftest import JULY, JUNE, MAY, Books
from tieout import events
from tieout.errors import TieoutError
from tieout.periods import Period
from tieout.statements import changes, drafting, issuing, moves
from tieout.statements.freeze import frozen, is_genuine
from tieout.statements.models import Statement, StatementSection

PERIODS = (MAY, JUNE, JULY)
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)
#: What is done how often; every act of the table is among it.
OFTEN = {
    "book": 4,
    "draft": 4,
    "refresh": 1,
    "approve": 5,
    "excuse": 1,
    "issue": 6,
    "supersede": 2,
}


@dataclass
class Walk:
    """One company's statements, moved at random."""

    books: Books
    chance: Random
    at: datetime = BEGIN
    #: What was frozen, by statement.
    hashes: dict[int, tuple[str, str]] = field(default_factory=dict)
    booked: int = 0

    def step(self) -> None:
        """Do something that may or may not be allowed, then look whether all holds."""
        self.at += timedelta(minutes=self.chance.randint(1, 600))
        before = {one.id: one.state for one in self._all()}
        [act] = self.chance.choices(list(OFTEN), list(OFTEN.values()))
        try:
            with self.books.session.begin_nested():
                self._do(act)
        except TieoutError:
            self.books.session.expire_all()
        self._check(before, act)

    def _do(self, act: str) -> None:
        session, books = self.books.session, self.books
        if act == "book":
            self.booked += 1
            day = f"2026-{self.chance.randint(5, 7):02}-{self.chance.randint(1, 28):02}"
            amount = str(self.chance.choice((100, 250, -70, -30)))
            kind = "invoice" if int(amount) > 0 else "payment"
            books.book(day, kind, f"D-{self.booked}", amount, at=self.at)
            return
        if act == "draft":
            drafting.draft(session, books.customer, self._period(), by=BY, at=self.at)
            return
        statements = self._all()
        if not statements:
            return
        statement = self.chance.choice(statements)
        match act:
            case "refresh":
                drafting.refresh(session, statement, by=BY, at=self.at)
            case "approve":
                drafting.approve(session, statement, by=OTHER, at=self.at)
            case "excuse":
                drafting.excuse(session, statement, reason="left out", by=BY, at=self.at)
            case "issue":
                issuing.issue(session, statement, by=OTHER, at=self.at)
            case "supersede":
                issuing.supersede(session, statement, reason="again", by=BY, at=self.at)

    def _check(self, before: dict[int, str], act: str) -> None:
        allowed = {(state, to) for (state, _), to in moves.MOVES.items()}
        for one in self._all():
            was = before.get(one.id, moves.DRAFT)
            assert was == one.state or (was, one.state) in allowed, (was, act, one.state)
            if one.sha256 is not None:
                kept = self.hashes.setdefault(one.id, (one.sha256, one.frozen))
                assert kept == (one.sha256, one.frozen)
                assert is_genuine(one)
        self._openings_are_closings()

    def _openings_are_closings(self) -> None:
        counts = self.books.session.execute(
            select(Statement, StatementSection)
            .join(StatementSection, StatementSection.statement_id == Statement.id)
            .where(Statement.state == moves.ISSUED, Statement.customer_id == self.books.customer.id)
            .order_by(Statement.period_end)
        ).all()
        ends: list[Period] = []
        last: StatementSection | None = None
        for statement, section in counts:
            assert drafting.period_of(statement) not in ends, "two versions count"
            ends.append(drafting.period_of(statement))
            [said] = frozen(statement)["sections"]
            assert said["opening"] + said["charges"] - said["credits"] == said["closing"]
            if last is not None:
                assert section.opening_minor == last.closing_minor
            last = section

    def _all(self) -> list[Statement]:
        mine = select(Statement).where(Statement.customer_id == self.books.customer.id)
        return list(self.books.session.scalars(mine.order_by(Statement.id)))

    def _period(self) -> Period:
        return self.chance.choice(PERIODS)


@pytest.fixture(autouse=True)
def _listening() -> object:
    """Statements notice what the books learn afterwards."""
    events.forget()
    events.subscribe([(events.DocumentPosted, changes.document_posted)])
    yield
    events.forget()


def test_no_walk_leaves_the_table_and_every_closing_is_the_next_opening(
    session: Session,
) -> None:
    make_company(session)
    assert set(moves.ACTS) < set(OFTEN)
    walks, steps = (40, 120) if os.environ.get("TIEOUT_LONG") else (2, 60)
    issued = 0
    for seed in range(walks):
        books = Books(session, make_customer(session, f"M-{seed}"))
        walk = Walk(books, Random(seed))
        for _ in range(steps):
            walk.step()
        issued += len(walk.hashes)
    assert issued > walks  # the walks came somewhere
