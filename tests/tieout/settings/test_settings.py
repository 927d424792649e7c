"""The company, its choices, and numbers without gaps."""

from datetime import date
from itertools import chain

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import BY, make_company
from tests.support.at_once import together
from tieout import audit, db, settings
from tieout.errors import TieoutError
from tieout.settings.company import CompanyExists, UnknownTimeZone

ON = date(2026, 6, 30)


def test_a_company_is_set_up_once(session: Session) -> None:
    make_company(session)
    with pytest.raises(CompanyExists):
        make_company(session, name="Another")
    assert settings.company(session).name == "Harbour Tools Co., Ltd."
    assert settings.today(session) == date(2026, 7, 2)


def test_nothing_set_up_is_said(session: Session) -> None:
    with pytest.raises(settings.NoCompany, match="tieout init"):
        settings.company(session)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"base_currency": "ABC"}, "ABC"),
        ({"languages": ["xx"]}, "xx"),
    ],
)
def test_a_choice_that_means_nothing_is_named(
    session: Session, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(TieoutError, match=sentence):
        make_company(session, **changes)


def test_a_choice_is_kept_by_scope(session: Session) -> None:
    settings.write(session, "pdf", "attached", by=BY)
    settings.write(session, "pdf", "linked", scope="customer", scope_id=7, by=BY)
    assert settings.read(session, "pdf", "") == "attached"
    assert settings.read(session, "pdf", "", scope="customer", scope_id=7) == "linked"
    assert settings.read(session, "other", 5) == 5


def test_numbers_have_no_gaps_even_when_an_action_fails(database: Engine) -> None:
    def take() -> str:
        with db.transaction() as session:
            return settings.next_number(session, "statement", ON)

    assert take() == "ST-2026-0001"
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        settings.next_number(session, "statement", ON)
        _ = 1 // 0
    assert take() == "ST-2026-0002"
    with db.transaction() as session:
        assert settings.next_number(session, "statement", date(2027, 1, 1)) == "ST-2027-0001"


def test_two_people_at_once_never_get_the_same_number(database: Engine) -> None:
    def take() -> list[str]:
        taken = []
        for _ in range(20):
            with db.transaction() as session:
                taken.append(settings.next_number(session, "receipt", ON))
        return taken

    assert sorted(chain(*together(take, take, take))) == [f"R-2026-{n:06d}" for n in range(1, 61)]


def test_set_up_stands_in_the_trail(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
    with db.reading() as session:
        assert audit.head(session).seq == 1
        assert UnknownTimeZone.message
