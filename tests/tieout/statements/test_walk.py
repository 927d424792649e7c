"""Statements and their answers walked at random, against their tables: no other edge is taken.

After each step every hash stands, each closing is the next opening, one answer counts for each
currency, and what was refused has changed nothing.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.factories import BY, OTHER
from tests.support.effort import LONG
from tests.tieout.statements.conftest import JULY, JUNE, MAY, Books
from tieout import audit, events
from tieout.errors import TieoutError
from tieout.ledger import disputed
from tieout.ledger.models import DueItem
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import (
    answers,
    asking,
    changes,
    confirm,
    delivery,
    drafting,
    issuing,
    moves,
    silence,
)
from tieout.statements.answers import AGREED, AGREED_EXCEPT, DEEMED, DISAGREED, OWN_BALANCE
from tieout.statements.asking import Clause
from tieout.statements.freeze import frozen, is_genuine
from tieout.statements.models import Confirmation, Statement, StatementSection

PERIODS = (MAY, JUNE, JULY)
REQUESTS = ("positive", "negative", "blank")
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)

#: What may take the place of what, by how it was asked: a person's word is never replaced by
#: silence, and silence is there only where a contract lets it count.
_WORDS = (AGREED, AGREED_EXCEPT, DISAGREED)
ANSWERS: dict[str, dict[str, tuple[str, ...]]] = {
    "positive": dict.fromkeys(("", *_WORDS), _WORDS),
    "negative": {"": (*_WORDS, DEEMED), **dict.fromkeys((*_WORDS, DEEMED), _WORDS)},
    "blank": dict.fromkeys(("", OWN_BALANCE), (OWN_BALANCE,)),
}

#: Named as often as they are to come; every act of the table of moves is among them.
ACTS = (
    *("book",) * 3,
    *("draft",) * 4,
    "refresh",
    *("approve",) * 5,
    "excuse",
    *("issue",) * 6,
    *("supersede",) * 2,
    *("agree",) * 3,
    *("disagree",) * 2,
    *("state",) * 2,
    *("deliver",) * 2,
    *("wait",) * 2,
    "dispute",
    "settle",
)
STEPS = st.tuples(st.sampled_from(ACTS), st.integers(0, 11), st.integers(1, 28))


class Walk:
    """One customer's statements and answers, moved at random."""

    def __init__(self, books: Books) -> None:
        self.books, self.session, self.at = books, books.session, BEGIN
        #: What was frozen and what was answered, as it was first seen.
        self.hashes: dict[int, tuple[str, str]] = {}
        self.said: dict[int, tuple[object, ...]] = {}
        self.booked = 0
        asking.file_clause(self.session, books.customer, Clause("§ 7", 30), by=BY)

    def step(self, act: str, which: int, day: int) -> None:
        """Do something that may or may not be allowed, then look whether all holds."""
        self.at += timedelta(minutes=17 * day)
        before = {one.id: one.state for one in self._all()}
        counted = {one.section_id: one for one in self._answers() if not one.replaced_by_id}
        step = self.session.begin_nested()
        try:
            self._do(act, which, day)
            step.commit()
        except TieoutError:
            step.rollback()
            self.session.expire_all()
        self._only_moves_of_the_table(before, act)
        self._hashes_stand()
        self._openings_are_closings()
        self._only_answers_of_the_table(counted, act)

    def _do(self, act: str, which: int, day: int) -> None:
        acts: dict[str, Callable[[], object]] = {
            "book": lambda: self._book(which, day),
            "draft": lambda: drafting.draft(
                self.session,
                self.books.customer,
                PERIODS[day % 3],
                request=REQUESTS[which % 3],
                by=BY,
                at=self.at,
            ),
            "wait": self._wait,
            "dispute": lambda: self._dispute(which, day),
            "settle": self._settle,
        }
        if act in acts:
            acts[act]()
        elif statements := self._all():
            self._do_with(statements[which % len(statements)], act, day)

    def _do_with(self, statement: Statement, act: str, day: int) -> None:
        session, at, books = self.session, self.at, self.books
        ours: dict[str, Any] = {"by": BY, "at": at}
        acts: dict[str, Callable[[], object]] = {
            "refresh": lambda: drafting.refresh(session, statement, **ours),
            "approve": lambda: drafting.approve(session, statement, by=OTHER, at=at),
            "excuse": lambda: drafting.excuse(session, statement, reason="left out", **ours),
            "issue": lambda: issuing.issue(session, statement, by=OTHER, at=at),
            "supersede": lambda: issuing.supersede(session, statement, reason="again", **ours),
            "deliver": lambda: delivery.mark_delivered(
                session,
                delivery.delivery_to(session, statement, books.contact),
                proof="dsn",
                by=audit.SYSTEM,
                at=at,
            ),
            "agree": lambda: self._answer(statement),
            "disagree": lambda: self._answer(
                statement, agrees=False, stated=Money(100 * day, "CNY")
            ),
            "state": lambda: self._answer(
                statement, agrees=False, stated=Money(100 * day, "CNY"), balance=None
            ),
        }
        acts[act]()

    def _book(self, which: int, day: int) -> None:
        self.booked += 1
        amount = (100, 250, -70, -30)[which % 4]
        self.books.book(
            f"2026-{5 + day % 3:02}-{day:02}",
            "invoice" if amount > 0 else "payment",
            f"D-{self.booked}",
            str(amount),
            at=self.at,
        )

    def _dispute(self, which: int, day: int) -> None:
        items = self.session.scalars(
            select(DueItem).where(DueItem.direction == 1, DueItem.open_minor > 0)
        ).all()
        if items:
            item = items[which % len(items)]
            amount, on = Money(min(item.open_minor, 100 * day), "CNY"), self.at.date()
            disputed.open_part(self.session, item, amount, dispute_ref="D-1", on=on, at=self.at)

    def _settle(self) -> None:
        for part in disputed.parts_of(self.session, "D-1"):
            disputed.close_part(self.session, part, on=self.at.date(), at=self.at)

    def _answer(self, statement: Statement, **says: Any) -> None:
        """As somebody does who has the page open: of the version that was shown there."""
        if not statement.sections:
            return
        given = self.books.answer(statement, **says)
        confirm.confirm(self.session, statement, given, by=self.books.who, at=self.at)

    def _wait(self) -> None:
        self.at += timedelta(days=32)
        silence.deem(self.session, at=self.at)

    def _only_moves_of_the_table(self, before: dict[int, str], act: str) -> None:
        allowed = {(state, to) for (state, _), to in moves.MOVES.items()}
        for one in self._all():
            was = before.get(one.id, moves.DRAFT)
            assert was == one.state or (was, one.state) in allowed, (was, act, one.state)

    def _hashes_stand(self) -> None:
        for one in self._all():
            if one.sha256 is not None:
                kept = self.hashes.setdefault(one.id, (one.sha256, one.frozen))
                assert kept == (one.sha256, one.frozen)
                assert is_genuine(one)

    def _openings_are_closings(self) -> None:
        counts = self.session.execute(
            select(Statement, StatementSection)
            .join(StatementSection, StatementSection.statement_id == Statement.id)
            .where(Statement.state == moves.ISSUED)
            .order_by(Statement.period_end)
        ).all()
        ends: list[Period] = []
        last: StatementSection | None = None
        for statement, section in counts:
            assert drafting.period_of(statement) not in ends, "two versions count"
            ends.append(drafting.period_of(statement))
            [told] = frozen(statement)["sections"]
            assert told["opening"] + told["charges"] - told["credits"] == told["closing"]
            if last is not None:
                assert section.opening_minor == last.closing_minor
            last = section

    def _only_answers_of_the_table(self, counted: dict[int, Confirmation], act: str) -> None:
        statements = {one.id: one for one in self._all()}
        found = self._answers()
        for one in found:
            statement = statements[one.statement_id]
            kept = (one.outcome, one.balance_minor, one.stated_minor, one.receipt, one.evidence)
            assert self.said.setdefault(one.id, kept) == kept, "an answer was changed"
            assert one.evidence["sha256"] == statement.sha256
            assert one.balance_minor == statement.sections[0].closing_minor
            by_person = one.outcome != DEEMED
            assert by_person == (one.outcome in answers.GIVEN)
            assert by_person == (one.contact_id is not None)
        for section_id in {one.section_id for one in found}:
            here = [one for one in found if one.section_id == section_id]
            [now] = [one for one in here if one.replaced_by_id is None]
            was = counted.get(section_id)
            if was is None or was.id != now.id:
                table = ANSWERS[statements[now.statement_id].request]
                assert now.outcome in table[was.outcome if was else ""], (was, act, now.outcome)
                assert statements[now.statement_id].state == moves.ISSUED
                assert was is None or was.replaced_by_id == now.id

    def _answers(self) -> list[Confirmation]:
        return list(self.session.scalars(select(Confirmation).order_by(Confirmation.id)))

    def _all(self) -> list[Statement]:
        return list(self.session.scalars(select(Statement).order_by(Statement.id)))


