"""Chinese bank and wallet exports: every number, through the intake of the pages."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.support.samples import expected, names, report

#: Figures the contributors of the files changed or cut, so that the file contradicts itself:
#: each must be said, never passed over.
CONTRADICTING = {
    "alipay__example-alipay-records.csv",
    "icbc__credit__example-icbc-credit-records.csv",
    "wechat__example-wechat-records.csv",
}


def moved(found: dict[str, Any], direction: str) -> tuple[int, Decimal]:
    """How many entries, and their sum over all currencies as the samples have it."""
    parts = [one for one in found["movements"] if one["direction"] == direction]
    return sum(one["count"] for one in parts), sum(
        (Decimal(one["amount"]) for one in parts), Decimal(0)
    )


@pytest.mark.parametrize("name", names("bank-zh-exports"))
def test_exports(books: Session, sample_data: Path, name: str) -> None:
    wanted = expected(sample_data, "bank-zh-exports")["files"][name]
    wanted |= wanted.get("sheet", {})

    found = report(books, sample_data / "bank-zh-exports" / name)

    assert found["kind"] == "payments"
    if "encoding" in wanted:
        assert found["reading"]["encoding"] == wanted["encoding"]
        # The samples count from 0 the lines that are not blank or a comment of the csv module.
        assert found["reading"]["first_row"] > wanted["header_row_index_csv"]
    else:
        assert [found["reading"]["sheet"]] == wanted["sheets"]
    beside = wanted.get("non_transaction_rows_after_header", 0)
    assert found["rows"]["read"] == wanted["transactions"] + beside
    assert moved(found, "in") == (wanted["income_rows"], Decimal(wanted["income_sum"]))
    assert moved(found, "out") == (wanted["expense_rows"], Decimal(wanted["expense_sum"]))
    assert moved(found, "neither") == (wanted["neutral_rows"], Decimal(wanted["neutral_sum"]))
    days = [plain_day(wanted["first_date"]), plain_day(wanted["last_date"])]
    assert [found["dates"]["from"], found["dates"]["to"]] == days
    assert found["rows"]["refused"] == 0
    assert found["controls_tie"] == (name not in CONTRADICTING)
    ready = found["rows"]["ready"] + found["rows"]["decision"]
    assert ready <= wanted["income_rows"]  # nothing else may become a payment


def plain_day(text: str) -> str:
    """The day of 20240101, 2024-01-01 or "2025/12/03  14:06:51"."""
    digits = "".join(letter for letter in text if letter.isdigit())[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
