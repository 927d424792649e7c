"""A code by mail before what matters, where the company wants one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import BY
from tests.portal.conftest import June, answers, code_sent, confirm, form_on
from tests.support.visitor import Visitor, token_on, words_of
from tieout import clock, db
from tieout.identity import tokens
from tieout.identity.models import Token
from tieout.identity.tokens import CODES
from tieout.settings import choices


@pytest.fixture
def strict(june: June) -> June:
    """A company that wants a code before its customers confirm."""
    with db.transaction() as session:
        choices.choose(session, "answer_code_wanted", "yes", by=BY)
    return june


def ask(visitor: Visitor) -> None:
    """Have a code sent."""
    token = token_on(visitor.open("/code").text)
    answer = visitor.open("/code/send", method="POST", data={"csrf_token": token})
    assert answer.status_code == 303, answer.text


def enter(visitor: Visitor, code: str, target: str = "") -> int:
    """Enter a code."""
    form = {"csrf_token": token_on(visitor.open("/code").text), "code": code, "next": target}
    return visitor.open("/code", method="POST", data=form).status_code


def test_without_a_code_nothing_is_confirmed(strict: June) -> None:
    visitor = strict.by_link()

    answer = confirm(visitor, strict)

    assert (answer.status_code, answer.location) == (303, f"/code?next={strict.path}")
    assert answers() == []
    page = words_of(visitor.open(answer.location).text)
    assert "w***@m-0217.example" in page


@pytest.mark.parametrize("way", ["link", "password"])
def test_with_the_code_it_is_confirmed_and_the_evidence_says_so(strict: June, way: str) -> None:
    visitor = strict.by_link() if way == "link" else strict.signed_in()
    ask(visitor)

    assert enter(visitor, code_sent(), strict.path) == 303

    assert confirm(visitor, strict).status_code == 303
    [made] = answers()
    assert made.evidence["method"] == f"{way}_and_code"


def test_who_ticked_before_the_code_need_not_tick_again(strict: June) -> None:
    visitor = strict.by_link()
    confirm(visitor, strict)  # ticked, and sent for a code
    ask(visitor)
    enter(visitor, code_sent(), strict.path)
    action = f"{strict.path}/{strict.section_id}/confirm"

    assert form_on(visitor.open(strict.path).text, action)["authority"] == "y"

    assert "authority" not in form_on(visitor.open(strict.path).text, action)  # it holds once


def test_who_ticked_nothing_finds_nothing_ticked(strict: June) -> None:
    visitor = strict.by_link()
    confirm(visitor, strict, authority=None)
    ask(visitor)
    enter(visitor, code_sent(), strict.path)

    form = form_on(visitor.open(strict.path).text, f"{strict.path}/{strict.section_id}/confirm")
    assert "authority" not in form


def test_a_code_is_good_once_for_a_quarter_of_an_hour_and_in_one_browser(strict: June) -> None:
    visitor = strict.by_link()
    ask(visitor)
    code = code_sent()

    with clock.standing(clock.now() + timedelta(minutes=16)):
        assert enter(visitor, code) == 400
    assert enter(strict.signed_in(), code) == 400  # asked for by the link, not by this session
    assert enter(visitor, code) == 303
    other = strict.by_link()
    assert enter(other, code) == 400  # used
    assert confirm(other, strict).location.startswith("/code")  # the same link, another browser


def test_after_twelve_hours_it_is_asked_for_again(strict: June) -> None:
    visitor = strict.by_link()
    ask(visitor)
    enter(visitor, code_sent())

    with clock.standing(clock.now() + timedelta(hours=13)):
        assert confirm(visitor, strict).location.startswith("/code")


def test_guessing_is_stopped(strict: June) -> None:
    visitor = strict.by_link()
    ask(visitor)
    code = code_sent()
    wrong = "000000" if code != "000000" else "111111"

    assert [enter(visitor, wrong) for _ in range(5)] == [400] * 5
    assert enter(visitor, code) == 429


def test_only_so_many_codes_are_sent(strict: June) -> None:
    visitor = strict.by_link()
    for _ in range(5):
        ask(visitor)

    token = token_on(visitor.open("/code").text)
    answer = visitor.open("/code/send", method="POST", data={"csrf_token": token})

    assert answer.status_code == 429


def test_people_are_kept_with_a_code_too(strict: June) -> None:
    answer = strict.signed_in().open("/preferences/people/new")

    assert (answer.status_code, answer.location) == (303, "/code?next=/preferences/people/new")


def test_where_the_company_wants_none_nobody_is_asked(june: June) -> None:
    assert confirm(june.by_link(), june).location.startswith("/receipts/")


def test_the_code_leads_to_no_other_site(strict: June) -> None:
    visitor = strict.signed_in()
    ask(visitor)

    form = {
        "csrf_token": token_on(visitor.open("/code").text),
        "code": code_sent(),
        "next": "//elsewhere.example/",
    }
    assert visitor.open("/code", method="POST", data=form).location == "/"


def test_six_digits_open_no_link_and_are_not_stored(strict: June) -> None:
    ask(strict.by_link())
    code = code_sent()

    assert Visitor(strict.app).open(f"/s/{code}").status_code == 404
    with db.reading() as session:
        [token] = session.scalars(select(Token).where(Token.purpose.in_(CODES)))
        assert tokens.secret_of(token) == code
        for purpose in CODES:
            assert tokens.find_any(session, code, purpose) is None
