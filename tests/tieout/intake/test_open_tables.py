"""Long files are gone through row by row; what they state of themselves is held against that."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tieout.intake import beginnings, described
from tieout.intake.asides import Aside
from tieout.intake.controls import Control
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import HEAD, Inspected, inspect, opened
from tieout.intake.values.dates import DateOrder


def payments(text: str) -> Inspected:
    return inspect(text.encode(), "bank.csv", BatchKind.PAYMENTS)


def said(controls: tuple[Control, ...]) -> list[str]:
    """Each control figure in words: what it is, what the file says, what was found."""
    return [f"{c.kind} {c.label}: {c.expected} {'=' if c.ties else c.found}" for c in controls]


def test_a_long_file_comes_in_chunks_and_its_total_ties(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [f"INV-{n},2026-06-{n % 28 + 1:02},C-1,{n}.25" for n in range(1, 7001)]
    total = sum(Decimal(f"{n}.25") for n in range(1, 7001))
    path.write_text("\n".join(["Invoice no,Date,Customer code,Amount", *rows, f"Total,,,{total}"]))

    with opened(path, "long.csv", BatchKind.DOCUMENTS) as table:
        chunks = list(table.chunks(2000))

    assert [len(chunk.rows) for chunk in chunks] == [2000, 2000, 2000, 1001]
    assert chunks[-1].asides == {7002: Aside.TOTAL}
    assert table.count == 7001
    assert said(table.controls) == [f"total Total: {total} ="]


def test_the_order_of_dates_is_settled_by_a_row_far_down(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [f"INV-{n},03/04/2026,C-1,1.00" for n in range(HEAD + 500)]
    path.write_text("\n".join(["Invoice no,Date,Customer,Amount", *rows, "X,25/04/2026,C-1,1.00"]))

    with opened(path, "long.csv", BatchKind.DOCUMENTS) as table:
        date = table.mapping.column("date")

    assert date is not None
    assert date.order == DateOrder.DAY_FIRST
    assert table.described.warnings == ()


def test_a_file_whose_kind_nobody_named_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Customer code,Customer name,E-mail\nC-1,Brook Ltd,a@brook.example\n")

    with opened(path, "list.csv", None) as table:
        assert table.described.kind == BatchKind.CUSTOMERS


def test_a_page_carries_its_sum_to_the_next() -> None:
    found = inspect(
        "日期,单据号,客户编码,借方金额\n2026-06-01,A1,C1,100\n2026-06-02,A2,C1,50\n过次页,,,150\n"
        "承前页,,,150\n2026-06-03,A3,C1,25\n合计,,,175\n".encode(),
        "账.csv",
        BatchKind.DOCUMENTS,
    )

    assert found.asides == {4: Aside.CLOSING, 5: Aside.OPENING, 7: Aside.TOTAL}
    assert said(found.controls) == [
        "carried_forward 过次页: 150 =",
        "carried_forward 承前页: 150 =",
        "total 合计: 175 =",
    ]


def test_subtotals_and_their_grand_total_tie() -> None:
    found = inspect(
        b"Number,Date,Customer,Amount\nA1,2026-06-01,Brook,100\nA2,2026-06-02,Brook,50\n"
        b"Total for Brook,,,150\nA3,2026-06-03,Hill,25\nTotal for Hill,,,25\nTOTAL,,,175\n",
        "report.csv",
        BatchKind.DOCUMENTS,
    )

    assert said(found.controls) == [
        "total Total for Brook: 150 =",
        "total Total for Hill: 25 =",
        "total TOTAL: 175 =",
    ]


def test_a_total_that_does_not_tie_is_told() -> None:
    found = inspect(
        b"Number,Date,Customer,Amount\nA1,2026-06-01,Brook,100\nTotal,,,180\n",
        "cut.csv",
        BatchKind.DOCUMENTS,
    )

    assert said(found.controls) == ["total Total: 180 100"]
    assert found.controls[0].row == 3
    assert found.reading()["controls"][0]["expected"] == "180"


def test_a_running_balance_proves_that_no_row_is_missing() -> None:
    whole = "Date,Description,Money in,Money out,Balance\n"
    lines = ["2026-06-01,a,100,,1100", "2026-06-02,b,,30,1070", "2026-06-03,c,5,,1075",
             "2026-06-04,d,,75,1000", "2026-06-05,e,1,,1001"]  # fmt: skip

    assert said(payments(whole + "\n".join(lines)).controls) == ["balance Balance: 1001 ="]
    assert payments(whole + "\n".join(reversed(lines))).controls[0].ties
    cut = payments(whole + "\n".join([*lines[:2], *lines[3:]]))
    assert said(cut.controls) == ["balance Balance: 1000 995"]
    assert cut.controls[0].row == 4


def test_what_a_wallet_states_above_its_rows_is_held() -> None:
    found = payments(
        "某某支付账单\n共3笔记录\n收入：1笔 10.00元\n支出：1笔 4.00元\n"
        "交易时间,交易对方,收/支,金额(元),交易单号\n2026-06-01 10:00:00,甲,收入,¥10.00,1\n"
        "2026-06-02 10:00:00,乙,支出,¥4.50,2\n"
    )

    assert said(found.controls) == [
        "count 共3笔: 3 2",
        "count 收入: 1 =",
        "total 收入: 10.00 =",
        "count 支出: 1 =",
        "total 支出: 4.00 4.50",
    ]


def test_a_total_counts_each_document_once_where_its_lines_repeat_it() -> None:
    found = inspect(
        b"Invoice no,Date,Customer,Product,Quantity,Invoice total\nA1,2026-06-01,Brook,P1,1,100\n"
        b"A1,2026-06-01,Brook,P2,1,100\nA2,2026-06-01,Brook,P2,1,20\nTotal,,,,,120\n",
        "lines.csv",
        BatchKind.DOCUMENTS,
    )

    assert [c.ties for c in found.controls] == [True]


def test_a_bank_note_about_totals_stays_an_entry() -> None:
    found = payments("Date,Payer,Amount,Remittance\n2026-06-01,Total Energies,100,6月货款合计\n")

    assert found.asides == {}


def test_days_that_could_be_two_are_asked_for() -> None:
    found = payments("Date,Payer,Amount\n03/04/2026,Brook,100\n05/06/2026,Hill,20\n")

    assert "could be two different days" in str(found.missing)
    assert found.mapped(found.mapping.sure()).missing is None


def test_one_file_writes_its_dates_one_way() -> None:
    found = inspect(
        b"Number,Date,Due date,Customer,Amount\nA1,03/04/2026,25/04/2026,Brook,100\n",
        "sales.csv",
        BatchKind.DOCUMENTS,
    )

    assert {c.order for c in found.mapping.columns if "date" in c.field} == {DateOrder.DAY_FIRST}
    assert found.missing is None


def test_words_that_trail_behind_a_list_are_notes() -> None:
    found = inspect(
        b"Code,Name,E-mail,Phone,Terms\nC1,Brook,a@b.example,0113 55,30\n"
        b"C2,Hill,h@h.example,0114 55,30\n,Printed by the office,,,\n",
        "customers.csv",
        BatchKind.CUSTOMERS,
    )

    assert found.asides == {4: Aside.NOTE}


def test_a_file_without_an_entry_says_so() -> None:
    found = payments("Date,Payer,Amount\n,Total,0\n")

    assert "None of the 1 rows is an entry" in str(found.warnings[-1])


def test_two_tables_in_one_file_are_one_list() -> None:
    found = payments(
        "Date,Payer,Amount\n2026-06-01,A,10\nTotal,,10\n\n"
        "Date,Payer,Amount\n2026-06-02,B,5\nTotal,,5\n"
    )

    assert found.missing is None
    assert found.asides == {3: Aside.TOTAL, 5: Aside.HEADINGS, 7: Aside.TOTAL}
    assert said(found.controls) == ["total Total: 10 =", "total Total: 5 ="]


def test_points_between_the_parts_mean_the_day_comes_first() -> None:
    found = payments("Date,Payer,Amount\n01.06.2026,Brook,100\n02.06.2026,Hill,20\n")

    assert found.missing is None
    assert found.warnings == ()


def test_marks_kept_by_a_backslash_do_not_end_their_cell() -> None:
    found = payments('Date,Payer,Amount\n2026-06-01,"A \\"B\\", C",10\n')

    assert found.rows[0].cells[1:] == ('A "B", C', "10")


def test_a_few_characters_of_big5_are_enough() -> None:
    content = "Date,Payer,Amount\n2026-06-01,河川機電,100\n".encode("big5")

    found = inspect(content, "bank.csv", BatchKind.PAYMENTS)

    assert found.rows[0].cells[1] == "河川機電"


def test_a_beginning_is_described_once_until_something_about_it_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told = tmp_path / "sales.csv", list[str]()
    path.write_text("Customer code,Number,Date,Amount\nC-1,INV-1,2026-06-01,10.00\n")
    describe = described.describe

    def noted(*asked: Any) -> Any:
        told.append(asked[1])
        return describe(*asked)

    monkeypatch.setattr(beginnings, "describe", noted)

    def read(name: str, kind: BatchKind | None, header_row: int | None = None) -> tuple[str, ...]:
        with opened(path, name, kind, header_row=header_row) as table:
            list(table.chunks())
            return table.described.headings

    beginnings.forget()
    first = read("a.csv", None)
    assert read("a.csv", BatchKind.DOCUMENTS, 1) == first  # what was found is asked for
    assert told == ["a.csv"]

    read("b.csv", BatchKind.DOCUMENTS)  # another name stands in its sentences
    read("b.csv", BatchKind.PAYMENTS)
    assert told == ["a.csv", "b.csv", "b.csv"]

    path.write_text("Customer code,Number,Date,Amount\nC-1,INV-2,2026-06-01,10.00\n")
    read("b.csv", BatchKind.PAYMENTS)
    assert told == ["a.csv", "b.csv", "b.csv", "b.csv"]
