"""Each near miss with the sentence people read of it, in both languages."""

from datetime import date
from pathlib import Path

import pytest

from tieout.cli.match_book import Book, Customers
from tieout.cli.match_books import read_book
from tieout.cli.match_outputs import Outcome
from tieout.cli.match_shown import shown_groups
from tieout.matching import Rules, bridge, reconcile
from tieout.reconciliation import names, words
from tieout.rendering.translation import reading

DAY = date(2026, 12, 31)
RULES = Rules(
    cutoff=DAY,
    discount_rates=(10_000, 20_000, 30_000),
    tax_rates=(130_000,),
    withholding_rates=(100_000,),
)
HEADINGS = "line_id,date,doc_type,reference,po_number,amount\n"


def said(folder: Path, language: str, ours: str, theirs: str) -> list[str]:
    """What is said of every group that leaves a difference, the largest first."""
    customers = Customers()
    mine, other = (
        written(folder / f"{name}.csv", rows, customers)
        for name, rows in (("ours", ours), ("theirs", theirs))
    )
    groups = reconcile(mine.lines, other.lines, RULES)
    steps = bridge(groups, mine.lines, other.lines, RULES, on=DAY)
    outcome = Outcome(
        mine, other, groups, RULES, steps, customers.names(), "CNY", was_mirrored=False, seconds=0.0
    )
    with reading(language) as reader:
        return [
            " ".join(
                reader.sentence(sentence)
                for sentence in (
                    names.difference_name(group),
                    words.what(group, staff=True),
                    words.why(group, staff=True),
                )
                if sentence
            )
            for group, _ in shown_groups(outcome)
        ]


def written(path: Path, rows: str, customers: Customers) -> Book:
    """A book of a few rows: day, kind, reference, order, amount; "-" where there is none."""
    lines = [row.split() for row in rows.strip().splitlines()]
    path.write_text(
        HEADINGS
        + "".join(
            f"{number},2026-{day},{kind},{reference},{po.strip('-')},{amount.replace(',', '')}\n"
            for number, (day, kind, reference, po, amount) in enumerate(lines, start=1)
        ),
        encoding="utf-8",
    )
    return read_book(path, customers, "CNY")


