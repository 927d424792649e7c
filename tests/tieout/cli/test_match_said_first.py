"""`tieout match` with files as people have them: what is refused, and what is said first."""

import json
from pathlib import Path

import openpyxl
import pytest

from tieout.cli import main

OURS = (
    "Date,Invoice no,Type,Debit,Credit\n"
    "2026-06-01,INV-1,invoice,100.00,\n"
    "2026-06-05,INV-2,invoice,50.00,\n"
)
HEAD = "Date,Invoice no,Debit,Credit\n"
NAMED = "line_id,customer,date,reference,amount\n"


@pytest.fixture
def ours(tmp_path: Path) -> str:
    """Our book, headed as nobody asked for."""
    path = tmp_path / "ours.csv"
    path.write_text(OURS, encoding="utf-8")
    return str(path)


def theirs(tmp_path: Path, text: str) -> str:
    """Their book."""
    path = tmp_path / "theirs.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear Sirs,\nwe thank you for your letter.\n", "“theirs.csv” is no ledger: no row of it"),
        (HEAD + "05/06,INV-1,,100.00\n07/06,INV-2,,50.00\n", "Write them with the year"),
        (HEAD + ",Total,100.00,50.00\n", "holds sums and no single entries"),
        (HEAD + "2026-06-01,INV-1,9" + "0" * 20 + ".00,\n", "cannot be right. Check the amount."),
        (NAMED + "A,C,2026-06-01,INV-1,9" + "0" * 20 + ".00\n", "is not an amount"),
        (NAMED + "A,C,2026-06-01,INV-1,9" + "0" * 14 + ".00\n", "is not an amount"),
        (
            "Customer," + HEAD + "Acme,2026-06-01,INV-1,,100.00\nGlobex,2026-06-02,INV-2,,5.00\n",
            "holds several customers (Acme, Globex), “ours.csv” names none of them",
        ),
        (
            "Currency," + HEAD + "USD,2026-06-01,INV-1,,100.00\n",
            "row 2 is in USD, the comparison in CNY",
        ),
        (
            NAMED + "A,C,2026-06-01,INV-1,1.00\nA,C,2026-06-02,INV-2,2.00\n",
            "“theirs.csv”, row 3: The line number “A” stands there twice. Give every line",
        ),
        ("", "“theirs.csv” is empty"),
    ],
    ids=[
        *("letter", "no year", "only totals", "too large", "too large, named", "too large, plain"),
        *("two customers", "currency", "twice", "empty"),
    ],
)
def test_what_cannot_be_compared_says_why_and_what_to_do(
    ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert main(["match", ours, theirs(tmp_path, text), "--out", str(tmp_path / "out")]) == 1

    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_cut_off_before_everything_names_the_first_day(
    ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = theirs(tmp_path, HEAD + "2026-06-02,INV-1,,100.00\n")

    code = main(["match", ours, other, "--out", str(tmp_path / "out"), "--cutoff", "2020-01-01"])

    assert code == 1
    assert "before the first entry of both books, of 1 June 2026" in capsys.readouterr().err


def test_a_stated_balance_the_lines_do_not_give_is_said_first(
    ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = theirs(
        tmp_path,
        "Date,Invoice no,Debit,Credit,Balance\n"
        "2026-05-31,Opening balance,,,1000.00\n"
        "2026-06-01,INV-1,100.00,,1100.00\n"
        "2026-06-30,Closing balance,,,1500.00\n",
    )
    out = tmp_path / "out"

    assert main(["match", ours, other, "--out", str(out)]) == 0

    said = "states a closing balance of CNY 1,500.00, but its entries come to CNY 1,100.00"
    assert said in capsys.readouterr().err
    assert said.split(",")[0] in json.loads((out / "summary.json").read_text())["warnings"][0]
    book = openpyxl.load_workbook(out / "reconciliation.xlsx")
    first = list(book["Summary"].iter_rows(values_only=True))[1]
    assert (first[0], said in str(first[1])) == ("Look at this first", True)
    book.close()


def test_without_any_option_folder_and_day_are_chosen_and_said(
    ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = theirs(tmp_path, HEAD + "2026-06-02,INV-1,,100.00\n2026-06-07,INV-2,,50.00\n")
    monkeypatch.chdir(tmp_path)

    assert main(["match", ours, other]) == 0

    said = capsys.readouterr()
    assert "As at 7 June 2026: ours 150.00, theirs 150.00" in said.out
    assert "ours-theirs/reconciliation.xlsx" in said.out
    assert said.err == ""
    assert (tmp_path / "ours-theirs" / "groups.csv").is_file()


def test_entries_after_the_cut_off_explain_what_is_on_its_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "ours.csv"
    mine.write_text(NAMED + "A1,C,2026-06-29,INV-1,100.00\n", encoding="utf-8")
    other = theirs(tmp_path, NAMED + "B1,C,2026-07-02,INV-1,100.00\n")
    out = tmp_path / "out"

    assert main(["match", str(mine), other, "--out", str(out), "--cutoff", "2026-06-30"]) == 0

    summary = json.loads((out / "summary.json").read_text())
    assert (summary["ours"]["balance"], summary["theirs"]["balance"]) == ("100.00", "0.00")
    assert summary["bridge"] == {"invoice_in_transit": "100.00"}
    assert "Entries after the cut-off 30 June 2026: 1." in capsys.readouterr().err


def test_one_customer_on_either_side_is_the_same_account(ours: str, tmp_path: Path) -> None:
    other = theirs(
        tmp_path, NAMED + "B1,K9,2026-06-02,INV-1,-100.00\nB2,K9,2026-06-06,INV-2,-50.00\n"
    )
    out = tmp_path / "out"

    assert main(["match", ours, other, "--out", str(out)]) == 0

    summary = json.loads((out / "summary.json").read_text())
    assert (summary["difference"], summary["customers"]) == ("0.00", 1)
    assert summary["groups"] == 2


def test_a_wrong_file_is_compared_with_a_warning(
    ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = theirs(tmp_path, HEAD + "2026-06-02,X-7,,777.00\n2026-06-03,X-8,,888.00\n")

    assert main(["match", ours, other, "--out", str(tmp_path / "out")]) == 0

    assert "Nothing of “theirs.csv” agrees with our book" in capsys.readouterr().err


def test_nothing_of_a_file_becomes_a_formula(ours: str, tmp_path: Path) -> None:
    other = theirs(
        tmp_path,
        NAMED + "=1+1,C,2026-06-02,\"=cmd|'/c calc'!A0\",100.00\n"
        "B2,C,2026-06-03," + "9" * 40_000 + "@SUM(1),7.00\n"
        "B3,C,2026-06-04,\u202egnp.exe\x07,8.00\n",
    )
    out = tmp_path / "out"

    assert main(["match", ours, other, "--out", str(out)]) == 0

    book = openpyxl.load_workbook(out / "reconciliation.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("=cmd") for cell in cells)
    book.close()


def test_the_workbook_speaks_chinese(ours: str, tmp_path: Path) -> None:
    other = theirs(tmp_path, HEAD + "2026-06-02,INV-1,,100.00\n")
    out = tmp_path / "out"

    assert main(["match", ours, other, "--out", str(out), "--lang", "zh"]) == 0

    book = openpyxl.load_workbook(out / "reconciliation.xlsx")
    assert book.sheetnames == ["概要", "余额调节表", "差异", "相符"]
    told = [str(row[1]) for row in book["差异"].iter_rows(values_only=True)]
    assert any("INV-2" in sentence for sentence in told)
    book.close()


def test_what_stands_before_their_opening_counts_in_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, out = tmp_path / "ours.csv", tmp_path / "out"
    ours.write_text(
        "Date,Type,Number,Amount\n2026-04-03,Invoice,INV-1,100.00\n"
        "2026-05-04,Invoice,INV-2,250.00\n2026-06-05,Invoice,INV-3,70.00\n"
    )
    other = theirs(
        tmp_path,
        "Date,Type,Number,Debit,Credit,Balance\n2026-06-01,Opening balance,,,,350.00\n"
        "2026-06-06,Invoice,INV-3,,70.00,420.00\n",
    )

    assert main(["match", str(ours), other, "--out", str(out), "--cutoff", "2026-06-30"]) == 0

    assert "they count in the opening of “ours.csv”" in capsys.readouterr().err
    summary = json.loads((out / "summary.json").read_text())
    assert summary["ours"]["balance"] == summary["theirs"]["balance"] == "420.00"
    assert summary["opening_difference"] == summary["only_ours"] == "0.00"
    assert all(summary["checks"].values())


DOUBTED = {
    "no amounts": (
        HEAD + "2026-06-02,INV-1,0.00,\n2026-06-06,INV-2,,0.00\n",
        "Every amount of “theirs.csv” is 0.00.",
    ),
    "no signs": (
        "Date,Number,Amount\n2026-06-02,INV-1,100.00\n2026-06-06,INV-2,50.00\n2026-06-08,TT-1,30.00\n",
        "Every amount of “theirs.csv” stands on the same side",
    ),
    "a slip of the year": (
        HEAD + "2026-06-02,INV-1,,100.00\n2062-06-06,INV-2,,50.00\n2026-06-08,TT-1,30.00,\n",
        "Row 3 of “theirs.csv” is dated 6 June 2062, more than a year from every other entry.",
    ),
    "a line twice": (
        "Line no," + HEAD + "1,2026-06-02,INV-1,,100.00\n2,2026-06-06,INV-2,,50.00\n"
        "2,2026-06-06,INV-2,,50.00\n3,2026-06-08,TT-1,30.00,\n",
        "Line number 2 of “theirs.csv” stands in rows 3, 4.",
    ),
    "days in doubt": (
        HEAD + "05/06/2026,INV-1,,100.00\n06/06/2026,INV-2,,50.00\n",
        "“05/06/2026” in column A of “theirs.csv” could be two different days",
    ),
}


@pytest.mark.parametrize("name", list(DOUBTED))
def test_what_makes_the_figures_doubtful_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    mine = tmp_path / "ours.csv"
    mine.write_text(OURS + "2026-06-08,TT-1,payment,,30.00\n", encoding="utf-8")
    text, said = DOUBTED[name]

    assert main(["match", str(mine), theirs(tmp_path, text), "--out", str(tmp_path / "out")]) == 0

    assert said in capsys.readouterr().err
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert any(said.split(" is dated")[0] in warning for warning in summary["warnings"])


def test_a_copy_of_our_book_is_not_taken_for_theirs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "ours.csv"
    lines = "".join(f"2026-06-{day:02},INV-{day},{day}00.00,\n" for day in range(1, 8))
    mine.write_text(HEAD + lines, encoding="utf-8")
    later = lines.replace("2026-06-03", "2026-06-04")

    for text, is_copy in ((HEAD + lines, True), (HEAD + later, False)):
        out = str(tmp_path / "out")
        assert main(["match", str(mine), theirs(tmp_path, text), "--out", out]) == 0
        assert ("agrees with “ours.csv” to every day and number" in capsys.readouterr().err) is (
            is_copy
        )


def test_of_a_workbook_with_several_sheets_one_is_chosen(
    ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for year, number in (("2025", "INV-0"), ("2026", "INV-1")):
        sheet = book.create_sheet(year)
        sheet.append(["Date", "Number", "Debit", "Credit"])
        sheet.append([f"{year}-06-02", number, None, 100])
    other = tmp_path / "theirs.xlsx"
    book.save(other)
    out = ["--out", str(tmp_path / "out")]

    assert main(["match", ours, str(other), *out]) == 0
    first = capsys.readouterr()
    assert main(["match", ours, str(other), *out, "--sheet", "2026"]) == 0
    second = capsys.readouterr()

    assert "Only sheet “2025” of “theirs.xlsx” was compared" in first.err
    assert "Only sheet “2026” of “theirs.xlsx” was compared" in second.err
    assert "Nothing of “theirs.xlsx” agrees" in first.err
    assert "Nothing of “theirs.xlsx” agrees" not in second.err
    assert main(["match", ours, str(other), *out, "--sheet", "2027"]) == 1
    assert "has no sheet “2027”. It has: 2025, 2026." in capsys.readouterr().err
    assert main(["match", ours, ours, *out, "--sheet", "2026"]) == 1
    assert "has sheets. Leave --sheet out." in capsys.readouterr().err
