"""The books against an independent replay, on both databases."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.conftest import NewDatabase
from tests.proofs.machine import BooksMachine
from tests.support.effort import LONG

#: ./run test runs a seeded sample; ./run test --long the whole proof.


@pytest.mark.lengthy
def test_the_books_are_what_a_replay_says(new_database: NewDatabase) -> None:
    machine = type("Machine", (BooksMachine,), {"new_database": staticmethod(new_database)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("TIEOUT_PROOF_EXAMPLES", "200" if LONG else "8")),
            stateful_step_count=50 if LONG else 30,
            deadline=None,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
