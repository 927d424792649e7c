"""Lists as they are printed, with nothing but blanks between their columns."""

import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.intake.kinds import BatchKind
from tieout.intake.reading.delimited import records, writing_of
from tieout.intake.reading.fixed_width import BLANKS, cut, find_cuts
from tieout.intake.understanding import understood
from tieout.intake.uploads import inspect

PRINTED = """ACCOUNT: MING01  MINGYUAN HARDWARE                      PAGE 1
DATE      REF        DETAILS                 AMOUNT        BALANCE
01/06/26             BALANCE B/FWD                         1,000.00
03/06/26  4501       INVOICE                 4,520.00      5,520.00
12/06/26  CN77       CREDIT NOTE             130.50CR      5,389.50
15/06/26  BACS       PAYMENT                 3,000.00CR    2,389.50
                     TOTAL DUE                             2,389.50
"""
CHINESE = """                        客户往来明细账
客户：明远五金有限公司                             第 1 页
------------------------------------------------------------------------------
日期        凭证号      摘要                      借方          贷方          余额
------------------------------------------------------------------------------
2026-06-01              期初余额                                          1,000.00
2026-06-03  记-15       销售冲击钻             4,520.00                   5,520.00
2026-06-12  记-20       退货                                 130.50       5,389.50
2026-06-15  收-3        收货款                             3,000.00       2,389.50
------------------------------------------------------------------------------
                        合计                   4,520.00     3,130.50      2,389.50
"""
BANK = """FIRST BANK                 STATEMENT OF ACCOUNT              Sheet 12
Account 12345678           Harbour Tools Ltd

Date        Details                          Paid out      Paid in       Balance
01 Jun 26   Balance brought forward                                     5,000.00
03 Jun 26   MINGYUAN HARDWARE INV-1043                    4,520.00      9,520.00
04 Jun 26   RENT                            1,200.00                    8,320.00
15 Jun 26   DELTA HOTELS                                  3,000.00     11,320.00
"""
LETTER = """Dear Sirs,

we have paid your invoice INV-1043 of 4,520.00 on 15 June 2026. Please confirm.
Of the 1,130.50 of 12 June we know nothing.
"""


def test_a_printed_ledger_comes_to_its_documents() -> None:
    found = inspect(PRINTED.encode(), "ledger.txt", None)

    assert found.about.delimiter == BLANKS
    assert found.kind == BatchKind.DOCUMENTS
    entries = [row for row in understood(found) if row.aside is None]
    assert [row.text("number") for row in entries] == ["4501", "CN77", "BACS"]
    assert [row.number_of("_signed") for row in entries] == [4520, -130.5, -3000]


def test_a_chinese_one_counts_each_character_for_two_places() -> None:
    found = inspect(CHINESE.encode("gb18030"), "ledger.txt", None)

    assert found.layout.headings[:6] == ("日期", "凭证号", "摘要", "借方", "贷方", "余额")
    entries = [row for row in understood(found) if row.aside is None]
    assert [row.number_of("_signed") for row in entries] == [4520, -130.5, -3000]
    assert {row.text("customer_name") for row in entries} == {"明远五金有限公司"}


def test_a_printed_bank_statement_keeps_its_sides_apart() -> None:
    found = inspect(BANK.encode(), "bank.txt", None)

    assert found.kind == BatchKind.PAYMENTS
    entries = [row for row in understood(found) if row.aside is None]
    assert [row.number_of("money_in") for row in entries] == [4520, None, 3000]
    assert [row.number_of("money_out") for row in entries] == [None, 1200, None]


def test_a_title_keeps_its_words_together() -> None:
    cuts = find_cuts(BANK.splitlines())

    assert "STATEMENT OF ACCOUNT" in cut(BANK.splitlines()[0], cuts)


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        'Date,Number,Amount\n2026-06-03,INV-1,"4,520.00"\n2026-06-04,INV-2,"1,000.00"\n',
        "Date   ,Number ,Amount   \n03/06/26 ,INV-1  , 4520.00 \n04/06/26 ,INV-2  , 1000.00 \n",
        "Datum;Betrag;Text\n03.06.2026;  4.520,00;Miete   x\n04.06.2026;    20,00;Miete   x\n",
    ],
)
def test_what_is_cut_by_a_mark_or_is_no_list_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")

    assert writing_of(path, "a.csv").cuts == ()


WORDS = ["INVOICE", "CREDIT NOTE", "PAYMENT BY BANK", "销售冲击钻", "退货", "A"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 400),
            st.sampled_from(["4501", "CN77", "", "收-3"]),
            st.sampled_from(WORDS),
            st.integers(1, 10**9),
            st.booleans(),
        ),
        min_size=3,
        max_size=30,
    )
)
def test_what_is_printed_in_columns_is_cut_back_into_them(
    drawn: list[tuple[int, str, str, int, bool]],
) -> None:
    rows = [
        [
            str(date(2026, 1, 1) + timedelta(days=days)),
            number,
            words,
            f"{minor / 100:,.2f}" if is_debit else "",
            "" if is_debit else f"{minor / 100:,.2f}",
            f"{minor / 50:,.2f}",
        ]
        for days, number, words, minor, is_debit in drawn
    ]
    lines = [_printed(row) for row in rows]
    cuts = find_cuts(lines)

    filled = [place for place in range(6) if any(row[place] for row in rows)]
    expected = [[row[place] for place in filled] for row in rows]
    assert [cut(line, cuts) for line in lines] == expected


def _printed(row: list[str]) -> str:
    widths, right = (10, 8, 18, 14, 14, 16), (False, False, False, True, True, True)
    cells = []
    for text, width, is_right in zip(row, widths, right, strict=True):
        room = " " * (
            width - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
        )
        cells.append(room + text if is_right else text + room)
    return "  ".join(cells).rstrip()


def test_a_long_file_is_cut_alike_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    line = _printed(["2026-06-03", "4501", "INVOICE", "4,520.00", "", "5,520.00"])
    path.write_text("\n".join([line] * 5000), encoding="utf-8")

    writing = writing_of(path, "long.txt")
    found = list(records(path, "long.txt", writing, 100))

    assert len(found) == 5000
    assert {tuple(row) for row in found} == {
        ("2026-06-03", "4501", "INVOICE", "4,520.00", "5,520.00")
    }
