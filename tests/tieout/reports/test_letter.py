"""Statements printed by a template, and the confirmation letter, in both languages."""

import copy
import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.tieout.reports import samples
from tieout.rendering.tables import SumsDiffer
from tieout.reports import REPORTS
from tieout.reports.data import StatementPrint
from tieout.statements.layouts import Layout

BY_KIND = Layout(
    columns=("date", "document", "charge", "credit"),
    parts=("open_items", "movements"),
    group="kind",
    words={
        "title": {"en": "Dealer’s statement", "zh": "经销商对账单"},
        "before": {"en": "Dear <b>dealer</b>,\nplease check.", "zh": "请核对。"},
    },
)


def given(language: str = "en", **changes: object) -> StatementPrint:
    made = copy.deepcopy(samples.printing(samples.with_euros(), language))
    made["statement"].update(changes)  # type: ignore[typeddict-item]
    return made


def by(layout: Layout, language: str = "en") -> StatementPrint:
    made = given(language)
    made["look"] = {"layout": layout.to_json(), "logo": None, "seal": None}
    return made


def text(report: str, data: StatementPrint) -> str:
    sheets = PdfReader(io.BytesIO(REPORTS[report](data))).pages
    return " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())


def test_a_template_orders_groups_and_words_the_paper_and_keeps_the_figures() -> None:
    said = text("statement.pdf", by(BY_KIND))

    assert "Dealer’s statement" in said
    assert "Dear <b>dealer</b>, please check." in said  # what was typed, never markup
    assert "Charges, CNY Credits, CNY" in said
    assert said.index("Days overdue") < said.index("Movements, June 2026")
    assert "Opening 1,500.00 + charges 3,260.00 − credits 720.00 = closing 4,040.00" in said
    assert "Reply slip" not in said


def test_the_same_template_in_chinese() -> None:
    said = text("statement.pdf", by(BY_KIND, "zh"))

    assert "经销商对账单" in said
    assert "请核对。" in said


def test_a_template_that_names_a_language_is_in_it_whoever_reads() -> None:
    assert "Opening balance" in text("statement.pdf", by(Layout(language="en"), "zh"))


def test_the_workbook_has_the_columns_of_the_template() -> None:
    book = load_workbook(io.BytesIO(REPORTS["statement.xlsx"](by(BY_KIND))))

    assert [sheet.title for sheet in book][1:3] == ["Open items CNY", "Movements CNY"]
    cells = [cell.value for row in book["Movements CNY"].iter_rows() for cell in row]
    assert "Charges, CNY" in cells
    assert "Balance, CNY" not in cells


def test_credit_that_waits_to_be_applied_is_no_day_overdue() -> None:
    made = given()
    [first, *_] = made["statement"]["sections"][0]["open_items"]
    first["due_on"], first["days"] = None, 7

    book = load_workbook(io.BytesIO(REPORTS["statement.xlsx"](made)))

    assert [cell.value for cell in book["Open items CNY"][2]][2:4] == [None, None]


def test_by_month_the_running_balance_stays() -> None:
    said = text("statement.pdf", by(Layout(group="month")))

    assert "Balance, CNY" in said


def test_a_figure_that_was_tampered_with_is_not_printed() -> None:
    data = by(BY_KIND)
    data["statement"]["sections"][0]["lines"][0]["amount"] += 1

    for report in ("statement.pdf", "letter.pdf"):
        with pytest.raises(SumsDiffer):
            REPORTS[report](data)


def test_the_letter_lists_who_owes_whom_and_asks_for_one_of_two_answers() -> None:
    said = text("letter.pdf", given(request="positive"))

    assert "Balance confirmation request" in said
    assert "You owe us We owe you" in said
    assert "4,040.00" in said
    assert "249.50" in said
    assert "1. The information is correct." in said
    assert "2. The information is not correct." in said
    assert said.count("Signature and company seal") == 2
    assert "no demand for payment" in said


def test_the_letter_in_the_form_chinese_accountants_know() -> None:
    said = text("letter.pdf", given("zh", request="positive"))

    assert "往来款项对账函" in said
    assert "信息证明无误" in said
    assert "信息不符" in said
    assert "并非催款结算" in said


def test_a_negative_letter_names_the_clause_and_the_days() -> None:
    said = text(
        "letter.pdf",
        given(request="negative", silence={"clause": "HT-2026-14, § 7", "days": 30}),
    )

    assert "only if you do not agree" in said
    assert "HT-2026-14, § 7" in said
    assert "30 days" in said


def test_a_blank_letter_shows_no_figure_of_ours() -> None:
    for language in ("en", "zh"):
        said = text("letter.pdf", given(language, request="blank"))

        assert "4,040.00" not in said
        assert "249.50" not in said
