"""One statement in the ways banks write it: the same entries, sums, balances and references."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tieout.intake.uploads import Inspected, inspect


@dataclass(frozen=True)
class Drawn:
    """An entry of a bank."""

    booked_on: date
    value_on: date
    #: What came in above zero.
    amount: Decimal
    reference: str
    payer: str
    text: str
    #: Whether it takes an earlier entry back.
    is_reversal: bool = False


OPENING = Decimal("1000.00")


def drawn(seed: int, begins: date = date(2025, 12, 28)) -> list[Drawn]:
    """Entries about the turn of a year, some of them taken back."""
    draw = random.Random(seed)
    day, found = begins, []
    for place in range(8):
        day += timedelta(days=draw.randint(0, 2))
        cents = draw.choice((draw.randint(1, 99_999), draw.randint(1, 99) * 100))
        amount = Decimal(cents) / 100 * draw.choice((1, 1, -1))
        found.append(
            Drawn(
                day,
                day + timedelta(days=draw.randint(-2, 3)),
                amount,
                f"BR{seed}{place}",
                draw.choice(("Brook Ltd", "Alder Stores", "Cedar GmbH")),
                f"INV-{100 + place}",
                place % 3 == 2,
            )
        )
    return found


def _comma(amount: Decimal, *, short: bool) -> str:
    """An amount of a SWIFT message; whole ones end in the comma, as the rules have it."""
    text = f"{abs(amount):.2f}".replace(".", ",")
    return text.rstrip("0") if short else text


def _mark(entry: Drawn) -> str:
    if entry.is_reversal:
        return "RD" if entry.amount > 0 else "RC"
    return "C" if entry.amount > 0 else "D"


def _plain(entry: Drawn) -> str:
    return f":86:{entry.payer} {entry.text}"


def _numbered(entry: Drawn) -> str:
    return f":86:166?00SEPA?20EREF+E-{entry.reference}?21SVWZ+{entry.text}?31DE01?32{entry.payer}"


def _numbered_alone(entry: Drawn) -> str:
    return _numbered(entry).replace("166?", "?")


def _strokes(entry: Drawn) -> str:
    return (
        f":86:/TRTP/SEPA/IBAN/NL01/NAME/{entry.payer}"
        f"/REMI/USTD//{entry.text}/EREF/E-{entry.reference}"
    )


def _balance(tag: str, on: date, amount: Decimal) -> str:
    side = "C" if amount >= 0 else "D"
    return f":{tag}:{side}{on:%y%m%d}EUR{_comma(amount, short=False)}"


def swift(
    entries: list[Drawn], said: Callable[[Drawn], str], *, short: bool, day: str, pages: int
) -> str:
    """The statement as messages MT940, one for each page."""
    found, balance, at = [], OPENING, entries[0].booked_on
    size = -(-len(entries) // pages)
    for page in range(pages):
        part = entries[page * size : (page + 1) * size]
        opens, closes = "60M" if page else "60F", "62M" if page + 1 < pages else "62F"
        found += [":20:S1", ":25:NL01BANK0000000001", f":28C:7/{page + 1}"]
        found.append(_balance(opens, at, balance))
        for entry in part:
            booked = f"{entry.booked_on:%m%d}" if day == "day" else day
            amount = _comma(entry.amount, short=short)
            head = f":61:{entry.value_on:%y%m%d}{booked}{_mark(entry)}{amount}"
            found.append(f"{head}NTRFNONREF//{entry.reference}")
            found.append(said(entry))
            balance += entry.amount
        at = part[-1].booked_on
        found += [_balance(closes, at, balance), "-"]
    return "\n".join(found) + "\n"


def _rows(found: Inspected) -> list[tuple[object, ...]]:
    places = [found.headings.index(name) for name in ("Amount", "Currency", "Bank reference")]
    return [tuple(row.cells[place] for place in places) for row in found.rows]


@pytest.mark.parametrize("said", [_plain, _numbered, _numbered_alone, _strokes])
@pytest.mark.parametrize("pages", [1, 3])
@pytest.mark.parametrize("day", ["day", "", "    "])
def test_mt940(said: Callable[[Drawn], str], pages: int, day: str) -> None:
    for seed, short in ((1, False), (2, True)):
        entries = drawn(seed)
        text = swift(entries, said, short=short, day=day, pages=pages)
        for written in (text, text.replace("\n", "\r\n")):
            found = inspect(written.encode(), "bank.sta", None)

            assert found.importer == "mt940"
            assert _rows(found) == [(e.amount, "EUR", e.reference) for e in entries]
            assert len(found.controls) == pages
            assert all(one.ties for one in found.controls)
            dates = [row.cells[1] for row in found.rows]
            booked = [e.booked_on if day == "day" else e.value_on for e in entries]
            assert dates == booked
            told = [row.cells[8] for row in found.rows]
            assert all(entry.text in str(one) for entry, one in zip(entries, told, strict=True))
            if said is not _plain:
                assert [row.cells[5] for row in found.rows] == [e.payer for e in entries]


def _funds(entry: Drawn, seed: int) -> str:
    """When the money may be used, in each way a bank may say it."""
    cents = abs(int(entry.amount * 100))
    ways = (
        "",
        "0",
        "Z",
        f"V,{entry.value_on:%y%m%d},",
        f"V,{entry.value_on:%y%m%d},1200",
        f"S,{cents},0,0",
        f"D,2,0,{cents},1,0",
    )
    return ways[seed % len(ways)]


def bai(entries: list[Drawn], between: str, text: Callable[[str], str]) -> str:
    """The statement as BAI2, its totals at every level."""
    day = entries[0].booked_on
    cents = [int(entry.amount * 100) for entry in entries]
    opening = int(OPENING * 100)
    closing = opening + sum(cents)
    ups, downs = ([abs(c) for c in cents if c * sign > 0] for sign in (1, -1))
    total = opening + closing + 2 * sum(map(abs, cents))
    said = [text(f"{entry.payer} {entry.text}") for entry in entries]
    records = 3 + len(entries) + sum(one.count("\n88") for one in said)
    sums = f"88,100,{sum(ups)},{len(ups)},,400,{sum(downs)},{len(downs)},/"
    lines = [
        f"01,BANKUS33,HARBOUR,{day:%y%m%d},0900,1,80,,2/",
        f"02,HARBOUR,BANKUS33,1,{day:%y%m%d},,EUR,2/",
        f"03,700100,,010,{opening},,,015,{closing},,/\n{sums}",
    ]
    for place, (entry, value) in enumerate(zip(entries, cents, strict=True)):
        code = 195 if value > 0 else 475
        funds = _funds(entry, place)
        lines.append(f"16,{code},{abs(value)},{funds},{entry.reference},C-{place},{said[place]}/")
    lines.append(f"49,{total},{records}/")
    lines.append(f"98,{total},1,{records + 2}/")
    lines.append(f"99,{total},1,{records + 4}/")
    return between.join(lines) + "\n"


def _of_one_line(text: str) -> str:
    return text


def _continued(text: str) -> str:
    return text.replace(" INV", "\n88,INV")


def _broken(text: str) -> str:
    return text.replace(" INV", "\nINV")


@pytest.mark.parametrize("between", ["\n", "\r\n", "   ", "\n\n"])
@pytest.mark.parametrize("text", [_of_one_line, _continued, _broken])
def test_bai2(between: str, text: Callable[[str], str]) -> None:
    for seed in (3, 4):
        entries = drawn(seed)
        found = inspect(bai(entries, between, text).encode(), "bank.bai", None)

        assert found.importer == "bai2"
        assert _rows(found) == [(e.amount, "EUR", e.reference) for e in entries]
        told = [row.cells[8] for row in found.rows]
        assert told == [f"{entry.payer} {entry.text}" for entry in entries]
        assert found.controls
        assert all(one.ties for one in found.controls), found.controls


def camt(entries: list[Drawn], version: str, *, named: bool, prefix: str = "") -> str:
    """The statement as CAMT.053: two entries to a booking, an announced one, a second account."""
    p = f"{prefix}:" if prefix else ""
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    opens = f'{p}Document xmlns{":" + prefix if prefix else ""}="{space}"' if named else "Document"
    name = "Pty" if int(version) >= 8 else ""

    def amount(value: Decimal) -> str:
        side = "CRDT" if value > 0 else "DBIT"
        return f'<Amt Ccy="EUR">{abs(value)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'

    def balance(code: str, value: Decimal) -> str:
        kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        return f"<Bal>{kind}{amount(value)}<Dt><Dt>2026-01-31</Dt></Dt></Bal>"

    def details(entry: Drawn) -> str:
        who = f"<Nm>{entry.payer}</Nm>"
        who = f"<{name}>{who}</{name}>" if name else who
        taken_back = entry.is_reversal
        side = "Dbtr" if (entry.amount > 0) != taken_back else "Cdtr"
        return (
            f"<TxDtls><Refs><AcctSvcrRef>{entry.reference}</AcctSvcrRef></Refs>"
            f"{amount(entry.amount)}<RltdPties><{side}>{who}</{side}></RltdPties>"
            f"<RmtInf><Ustrd>{entry.text}</Ustrd></RmtInf></TxDtls>"
        )

    def booking(some: list[Drawn], status: str = "BOOK") -> str:
        sts = f"<Sts><Cd>{status}</Cd></Sts>" if int(version) >= 8 else f"<Sts>{status}</Sts>"
        back = "<RvslInd>true</RvslInd>" if some[0].is_reversal else ""
        batch = f"<Btch><NbOfTxs>{len(some)}</NbOfTxs></Btch>" if len(some) > 1 else ""
        return (
            f"<Ntry>{amount(sum((e.amount for e in some), Decimal(0)))}{back}{sts}"
            f"<BookgDt><Dt>{some[0].booked_on}</Dt></BookgDt>"
            f"<NtryDtls>{batch}{''.join(map(details, some))}</NtryDtls></Ntry>"
        )

    together, alone = entries[:2], entries[2:]
    total = sum((e.amount for e in entries), OPENING)
    parts = booking(together) + "".join(booking([e]) for e in alone)
    announced = booking([entries[0]], "PDNG")
    account = "<Acct><Id><IBAN>{}</IBAN></Id></Acct>"
    body = (
        f"<Stmt><Id>1</Id>{account.format('DE1')}{balance('OPBD', OPENING)}"
        f"{balance('CLBD', total)}{parts}{announced}</Stmt><Stmt><Id>2</Id>"
        f"{account.format('DE2')}{balance('OPBD', OPENING)}{balance('CLBD', OPENING)}</Stmt>"
    )
    text = f"<Document><BkToCstmrStmt>{body}</BkToCstmrStmt></Document>"
    if prefix:
        text = text.replace("</", f"</{p}").replace("<", f"<{p}").replace(f"<{p}/{p}", f"</{p}")
    return text.replace(f"<{p}Document>", f"<{opens}>", 1)


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
@pytest.mark.parametrize(("named", "prefix"), [(True, ""), (False, ""), (True, "ns2")])
def test_camt(version: str, prefix: str, *, named: bool) -> None:
    entries = drawn(5)
    # what is booked together moves one way, and is no reversal
    entries[:2] = [Drawn(e.booked_on, e.value_on, abs(e.amount), e.reference, e.payer, e.text)
                   for e in entries[:2]]  # fmt: skip

    found = inspect(camt(entries, version, named=named, prefix=prefix).encode(), "b.xml", None)

    assert found.importer == "camt"
    wanted = [(e.amount, "EUR", e.reference) for e in entries]
    assert _rows(found) == [*wanted, wanted[0]]
    assert [row.cells[5] for row in found.rows][:-1] == [e.payer for e in entries]
    assert [row.cells[9] for row in found.rows] == [*[""] * len(entries), "PDNG"]
    assert [row.cells[8] for row in found.rows][:-1] == [e.text for e in entries]
    assert len(found.controls) == 2
    assert all(one.ties for one in found.controls)


def test_a_collective_booking_that_is_not_listed_is_said() -> None:
    entries = drawn(5)
    text = camt(entries, "08", named=True)
    begin, end = text.index("</Btch>") + len("</Btch>"), text.index("</NtryDtls>")

    warnings = inspect((text[:begin] + text[end:]).encode(), "b.xml", None).warnings

    assert [one.facts["count"] for one in warnings if "not listed" in one.text] == [2]


def ofx(entries: list[Drawn], *, closes: bool) -> str:
    """The statement as OFX: in SGML without ends, or as XML."""

    def tag(name: str, value: str) -> str:
        return f"<{name}>{value}" + (f"</{name}>" if closes else "\n")

    lines = "".join(
        f"<STMTTRN>{tag('TRNTYPE', 'OTHER')}"
        f"{tag('DTPOSTED', f'{e.booked_on:%Y%m%d}120000[-5:EST]')}"
        f"{tag('TRNAMT', str(e.amount))}{tag('FITID', e.reference)}{tag('CHECKNUM', '')}"
        f"{tag('NAME', e.payer)}{tag('MEMO', e.text)}</STMTTRN>"
        for e in entries
    )
    head = '<?OFX OFXHEADER="200" VERSION="220"?>' if closes else "OFXHEADER:100\nVERSION:102\n\n"
    return (
        f"{head}<OFX><BANKMSGSRSV1><STMTTRNRS><STATUS>{tag('CODE', '0')}{tag('SEVERITY', 'INFO')}"
        f"</STATUS><STMTRS>{tag('CURDEF', 'EUR')}<BANKACCTFROM>{tag('ACCTID', '77')}</BANKACCTFROM>"
        f"<BANKTRANLIST>{lines}</BANKTRANLIST><LEDGERBAL>{tag('BALAMT', '7.00')}"
        f"{tag('DTASOF', '20260131')}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


@pytest.mark.parametrize("closes", [True, False])
def test_ofx(*, closes: bool) -> None:
    entries = drawn(6)

    found = inspect(ofx(entries, closes=closes).encode(), "bank.ofx", None)

    assert found.importer == "ofx"
    assert _rows(found) == [(e.amount, "EUR", e.reference) for e in entries]
    assert [row.cells[5] for row in found.rows] == [e.payer for e in entries]
    assert [row.cells[1] for row in found.rows] == [e.booked_on for e in entries]
