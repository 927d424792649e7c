"""Everything a customer can see, taken along in one file: all of it, and nobody else's."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.factories import BY
from tests.portal.conftest import June, answers, confirm, issue
from tests.support.visitor import Visitor, token_on
from tieout import clock, db
from tieout.customers.models import Customer
from tieout.disputes import thread
from tieout.disputes.files import File
from tieout.disputes.models import Dispute
from tieout.periods import Period
from tieout.rendering.packs import prove
from tieout.statements.models import Statement

EXPORT = "/preferences/data/export.zip"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def manager(june: June) -> Visitor:
    """Somebody who has disputed part of INV-3, with a photo, and confirmed the rest."""
    visitor = june.signed_in()
    with db.reading() as session:
        statement = session.get_one(Statement, june.statement_id)
        [line] = [one for one in statement.sections[0].lines if one.number == "INV-3"]
    where = f"/disputes/new?line={line.id}"
    form = {
        "csrf_token": token_on(visitor.open(where).text),
        "reason": "price",
        "words": "en",
        f"expected_{line.id}": "2000.00",
        "note": "The price list says 2,000.00",
        "files": (io.BytesIO(PDF), "price list.pdf"),
    }
    answer = visitor.open(where, method="POST", data=form)
    assert answer.status_code == 303, answer.text
    assert confirm(visitor, june).status_code == 303
    return visitor


def taken(visitor: Visitor, folder: Path) -> tuple[Path, zipfile.ZipFile]:
    """The pack a visitor is handed."""
    answer = visitor.open(EXPORT)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    path = folder / "export.zip"
    path.write_bytes(answer.data)
    return path, zipfile.ZipFile(path)


def test_everything_is_in_it_and_proves_itself(
    june: June, manager: Visitor, tmp_path: Path
) -> None:
    path, pack = taken(manager, tmp_path)

    names = set(pack.namelist())
    with db.reading() as session:
        statement = session.get_one(Statement, june.statement_id)
        [dispute] = session.query(Dispute)
    [answer] = answers()
    assert prove(path, with_keys=True).ok
    assert {f"statements/ST-2026-0001-v1.{e}" for e in ("json", "pdf", "xlsx", "csv")} <= names
    frozen = pack.read("statements/ST-2026-0001-v1.json")
    assert hashlib.sha256(frozen).hexdigest() == statement.sha256
    documents = list(csv.reader(io.StringIO(pack.read("documents.csv").decode())))
    assert {row[2] for row in documents[1:]} == {"INV-1", "INV-2", "INV-3", "PAY-1", "CN-1"}
    assert {
        "documents.xlsx",
        "answers.csv",
        "disputes.xlsx",
        f"answers/{answer.receipt}.pdf",
    } <= names
    kept = json.loads(pack.read(f"answers/{answer.receipt}.json"))
    assert (kept["outcome"], kept["evidence"]["personal"]["person"]) == (
        "agreed_except",
        "Wang Min",
    )
    assert pack.read(f"disputes/{dispute.receipt}/price list.pdf") == PDF
    told = json.loads(pack.read("manifest.json"))
    assert told["customer"]["code"] == "M-0217"
    assert len(told["files"]) == len(names) - 3


def test_what_is_among_staff_stays_there(june: June, manager: Visitor, tmp_path: Path) -> None:
    with db.transaction() as session:
        [dispute] = session.query(Dispute)
        thread.note(
            session,
            dispute,
            "they are right, but wait",
            files=[File("our margin.pdf", PDF)],
            by=BY,
            at=clock.now(),
        )

    _, pack = taken(manager, tmp_path)

    whole = b"".join(pack.read(name) for name in pack.namelist())
    assert b"they are right" not in whole
    assert not any("margin" in name for name in pack.namelist())


def test_another_customer_takes_its_own_alone(june: June, manager: Visitor, tmp_path: Path) -> None:
    _, pack = taken(june.stranger(), tmp_path)

    whole = b"".join(pack.read(name) for name in pack.namelist()).decode("utf-8", "replace")
    assert "M-0300" in whole
    assert not any(word in whole for word in ("INV-1", "M-0217", "Mingyuan", "ST-2026-0001"))


def test_by_a_link_one_takes_what_the_link_opens(june: June, tmp_path: Path) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, june.customer_id)
        issue(session, customer, Period.month(2026, 7))

    with clock.standing(clock.now()):
        _, pack = taken(june.by_link(), tmp_path)

    assert [n for n in pack.namelist() if n.endswith(".json") and n.startswith("statements")] == [
        "statements/ST-2026-0001-v1.json"
    ]


def test_figures_a_customer_is_to_state_first_are_not_in_it(june: June, tmp_path: Path) -> None:
    with db.transaction() as session:
        customer = session.get_one(Customer, june.customer_id)
        issue(session, customer, Period.month(2026, 7), request="blank")

    _, pack = taken(june.signed_in(), tmp_path)

    assert not any("ST-2026-0002" in name for name in pack.namelist())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_what_is_in_it(june: June, language: str) -> None:
    page = june.signed_in(language).open("/preferences/data").text

    assert f'href="{EXPORT}"' in page
    assert "SHA-256" in page