@pytest.fixture(autouse=True)
def _listening() -> object:
    """Statements notice what the books learn afterwards."""
    events.forget()
    events.subscribe([(events.DocumentPosted, changes.document_posted)])
    yield
    events.forget()


@settings(
    max_examples=200 if LONG else 3,
    phases=(Phase.explicit, Phase.generate),  # a walk is read as it is; shrinking takes minutes
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(steps=st.lists(STEPS, min_size=40, max_size=70))
def test_no_walk_leaves_the_tables(books: Books, steps: list[tuple[str, int, int]]) -> None:
    savepoint = books.session.begin_nested()
    try:
        walk = Walk(books)
        for step in steps:
            walk.step(*step)
    finally:
        savepoint.rollback()
        books.session.expire_all()


def test_every_act_of_the_table_is_walked_and_somebody_answers(books: Books) -> None:
    """One walk to the end, so that those at random are known to come somewhere."""
    assert set(moves.ACTS) < set(ACTS)
    walk = Walk(books)
    for act, which, day in (
        ("book", 1, 3),  # an invoice in May
        ("draft", 1, 3),  # of May, asked negatively
        ("approve", 0, 1),
        ("refresh", 0, 1),
        ("approve", 0, 1),
        ("issue", 0, 1),
        ("deliver", 0, 1),
        ("wait", 0, 1),
        ("agree", 0, 1),
        ("dispute", 0, 1),
        ("agree", 0, 2),
        ("disagree", 0, 5),
        ("supersede", 0, 1),
        ("approve", 1, 1),
        ("issue", 1, 1),
        ("agree", 0, 1),  # of the version before: refused
        ("agree", 1, 1),
    ):
        walk.step(act, which, day)

    told = books.session.scalars(select(Confirmation.outcome).order_by(Confirmation.id)).all()
    assert told == [DEEMED, AGREED, AGREED_EXCEPT, DISAGREED, AGREED_EXCEPT]
    assert [one.state for one in walk._all()] == ["superseded", "issued"]
    assert walk.at.date() > date(2026, 8, 31)
