"""A customer hands in its own ledger and sees what differs from ours."""

import io

import pytest

from tests.support.route_world import OTHER, World
from tests.support.visitor import Visitor, words_of
from tieout.identity.permissions import PortalRole

LEDGER = """Date,Type,Invoice no,Debit,Credit
2026-06-05,Invoice,{number},,4040.00
2026-06-09,Payment,TT-1,640.00,
"""


def sent(
    visitor: Visitor, path: str, content: str | bytes, name: str = "june.csv", **more: object
) -> tuple[int, str]:
    """Hand in a file; the status, and where one is led to or what is said."""
    raw = content.encode() if isinstance(content, str) else content
    data = {"file": (io.BytesIO(raw), name), "as_at": "2026-06-30", **more}
    answer = visitor.send(path, data, page=path)
    return answer.status_code, answer.location or words_of(answer.text)


def ledger(world: World) -> str:
    return LEDGER.format(number=f"INV-{world.ids['account_id']}")


@pytest.fixture
def customer(world: World) -> Visitor:
    """Somebody of the customer's who may answer."""
    return world.customer(PortalRole.ANSWER)


def test_a_ledger_is_compared_and_told(world: World, customer: Visitor) -> None:
    status, there = sent(customer, "/books", ledger(world), account=world.ids["account_id"])

    assert status == 303
    page = words_of(customer.open(there).text)
    assert "Our book 4,040.00" in page
    assert "Your book 3,400.00" in page
    assert "Payment TT-1 of 9 June 2026 is missing in our book." in page
    assert "Send us the document" in page
    assert "every cent is named below" in page


def test_their_credits_are_understood_as_what_they_owe(world: World, customer: Visitor) -> None:
    _, there = sent(customer, "/books", ledger(world), account=world.ids["account_id"])

    page = words_of(customer.open(f"{there}/reading").text)

    assert "turned: credits of your book raise what is owed" in page
    assert "Column C, Invoice no" in page


def test_a_person_may_correct_how_it_was_read(world: World, customer: Visitor) -> None:
    _, there = sent(customer, "/books", ledger(world), account=world.ids["account_id"])
    uses = ["date", "kind", "reference", "debit", "credit"]
    columns = {f"column_{place}": use for place, use in enumerate(uses)}

    answer = customer.send(f"{there}/reading", {**columns, "sign": "kept"}, page=f"{there}/reading")

    assert answer.status_code == 303
    assert "Your book −3,400.00" in words_of(customer.open(answer.location).text)


def test_the_same_file_may_come_twice(world: World, customer: Visitor) -> None:
    account = world.ids["account_id"]
    _, first = sent(customer, "/books", ledger(world), account=account)
    _, again = sent(customer, "/books", ledger(world), account=account)

    assert first != again
    assert words_of(customer.open("/books").text).count("june.csv") == 2


def test_columns_that_do_not_say_what_they_are_are_asked_for(
    world: World, customer: Visitor
) -> None:
    content = f"a,b,c\nINV-{world.ids['account_id']},2026-06-05,4040.00\nX,2026-06-06,7.00\n"
    status, there = sent(customer, "/books", content, account=world.ids["account_id"])
    assert (status, there.startswith("/books/files/")) == (303, True)
    assert "What do your columns say?" in words_of(customer.open(there).text)

    answer = customer.send(
        there, {"column_0": "reference", "column_1": "date", "column_2": "amount"}, page=there
    )

    assert answer.status_code == 303
    assert "Your book 4,047.00" in words_of(customer.open(answer.location).text)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "june.csv", "june.csv"),
        (b"%PDF-1.7 nothing", "june.pdf", "june.pdf"),
        (b"Date,Amount\n", "june.csv", "june.csv"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(
    world: World, customer: Visitor, content: bytes, name: str, said: str
) -> None:
    status, page = sent(customer, "/books", content, name, account=world.ids["account_id"])

    assert status == 400
    assert "This ledger was not compared" in page
    assert said in page


def test_no_file_no_comparison(world: World, customer: Visitor) -> None:
    answer = customer.send("/books", {"account": world.ids["account_id"]}, page="/books")

    assert answer.status_code == 400
    assert "Choose the file with your ledger." in words_of(answer.text)


def test_nothing_is_compared_with_the_account_of_another(world: World, customer: Visitor) -> None:
    status, page = sent(customer, "/books", ledger(world), account=world.others["account_id"])

    assert status == 400
    assert "This ledger was not compared" in page


def test_whoever_only_looks_hands_nothing_in(world: World) -> None:
    looker = world.customer(PortalRole.LOOK)

    status, _ = sent(looker, "/books", ledger(world), account=world.ids["account_id"])

    assert status == 403
    assert "You may look at comparisons" in words_of(looker.open("/books").text)


def test_another_customer_does_not_see_it(world: World, customer: Visitor) -> None:
    _, there = sent(customer, "/books", ledger(world), account=world.ids["account_id"])
    outsider = world.customer(PortalRole.MANAGE, OTHER)

    for path in (there, f"{there}/reading", f"{there}/reconciliation.xlsx"):
        assert outsider.open(path).status_code == 404, path


def test_by_a_link_one_compares_with_its_statement(world: World) -> None:
    visitor = world.by_link()
    path = f"/statements/{world.ids['statement_id']}/books"

    status, there = sent(visitor, path, ledger(world), account=world.ids["account_id"])

    assert status == 303
    page = visitor.open(there)
    assert page.status_code == 200
    assert "Confirm 4,040.00 with these differences" in words_of(page.text)


def test_the_comparison_is_handed_out_as_files(world: World, customer: Visitor) -> None:
    _, there = sent(customer, "/books", ledger(world), account=world.ids["account_id"])

    paper = customer.open(f"{there}/reconciliation.pdf")
    workbook = customer.open(f"{there}/reconciliation.xlsx")

    assert paper.data.startswith(b"%PDF")
    assert workbook.data.startswith(b"PK")
