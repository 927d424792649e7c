"""How files are read: tried before it is kept, remembered, listed, changed, forgotten."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.internal.test_import_pages import AS_FOUND, hand_in, sent
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.identity.permissions import Role
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, RememberedMapping
from tieout.intake.templates import KINDS, template

ODD = "Beleg,Wann,Wer,Betrag\nB-1,2026-06-01,M-0217,100.00\nB-2,2026-06-02,M-0217,50.00\n"
USES = {"column-0": "number", "column-1": "date", "column-2": "customer_code"}


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who prepares."""
    return world.staff(Role.ACCOUNTANT)


def remembered(accountant: Visitor) -> int:
    """A file whose columns were named by hand; the number of what was remembered of it."""
    address = hand_in(accountant, ODD)
    answer = accountant.send(f"{address}/mapping", AS_FOUND | USES | {"column-3": "amount"})
    assert answer.status_code == 303, words_of(answer.text)
    with db.reading() as session:
        rows = session.query(RememberedMapping).filter_by(customer_id=0).all()
        return rows[-1].id


def test_a_mapping_is_tried_before_it_is_kept(accountant: Visitor) -> None:
    address = hand_in(accountant, ODD)

    answer = accountant.send(f"{address}/mapping/preview", AS_FOUND | USES | {"column-3": "amount"})

    words = words_of(answer.text)
    assert answer.status_code == 200
    assert "The first rows, as they would be read" in words
    assert "B-1" in words
    assert "Ready to post B-1 1 Jun 2026 M-0217 100.00" in words
    assert "Nothing of this preview is kept" in words
    with db.reading() as session:
        batch = session.query(ImportBatch).order_by(ImportBatch.id.desc()).first()
        assert batch is not None
        assert {c["field"] for c in batch.mapping["columns"]} != {"number", "date"}
        assert not session.query(RememberedMapping).filter_by(customer_id=0).count()


def test_what_is_tried_and_cannot_be_read_is_said_at_its_row(accountant: Visitor) -> None:
    address = hand_in(accountant, ODD.replace("2026-06-02", "tomorrow"))

    words = words_of(
        accountant.send(f"{address}/mapping/preview", AS_FOUND | USES | {"column-3": "amount"}).text
    )

    assert "“tomorrow” is not a date" in words


def test_the_next_file_with_these_headings_is_read_the_same_way(accountant: Visitor) -> None:
    remembered(accountant)

    address = hand_in(accountant, ODD.replace("B-", "C-"))

    assert "C-1" in words_of(accountant.open(address + "/rows").text)


def test_ways_of_reading_are_listed_with_their_headings(accountant: Visitor) -> None:
    remembered(accountant)

    words = words_of(accountant.open("/desk/imports/readings").text)
    found = words_of(accountant.open("/desk/imports/readings?q=june&kind=documents").text)
    nothing = words_of(accountant.open("/desk/imports/readings?q=nothing").text)

    assert "Beleg · Wann · Wer · Betrag" in words
    assert "june.csv" in found
    assert "None of them is like that" in nothing


def test_a_way_of_reading_is_renamed_and_changed(accountant: Visitor) -> None:
    one = remembered(accountant)
    address = f"/desk/imports/readings/{one}"
    assert "How “june.csv” is read" in words_of(accountant.open(address).text)

    answer = accountant.send(
        address, {"name": "German list", "column-0": "reference", "column-3": "amount"}
    )

    assert answer.status_code == 303
    with db.reading() as session:
        stored = session.get_one(RememberedMapping, one)
        assert stored.name == "German list"
        assert [c["field"] for c in stored.mapping["columns"]] == [
            "reference",
            "date",
            "customer_code",
            "amount",
        ]


def test_two_columns_of_it_cannot_say_the_same(accountant: Visitor) -> None:
    address = f"/desk/imports/readings/{remembered(accountant)}"

    answer = accountant.send(address, {"name": "x", "column-0": "date", "column-1": "date"})

    assert answer.status_code == 400
    assert "Keep one" in words_of(answer.text)


def test_a_way_of_reading_is_forgotten(accountant: Visitor) -> None:
    one = remembered(accountant)

    answer = accountant.send(f"/desk/imports/readings/{one}/forget", {})

    assert answer.status_code == 303
    assert accountant.open(f"/desk/imports/readings/{one}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_explains_itself_and_is_known_again(
    world: World, kind: BatchKind, language: str
) -> None:
    person = world.staff(Role.ACCOUNTANT, language)
    content = person.open(f"/desk/imports/templates/{kind}").data
    book = load_workbook(BytesIO(content))
    _, explanations = book.worksheets
    wanted = template(kind)
    assert explanations.max_row == len(wanted.fields) + 1 + bool(wanted.note)

    for file, name in (
        (content, "filled.xlsx"),
        (person.open(f"/desk/imports/templates/{kind}/csv").data, "filled.csv"),
    ):
        answer = sent(person, file, "", name)
        assert answer.status_code == 303, words_of(answer.text)
        assert not answer.location.endswith("/mapping")
        with db.reading() as session:
            batch = session.query(ImportBatch).order_by(ImportBatch.id.desc()).first()
            assert batch is not None
            assert batch.kind == str(kind)
            assert batch.reading["warnings"] == []
