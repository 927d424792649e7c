"""MT940 and MT942: who paid, what was taken back, and balances that prove it."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from tests.factories import make_company, make_customer
from tests.support import books as book
from tests.support.imports import post, sentences, states, upload
from tieout.intake.importers import recognised
from tieout.intake.importers.mt940_text import told
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import Inspected, inspect

STATEMENT = """:20:M1
:25:43060967/7000123400
:28C:00012/001
:60F:C260629EUR1000,00
:61:2606300630CR1200,00NTRFNONREF//B0001
:86:166?00GUTSCHRIFT?20EREF+INV-1031?21SVWZ+INV-1031 INV-1032?22 with all our thanks for th
?23e goods?30GENODEM1GLS?31DE02120300000000202051?32BRIGHTWATER TRADI?33NG LTD
:61:2606300630RC200,00NTRFNONREF//B0002
:86:Returned direct debit INV-1020
:61:2606300630RD50,00NTRFNONREF//B0003
:86:Fee taken back
:61:260630D6,50NCHGNONREF
:86:Fees
:62F:C260630EUR2043,50
:64:C260630EUR2043,50
-
"""


def read(text: str, name: str = "june.sta") -> Inspected:
    """Read a statement as the pages do."""
    return inspect(text.encode(), name, None, may_be_empty=True)


def amounts(found: Inspected) -> list[Decimal]:
    """What each entry moved."""
    return [row.cells[3] for row in found.rows]  # type: ignore[misc]


def column(found: Inspected, heading: str) -> list[object]:
    """What stands under a heading."""
    place = found.headings.index(heading)
    return [row.cells[place] for row in found.rows]


def test_reversals_are_signed_by_where_the_money_went() -> None:
    found = read(STATEMENT)

    assert found.kind == BatchKind.PAYMENTS
    assert amounts(found) == [Decimal(one) for one in ("1200.00", "-200.00", "50.00", "-6.50")]
    [balance] = found.controls
    assert balance.ties
    assert (balance.expected, balance.account) == (Decimal("2043.50"), "43060967/7000123400")


def test_who_paid_and_what_for() -> None:
    found = read(STATEMENT)

    assert column(found, "Other party")[0] == "BRIGHTWATER TRADING LTD"
    assert column(found, "Their account")[0] == "DE02120300000000202051"
    assert column(found, "Text")[0] == "INV-1031 INV-1032 with all our thanks for the goods"
    assert column(found, "Their reference")[0] == "INV-1031"
    assert column(found, "Bank reference")[0] == "B0001"


def test_a_balance_that_does_not_tie_is_said() -> None:
    found = read(STATEMENT.replace("EUR2043,50\n:64", "EUR2053,50\n:64"))

    [balance] = found.controls
    assert not balance.ties
    assert balance.difference == Decimal("-10.00")


def test_one_line_that_is_no_entry_keeps_only_itself_back(session: Session) -> None:
    make_company(session)
    make_customer(session, "Brightwater Trading Ltd")
    bad = STATEMENT.replace(":61:260630D6,50NCHGNONREF", ":61:26O630D6,5O??")

    batch = upload(session, bad, BatchKind.PAYMENTS, "june.sta")

    # Money taken back from us and a fee given back wait; the broken line alone is refused.
    assert states(session, batch)[1:] == ["left_out", "decision", "refused"]
    assert sentences(session, batch)[-1].startswith(
        "“june.sta”, row 12, column D: “:61:26O630D6,5O"
    )


def test_the_whole_way_into_the_books_and_never_twice(session: Session) -> None:
    make_company(session)
    account = make_customer(session)
    book.post(session, account, "invoice", "INV-1031", "2026-05-20", "1200.00")
    one = STATEMENT.replace("RC200,00", "DR200,00").replace("RD50,00", "DR50,00")
    one = one.replace("SVWZ+INV-1031 INV-1032", "SVWZ+INV-1031").replace("2043,50", "1943,50")

    first = post(session, upload(session, one, BatchKind.PAYMENTS, "june.sta"))
    again = upload(session, one.replace(":20:M1", ":20:M2"), BatchKind.PAYMENTS, "june-2.sta")

    assert first.totals["posted" if "posted" in first.totals else "ready"] >= 1
    assert states(session, again) == ["repeated", "left_out", "left_out", "left_out"]


def test_the_same_payment_on_two_accounts_is_two_payments() -> None:
    other = read(STATEMENT.replace("7000123400", "7000123499"))

    first = column(read(STATEMENT), "Account")[0]
    assert first != column(other, "Account")[0]
    assert "own_account" in {one.field for one in other.mapping.columns}


def test_several_statements_and_the_turn_of_the_year() -> None:
    text = STATEMENT + (
        ":20:M2\n:25:43060967/7000123400\n:28C:00001/001\n:60F:C261230EUR10,00\n"
        ":61:2612300102CR5,00NTRFNONREF\n"
        ":86:/IBAN/NL91ABNA0417164300/NAME/J. DE VRIES/REMI/INV-9/\n"
        ":61:2601021231CR1,00NTRFNONREF\n:86:x\n:62F:C270102EUR16,00\n-\n"
    )

    found = read(text)

    days = column(found, "Date")
    assert days[-2:] == [date(2027, 1, 2), date(2025, 12, 31)]
    assert column(found, "Other party")[-2] == "J. DE VRIES"
    assert column(found, "Text")[-2] == "INV-9"
    assert [one.ties for one in found.controls] == [True, True]
    assert len(found.about.contents["details"]["statements"]) == 2


def test_an_interim_report_is_proved_by_its_own_sums() -> None:
    found = read(
        ":20:I1\n:25:43060967/7000123400\n:28C:1/1\n:34F:EUR0,\n:13D:2606301200+0200\n"
        ":61:2606300630C5,00NTRFNONREF\n:86:a\n:61:2606300630D2,00NTRFNONREF\n:86:b\n"
        ":90D:1EUR2,00\n:90C:2EUR5,00\n-\n"
    )

    told_of = {(one.kind, one.label): one.ties for one in found.controls}
    assert told_of[("total", "90D")]
    assert told_of[("total", "90C")]
    assert not told_of[("count", "90C")]


def test_a_statement_cut_off_in_the_middle_is_said() -> None:
    found = read(STATEMENT[: STATEMENT.index(":62F:")])

    [warning] = found.warnings
    assert "states no closing balance" in str(warning)


def test_a_statement_that_only_begins_is_said() -> None:
    [warning] = read(STATEMENT + ":20:M2\n").warnings

    assert "In line 17 another statement begins" in str(warning)


def test_texts_in_the_ways_banks_write_them() -> None:
    assert told("86", "Plain words\nin two lines").text == "Plain words in two lines"
    assert told("NS", "01INV-7 and more").text == "INV-7 and more"
    assert told("NS", "15BRIGHTWATER").party == "BRIGHTWATER"
    dutch = told(
        "86", "/TRTP/SEPA/CNTP/NL91ABNA0417164300/ABNANL2A/J. DE VRIES///REMI/USTD//INV 9/"
    )
    assert (dutch.account, dutch.party, dutch.text) == (
        "NL91ABNA0417164300", "J. DE VRIES", "INV 9",
    )  # fmt: skip


TWO_PAGES = """:25:ACC1
:28C:1/1
:60F:C260701EUR100,00
:61:2607010701C50,00NTRFA1
:62F:C260701EUR150,00
:25:ACC2
:28C:7/1
:60F:C260701JPY10,
:61:2607010701DY5,NTRFA2
:62F:C260701JPY5,
:28C:8/1
:60F:C260702JPY5,
:61:2607020702C,50NTRFEREF//B9
:86:/PREF/M0000033//REMI/USTD//ONE TOTAL/
:62F:C260702JPY5,50
-
"""


def test_statements_that_follow_each_other_in_one_message_are_kept_apart() -> None:
    found = read(TWO_PAGES)

    assert found.kind == BatchKind.PAYMENTS
    assert column(found, "Account") == ["ACC1", "ACC2", "ACC2"]
    assert column(found, "Statement") == ["1/1", "7/1", "8/1"]
    assert amounts(found) == [Decimal("50.00"), Decimal(-5), Decimal("0.50")]
    assert [control.ties for control in found.controls] == [True, True, True]


def test_a_reference_said_to_stand_in_the_text_is_none() -> None:
    found = read(TWO_PAGES)

    assert column(found, "Their reference")[-1] == ""
    assert column(found, "Bank reference")[-1] == "B9"


def test_all_sub_fields_of_an_ns_field_below_each_other() -> None:
    said = told("NS", "01526715\n02Invoice 4711\n15Ergo Insurance\n16Ltd\n17G2000\n34000427907")

    assert (said.text, said.party) == ("526715 Invoice 4711", "Ergo Insurance Ltd")
    assert (said.account, said.code) == ("000427907", "G2000")


def test_moments_in_a_table_are_no_message() -> None:
    moments = ("10:20:00", "10:25:00", "10:28:00", "09:34:00")
    table = "".join(f"S-{no},2026-06-01,2026-06-01 {at}\n" for no, at in enumerate(moments))

    assert recognised(f"number,date,changed\n{table}".encode()) == ""
    assert recognised(f"{{1:F01}}{{4:\r\n{TWO_PAGES}".encode()) == "mt940"
