"""Sheets that were not read, copies of our own book and exports without signs are told."""

import io

import openpyxl
import pytest

from tests.support.books import post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import PortalRole, Role


def handed_in(visitor: Visitor, world: World, content: bytes, filename: str) -> str:
    """Where one is led to."""
    data = {
        "file": (io.BytesIO(content), filename),
        "as_at": "2026-06-30",
        "account": world.ids["account_id"],
    }
    answer = visitor.send("/books", data, page="/books")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


@pytest.mark.parametrize("face", ["portal", "desk"])
def test_another_sheet_is_compared_by_a_press_and_stays_chosen(world: World, face: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for year, number in (("2025", "X-1"), ("2026", f"INV-{world.ids['account_id']}")):
        sheet = book.create_sheet(year)
        sheet.append(["Date", "Number", "Type", "Debit", "Credit"])
        sheet.append([f"{year}-06-05", number, "Invoice", None, 4040])
    file = io.BytesIO()
    book.save(file)
    visitor = world.customer(PortalRole.ANSWER)
    there = handed_in(visitor, world, file.getvalue(), "june.xlsx")
    if face == "desk":
        visitor, there = world.staff(Role.ACCOUNTANT), f"/desk/matching/{there.rsplit('/', 1)[1]}"

    page = words_of(visitor.open(there).text)
    assert "Only sheet “2025” of “june.xlsx” was compared; there are entries in 2026" in page
    assert "Sheet 2026 instead" in page
    other = visitor.send(f"{there}/sheet", {"sheet": "2026"}, page=there)

    page = words_of(visitor.open(str(other.location)).text)
    assert "Only sheet “2026” of “june.xlsx” was compared" in page
    assert "Nothing of “june.xlsx” agrees" not in page
    # Read once more with another sign, it is still that sheet.
    reading = f"{other.location}/reading"
    assert f"INV-{world.ids['account_id']}" in visitor.open(reading).text
    again = visitor.send(reading, {"sign": "kept"}, page=reading)
    assert "Only sheet “2026”" in words_of(visitor.open(str(again.location)).text)
    assert visitor.send(f"{there}/sheet", {"sheet": "2027"}, page=there).status_code == 400


def test_a_copy_of_our_own_statement_is_doubted(world: World) -> None:
    number = f"INV-{world.ids['account_id']}"
    lines = [f"2026-06-03,Invoice,{number},4040.00,"]
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        for day in range(10, 15):
            post(session, account, "payment", f"P-{day}", f"2026-06-{day}", f"-{day}.00")
            lines.append(f"2026-06-{day},Payment,P-{day},,{day}.00")
    text = "\n".join(["Date,Type,Number,Debit,Credit", *lines])
    visitor: Visitor = world.customer(PortalRole.ANSWER)
    said = "agrees with our book to every day and number, as a copy of our own statement does"

    copy = words_of(visitor.open(handed_in(visitor, world, text.encode(), "ours.csv")).text)
    later = text.replace("2026-06-12", "2026-06-13")
    own = words_of(visitor.open(handed_in(visitor, world, later.encode(), "own.csv")).text)

    assert said in copy
    assert said not in own


def test_an_export_without_signs_is_doubted(world: World) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        post(session, account, "payment", "TT-88231", "2026-06-09", "-640.00")
    head = f"Date,Number,Amount\n2026-06-05,INV-{world.ids['account_id']},4040.00\n"
    visitor: Visitor = world.customer(PortalRole.ANSWER)
    said = "Every amount of “june.csv” stands on the same side, also what our book has on the other"

    without = handed_in(visitor, world, f"{head}2026-06-09,TT-88231,640.00\n".encode(), "june.csv")
    signed = handed_in(visitor, world, f"{head}2026-06-09,TT-88231,-640.00\n".encode(), "june.csv")

    assert said in words_of(visitor.open(without).text)
    assert said not in words_of(visitor.open(signed).text)
