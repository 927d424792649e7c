"""Amounts no ledger holds are refused with a reason, for a customer that is known."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support.imports import sentences, states, upload

HEAD = "Number,Date,Type,Customer code,Currency,Amount\n"
GOOD = "N-2,2026-06-29,Invoice,M-0217,CNY,5.00\n"


@pytest.mark.parametrize("amount", ["1e308", "99999999999999999999.99", "-0.00", "NaN"])
def test_an_amount_beyond_every_ledger(session: Session, amount: str) -> None:
    make_company(session)
    make_customer(session)

    batch = upload(session, f"{HEAD}N-1,2026-06-29,Invoice,M-0217,CNY,{amount}\n{GOOD}")

    assert states(session, batch) == ["ready" if amount == "-0.00" else "refused", "ready"]
    assert sentences(session, batch)
