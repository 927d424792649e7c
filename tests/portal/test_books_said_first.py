"""What a customer's file says of itself that its entries do not is said before any figure."""

import io

import pytest

from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout.identity.permissions import PortalRole, Role

HEAD = "Date,Type,Invoice no,Debit,Credit"


def handed_in(visitor: Visitor, world: World, text: str) -> tuple[int, str]:
    """The status, and where one is led to or what is said."""
    data = {
        "file": (io.BytesIO(text.encode()), "june.csv"),
        "as_at": "2026-06-30",
        "account": world.ids["account_id"],
    }
    answer = visitor.send("/books", data, page="/books")
    return answer.status_code, answer.location or words_of(answer.text)


@pytest.fixture
def customer(world: World) -> Visitor:
    """Somebody of the customer's who may answer."""
    return world.customer(PortalRole.ANSWER)


def test_a_closing_balance_the_entries_do_not_give(world: World, customer: Visitor) -> None:
    number = f"INV-{world.ids['account_id']}"
    _, there = handed_in(
        customer,
        world,
        f"{HEAD},Balance\n2026-05-31,Opening balance,,,,0.00\n"
        f"2026-06-05,Invoice,{number},,4040.00,4040.00\n"
        "2026-06-30,Closing balance,,,,5040.00\n",
    )

    page = words_of(customer.open(there).text)

    assert "“june.csv” states a closing balance of" in page
    assert "CNY 1,000.00 is missing in the file or stands twice" in page
    assert page.index("states a closing balance") < page.index("Our book 4,040.00")
    number = there.rsplit("/", 1)[1]
    staff = world.staff(Role.ACCOUNTANT)
    assert "states a closing balance of" in words_of(staff.open(f"/desk/matching/{number}").text)


def test_two_companies_in_one_file(world: World, customer: Visitor) -> None:
    number = f"INV-{world.ids['account_id']}"
    _, there = handed_in(
        customer,
        world,
        f"Supplier,{HEAD}\nHarbour,2026-06-05,Invoice,{number},,4040.00\n"
        "Other Works,2026-06-06,Invoice,X-1,,70.00\n",
    )

    page = words_of(customer.open(there).text)

    assert "holds entries of several companies: Harbour, Other Works." in page
    assert "Our book 4,040.00" in page
    assert "Your book 4,110.00" in page
    assert customer.send(f"{there}/party", {"party": "Nobody"}, page=there).status_code == 404


def test_one_company_of_a_file_is_compared_alone(world: World, customer: Visitor) -> None:
    number = f"INV-{world.ids['account_id']}"
    _, there = handed_in(
        customer,
        world,
        f"Supplier,{HEAD}\nHarbour,2026-06-05,Invoice,{number},,4040.00\n"
        "Other Works,2026-06-06,Invoice,X-1,,70.00\n",
    )
    assert "Only Harbour" in words_of(customer.open(there).text)

    alone = customer.send(f"{there}/party", {"party": "Harbour"}, page=there)

    page = words_of(customer.open(str(alone.location)).text)
    assert "Of “june.csv”, only the entries of Harbour were compared." in page
    assert "Your book 4,040.00" in page
    assert "Only Harbour" not in page
    # Read once more with another sign, it is still the one company's.
    reading = f"{alone.location}/reading"
    assert "Other Works" not in words_of(customer.open(reading).text)
    again = customer.send(reading, {"sign": "kept"}, page=reading)
    assert "only the entries of Harbour" in words_of(customer.open(str(again.location)).text)


def test_our_people_choose_the_company_too(world: World, customer: Visitor) -> None:
    number = f"INV-{world.ids['account_id']}"
    _, there = handed_in(
        customer,
        world,
        f"Supplier,{HEAD}\nHarbour,2026-06-05,Invoice,{number},,4040.00\n"
        "Other Works,2026-06-06,Invoice,X-1,,70.00\n",
    )
    staff = world.staff(Role.ACCOUNTANT)
    desk = f"/desk/matching/{there.rsplit('/', 1)[1]}"

    alone = staff.send(f"{desk}/party", {"party": "Harbour"}, page=desk)

    assert "only the entries of Harbour" in words_of(staff.open(str(alone.location)).text)


def test_a_file_nothing_of_which_agrees(world: World, customer: Visitor) -> None:
    _, there = handed_in(customer, world, f"{HEAD}\n2026-06-06,Invoice,X-1,,70.00\n")

    assert "Nothing of “june.csv” agrees with our book" in words_of(customer.open(there).text)


def test_a_file_of_later_days_only(world: World, customer: Visitor) -> None:
    _, there = handed_in(customer, world, f"{HEAD}\n2026-08-06,Invoice,X-1,,70.00\n")

    assert "has no entry up to the cut-off 30 June 2026" in words_of(customer.open(there).text)


def test_a_sound_file_is_not_doubted(world: World, customer: Visitor) -> None:
    number = f"INV-{world.ids['account_id']}"
    _, there = handed_in(customer, world, f"{HEAD}\n2026-06-05,Invoice,{number},,4040.00\n")

    page = words_of(customer.open(there).text)

    assert "states a closing balance" not in page
    assert "agrees with our book, so its sign" not in page


@pytest.mark.parametrize(
    "text",
    ["Dear Sirs,\nthank you for your letter.\n", f"{HEAD}\n05/06,Invoice,X-1,,70.00\n"],
    ids=["a letter", "no year"],
)
def test_what_is_no_ledger_is_asked_about(world: World, customer: Visitor, text: str) -> None:
    status, said = handed_in(customer, world, text)

    assert status == 400 or said.startswith("/books/files/")


def test_only_totals(world: World, customer: Visitor) -> None:
    status, said = handed_in(customer, world, f"{HEAD}\n,,Total,100.00,50.00\n")

    assert status == 400
    assert "holds sums and no single entries" in said
