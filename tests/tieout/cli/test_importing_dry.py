"""`tieout import --dry-run`: what would happen, on the books or on none; nothing is touched."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.tieout.cli.conftest import Type
from tieout import db
from tieout.intake.models import ImportBatch

SALES = (
    "Sales of June,,,\n"
    "Number,Date,Customer name,Amount,Currency\n"
    'N-1,29.06.2026,Brightwater,"1.234,56",EUR\n'
    'N-2,30.06.2026,Harbour,"-10,00",EUR\n'
    'N-3,31.06.2026,Harbour,"5,00",EUR\n'
    'Total,,,"1.229,56",\n'
)
BANK = (
    ":20:M1\n:25:700012\n:28C:1/1\n:60F:C260629EUR10,00\n"
    ":61:2606300630C2,50NTRFNONREF\n:86:INV-1\n:61:2606300630D1,00NTRFNONREF\n:86:fee\n"
    ":62F:C260630EUR11,50\n-\n"
)


def answered(said: tuple[int, str]) -> dict[str, Any]:
    """The one document a command answered."""
    end, text = said
    found: dict[str, Any] = json.loads(text)
    assert end == (1 if "error" in found else 0), found
    return found


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder without an installation, where the command is typed."""
    folder = tmp_path / "nowhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def written(folder: Path, name: str, text: str) -> Path:
    """A file to hand in, lying elsewhere."""
    path = folder.parent / name
    path.write_text(text, "utf-8")
    return path


def test_without_any_installation_and_without_a_trace(type_in: Type, nowhere: Path) -> None:
    sales = written(nowhere, "sales.csv", SALES)

    found = answered(type_in("import", sales, "--dry-run", "--json"))

    assert list(nowhere.iterdir()) == []
    assert (found["books"], found["kind"], found["kind_guessed"]) == ("none", "documents", True)
    reading = found["reading"]
    assert (reading["encoding"], reading["delimiter"], reading["quote"]) == ("utf-8", ",", '"')
    assert (reading["line_ends"], reading["header_row"], reading["first_row"]) == ("LF", 2, 3)
    by_field = {one["field"]: one for one in found["columns"] if one["field"]}
    assert by_field["amount"]["decimal_mark"] == ","
    assert by_field["date"]["date_order"] == "dmy"
    assert found["sign"] == "as_written"
    assert found["rows"] == {
        "read": 4, "ready": 0, "decision": 2, "refused": 1, "repeated": 0, "left_out": 1,
    }  # fmt: skip
    assert found["content"] == [
        {"kind": "credit_note", "currency": "EUR", "count": 1, "rows": 1, "amount": "-10.00"},
        {"kind": "invoice", "currency": "EUR", "count": 1, "rows": 1, "amount": "1234.56"},
    ]
    assert found["would_post"] == []
    assert found["dates"] == {"from": "2026-06-29", "to": "2026-06-30"}
    assert found["parties"]["names"] == ["Brightwater", "Harbour"]
    [refused] = [one for one in found["problems"] if one["field"] == "date"]
    assert (refused["row"], refused["state"], refused["column"]) == (5, "refused", "B")
    assert "there is no such day" in refused["sentence"]
    [control] = found["controls"]
    assert (control["expected"], control["found"]) == ("1229.56", "1229.56")
    assert "judged against empty books" in " ".join(found["warnings"])


def test_a_bank_statement_with_its_balances(type_in: Type, nowhere: Path) -> None:
    found = answered(type_in("import", written(nowhere, "june.sta", BANK), "--dry-run", "--json"))

    assert (found["kind"], found["reading"]["importer"]) == ("payments", "mt940")
    assert found["movements"] == [
        {"currency": "EUR", "direction": "in", "count": 1, "amount": "2.50"},
        {"currency": "EUR", "direction": "out", "count": 1, "amount": "1.00"},
    ]
    assert found["controls_tie"]
    assert found["parties"]["own_accounts"] == ["700012"]
    assert found["details"]["statements"][0]["balances"][0]["amount"] == "10.00"


def test_on_the_books_nothing_is_touched(type_in: Type, harbour: Path, nowhere: Path) -> None:
    customers = written(nowhere, "customers.csv", "Code,Name\nM-1,Brightwater\nM-2,Harbour\n")
    sales = written(nowhere, "sales.csv", SALES)
    type_in("import", customers, "--data", harbour, "--approve", "--kind", "customers")
    before = {path: path.stat().st_mtime_ns for path in harbour.rglob("*.json")}

    found = answered(type_in("import", sales, "--data", harbour, "--dry-run", "--json"))

    assert found["books"] == "installation"
    assert found["rows"]["read"] == 4
    with db.reading() as session:
        assert session.scalar(select(func.count(ImportBatch.id))) == 1
    assert {path: path.stat().st_mtime_ns for path in harbour.rglob("*.json")} == before


def test_the_mapping_can_be_handed_back(type_in: Type, nowhere: Path) -> None:
    sales = written(nowhere, "sales.csv", SALES)
    found = answered(type_in("import", sales, "--dry-run", "--json"))
    for column in found["mapping"]["columns"]:
        if column["field"] == "customer_name":
            column["field"] = "description"
    whole = written(nowhere, "mapping.json", json.dumps(found))

    again = answered(type_in("import", sales, "--dry-run", "--json", "--mapping", whole))

    assert again["mapping"] == found["mapping"]
    assert again["parties"]["named"] == 0


def test_one_customer_for_all_rows(type_in: Type, nowhere: Path) -> None:
    sales = written(nowhere, "sales.csv", SALES)

    found = answered(type_in("import", sales, "--dry-run", "--json", "--customer", "M-1"))

    assert found["mapping"]["customer_code"] == "M-1"
    assert found["mapping"]["is_one_customer"]


