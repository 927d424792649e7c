"""Faults put into the services one at a time: the replay finds each of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import true

from tests.proofs.conftest import NewDatabase
from tests.proofs.machine import MONTHS, BooksMachine
from tieout import audit
from tieout.ledger import allocation, as_of, balances, disputed, locks
from tieout.statements import confirm, prepare

#: Puts a fault into the services.
Fault = Callable[[pytest.MonkeyPatch], None]


def an_allocation_counts_from_the_invoice_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's payments in a report of the past."""

    def day(session: Any, debit_item: Any, _credit: Any, _amount: int) -> Any:
        return debit_item.document.issued_on

    monkeypatch.setattr(allocation, "_effective_day", day)


def undoing_gives_back_one_cent_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored open amount that is no longer what the documents say."""
    move = allocation._move
    monkeypatch.setattr(
        allocation,
        "_move",
        lambda session, item, change: move(session, item, change - 1 if change > 1 else change),
    )


def a_locked_period_does_not_move_an_allocation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of a locked month changes after all."""
    monkeypatch.setattr(locks, "open_day", lambda _session, day: day)


def the_opening_is_worked_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that does not open where the last one closed."""
    monkeypatch.setattr(prepare, "previous_of", lambda *_arguments: {})


def what_came_later_is_known_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    """Books as known at a moment that know the future."""
    stands = as_of.stands
    monkeypatch.setattr(balances, "stands", lambda on, _known_at: stands(on, None))


def a_settlement_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change without its entry in the trail."""
    record = audit.record

    def silent(session: Any, by: Any, action: str, *arguments: Any, **facts: Any) -> None:
        if action != "allocation.made":
            record(session, by, action, *arguments, **facts)

    monkeypatch.setattr(audit, "record", silent)


def a_reversed_document_stays_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reversal that leaves the payment on the invoice."""
    monkeypatch.setattr(allocation, "of_document", lambda *_arguments, **_more: [])


def a_dispute_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rejected dispute that keeps its amount out of the buckets."""
    monkeypatch.setattr(disputed, "close_part", lambda *_arguments, **_more: None)


def an_answer_is_taken_for_any_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A confirmation of something else than what was shown."""
    monkeypatch.setattr(confirm, "_check_seen", lambda *_arguments: None)


def a_document_counts_before_its_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items dated after the day asked for."""
    monkeypatch.setattr(balances, "stands", lambda _on, _known_at: true())


FAULTS: tuple[Fault, ...] = (
    an_allocation_counts_from_the_invoice_on,
    undoing_gives_back_one_cent_less,
    a_locked_period_does_not_move_an_allocation,
    the_opening_is_worked_out_anew,
    what_came_later_is_known_earlier,
    a_settlement_leaves_no_trace,
    a_reversed_document_stays_settled,
    a_dispute_never_ends,
    an_answer_is_taken_for_any_version,
    a_document_counts_before_its_date,
)


def walk(machine: BooksMachine) -> None:
    """Go once through all that can be done, looking at the books after each step."""
    march, april, may = date(2026, 3, 10), date(2026, 4, 8), date(2026, 5, 20)

    def invoice(number: int, day: date, amount: int, instalments: int = 1) -> None:
        machine.post(0, "invoice", number, day, amount, instalments, 20)

    def payment(number: int, day: date, amount: int) -> None:
        machine.post(0, "payment", number, day, amount, 1, 0)

    steps: list[Callable[[], None]] = [
        machine.open_the_books,
        lambda: invoice(1, march, 1000),
        lambda: payment(1, april, 400),
        # 400 of the invoice, 1
        lambda: machine.allocate(0, 0, 400, False),
        lambda: invoice(2, april, 400, 3),
        lambda: machine.issue(0, 0),
        lambda: machine.confirm(0, "another hash"),
        lambda: machine.confirm(0, "as it is"),
        lambda: machine.dispute(0, 250, april),
        lambda: machine.decide(0, "reject", may),
        # dated in March, known in July: booked late
        lambda: invoice(3, march, 250),
        lambda: machine.issue(0, 1),
        lambda: machine.undo(0),
        lambda: machine.allocate(0, 0, 400, False),
        lambda: machine.lock(MONTHS[2].end, False),
        lambda: invoice(4, may, 100),
        lambda: payment(2, date(2026, 6, 2), 100),
        lambda: machine.allocate(0, 1, 100, False),
        lambda: machine.bring_in([(0, "invoice", date(2026, 6, 5), 400)], 0),
        lambda: machine.reverse(0, True, 0),
        lambda: machine.undo(1),
        lambda: machine.draft_and_approve(0, 100),
        lambda: machine.dispute(1, 100, date(2026, 6, 9)),
        lambda: machine.decide(1, "accept", date(2026, 6, 12)),
        lambda: machine.supersede(0),
    ]
    try:
        for step in steps:
            step()
            machine.today_is_the_replay()
            machine.statements_stand()
    finally:
        machine.teardown()


def machine_on(databases: NewDatabase) -> type[BooksMachine]:
    """The machine over databases of its own."""
    return type("Machine", (BooksMachine,), {"new_database": staticmethod(databases)})


def test_without_a_fault_the_walk_goes_through(new_database: NewDatabase) -> None:
    walk(machine_on(new_database)())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found(
    fault: Fault, sqlite_databases: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017, PT011 - an assertion, or a rule of the database
        walk(machine_on(sqlite_databases)())


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found_by_chance(
    fault: Fault, sqlite_databases: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017, PT011 - as above
        run_state_machine_as_test(
            machine_on(sqlite_databases),
            settings=settings(
                max_examples=60,
                stateful_step_count=40,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
