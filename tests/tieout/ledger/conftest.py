"""A company, a customer, an account: where most scenarios of the ledger begin."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tieout.customers.models import CustomerAccount


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """The CNY account of a customer of Harbour Tools."""
    make_company(session)
    return make_customer(session)