def test_a_customers_own_ledger(type_in: Type, nowhere: Path) -> None:
    theirs = written(
        nowhere,
        "theirs.csv",
        "Date,Doc no,Debit,Credit,Balance\n2026-06-01,B-1,,100.00,-100.00\n"
        "2026-06-30,P-1,40.00,,-60.00\n",
    )

    found = answered(type_in("import", theirs, "--kind", "their_ledger", "--dry-run", "--json"))

    assert found["rows"]["ready"] == 2
    assert found["balances"] == {"opening": "0.00", "closing": "-60.00", "lines": "-60.00"}


@pytest.mark.parametrize(
    ("words", "end", "kind"),
    [
        (("missing.csv",), 1, "NoSuchFile"),
        (("page.pdf",), 1, "PdfFile"),
        (("sales.csv", "--mapping", "nobody's"), 1, "NoSuchMapping"),
        (("sales.csv", "--mapping", "page.pdf"), 1, "MappingNotUnderstood"),
        (("sales.csv", "--approve"), 1, "DryRunPostsNothing"),
        (("sales.csv", "--kind", "payments", "--mapping", "map.json"), 1, "MappingOfAnotherKind"),
        (("sales.csv", "--kind", "nonsense"), 2, "usage"),
        ((), 2, "usage"),
    ],
)
def test_what_goes_wrong_is_one_object(
    type_in: Type, nowhere: Path, words: tuple[str, ...], end: int, kind: str
) -> None:
    (nowhere / "page.pdf").write_text("%PDF-1.7")
    (nowhere / "sales.csv").write_text(SALES)
    mapping = {
        "kind": "documents", "columns": [], "header_row": 2, "signature": "", "currency": "",
        "document_kind": "", "customer_code": "", "is_one_customer": False, "is_turned": False,
        "rounds": False, "meanings": [],
    }  # fmt: skip
    (nowhere / "map.json").write_text(json.dumps(mapping))

    code, said = type_in("import", *words, "--dry-run", "--json")

    error = json.loads(said)["error"]
    assert (code, error["kind"]) == (end, kind)
    assert error["sentence"].strip()
    assert "Traceback" not in said


def test_the_sentences_are_in_the_language_asked_for(type_in: Type, nowhere: Path) -> None:
    sales = written(nowhere, "sales.csv", SALES)

    found = answered(type_in("--language", "zh", "import", sales, "--dry-run", "--json"))

    assert any("没有" in one["sentence"] for one in found["problems"])


def test_a_statement_without_headings_is_told_by_its_values(type_in: Type, nowhere: Path) -> None:
    bank = written(nowhere, "bank.csv", "16-11-2026;Card note;-48,00\n26-10-2026;Wages;1.200,50\n")

    found = answered(type_in("import", bank, "--dry-run", "--json"))

    assert (found["kind"], found["reading"]["header_row"]) == ("payments", 0)
    assert [one["amount"] for one in found["movements"]] == ["1200.50", "48.00"]


def test_days_that_could_be_others_are_asked_about(type_in: Type, nowhere: Path) -> None:
    text = "Number,Date,Customer name,Amount\nN-1,03/04/2026,Harbour,5.00\n"
    sales = written(nowhere, "sales.csv", text)

    asked = answered(type_in("import", sales, "--dry-run", "--json"))
    told = answered(type_in("import", sales, "--dry-run", "--json", "--date-order", "day"))

    assert "column B" in asked["question"].replace("Column", "column")
    assert asked["rows"]["read"] == 1
    assert "question" not in told
    assert told["dates"]["from"] == "2026-04-03"


def test_said_to_a_person_it_is_short(type_in: Type, nowhere: Path) -> None:
    end, said = type_in("import", written(nowhere, "june.sta", BANK), "--dry-run")

    assert end == 0
    assert "62F 700012: 11.50 = 11.50" in said
    assert "in EUR 1: 2.50" in said
    assert "Nothing was touched." in said


def test_a_file_of_any_length_says_the_same_as_read_whole(
    type_in: Type, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"N-{n},{n % 28 + 1}.06.2026,Harbour {n % 3},{n}.50,EUR" for n in range(1, 40)]
    rows[7] = "N-8,31.06.2026,Harbour 1,8.50,EUR"
    rows += ["N-3,4.06.2026,Harbour 0,3.50,EUR", "Total,,,780.50,"]
    lines = "\n".join(["Number,Date,Customer name,Amount,Currency", *rows]) + "\n"
    sales = written(nowhere, "sales.csv", lines)
    whole = answered(type_in("import", sales, "--dry-run", "--json"))

    monkeypatch.setattr("tieout.intake.uploads.PART", 6)
    monkeypatch.setattr("tieout.intake.parts.whole.PART", 6)
    in_parts = answered(type_in("import", sales, "--dry-run", "--json"))

    def sorted_rows(report: dict[str, Any]) -> list[Any]:
        return sorted(report.pop("problems"), key=lambda one: (one["row"], one["sentence"]))

    assert in_parts["rows"]["read"] == 41
    assert in_parts["reading"]["last_row"] == 42
    assert sorted_rows(in_parts) == sorted_rows(whole)
    for report in (in_parts, whole):
        report["parties"]["names"].sort()
    assert in_parts == whole


def test_of_very_many_problems_the_first_are_listed(
    type_in: Type, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout.intake.report.MOST_PROBLEMS", 2)
    sales = written(nowhere, "sales.csv", SALES)
    found = answered(type_in("import", sales, "--dry-run", "--json"))
    assert len(found["problems"]) == 2
    assert found["problems_not_listed"] > 0
