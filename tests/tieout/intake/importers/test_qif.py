"""QIF, as banks and small accounting programs write it."""

import pytest

from tieout.intake.kinds import BatchKind
from tieout.intake.reading import errors
from tieout.intake.understanding import understood
from tieout.intake.uploads import Inspected, inspect

QUICKEN = """!Account
NChecking
TBank
^
!Type:Bank
D6/ 1/26
T1,000.00
CX
POpening Balance
L[Checking]
^
D6/14'26
T1,250.00
N1001
PBrook Ltd
MINV-41
LSales
SSales
$1,000.00
SFreight
$250.00
^
D6/15'26
U-300.00
T-300.00
PRent
^
!Type:Invst
D6/20/26
NBuy
YAcme
T900.00
^
"""


def read(text: str) -> Inspected:
    """Read a file as the pages do."""
    return inspect(text.encode(), "june.qif", None)


def test_entries_of_an_account_are_payments() -> None:
    found = read(QUICKEN)

    assert (found.kind, found.importer) == (BatchKind.PAYMENTS, "qif")
    rows = understood(found)
    assert [(str(row.values["date"]), str(row.number_of("amount"))) for row in rows] == [
        ("2026-06-14", "1250.00"),
        ("2026-06-15", "-300.00"),
    ]
    assert rows[0].text("payer") == "Brook Ltd"
    assert rows[0].text("remittance") == "Brook Ltd INV-41"
    assert rows[0].text("own_account") == "Checking"


def test_what_is_no_payment_is_said() -> None:
    said = " ".join(str(warning) for warning in read(QUICKEN).warnings)

    assert "opening balance of 1,000.00" in said
    assert "1 records of the file are no payments" in said


def test_dates_that_could_be_two_days_are_asked_about() -> None:
    found = read("!Type:Bank\nD06/07/2026\nT1.250,00\nPBrook\n^\nD05/07/2026\nT-3,00\n^\n")

    assert found.missing is not None
    assert "could be two different days" in str(found.missing)


def test_the_order_that_one_date_proves_holds_for_all() -> None:
    found = read("!Type:Bank\nD06/07/2026\nT1.250,00\nPBrook\n^\nD25/07/2026\nT-3,00\n^\n")

    assert found.missing is None
    days = [str(row.values["date"]) for row in understood(found)]
    amounts = [str(row.number_of("amount")) for row in understood(found)]
    assert (days, amounts) == (["2026-07-06", "2026-07-25"], ["1250.00", "-3.00"])


def test_a_file_that_ends_in_the_middle_of_an_entry() -> None:
    with pytest.raises(errors.BreaksOff):
        read(QUICKEN[: QUICKEN.index("PRent")])
