"""CAMT: collective bookings, reversals, charges, several accounts, whatever the namespace."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_company
from tests.support.imports import sentences, states, upload
from tieout.intake.kinds import BatchKind
from tieout.intake.uploads import Inspected, inspect

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def balance(code: str, amount: str, side: str = "CRDT", currency: str = "EUR") -> str:
    """A balance of a statement."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='{currency}'>{amount}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-06-30</Dt></Dt></Bal>"
    )


def entry(amount: str, side: str = "CRDT", inside: str = "", status: str = "BOOK") -> str:
    """An entry of a statement."""
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>"
        f"<BookgDt><Dt>2026-06-30</Dt></BookgDt><AcctSvcrRef>R-{amount}</AcctSvcrRef>"
        f"{inside}</Ntry>"
    )


def detail(amount: str, name: str, text: str, more: str = "") -> str:
    """A transaction of a collective booking."""
    return (
        f"<TxDtls><Refs><EndToEndId>E-{text}</EndToEndId></Refs><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd>{more}<RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>"
        f"<DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def statement(*inside: str, iban: str = "DE79000000001234567890") -> str:
    """A statement of an account."""
    account = f"<Id>S-1</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
    return f"<Stmt>{account}{''.join(inside)}</Stmt>"


def message(*statements: str, version: str = "08", prefix: str = "") -> str:
    """A message with statements."""
    name = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    body = f"<BkToCstmrStmt>{''.join(statements)}</BkToCstmrStmt>"
    text = f"{HEAD}<Document xmlns='{name}'>{body}</Document>"
    if prefix:
        text = text.replace("xmlns=", f"xmlns:{prefix}=")
        text = text.replace("</", f"</{prefix}:").replace("<", f"<{prefix}:")
        text = text.replace(f"<{prefix}:/{prefix}:", f"</{prefix}:")
        text = text.replace(f"<{prefix}:?xml", "<?xml")
    return text


def read(text: str) -> Inspected:
    """Read a message as the pages do."""
    return inspect(text.encode(), "june.xml", None, may_be_empty=True)


def under(found: Inspected, heading: str) -> list[object]:
    """What stands under a heading."""
    place = found.headings.index(heading)
    return [row.cells[place] for row in found.rows]


@pytest.mark.parametrize("prefix", ["", "ns2"])
@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_any_version_under_any_prefix(version: str, prefix: str) -> None:
    text = message(statement(entry("12.50")), version=version, prefix=prefix)

    found = read(text)

    assert under(found, "Amount") == [Decimal("12.50")]
    assert under(found, "Account") == ["DE79000000001234567890"]


def test_a_collective_booking_becomes_a_row_for_each_payer() -> None:
    batch = detail("100.00", "Brightwater", "INV-1") + detail("50.00", "Harbour", "INV-2")

    found = read(
        message(
            statement(
                balance("OPBD", "10.00"),
                entry("150.00", inside=f"<NtryDtls>{batch}</NtryDtls>"),
                balance("CLBD", "160.00"),
            )
        )
    )

    assert under(found, "Amount") == [Decimal("100.00"), Decimal("50.00")]
    assert under(found, "Other party") == ["Brightwater", "Harbour"]
    assert under(found, "Text") == ["INV-1", "INV-2"]
    assert [one.ties for one in found.controls] == [True]
    [of_file] = found.about.contents["details"]["statements"]
    assert (of_file["bookings"], of_file["entries"], of_file["transactions"]) == (1, 2, 2)


def test_charges_taken_off_a_collective_booking_stand_on_their_own() -> None:
    batch = detail("100.00", "Brightwater", "INV-1") + detail("50.00", "Harbour", "INV-2")
    charges = "<Chrgs><TtlChrgsAndTaxAmt Ccy='EUR'>1.50</TtlChrgsAndTaxAmt></Chrgs>"

    found = read(
        message(statement(entry("148.50", inside=f"{charges}<NtryDtls>{batch}</NtryDtls>")))
    )

    assert under(found, "Amount") == [Decimal("100.00"), Decimal("50.00"), Decimal("-1.50")]


def test_details_in_another_currency_leave_one_row() -> None:
    other = detail("100.00", "A", "INV-1").replace("Ccy='EUR'", "Ccy='USD'")

    found = read(message(statement(entry("91.00", inside=f"<NtryDtls>{other * 2}</NtryDtls>"))))

    assert under(found, "Amount") == [Decimal("91.00")]
    assert under(found, "Text") == ["INV-1 · INV-1"]


def test_what_is_taken_back_goes_where_its_sign_says(session: Session) -> None:
    make_company(session)
    back = "<RvslInd>true</RvslInd>"
    text = message(
        statement(
            balance("PRCD", "100.00"),
            entry("20.00", "DBIT", back),
            entry("7.00", "CRDT", status="PDNG"),
            balance("CLBD", "80.00"),
        )
    )

    batch = upload(session, text, BatchKind.PAYMENTS, "june.xml")

    assert states(session, batch) == ["left_out", "left_out"]
    assert "only announces it (PDNG)" in sentences(session, batch)[1]
    assert [one["expected"] == one["found"] for one in batch.reading["controls"]] == [True]


def test_several_accounts_each_prove_themselves() -> None:
    found = read(
        message(
            statement(balance("OPBD", "1.00"), entry("2.00"), balance("CLBD", "3.00")),
            statement(
                balance("OPBD", "1.00"), entry("2.00"), balance("CLBD", "9.00"), iban="FR7630006"
            ),
        )
    )

    assert [(one.account, one.ties) for one in found.controls] == [
        ("DE79000000001234567890", True),
        ("FR7630006", False),
    ]


def test_one_amount_that_is_none_keeps_only_itself_back(session: Session) -> None:
    make_company(session)
    text = message(statement(entry("1,5O"), entry("3.00", "DBIT")))

    batch = upload(session, text, BatchKind.PAYMENTS, "june.xml")

    assert states(session, batch) == ["refused", "left_out"]
    assert "“Amt: 1,5O” is not a number" in sentences(session, batch)[0]


def test_a_returned_payment_names_the_customer_and_not_us() -> None:
    parties = (
        "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Brightwater Ltd</Nm></Dbtr><Cdtr><Nm>Ourselves</Nm>"
        "</Cdtr></RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>"
    )
    [returned] = read(message(statement(entry("250.00", "DBIT", parties)))).rows

    assert returned.cells[3] == Decimal("-250.00")
    assert returned.cells[5] == "Brightwater Ltd"


def test_a_page_between_two_interim_balances_ties() -> None:
    page = balance("ITBD", "100.00") + balance("ITBD", "130.00") + entry("30.00")
    [control] = read(message(statement(page))).controls

    assert (control.label, control.expected, control.ties) == ("ITBD", Decimal("130.00"), True)


def test_one_interim_balance_alone_proves_nothing() -> None:
    page = statement(balance("ITBD", "100.00") + entry("30.00"))

    assert not read(message(page)).controls


def test_a_collective_booking_that_stays_one_row_says_so() -> None:
    apart = detail("200.00", "A", "INV-1") + detail("250.00", "B", "INV-2")
    whole = entry("500.00", inside=f"<NtryDtls>{apart}</NtryDtls>")
    together = entry("450.00", inside=f"<NtryDtls>{apart}</NtryDtls>")
    found = inspect(_statement(together + whole), "bank.xml", None)

    assert [row.cells[3] for row in found.rows] == [
        Decimal("200.00"), Decimal("250.00"), Decimal("500.00"),
    ]  # fmt: skip
    (told,) = map(str, found.warnings)
    assert told.startswith("Row 3 is a collective booking of 2 payments")


def _statement(inside: str) -> bytes:
    return (
        f'{HEAD}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<Stmt><Id>1</Id><Acct><Id><IBAN>DE1</IBAN></Id></Acct>{inside}</Stmt>"
        f"</BkToCstmrStmt></Document>"
    ).encode()
