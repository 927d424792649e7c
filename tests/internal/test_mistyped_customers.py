"""A customer nobody is called: said at the field, and nothing else of the form is lost."""

import pytest
from sqlalchemy import select

from tests.internal.conftest import Desk
from tests.support.visitor import words_of
from tieout import db
from tieout.dunning.models import DunningPolicy
from tieout.identity.permissions import Role

NOBODY = "Mingyaun Hardware"


@pytest.mark.parametrize(
    ("form", "sent_to", "field", "given", "kept"),
    [
        (
            "/desk/dunning/holds/new",
            "/desk/dunning/holds/new",
            "what",
            {"scope": "customer", "reason": "the boss promised"},
            "the boss promised",
        ),
        (
            "/desk/dunning/tasks/new",
            "/desk/dunning/tasks/new",
            "customer",
            {"kind": "call", "due_on": "2026-07-10", "note": "ask for Mr Wang"},
            "ask for Mr Wang",
        ),
        (
            "/desk/dunning/promises/new",
            "/desk/dunning/promises/new",
            "customer",
            {"currency": "CNY", "amount": "400.00", "pay_on": "2026-07-10"},
            "400.00",
        ),
        (
            "/desk/bad-debts/rates",
            "/desk/bad-debts/customer-rate",
            "customer",
            {"rate": "50", "why": "its owner is gone", "valid_from": "2026-07-01"},
            "its owner is gone",
        ),
    ],
)
def test_it_is_said_at_the_field_and_the_rest_stays(
    desk: Desk, form: str, sent_to: str, field: str, given: dict[str, str], kept: str
) -> None:
    person = desk.world.staff(Role.APPROVER)

    answer = person.send(sent_to, {field: NOBODY, **given}, page=form)

    assert answer.status_code == 400
    assert f'value="{NOBODY}"' in answer.text
    assert kept in answer.text
    assert f"There is no customer “{NOBODY}”. Correct it" in words_of(answer.text)


def test_so_it_is_for_whom_a_policy_holds(desk: Desk) -> None:
    person = desk.world.staff(Role.ADMINISTRATOR)
    person.send(
        "/desk/dunning/policies/new",
        {"name": "Dealers", "mode": "step", "level_1-days": "3", "level_1-tone": "friendly"},
        page="/desk/dunning/policies/new",
    )
    with db.reading() as session:
        policy = session.scalars(select(DunningPolicy)).first()
    assert policy is not None

    answer = person.send(
        f"/desk/dunning/policies/{policy.id}/assign",
        {"scope": "customer", "what": NOBODY},
        page="/desk/dunning/policies",
    )

    assert answer.status_code == 400
    assert f"There is no customer “{NOBODY}”. Correct it" in words_of(answer.text)
