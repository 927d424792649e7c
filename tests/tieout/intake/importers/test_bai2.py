"""BAI2: continuations, codes, and totals at every level."""

from decimal import Decimal

from tieout.intake.uploads import Inspected, inspect

FILE = """01,BANKUS33,HARBOUR,260630,0900,1,80,,2/
02,HARBOUR,BANKUS33,1,260630,,USD,2/
03,700100,USD,010,100000,,,015,220000,,/
88,100,125000,2,,400,5000,1,/
16,195,120000,V,260701,,B-1,C-1,INV-1031 FROM BRIGHTWATER,
88,TRADING LTD
16,142,5000,S,1000,2000,2000,B-2,,LOCKBOX/
16,475,5000,Z,,,CHECK 17/
49,580000,7/
98,580000,1,9/
99,580000,1,11/
"""


def read(text: str) -> Inspected:
    """Read a file as the pages do."""
    return inspect(text.encode(), "bank.bai2", None, may_be_empty=True)


def test_codes_say_what_came_in_and_out() -> None:
    found = read(FILE)

    assert [row.cells[3] for row in found.rows] == [
        Decimal("1200.00"), Decimal("50.00"), Decimal("-50.00"),
    ]  # fmt: skip
    assert found.rows[0].cells[8] == "INV-1031 FROM BRIGHTWATER TRADING LTD"
    assert [row.number for row in found.rows] == [5, 7, 8]
    assert all(one.ties for one in found.controls), [
        one.to_json() for one in found.controls if not one.ties
    ]


def test_totals_that_do_not_tie_are_named_at_their_level() -> None:
    found = read(FILE.replace("16,142,5000,", "16,142,6000,"))

    apart = {one.label for one in found.controls if not one.ties}
    assert apart == {"015", "49", "98", "99", "100"}


def test_several_records_on_one_line() -> None:
    together = FILE.replace("/\n98", "/98").replace("/\n99", "/99")

    assert len(read(together).controls) == len(read(FILE).controls)


def test_money_under_a_code_of_the_banks_own_is_held_back_and_not_taken_for_nothing() -> None:
    found = read(FILE.replace("16,475,5000,Z", "16,950,5000,Z"))

    assert found.rows[2].cells[3] == "950: 5000"


def test_an_account_without_its_trailer_is_named_and_counted_all_the_same() -> None:
    found = read(FILE.replace("49,580000,7/\n", "").replace(",9/", ",8/").replace(",11/", ",10/"))

    assert "Account 700100, from line 3 on" in " ".join(map(str, found.warnings))
    assert all(one.ties for one in found.controls)
    assert {"015", "98", "99", "100"} <= {one.label for one in found.controls}


def test_a_group_without_its_trailer_is_named() -> None:
    found = read(FILE.replace("98,580000,1,9/\n", "").replace(",11/", ",10/"))

    assert "group from line 2 on" in " ".join(map(str, found.warnings))
    assert all(one.ties for one in found.controls)
    assert not read(FILE).warnings
