"""`tieout match`: two files in, a folder out, without an installation."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tieout.cli import main, match_book, match_books, match_plain

HEAD = (
    "line_id,customer,date,doc_type,reference,po_number,description,doc_currency,doc_amount,amount"
    "\n"
)
OURS = HEAD + (
    "A1,C1,2026-05-18,invoice,INV-1021,,,CNY,,3540.00\n"
    "A2,C1,2026-06-03,credit_note,CN-77,,,CNY,,-2000.00\n"
    "A3,C1,2026-06-12,invoice,INV-1039,,,CNY,,5430.00\n"
    "A4,C1,2026-06-20,invoice,INV-1040,,,CNY,,96530.00\n"
    "A5,C1,2026-06-29,invoice,INV-1043,,,CNY,,25000.00\n"
)
THEIRS = HEAD + (
    "B1,C1,2026-05-20,发票,INV-1021,,,CNY,,-3540.00\n"
    "B2,C1,2026-06-02,发票,INV-1021,,,CNY,,-3540.00\n"
    "B3,C1,2026-06-14,发票,INV-1039,,,CNY,,-4530.00\n"
    "B4,C1,2026-06-22,发票,INV-1040,,,CNY,,-96530.00\n"
    "B5,C1,2026-06-29,付款,TT-88231,,,CNY,,12800.00\n"
)


@pytest.fixture
def books(tmp_path: Path) -> tuple[str, str]:
    """The worked example as two files, theirs in their own sign."""
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(OURS, encoding="utf-8")
    theirs.write_text(THEIRS, encoding="utf-8")
    return str(ours), str(theirs)


def test_the_worked_example(books: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"

    assert main(["match", *books, "--out", str(out), "--cutoff", "2026-06-30"]) == 0

    summary = json.loads((out / "summary.json").read_text())
    assert (summary["ours"]["balance"], summary["theirs"]["balance"]) == ("128500.00", "95340.00")
    assert summary["theirs"]["was_mirrored"]
    assert (summary["only_ours"], summary["only_theirs"]) == ("23000.00", "-9260.00")
    assert (summary["value_differences"], summary["unexplained"]) == ("900.00", "0.00")
    assert all(summary["checks"].values())
    with (out / "groups.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    types = {row["line_id"]: row["difference_type"] for row in rows}
    assert len(types) == len(rows) == 10
    assert types["B2"] == "duplicate_in_theirs"
    assert types["A3"] == types["B3"] == "amount_transposition"
    assert types["A5"] == "invoice_in_transit"


def test_the_workbook_is_for_people(books: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    main(["match", *books, "--out", str(out), "--cutoff", "2026-06-30"])

    book = openpyxl.load_workbook(out / "reconciliation.xlsx")

    assert book.sheetnames == [
        "Summary",
        "Reconciliation statement",
        "Balances",
        "Differences",
        "Matches",
    ]
    told = [str(row[2]) for row in book["Differences"].iter_rows(values_only=True)]
    assert "Invoice INV-1039: two digits are swapped." in told
    statement = {
        row[0]: row[3] for row in book["Reconciliation statement"].iter_rows(values_only=True)
    }
    assert statement["Ours, adjusted"] == statement["Theirs, adjusted"] == 115_700
    assert statement["Invoice INV-1039 booked as 4,530.00 instead of 5,430.00"] == 900
    assert statement["Left"] == 0
    book.close()


def test_without_customers_no_column_asks_for_one(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text("Date,Number,Amount\n2026-06-03,INV-1,100.00\n2026-06-04,INV-2,50.00\n")
    theirs.write_text("Date,Number,Amount\n2026-06-03,INV-1,100.00\n")
    main(["match", str(ours), str(theirs), "--out", str(tmp_path / "out")])

    book = openpyxl.load_workbook(tmp_path / "out" / "reconciliation.xlsx")

    assert "Balances" not in book.sheetnames
    heads = {sheet: book[sheet]["A1"].value for sheet in ("Differences", "Matches")}
    assert heads == {"Differences": "Type", "Matches": "Our book"}
    book.close()


def test_other_headings_are_recognised(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text("日期,单据号,金额\n2026-06-03,INV-1,100.00\n", encoding="utf-8")
    theirs.write_text("Date;Invoice no;Debit;Credit\n05.06.2026;INV 1;;100,00\n", encoding="utf-8")
    out = tmp_path / "out"

    assert main(["match", str(ours), str(theirs), "--out", str(out)]) == 0

    summary = json.loads((out / "summary.json").read_text())
    assert (summary["difference"], summary["theirs"]["was_mirrored"]) == ("0.00", True)


def test_rules_of_an_installation_are_used(books: tuple[str, str], tmp_path: Path) -> None:
    rules = tmp_path / "meta.json"
    rules.write_text(json.dumps({"cutoff": "2026-12-31", "transit_days": 5}))

    main(["match", *books, "--out", str(tmp_path / "out"), "--rules", str(rules)])

    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["cutoff"] == "2026-12-31"
    assert "invoice_in_transit" not in summary["groups_by_type"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A1,C1,2026-13-01,invoice,I,,,CNY,,1.00", "“2026-13-01” is no day of the calendar."),
        ("A1,C1,2026-06-01,invoice,I,,,CNY,,1.2.3", "“1.2.3” is not an amount."),
    ],
)
def test_a_wrong_row_is_named(
    books: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    row: str,
    said: str,
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(HEAD + row + "\n", encoding="utf-8")

    assert main(["match", str(wrong), books[1], "--out", str(tmp_path / "out")]) == 1

    told = capsys.readouterr().err
    assert "“wrong.csv”, row 2:" in told
    assert said in told


def test_a_file_that_is_not_there(
    books: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["match", str(tmp_path / "none.csv"), books[1], "--out", str(tmp_path)]) == 1

    assert "There is no file" in capsys.readouterr().err


def test_it_needs_neither_the_web_nor_a_database(books: tuple[str, str], tmp_path: Path) -> None:
    script = (
        "import sys, json\n"
        "from tieout.cli import main\n"
        f"code = main(['match', {books[0]!r}, {books[1]!r}, '--out', {str(tmp_path / 'out')!r}])\n"
        "print(json.dumps([code, [n for n in ('flask', 'sqlalchemy') if n in sys.modules]]))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )

    assert json.loads(done.stdout.splitlines()[-1]) == [0, []]


PLAIN = (
    HEAD
    + "A1,C1,2026-06-03,invoice,INV-2026-000042,PO-1,Sale,CNY,,+1000\n"
    + "A0,C1,2026-06-03,invoice, INV-2026-000041 ,,Sale,CNY,,7.00\n"
    + "A2,C2,2026-06-04,,,,收款 TT20260601123456,USD,-12.5,-90.00\n"
)


def test_a_plain_file_is_read_in_columns_as_it_is_read_cell_by_cell(tmp_path: Path) -> None:
    for name, text in (("plain.csv", PLAIN), ("quoted.csv", PLAIN.replace("Sale", '"Sale"'))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    plain, quoted = (
        match_books.read_book(tmp_path / name, match_book.Customers(), "CNY")
        for name in ("plain.csv", "quoted.csv")
    )

    assert not isinstance(plain.ids, list)
    assert isinstance(quoted.ids, list)
    for column in ("id", "customer", "day", "kind", "amount", "currency", "doc_amount"):
        one, other = getattr(plain.lines, column), getattr(quoted.lines, column)
        assert one.tolist() == other.tolist(), column
    assert plain.lines.keys.rows() == quoted.lines.keys.rows()
    for words in ("ids", "numbers", "kinds", "descriptions"):
        assert list(getattr(plain, words)) == [each.strip() for each in getattr(quoted, words)]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("+1000", "1,000.00"),
        PLAIN.replace("+1000", "1e3"),
        PLAIN.replace("+1000", ""),
        PLAIN.replace("+1000", "1.000"),
        PLAIN.replace("+1000", "-"),
        PLAIN.replace("2026-06-03", "2026-06-03T08:00"),
        PLAIN.replace("2026-06-03", "2026-02-30"),
        PLAIN.replace("A2", "A1"),
        PLAIN.replace("A0", "A1"),
        PLAIN + "\n",
        PLAIN.replace("line_id", "number"),
    ],
)
def test_what_is_not_plain_is_read_cell_by_cell(tmp_path: Path, text: str) -> None:
    path = tmp_path / "book.csv"
    path.write_text(text, encoding="utf-8")

    assert match_plain.read_plain(path, frozenset({"line_id", "date", "amount"}), len, 2) is None


def test_what_waits_for_a_yes_is_named_apart_from_what_nobody_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs, out = tmp_path / "ours.csv", tmp_path / "theirs.csv", tmp_path / "out"
    head = "date,type,number,amount\n"
    ours.write_text(
        head
        + "2026-07-01,invoice,XS-2026061203,1200.00\n2026-07-05,invoice,INV-303,2500.00\n"
        + "2026-07-30,payment,RC-40,-3626.00\n"
    )
    theirs.write_text(
        head
        + "2026-07-02,bill,XS-2026061230,-1200.00\n2026-07-06,bill,INV-303,-2500.00\n"
        + "2026-07-28,payment,PV-5,1200.00\n2026-07-28,payment,PV-5,2500.00\n"
    )

    main(["match", str(ours), str(theirs), "--out", str(out)])

    assert "74.00 has an explanation that waits for your yes." in capsys.readouterr().out
    assert json.loads((out / "summary.json").read_text())["to_confirm"] == "74.00"
    book = openpyxl.load_workbook(out / "reconciliation.xlsx")
    statement = [
        (row[0], row[1], row[3])
        for row in book["Reconciliation statement"].iter_rows(values_only=True)
    ]
    assert ("Payment RC-40, −3,626.00 here and −3,700.00 there", "to be confirmed", -74) in (
        statement
    )
    assert next(row[2] for row in statement if row[0] == "Not explained") == 0
    notes = [row[-2] for row in book["Matches"].iter_rows(values_only=True)]
    assert "the 0 and the 3 have changed places in the number" in notes