CASES = {
    "divisible by nine, but other digits": (
        "06-12  invoice  INV-1039  -  5,430.00",
        "06-13  Bill  INV-1039  -  6,330.00",
        (
            "Other amount Invoice INV-1039 has another amount in their book. Our book says"
            " 5,430.00, their book 6,330.00 (line 2). The difference can be divided by nine:"
            " look for swapped digits. Compare it with the document; correct what is not"
            " right."
        ),
        (
            "金额不同 发票 INV-1039 在对方账上金额不同。 我方账为 5,430.00，对方账为 6,330.00"
            "（第 2 行）。差额可被 9 整除：请查看数字是否颠倒。请与单据核对，更正不符之处。"
        ),
    ),
    "two digits swapped": (
        "06-12  invoice  INV-1039  -  5,430.00",
        "06-13  Bill  INV-1039  -  4,530.00",
        (
            "Swapped digits Invoice INV-1039: two digits are swapped. Our book says 5,430.00,"
            " their book 4,530.00 (line 2). The 5 and the 4 have changed places; the"
            " difference, 900.00, can be divided by nine, as it always can then. The customer"
            " raises its line by 900.00."
        ),
        (
            "数字颠倒 发票 INV-1039：相邻两位数字颠倒。 我方账为 5,430.00，对方账为 4,530.00"
            "（第 2 行）。数字 5 与 4 互换了位置；互换造成的差额总能被 9 整除，此处为 900.00"
            "。由对方将该行调增 900.00。"
        ),
    ),
    "a zero left out, not two digits swapped": (
        "06-12  credit_note  CN-20260612-0001  -  -50.33",
        "06-13  credit  CN/20260612/1  -  -5.33",
        (
            "Wrong digit Credit note CN-20260612-0001: a digit was dropped or added. Our book"
            " says −50.33, their book −5.33 (line 2). The customer raises its line by 45.00."
        ),
        (
            "数字有误 红字 CN-20260612-0001：漏记或多记一位数字。 我方账为 −50.33，对方账为 "
            "−5.33（第 2 行）。由对方将该行调增 45.00。"
        ),
    ),
    "the decimal point slipped": (
        "06-12  invoice  INV-1044  -  1,250.00",
        "06-13  Bill  INV-1044  -  12,500.00",
        (
            "Wrong digit Invoice INV-1044: the decimal point has slipped. Our book says"
            " 1,250.00, their book 12,500.00 (line 2). One amount is 10 times the other. The"
            " customer lowers its line by 11,250.00."
        ),
        (
            "数字有误 发票 INV-1044：小数点错位。 我方账为 1,250.00，对方账为 12,500.00（第 2"
            " 行）。一方金额为另一方的 10 倍。由对方将该行调减 11,250.00。"
        ),
    ),
    "an agreed discount, not a fee": (
        "06-12  payment  RC-20260612-0001  -  -3,920.00",
        "06-11  payment  RC-20260612-0001  -  -4,000.00",
        (
            "Discount Payment RC-20260612-0001 differs by a discount of 2 %. Our book says"
            " −3,920.00, their book −4,000.00 (line 2). 80.00 is 2 % of 4,000.00. Grant the"
            " discount, or ask for the rest."
        ),
        (
            "现金折扣 收款 RC-20260612-0001 相差 2% 的现金折扣。 我方账为 −3,920.00，对方账为"
            " −4,000.00（第 2 行）。80.00 为 4,000.00 的 2%。给予折扣，或要求补足。"
        ),
    ),
    "a fee, not an agreed discount": (
        "06-12  payment  RC-20260612-0001  -  -4,060.00",
        "06-11  payment  RC-20260612-0001  -  -4,100.00",
        (
            "Bank fee Payment RC-20260612-0001 arrived 40.00 short. Our book says −4,060.00,"
            " their book −4,100.00 (line 2). 40.00 stayed with the banks on the way. Bear the"
            " fee, or ask for it."
        ),
        (
            "银行手续费 收款 RC-20260612-0001 到账少 40.00。 我方账为 −4,060.00，对方账为 "
            "−4,100.00（第 2 行）。途中银行扣费 40.00。由我方承担，或要求补足。"
        ),
    ),
    "the tax in one book only": (
        "06-12  invoice  INV-1045  -  1,130.00",
        "06-13  Bill  INV-1045  -  1,000.00",
        (
            "Other amount Invoice INV-1045 differs by the tax of 13 %. Our book says"
            " 1,130.00, their book 1,000.00 (line 2). Ours holds the tax of 130.00, theirs"
            " does not. Compare it with the document; correct what is not right."
        ),
        (
            "金额不同 发票 INV-1045 相差 13% 的税额。 我方账为 1,130.00，对方账为 1,000.00（"
            "第 2 行）。我方金额含税 130.00，另一方不含。请与单据核对，更正不符之处。"
        ),
    ),
    "cents of rounding": (
        "06-12  invoice  INV-1046  -  1,130.02",
        "06-13  Bill  INV-1046  -  1,130.00",
        (
            "Rounding Invoice INV-1046 differs by 0.02 of rounding. Our book says 1,130.02,"
            " their book 1,130.00 (line 2). Write it off."
        ),
        (
            "尾差 发票 INV-1046 有尾差 0.02。 我方账为 1,130.02，对方账为 1,130.00（第 2 行）"
            "。请作尾差核销。"
        ),
    ),
    "six cents are more than rounding": (
        "06-12  invoice  INV-1047  -  1,130.06",
        "06-13  Bill  INV-1047  -  1,130.00",
        (
            "Wrong digit Invoice INV-1047: one digit differs. Our book says 1,130.06, their"
            " book 1,130.00 (line 2). The customer raises its line by 0.06."
        ),
        (
            "数字有误 发票 INV-1047：有一位数字不同。 我方账为 1,130.06，对方账为 1,130.00（"
            "第 2 行）。由对方将该行调增 0.06。"
        ),
    ),
    "twice in their book": (
        "05-04  invoice  INV-3001  -  700.00",
        "05-05  Bill  INV-3001  -  700.00\n05-09  Bill  INV-3001  -  700.00",
        (
            "Twice in their book Invoice INV-3001 is in their book twice. Lines 2, 3 of their"
            " file carry the same number and amount; we have it once, of 4 May 2026. The"
            " customer reverses one of them."
        ),
        (
            "对方重复入账 发票 INV-3001 在对方账上记了两次。 对方文件第 2、3 行单号、金额相同"
            "；我方仅有2026年5月4日一笔。由对方冲销其中一笔。"
        ),
    ),
    "three times in their book": (
        "05-04  invoice  INV-3001  -  700.00",
        "\n".join(f"05-0{day}  Bill  INV-3001  -  700.00" for day in (5, 6, 9)),
        (
            "Twice in their book Invoice INV-3001 is in their book 3 times. Lines 2, 3, 4 of their"
            " file carry the same number and amount; we have it once, of 4 May 2026. The customer"
            " keeps one of them and reverses the others."
        ),
        (
            "对方重复入账 发票 INV-3001 在对方账上记了3 次。 对方文件第 2、3、4 行单号、金额相同"
            "；我方仅有2026年5月4日一笔。由对方保留其中一笔，冲销其余各笔。"
        ),
    ),
    "twice in their book, and two digits swapped": (
        "05-04  invoice  INV-3001  -  5,430.00",
        "05-05  Bill  INV-3001  -  4,530.00\n05-06  Bill  INV-3001  -  4,530.00",
        (
            "Swapped digits Invoice INV-3001: two digits are swapped. Our book says 5,430.00, their"
            " book 4,530.00 (lines 2, 3). The 5 and the 4 have changed places; the difference,"
            " 900.00, can be divided by nine, as it always can then. The customer raises its line"
            " by 900.00. The customer reverses what it entered again."
        ),
        (
            "数字颠倒 发票 INV-3001：相邻两位数字颠倒。 我方账为 5,430.00，对方账为 4,530.00（"
            "第 2、3 行）。数字 5 与 4 互换了位置；互换造成的差额总能被 9 整除，此处为 900.00。"
            "由对方将该行调增 900.00。由对方冲销重复入账的部分。"
        ),
    ),
    "tax withheld from a payment": (
        "06-12  payment  RC-20260612-0001  -  -9,000.00",
        "06-11  payment  RC-20260612-0001  -  -10,000.00",
        (
            "Discount Payment RC-20260612-0001 arrived short: tax was withheld. Our book says"
            " −9,000.00, their book −10,000.00 (line 2). 10 % of 10,000.00 was withheld. Ask for"
            " the receipt of the tax, or for the rest."
        ),
        (
            "现金折扣 收款 RC-20260612-0001 到账不足：已代扣税款。 我方账为 −9,000.00，对方账为"
            " −10,000.00（第 2 行）。已从 10,000.00 中代扣 10%。请索取完税凭证，或要求补足。"
        ),
    ),
    "on its way on the tenth day": (
        "12-21  invoice  INV-1050  -  812.40\n05-04  invoice  INV-3001  -  700.00",
        "05-05  Bill  INV-3001  -  700.00",
        (
            "Document on its way Invoice INV-1050 of 21 December 2026 has not reached their"
            " book yet. So close to the cut-off that no line of their file has it yet. Nobody"
            " has to act."
        ),
        (
            "在途单据 2026年12月21日的发票 INV-1050 对方账尚未入账。 临近截止日，对方文件中尚"
            "无此行。无需处理。"
        ),
    ),
    "missing on the eleventh": (
        "12-20  invoice  INV-1050  -  812.40\n05-04  invoice  INV-3001  -  700.00",
        "05-05  Bill  INV-3001  -  700.00",
        (
            "Missing in their book Invoice INV-1050 of 20 December 2026 is missing in their"
            " book. No line of their file goes with it. Send the document again; the customer"
            " books it."
        ),
        (
            "对方未入账 2026年12月20日的发票 INV-1050 未记入对方账。 对方文件中没有与之对应的"
            "行。请重发单据，由对方入账。"
        ),
    ),
}


