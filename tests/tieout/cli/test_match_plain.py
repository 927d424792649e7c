"""Columns of a plain file as numbers."""

from pathlib import Path

import numpy as np
import pytest

from tieout.cli import match_book, match_plain
from tieout.matching.text import mix


@pytest.mark.parametrize("different", [1, 7, 4_000, 60_000])
def test_each_word_has_one_code_asked_for_in_the_order_of_rows(different: int) -> None:
    chance = np.random.default_rng(different)
    # Most stand among the first rows, some come later, and many share their last bits.
    words = np.concatenate([chance.integers(0, different // 2 + 1, 40_000), np.arange(different)])
    numbers = mix(words)
    asked: list[int] = []

    def code_of(row: int) -> int:
        asked.append(row)
        return int(words[row]) + 5

    codes = match_plain._coded(numbers, code_of)

    assert codes.tolist() == (words + 5).tolist()
    assert asked == sorted(np.unique(words, return_index=True)[1].tolist())


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_with_a_mark_or_without_its_last_line_end(
    tmp_path: Path, mark: bytes, end: str
) -> None:
    path = tmp_path / "book.csv"
    text = "line_id,customer,date,amount\nA1,C1,2026-06-03,1.00\nA2,客户,2026-06-04,-2.50" + end
    path.write_bytes(mark + text.encode())
    customers = match_book.Customers()

    book = match_plain.read_plain(
        path, frozenset({"line_id", "date", "amount"}), customers.number, 2
    )

    assert book is not None
    assert list(book.ids) == ["A1", "A2"]
    assert book.lines.amount.tolist() == [100, -250]
    assert customers.names() == {1: "C1", 2: "客户"}


@pytest.mark.parametrize("content", [b"", b"\n", b"line_id,date,amount", b"\xff\xfe,\n"])
def test_what_has_no_lines_or_no_text_is_not_plain(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(content)

    book = match_plain.read_plain(path, frozenset({"line_id", "date", "amount"}), len, 2)

    assert book is None or not len(book.ids)
