"""Old workbooks: what their cells show of currencies and errors, record by record."""

import struct

import pytest

from tieout.intake.reading import xls


def record(kind: int, said: bytes) -> bytes:
    """A record of the stream."""
    return struct.pack("<HH", kind, len(said)) + said


BEGIN = record(0x809, struct.pack("<HHHH", 0x600, 5, 0, 0))
END = record(0x0A, b"")


def number_format(number: int, code: str) -> bytes:
    """A way to show numbers."""
    return record(0x41E, struct.pack("<HHB", number, len(code), 1) + code.encode("utf-16-le"))


def stream(*cells: bytes, name: str = "July") -> bytes:
    """A workbook of one sheet: style 0 shows no currency, 1 euros, 2 dollars."""
    styles = b"".join(
        record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 164, 165)
    )
    formats = number_format(164, "[$€-407] #,##0.00") + number_format(165, '"USD" #,##0.00')
    sheet = BEGIN + b"".join(cells) + END
    said = struct.pack("<BB", len(name), 0) + name.encode("latin-1")
    before = len(BEGIN + formats + styles + END) + 4 + 6 + len(said)
    bound = record(0x85, struct.pack("<IH", before, 0) + said)
    return BEGIN + formats + styles + bound + END + sheet


def packed(book: bytes) -> bytes:
    """The same in sectors, as such a file lies on a disk."""
    book = book.ljust(4096, b"\0")
    sectors = len(book) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack(
        "<HHHHH", 0x3E, 3, 0xFFFE, 9, 6
    )
    head = head.ljust(44, b"\0") + struct.pack(
        "<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    head += struct.pack("<I", 0)
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HB", 2 * len(name) + 2, kind).ljust(52, b"\0")
        + struct.pack("<IQ", start, size)
        for name, kind, start, size in (
            ("Root Entry", 5, 0xFFFFFFFE, 0),
            ("Workbook", 2, 2, len(book)),
        )
    )
    return head.ljust(512, b"\xff") + table + directory.ljust(512, b"\0") + book


def number(row: int, column: int, style: int) -> bytes:
    """A number in a cell."""
    return record(0x203, struct.pack("<HHHd", row, column, style, 12.5))


def error(row: int, column: int) -> bytes:
    """A formula that came to #DIV/0!."""
    return record(0x06, struct.pack("<HHH", row, column, 1) + b"\2\0\7\0\0\0\xff\xff" + bytes(8))


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_currency_of_a_column_is_what_its_cells_show(wrapped: bool) -> None:
    book = stream(number(1, 3, 1), number(2, 3, 1), number(2, 4, 0), error(3, 3))

    marks, shown = xls.beside(packed(book) if wrapped else book, "July")

    assert shown.columns == {3: "€"}
    assert marks == {4: {3: "#DIV/0!"}}


def test_several_currencies_stay_with_their_cells() -> None:
    several = struct.pack("<HHHIHIH", 5, 2, 1, 0, 2, 0, 3)  # two numbers in one record
    marks, shown = xls.beside(stream(number(1, 3, 1), record(0xBD, several)), "July")

    assert not marks
    assert set(shown.cells) == {2, 6}
    assert shown.cells[6][3] == "USD"


def test_a_cell_that_says_it_is_an_error_is_one() -> None:
    says_so = record(0x205, struct.pack("<HHHBB", 1, 2, 0, 42, 1))
    is_true = record(0x205, struct.pack("<HHHBB", 1, 3, 0, 1, 0))

    assert xls.beside(stream(says_so, is_true), "July")[0] == {2: {2: "#N/A"}}


def test_what_is_cut_or_damaged_tells_nothing_and_ends() -> None:
    whole = packed(stream(number(1, 3, 1)))

    assert xls.beside(whole, "another sheet") == xls.beside(b"", "July")
    for end in range(0, len(whole), 97):
        xls.beside(whole[:end], "July")
    for place in range(0, len(whole), 41):
        xls.beside(whole[:place] + b"\xff\xff\xff\x7f" + whole[place + 4 :], "July")
