"""Keys stored with a line in an earlier form are made anew when it is read."""

import base64

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.tieout.reconciliation.books import THEIRS, hand_in
from tieout.matching.keys import Keys
from tieout.reconciliation import columns
from tieout.reconciliation.models import TheirLine


def test_keys_of_an_earlier_form_are_those_of_today(session: Session) -> None:
    factories.make_company(session)
    book = hand_in(session, factories.make_customer(session), THEIRS)
    today = columns.their_lines(session, book).keys.rows()
    [nothing] = Keys.of([""], [""], [""]).rows()
    for line in session.scalars(select(TheirLine)):
        line.match_keys = {"keys": base64.b64encode(nothing).decode(), "po": ""}
    session.flush()

    assert columns.their_lines(session, book).keys.rows() == today
