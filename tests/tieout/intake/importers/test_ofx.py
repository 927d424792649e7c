"""OFX of both kinds, as banks really write it."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_company
from tests.support.imports import sentences, states, upload
from tieout.intake.kinds import BatchKind
from tieout.intake.reading.errors import BankRefused
from tieout.intake.uploads import Inspected, inspect

SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>1<ACCTID>77001<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260601<DTEND>20260630
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260630120000.000[-5:EST]<TRNAMT>1.200,50<FITID>F1<NAME>M\xfcller &amp; S\xf6hne<MEMO>INV-1031</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260630<TRNAMT>-5,00<FITID>F2<MEMO>
<NAME>Fees</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1195,50<DTASOF>20260630</LEDGERBAL></STMTRS></STMTTRNRS>
</BANKMSGSRSV1></OFX>
"""  # noqa: E501 - as a bank writes it

XML = """<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211"?>
<OFX><BANKMSGSRSV1>{statements}</BANKMSGSRSV1></OFX>
"""
ONE = """<STMTTRNRS><STMTRS><CURDEF>USD</CURDEF><BANKACCTFROM><BANKID>1</BANKID>
<ACCTID>{account}</ACCTID></BANKACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>{day}</DTPOSTED><TRNAMT>{amount}</TRNAMT>
<FITID>F1</FITID><NAME><![CDATA[A <b>]]></NAME></STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS>"""


def read(content: bytes) -> Inspected:
    """Read a file as the pages do."""
    return inspect(content, "bank.ofx", None, may_be_empty=True)


def under(found: Inspected, heading: str) -> list[object]:
    """What stands under a heading."""
    place = found.headings.index(heading)
    return [row.cells[place] for row in found.rows]


def test_tags_that_are_never_closed_and_decimal_commas() -> None:
    found = read(SGML.encode("cp1252"))

    assert found.about.encoding == "cp1252"
    assert under(found, "Amount") == [Decimal("1200.50"), Decimal("-5.00")]
    assert under(found, "Date") == [date(2026, 6, 30)] * 2
    assert under(found, "Other party") == ["Müller & Söhne", "Fees"]
    assert under(found, "Currency") == ["EUR", "EUR"]
    [statement] = found.about.contents["details"]["statements"]
    assert statement["balances"][0]["amount"] == "1195.50"


def test_several_accounts_in_one_file() -> None:
    statements = "".join(
        ONE.format(account=account, day="20260630", amount="1.00") for account in ("1", "2")
    )

    found = read(XML.format(statements=statements).encode())

    assert under(found, "Account") == ["1", "2"]
    assert under(found, "Other party") == ["A <b>", "A <b>"]


def test_an_amount_or_day_that_is_none_keeps_only_its_row_back(session: Session) -> None:
    make_company(session)
    rows = (("20260630", "$12.00"), ("20269930", "1.00"), ("20260630", "-3.00"))
    statements = "".join(ONE.format(account="1", day=day, amount=amount) for day, amount in rows)

    batch = upload(session, XML.format(statements=statements), BatchKind.PAYMENTS, "bank.ofx")

    assert states(session, batch) == ["refused", "refused", "left_out"]
    assert "“TRNAMT: $12.00” is not a number" in sentences(session, batch)[0]
    assert "“DTPOSTED: 20269930” is not a date" in sentences(session, batch)[1]


REFUSED = """<STMTTRNRS><TRNUID>2<STATUS><CODE>2003<SEVERITY>ERROR<MESSAGE>Account not found
</STATUS>{more}</STMTTRNRS></BANKMSGSRSV1></OFX>"""


def test_an_account_the_bank_answers_for_with_an_error_is_named() -> None:
    own = "<STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>77002</BANKACCTFROM></STMTRS>"
    for more, named in (("", "one of the accounts"), (own, "account 77002")):
        text = SGML.replace("</BANKMSGSRSV1></OFX>", REFUSED.format(more=more))
        found = read(text.encode("cp1252"))

        told = " ".join(map(str, found.warnings))
        assert len(found.rows) == 2
        assert named in told
        assert "2003 Account not found" in told


def test_a_file_that_is_nothing_but_an_error_says_so() -> None:
    head = SGML.partition("<STMTTRNRS>")[0]
    with pytest.raises(BankRefused, match="2003 Account not found"):
        read((head + REFUSED.format(more="")).encode("cp1252"))
