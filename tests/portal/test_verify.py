"""Anyone may ask whether a paper is ours; nobody learns more."""

from datetime import timedelta

from tests.factories import BY, OTHER
from tests.portal.conftest import ISSUED, June
from tests.support.visitor import Visitor, words_of
from tieout import clock, db
from tieout.identity import limits
from tieout.statements import drafting, issuing
from tieout.statements.models import Statement


def code_of(june: June) -> str:
    with db.reading() as session:
        return str(session.get_one(Statement, june.statement_id).verify_code)


def test_a_paper_of_ours_is_named_by_number_version_and_fingerprint_alone(june: June) -> None:
    said = words_of(Visitor(june.app).open(f"/verify/{code_of(june)}").text)

    assert "This statement is ours, and unchanged." in said
    for secret in ("4,040", "404000", "M-0217", "Customer M", "Wang Min", "June", "CNY"):
        assert secret not in said


def test_one_that_was_superseded_is_ours_but_not_to_be_relied_on(june: June) -> None:
    code, at = code_of(june), ISSUED + timedelta(days=1)
    with db.transaction() as session:
        statement = session.get_one(Statement, june.statement_id)
        again = issuing.supersede(session, statement, reason="A typing error", by=BY, at=at)
        drafting.approve(session, again, by=OTHER, at=at)
        issuing.issue(session, again, by=OTHER, at=at)

    said = words_of(Visitor(june.app).open(f"/verify/{code}").text)

    assert "a newer version has taken its place" in said
    assert "4,040" not in said


def test_who_guesses_codes_is_not_answered_for_a_while_and_others_are(june: June) -> None:
    guesser, code = Visitor(june.app), code_of(june)
    for number in range(limits.UNKNOWN_LINKS.allowed):
        assert guesser.open(f"/verify/AAAA-BBBB-{number:04}").status_code == 404

    refused = guesser.open(f"/verify/{code}")
    elsewhere = Visitor(june.app).open(
        f"/verify/{code}", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}
    )

    assert refused.status_code == 429
    assert "Try again in 15 minutes, or ask us" in words_of(refused.text)
    assert "ST-2026" not in refused.text
    assert guesser.open(f"/s/{june.link}").status_code == 429
    assert "This statement is ours, and unchanged." in words_of(elsewhere.text)
    with clock.standing(clock.now() + limits.UNKNOWN_LINKS.window):
        assert guesser.open(f"/verify/{code}").status_code == 200


def test_who_holds_many_papers_of_ours_may_check_them_all(june: June) -> None:
    visitor, code = Visitor(june.app), code_of(june)

    told = [visitor.open(f"/verify/{code}").status_code for _ in range(40)]

    assert set(told) == {200}
