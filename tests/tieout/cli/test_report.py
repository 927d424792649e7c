"""Every report by its name at the terminal, in each form, with its checks."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.factories import BY, OTHER, make_customer
from tests.support.books import post
from tests.tieout.cli.conftest import Type
from tieout import db
from tieout.periods import Period
from tieout.statements import drafting, issuing

BOOKED, ISSUED = datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def june(harbour: Path) -> Path:
    """1,000.00 invoiced and 250.00 paid in June, issued; 10.00 of June came on 3 July."""
    with db.transaction() as session:
        account = make_customer(session, "M-0217")
        post(session, account, "invoice", "INV-1", "2026-06-03", "1000.00", at=BOOKED)
        post(session, account, "payment", "PAY-1", "2026-06-12", "-250.00", at=BOOKED)
        draft = drafting.draft(session, account.customer, Period.month(2026, 6), by=BY, at=ISSUED)
        drafting.approve(session, draft, by=OTHER, at=ISSUED)
        issuing.issue(session, draft, by=OTHER, at=ISSUED)
    with db.transaction() as session:
        late = datetime(2026, 7, 3, tzinfo=UTC)
        post(session, account, "invoice", "INV-2", "2026-06-28", "10.00", at=late)
    return harbour


def told(type_in: Type, *words: object) -> dict[str, object]:
    code, out = type_in("report", *words, "--as", "json")
    assert code == 0, out
    found: dict[str, object] = json.loads(out)
    return found


def test_each_report_in_json_says_its_checks(type_in: Type, june: Path) -> None:
    for name in ("ageing", "reconciliation", "confirmations", "changed", "sample", "month-end"):
        found = told(type_in, name, "--period", "2026-06", "--data", june)

        assert [row["code"] for row in found["rows"]] == ["M-0217"], name  # type: ignore[attr-defined]
        assert all(check["holds"] for check in found["checks"]), name  # type: ignore[attr-defined]


def test_as_known_at_and_as_known_now(type_in: Type, june: Path) -> None:
    def closing(*words: object) -> object:
        found = told(type_in, "reconciliation", "--period", "2026-06", "--data", june, *words)
        return found["totals"]["closing"]  # type: ignore[index]

    assert closing() == {"amount": "760.00", "currency": "CNY"}
    assert closing("--known-at", "2026-07-02") == {"amount": "750.00", "currency": "CNY"}


def test_one_customers_report_has_the_lists_of_the_page(
    type_in: Type, june: Path, tmp_path: Path
) -> None:
    asked = ("reconciliation", "--customer", "M-0217", "--period", "2026-06", "--data", june)

    lists = {one["report"]: one["rows"] for one in told(type_in, *asked)["also"]}  # type: ignore[attr-defined]

    assert list(lists) == ["Changed since", "Answers", "Open differences", "Disputes"]
    assert [row["number"] for row in lists["Changed since"]] == ["INV-2"]
    assert [row["answer"] for row in lists["Answers"]] == ["No answer"]
    book = tmp_path / "june.xlsx"
    assert type_in("report", *asked, "-o", book)[0] == 0
    assert set(lists) <= set(load_workbook(book).sheetnames)


def test_a_year_and_a_quarter_roll_forward_too(type_in: Type, june: Path) -> None:
    for period in ("2026", "2026-Q2", "2026-06-01..2026-06-15"):
        found = told(type_in, "reconciliation", "--period", period, "--data", june)
        assert found["checks"]


def test_what_changed_since_is_the_difference(type_in: Type, june: Path) -> None:
    found = told(type_in, "changed", "--period", "2026-06", "--data", june)

    assert found["totals"]["difference"] == {"amount": "10.00", "currency": "CNY"}  # type: ignore[index]


def test_files_by_their_ending_and_papers_of_a_customer(
    type_in: Type, june: Path, tmp_path: Path
) -> None:
    for name, ending, begins in (
        ("ageing", "pdf", b"%PDF"),
        ("ageing", "xlsx", b"PK"),
        ("movements", "csv", b"\xef\xbb\xbf"),
        ("statement", "pdf", b"%PDF"),
        ("letter", "pdf", b"%PDF"),
    ):
        file = tmp_path / f"{name}.{ending}"
        arguments = ("--customer", "M-0217", "--period", "2026-06", "--lang", "zh", "-o", file)
        code, out = type_in("report", name, "--data", june, *arguments)

        assert (code, out) == (0, f"{file} is written.\n")
        assert file.read_bytes().startswith(begins)


def test_the_frozen_statement_is_what_was_hashed(type_in: Type, june: Path) -> None:
    found = told(
        type_in, "statement", "--customer", "M-0217", "--period", "2026-06", "--data", june
    )

    assert found["number"] == "ST-2026-0001"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("movements",), "is of one customer"),
        (("letter", "--customer", "M-0217", "--as", "csv"), "is made as pdf, not as csv"),
        (("statement", "--customer", "M-0217", "--period", "2026-05"), "No statement of"),
        (("ageing", "--as-at", "yesterday"), "is no day"),
        (("movements", "--customer", "M-0217", "--currency", "EUR"), "has no receivable account"),
        (("ageing", "--customer", "M-9"), "There is no customer"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(
    type_in: Type, june: Path, words: tuple[str, ...], said: str
) -> None:
    code, out = type_in("report", *words, "--data", june)

    assert code == 1
    assert said in out
