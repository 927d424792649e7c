"""A long file on the workbench: read behind the page, stopped, taken up again."""

import pytest

from tests.internal.test_import_pages import AS_FOUND, sent
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.identity.permissions import Role
from tieout.intake import batches, by_night, uploads
from tieout.intake.models import ImportBatch
from tieout.intake.parts import cutting, whole
from tieout.web import working


@pytest.fixture
def accountant(world: World, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Somebody who prepares, where files of more than four rows are read in parts."""
    monkeypatch.setattr(uploads, "PART", 4)
    monkeypatch.setattr(whole, "PART", 4)
    monkeypatch.setattr(batches, "FEW_PARTS", 1)
    monkeypatch.setattr(working, "PATIENCE", 60.0)
    return world.staff(Role.ACCOUNTANT)


def sales(*numbers: str, customer: str = "M-0217") -> bytes:
    lines = [f"{number},2026-06-01,Invoice,{customer},100.00" for number in numbers]
    return ("\n".join(("Number,Date,Type,Customer code,Amount", *lines)) + "\n").encode()


MANY = sales(*(f"L-{number}" for number in range(18)))


def handed_in(person: Visitor, content: bytes) -> str:
    answer = sent(person, content, "documents", "long.csv")
    assert answer.status_code == 303, words_of(answer.text)
    return answer.location.removesuffix("/mapping")


def stored(place: str) -> tuple[str, int]:
    with db.reading() as session:
        batch = session.get_one(ImportBatch, int(place.rpartition("/")[2]))
        return batch.state, batch.parts


def test_it_is_read_read_differently_and_shown(accountant: Visitor) -> None:
    place = handed_in(accountant, MANY)
    assert stored(place) == ("staged", 5)
    assert "18" in words_of(accountant.open(place).text)

    page = accountant.open(f"{place}/mapping")
    assert page.status_code == 200
    columns = {
        f"column-{place}": field
        for place, field in enumerate(("number", "date", "kind", "customer_code", "amount"))
    }
    answer = accountant.send(
        f"{place}/mapping", {**AS_FOUND, **columns, "sign": ""}, page=f"{place}/mapping"
    )
    assert answer.status_code == 303, words_of(answer.text)
    assert stored(place) == ("staged", 5)


def test_while_it_is_read_the_page_says_how_far_and_it_can_be_stopped(
    accountant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "go_on", lambda _run: None)  # its process ended
    place = handed_in(accountant, MANY)
    assert stored(place)[0] == "reading"
    shown = words_of(accountant.open(place).text)
    assert "This file is long; it is read and checked in parts" in shown
    assert "Its rows are being read" in shown
    assert "Read (done)" in shown
    assert "Cleaned (done)" not in shown
    assert accountant.open(f"{place}/mapping").status_code == 200

    accountant.send(f"{place}/discard", {}, page=place)

    assert stored(place)[0] == "discarded"


def test_what_failed_is_said_and_tried_again(
    accountant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cutting, "MOST_ROWS", 5)
        place = handed_in(accountant, sales(*["L-1"] * 9))
    shown = words_of(accountant.open(place).text)
    assert "It could not be read to its end." in shown
    assert "More than 5 rows have the number “L-1”" in shown

    accountant.send(f"{place}/go-on", {}, page=place)

    assert stored(place)[0] == "staged"


def test_what_is_decided_for_many_rows_is_checked_behind_the_page(accountant: Visitor) -> None:
    strange = [f"S-{number}" for number in range(9)]
    content = sales(*strange, customer="Nobody") + sales(*(f"L-{n}" for n in range(9)))[38:]
    place = handed_in(accountant, content)
    accountant.send(f"{place}/leave-out", {}, page=place)
    assert stored(place)[0] == "staged"
    accountant.send(f"{place}/again", {}, page=place)
    assert stored(place)[0] == "staged"
    with db.reading() as session:
        batch = session.get_one(ImportBatch, int(place.rpartition("/")[2]))
        assert batch.totals["decision"] == 0
        assert batch.totals["left_out"] >= 9


def test_a_posting_that_would_keep_others_waiting_says_so_and_offers_the_night(
    world: World, accountant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_night, "ROWS_A_SECOND", 3)
    place = handed_in(accountant, MANY)
    with db.reading() as session:
        digest = session.get_one(ImportBatch, int(place.rpartition("/")[2])).content_digest
    accountant.send(f"{place}/submit", {"digest": digest}, page=place)
    approver = world.staff(Role.APPROVER)

    shown = approver.open(place)
    if db.engine().dialect.name != "sqlite":  # others go on saving there
        assert "tonight" not in shown.text
        return
    assert "Posting takes about 6 seconds" in words_of(shown.text)
    answer = approver.send(f"{place}/tonight", {"digest": digest}, page=place)

    assert answer.status_code == 303, words_of(answer.text)
    assert stored(place)[0] == "submitted"
    assert "it is posted tonight" in words_of(approver.open(place).text)
