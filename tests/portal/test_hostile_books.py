"""What a customer's file holds is shown as text, on both faces and in every workbook."""

import csv
import io

from openpyxl import load_workbook

from tests.support.route_world import World
from tests.support.visitor import words_of
from tieout.identity.permissions import PortalRole, Role

#: Beginnings of formulas, markup, signs no workbook takes, and more than a cell holds.
HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "<script>alert(1)</script>",
    "a\x01b\x0bc\x7f",
    "\u202egnp.exe",
    "x" * 40_000,
)


def ledger() -> bytes:
    """A line for each of them, as number and as words."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(["Date", "Type", "Invoice no", "Description", "Amount"])
    rows.writerow(["2026-06-05", "Invoice", "INV-1", "sound", "4040.00"])
    for place, text in enumerate(HOSTILE, start=1):
        rows.writerow(["2026-06-06", "Invoice", text, text, f"{place}.00"])
    return file.getvalue().encode()


def test_nothing_of_it_runs_and_nothing_breaks(world: World) -> None:
    customer, accountant = world.customer(PortalRole.ANSWER), world.staff(Role.ACCOUNTANT)
    data = {
        "file": (io.BytesIO(ledger()), '=cmd|"x"!A0.csv'),
        "as_at": "2026-06-30",
        "account": world.ids["account_id"],
    }
    answer = customer.send("/books", data, page="/books")
    assert answer.status_code == 303, words_of(answer.text)
    number = answer.location.rsplit("/", 1)[1]

    for visitor, there in ((customer, answer.location), (accountant, f"/desk/matching/{number}")):
        for path in (there, f"{there}?view=differences", f"{there}/reading"):
            page = visitor.open(path)
            assert page.status_code == 200, path
            assert "<script>alert" not in page.text
        book = load_workbook(
            io.BytesIO(visitor.open(f"{there}/reconciliation.xlsx").data), data_only=False
        )
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
        texts = [cell.value for cell in cells if isinstance(cell.value, str)]
        assert max(map(len, texts)) <= 32_767
        assert all(len(sheet.title) <= 31 for sheet in book)
        assert any("<script>alert(1)</script>" in text for text in texts)
        assert visitor.open(f"{there}/reconciliation.pdf").data.startswith(b"%PDF")
