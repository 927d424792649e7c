"""Anyone may ask whether a paper is ours; nobody learns more."""

from datetime import timedelta

from tests.factories import BY, OTHER
from tests.portal.conftest import ISSUED, June
from tests.support.visitor import Visitor, words_of
from tieout import db
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
