"""Files that are broken or mean harm: one clear sentence, no hang, no flood of memory."""

import random
import time
from collections.abc import Iterator

import pytest

from tests.tieout.intake.importers.cii_shapes import VALVES, invoice
from tests.tieout.intake.importers.shapes import BAI2, CAMT, JSON, MT940, OFX, UBL
from tieout.errors import TieoutError
from tieout.intake.reading import errors
from tieout.intake.uploads import Inspected, inspect

CII = invoice(VALVES)
QIF = "!Type:Bank\nD06/25/2026\nT12.00\nPINV-1031\n^\nD06/26/2026\nT-3.00\nPRent\n^\n"
SHAPES = {
    "camt": CAMT,
    "mt940": MT940,
    "ofx": OFX,
    "bai2": BAI2,
    "ubl": UBL,
    "json": JSON,
    "cii": CII,
    "qif": QIF,
}
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(
        f'<!ENTITY lol{n} "{f"&lol{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 10)
    )
    + "]>"
)
PEEK = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def read(content: bytes) -> Inspected:
    """Read a file as the pages do."""
    return inspect(content, "hostile.xml", None, may_be_empty=True)


def with_type(head: str, body: str, inside: str) -> bytes:
    """A document with a document type before it, and an entity in it."""
    return (
        (head + body.replace('<?xml version="1.0" encoding="UTF-8"?>', "", 1))
        .replace("INV-1031", inside)
        .encode()
    )


@pytest.mark.parametrize("shape", [CAMT, UBL, CII], ids=["camt", "ubl", "cii"])
@pytest.mark.parametrize(("head", "inside"), [(BOMB, "&lol9;"), (PEEK, "&x;")])
def test_document_types_are_refused_before_they_declare(shape: str, head: str, inside: str) -> None:
    with pytest.raises(errors.DeclaresTypes) as refused:
        read(with_type(head, shape, inside))

    assert "declares a document type of its own" in str(refused.value)


def test_bottomless_xml() -> None:
    deep = "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt>"

    with pytest.raises(errors.NestedTooDeep):
        read((deep + "<a>" * 10_000 + "</a>" * 10_000).encode())


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"data":'])
def test_bottomless_json(opening: str) -> None:
    with pytest.raises(errors.Unreadable):
        read((opening * 100_000).encode())


def test_bottomless_ofx() -> None:
    with pytest.raises(errors.NestedTooDeep):
        read(("<OFX>" + "<A>" * 10_000).encode())


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "qif"])
def test_cut_off_anywhere(name: str) -> None:
    """What is cut off is refused whole, or says so; nothing of it is wrong in silence.

    Only between two entries of QIF nothing tells that more were there.
    """
    content = SHAPES[name].encode()
    whole = read(content)

    for cut in range(len(content) // 8, len(content) - 2, max(1, len(content) // 8)):
        found = tried(content[:cut])
        if isinstance(found, Inspected) and found.importer == whole.importer:
            assert found.warnings or not all(one.ties for one in found.controls), cut


@pytest.mark.parametrize("name", SHAPES)
def test_bytes_flipped(name: str) -> None:
    chance = random.Random(name)
    for content in flipped(SHAPES[name].encode(), chance, 6):
        tried(content)


def flipped(content: bytes, chance: random.Random, times: int) -> Iterator[bytes]:
    """The same with a few bytes that are others."""
    for _ in range(times):
        changed = bytearray(content)
        for _ in range(5):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield bytes(changed)


def tried(content: bytes) -> Inspected | str:
    """Read it, or say in a sentence why not; within seconds."""
    begun = time.monotonic()
    try:
        found: Inspected | str = read(content)
    except TieoutError as error:
        found = str(error)
        assert "Traceback" not in found
        assert "hostile.xml" in found
    assert time.monotonic() - begun < 30
    return found


def test_a_long_line_of_unclosed_quotes_does_not_hang() -> None:
    tried(b"<OFX><STMTRS>" + b"<MEMO><![CDATA[" * 20_000)


def test_a_great_many_entries_stay_within_the_limits() -> None:
    entry = CAMT[CAMT.index("<Ntry>") : CAMT.index("</Ntry>") + 7]

    found = tried(CAMT.replace(entry, entry * 15_000).encode())

    assert isinstance(found, Inspected)
    assert len(found.rows) == 15_000
