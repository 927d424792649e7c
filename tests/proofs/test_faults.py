"""Faults put into the services one at a time: the replay finds each of them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import true

from tests.proofs.conftest import NewDatabase
from tests.proofs.machine import BooksMachine
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
    monkeypatch.setattr(prepare, "previous", lambda *_arguments: None)


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


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found(
    fault: Fault, sqlite_databases: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    machine = type("Machine", (BooksMachine,), {"new_database": staticmethod(sqlite_databases)})

    with pytest.raises(Exception):  # noqa: B017, PT011 - an assertion, or a rule of the database
        run_state_machine_as_test(
            machine,
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
