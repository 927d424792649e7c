"""The page of checks: every one told, switched for the company, noted in the trail."""

import pytest

from tests.internal.test_import_pages import hand_in
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.identity.permissions import Role
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.chosen import Chosen
from tieout.rendering.translation import translator

GIFT = "Number,Date,Customer code,Amount\nN-1,2026-06-01,M-0217,0.00\n"


@pytest.fixture
def admin(world: World) -> Visitor:
    """Whoever may change settings."""
    return world.staff(Role.ADMINISTRATOR)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_check_is_told(world: World, language: str) -> None:
    words = words_of(world.staff(Role.ADMINISTRATOR, language).open("/desk/settings/checks").text)

    said = translator(language)
    for name in CHECKS:
        assert said.gettext(CHECKS[name].label) in words
        assert said.gettext(CHECKS[name].help) in words


def test_a_check_is_switched_on_the_page(world: World, admin: Visitor) -> None:
    page = "/desk/settings/checks"
    answer = admin.send(page, {"weight-zero_amount": "refuse", "limit-date_old": "20"}, page=page)

    assert answer.status_code == 303, words_of(answer.text)
    assert "2 checks are changed." in words_of(admin.open(page).text)
    with db.reading() as session:
        now = Chosen.of(session)
        assert now.severity("zero_amount") == "refuse"
        assert now.limit("date_old") == 20
    address = hand_in(world.staff(Role.ACCOUNTANT), GIFT)
    assert "1 row stands in the way" in words_of(world.staff(Role.ACCOUNTANT).open(address).text)


def test_what_cannot_be_switched_or_read_is_refused(admin: Visitor) -> None:
    page = "/desk/settings/checks"

    off = admin.send(page, {"weight-open_period": "off"}, page=page)
    wrong = admin.send(page, {"limit-tax_rate": "many"}, page=page)

    assert (off.status_code, wrong.status_code) == (400, 400)
    assert "“Locked period” is part of keeping books" in words_of(off.text)
    assert "“many” cannot be taken for “Rates in use, per cent”" in words_of(wrong.text)
    assert 'value="many"' in wrong.text


def test_an_accountant_may_not_switch_them(world: World) -> None:
    assert world.staff(Role.ACCOUNTANT).open("/desk/settings/checks").status_code == 403