@pytest.mark.parametrize(("ours", "theirs", "english", "chinese"), CASES.values(), ids=CASES.keys())
def test_the_sentence_of_a_near_miss(
    tmp_path: Path, ours: str, theirs: str, english: str, chinese: str
) -> None:
    assert said(tmp_path, "en", ours, theirs) == [english]
    assert said(tmp_path, "zh", ours, theirs) == [chinese]


def test_a_credit_note_booked_as_an_invoice_stands_on_the_wrong_side(tmp_path: Path) -> None:
    ours, theirs = "06-12  credit_note  CN-1048  -  -330.00", "06-13  Bill  CN-1048  -  330.00"

    [english], [chinese] = (said(tmp_path, language, ours, theirs) for language in ("en", "zh"))

    assert english.startswith("Wrong side ")
    assert chinese.startswith("方向记反")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(
            "03-02  invoice  INV-2026-000815  -  2,450.10",
            "03-03  invoice  INV-2026-007729  -  2,450.10",
            id="equal amounts, references that contradict",
        ),
        pytest.param(
            "07-18  invoice  XS-20260718-0001  PO-97009590  3,122.00",
            "07-31  Bill  XS-20260720-0013  PO-97009590  3,699.90",
            id="one order, two documents",
        ),
    ],
)
def test_what_does_not_belong_together_is_missing_twice(
    tmp_path: Path, ours: str, theirs: str
) -> None:
    english = sorted(text.split(" Invoice")[0] for text in said(tmp_path, "en", ours, theirs))
    chinese = sorted(text.split(" ")[0] for text in said(tmp_path, "zh", ours, theirs))

    assert english == ["Missing in our book", "Missing in their book"]
    assert chinese == ["对方未入账", "我方未入账"]


def test_of_a_sum_with_two_solutions_nothing_is_claimed(tmp_path: Path) -> None:
    ours = "05-20  invoice  XS-20260520-0001  -  100.00"
    theirs = "\n".join(
        f"05-20  Bill  AP{number:06d}  -  {amount}"
        for number, amount in enumerate(("60.00", "40.00", "60.00", "40.00"), start=1)
    )

    english = said(tmp_path, "en", ours, theirs)

    assert len(english) == 5
    assert all(text.startswith("Missing in ") for text in english)


def test_of_twins_on_both_sides_nothing_is_said(tmp_path: Path) -> None:
    ours = "05-04  invoice  INV-3001  -  700.00\n05-04  invoice  INV-3001  -  700.00"
    theirs = "05-05  Bill  INV-3001  -  700.00\n05-06  Bill  INV-3001  -  700.00"

    assert said(tmp_path, "en", ours, theirs) == []
