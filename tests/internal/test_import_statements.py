"""Bank statements, invoices and records handed in on the workbench: told by the file itself."""

import json
from io import BytesIO

import pytest
from sqlalchemy import select

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tests.tieout.intake.importers.shapes import BAI2, CAMT, JSON, MT940, OFX, UBL
from tieout import db
from tieout.identity.permissions import Role
from tieout.intake.models import ImportBatch


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who prepares."""
    return world.staff(Role.ACCOUNTANT)


def hand_in(person: Visitor, text: str, name: str, kind: str = "") -> str:
    """Hand a file in; the words of the page that answers."""
    answer = person.send(
        "/desk/imports/new",
        {"kind": kind, "file": (BytesIO(text.encode()), name)},
        page="/desk/imports/new",
        content_type="multipart/form-data",
    )
    if answer.status_code != 303:
        return words_of(answer.text)
    return words_of(person.open(answer.location.removesuffix("/mapping")).text)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        (MT940, "june.sta", "payments"),
        (CAMT, "june.xml", "payments"),
        (OFX, "june.ofx", "payments"),
        (BAI2, "june.bai2", "payments"),
        (UBL, "invoice.xml", "documents"),
        (JSON, "sales.json", "documents"),
    ],
)
def test_what_it_holds_is_told_by_the_file(
    accountant: Visitor, text: str, name: str, kind: str
) -> None:
    page = hand_in(accountant, text, name)

    assert name in page
    with db.reading() as session:
        batch = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
        assert batch is not None
        assert (batch.filename, batch.kind) == (name, kind)


def test_balances_are_shown_on_the_page_of_the_import(accountant: Visitor) -> None:
    page = hand_in(
        accountant, MT940.replace("62F:C260630EUR3,00", "62F:C260630EUR4,00"), "june.sta"
    )

    assert "What the file says of itself" in page
    assert "4.00 EUR" in page
    assert "−1.00 EUR" in page
    assert "Totals and balances that do not tie" in page


def test_a_statement_handed_in_as_invoices_is_refused_in_a_sentence(accountant: Visitor) -> None:
    page = hand_in(accountant, MT940, "june.sta", "documents")

    assert "“june.sta” holds: Payments received." in page


def test_the_columns_of_a_statement_can_be_looked_at(accountant: Visitor) -> None:
    hand_in(accountant, MT940, "june.sta")
    with db.reading() as session:
        batch = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
        assert batch is not None
        number, details = batch.id, json.loads(json.dumps(batch.reading["details"]))

    page = accountant.open(f"/desk/imports/{number}/mapping")

    assert page.status_code == 200
    assert "Other party" in words_of(page.text)
    assert details["statements"][0]["account"] == "43060967/7000123400"
