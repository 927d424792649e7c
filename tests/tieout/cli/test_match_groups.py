"""`groups.csv`, put down as bytes where that can be done, is what it is when written as texts."""

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from tieout.cli import match_book, match_books
from tieout.cli.match_groups import write_groups
from tieout.matching import DIFFERENCES

HEAD = "line_id,customer,date,reference,amount\n"


def _book(path: Path, ids: list[str], *, quoted: bool) -> match_book.Book:
    mark = '"' if quoted else ""
    rows = [f"{line},C1,2026-06-03,{mark}INV-7{mark},1.00\n" for line in ids]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return match_books.read_book(path, match_book.Customers(), "CNY")


def _written(path: Path, book: match_book.Book, groups: np.ndarray, types: np.ndarray) -> bytes:
    found = SimpleNamespace(ours=groups, theirs=groups[::-1], type=types)
    write_groups(cast("Any", SimpleNamespace(ours=book, theirs=book, groups=found)), path)
    return path.read_bytes()


@pytest.mark.parametrize("last", ["A9", "", "A 9", "销售-9", "A" * 200])
def test_plain_numbers_are_written_as_others_are(tmp_path: Path, last: str) -> None:
    ids = ["A1", "B-22", last or "A9", "7"]
    groups, types = np.array([0, 12_345, 10, 0]), np.zeros(12_346, np.int64)
    types[[0, 10, 12_345]] = 0, len(DIFFERENCES) - 1, 3

    plain, texts = (
        _written(tmp_path / f"{quoted}.out", book, groups, types)
        for quoted in (False, True)
        for book in [_book(tmp_path / f"{quoted}.csv", ids, quoted=quoted)]
    )

    assert plain == texts
    rows = list(csv.reader(plain.decode().splitlines()))
    assert rows[0] == ["group_id", "side", "line_id", "difference_type"]
    assert [row[2] for row in rows[1:5]] == ids
    assert [row[0] for row in rows[1:5]] == ["0", "12345", "10", "0"]
    assert [row[3] for row in rows[5:]] == [
        str(DIFFERENCES[kind]) for kind in types[groups[::-1]].tolist()
    ]


def test_a_number_with_a_comma_stands_in_quotes(tmp_path: Path) -> None:
    book = _book(tmp_path / "ours.csv", ['"A,1"', "A2"], quoted=True)

    written = _written(tmp_path / "groups.csv", book, np.array([0, 1]), np.zeros(2, np.int64))

    assert b'\r\n0,ours,"A,1",match\r\n' in written
