"""The auditor's evidence pack: whole, provable, and of nobody a viewer does not see."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.support.route_world import World
from tests.support.visitor import Visitor
from tieout import db
from tieout.identity.permissions import Role
from tieout.rendering.packs import prove
from tieout.statements.models import Statement

PACK = "/desk/reports/evidence.zip"


def taken(visitor: Visitor, folder: Path, asked: str = "?month=2026-06") -> zipfile.ZipFile:
    """A pack as it is handed out; it proves itself."""
    answer = visitor.open(PACK + asked)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text[:500]
    path = folder / "evidence.zip"
    path.write_bytes(answer.data)
    assert prove(path, with_keys=True).ok
    return zipfile.ZipFile(path)


def rows(pack: zipfile.ZipFile, name: str) -> list[list[str]]:
    """A list of the pack, without its headings."""
    return list(csv.reader(io.StringIO(pack.read(name).decode("utf-8-sig"))))[1:]


def test_it_holds_what_was_sent_and_what_came_back(world: World, tmp_path: Path) -> None:
    pack = taken(world.staff(Role.AUDITOR), tmp_path)

    names = pack.namelist()
    with db.reading() as session:
        statement = session.get_one(Statement, world.ids["statement_id"])
    frozen = f"statements/{statement.number}-v{statement.version}.json"
    assert hashlib.sha256(pack.read(frozen)).hexdigest() == statement.sha256
    told = json.loads(pack.read("manifest.json"))
    assert told["period"] == ["2026-06-01", "2026-06-30"]
    assert ":" in told["audit_head"]
    for receipt, *_ in rows(pack, "answers.csv"):
        kept = json.loads(pack.read(f"answers/{receipt}.json"))
        assert kept["receipt"] == receipt
        assert pack.read(f"answers/{receipt}.pdf").startswith(b"%PDF")
    assert any(name.startswith("disputes/D-2026") and name.endswith(".pdf") for name in names)
    listed = {one["name"]: one["sha256"] for one in told["files"]}
    assert sorted(names) == sorted([*listed, *told["not_listed"]])
    for name, sha256 in listed.items():
        assert hashlib.sha256(pack.read(name)).hexdigest() == sha256
    sums = pack.read("SHA256SUMS").decode().splitlines()
    manifest = hashlib.sha256(pack.read("manifest.json")).hexdigest()
    assert sums == [
        *(f"{sha}  {name}" for name, sha in listed.items()),
        f"{manifest}  manifest.json",
    ]
    assert {"no answer.csv", "no answer.xlsx", "receipts after cut-off.csv"} <= set(names)


def test_a_sample_is_drawn_by_its_seed_and_told(world: World, tmp_path: Path) -> None:
    asked = "?month=2026-06&of=sample&size=1&seed=harbour"

    told = [
        json.loads(taken(world.staff(Role.AUDITOR), tmp_path, asked).read("manifest.json"))
        for _ in range(2)
    ]

    assert told[0]["sample"] == told[1]["sample"]
    assert told[0]["sample"]["seed"] == "harbour"
    assert len(told[0]["sample"]["accounts"]) == 1


def test_sales_take_their_own_customers_alone(world: World, tmp_path: Path) -> None:
    pack = taken(world.staff(Role.SALES), tmp_path)

    with db.reading() as session:
        other = session.get_one(Statement, world.others["statement_id"])
    assert not any(name.startswith(f"statements/{other.number}") for name in pack.namelist())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_what_it_holds(world: World, language: str) -> None:
    page = world.staff(Role.AUDITOR, language).open("/desk/reports/evidence?month=2026-06")

    assert page.status_code == 200
    assert f'href="{PACK}?month=2026-06"' in page.text
