"""Whoever had a hand in a file does not approve it, whoever came after them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.imports import submit, upload
from tieout import db
from tieout.audit import Actor
from tieout.identity.permissions import SamePerson
from tieout.intake import approving, correcting, staging
from tieout.intake.batches import mapping_of
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.uploads import inspect

SALES = """Number,Date,Customer code,Currency,Amount,Note
N-1,2026-06-01,M-0217,CNY,100.00,first
N-2,2026-06-02,M-0217,CNY,50.00,second
"""
THIRD = Actor("staff", 3, "He Ping")
Act = Callable[[Session, ImportBatch], None]


def read_otherwise(session: Session, batch: ImportBatch) -> None:
    """Leave the note of every row aside."""
    inspected = inspect(SALES.encode(), batch.filename, BatchKind.DOCUMENTS)
    mapping = mapping_of(batch)
    kept = tuple(column for column in mapping.columns if column.index != 5)
    staging.remap(session, batch, inspected, replace(mapping, columns=kept), by=OTHER, at=AT)


def correct_then_another(session: Session, batch: ImportBatch) -> None:
    """Correct a row; a third person corrects it once more."""
    correcting.correct(session, batch, 2, {"number": "N-10"}, by=OTHER)
    correcting.correct(session, batch, 2, {"number": "N-11"}, by=THIRD)


def leave_out_and_take_back(session: Session, batch: ImportBatch) -> None:
    """Leave a row out, and take it back."""
    correcting.leave_out(session, batch, [3], by=OTHER)
    correcting.take_back(session, batch, [3], by=OTHER)


@pytest.mark.parametrize("act", [read_otherwise, correct_then_another, leave_out_and_take_back])
def test_whoever_changed_anything_has_prepared_it(database: Engine, act: Act) -> None:
    with db.transaction() as session:
        make_company(session)
        make_customer(session)
        batch_id = upload(session, SALES).id
    with db.transaction() as session:
        act(session, session.get_one(ImportBatch, batch_id))
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        submit(session, batch)
        digest = batch.content_digest or ""

        assert not approving.may_approve(session, batch, OTHER)
        with pytest.raises(SamePerson):
            approving.approve(session, batch, digest=digest, by=OTHER, at=AT)


def test_a_change_of_the_same_moment_counts(session: Session) -> None:
    make_company(session)
    make_customer(session)
    batch = upload(session, SALES)
    read_otherwise(session, batch)
    submit(session, batch)

    assert not approving.may_approve(session, batch, OTHER)
    assert not approving.may_approve(session, batch, BY)


def test_whoever_only_looked_again_may_approve(session: Session) -> None:
    make_company(session)
    make_customer(session)
    batch = upload(session, SALES)
    staging.check_again(session, batch, by=OTHER)
    submit(session, batch)

    assert approving.may_approve(session, batch, OTHER)
