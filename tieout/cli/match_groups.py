"""`groups.csv`: each line of both files once, with its group and what the group is.

Numbers of lines that stand plainly in their file are put down as rows of bytes, thousands at
once, without a text for each line: that takes a quarter of the time.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tieout.cli.match_outputs import Outcome
from tieout.cli.match_plain import Words
from tieout.matching import DIFFERENCES
from tieout.matching.text import Bytes, Ints

_ROWS_AT_ONCE = 1 << 14
#: What makes a cell of a CSV stand in quotes.
_SIGNS = re.compile(r'[,"\r\n]')
_ZERO = ord("0")


def write_groups(outcome: Outcome, path: Path) -> None:
    """Write each line of both files once, with its group and what the group is."""
    kinds = outcome.groups.type
    with path.open("wb") as file:
        file.write(b"group_id,side,line_id,difference_type\r\n")
        for side, book, numbers in (
            ("ours", outcome.ours, outcome.groups.ours),
            ("theirs", outcome.theirs, outcome.groups.theirs),
        ):
            for first in range(0, len(numbers), _ROWS_AT_ONCE):
                some = slice(first, first + _ROWS_AT_ONCE)
                group = numbers[some]
                plain = book.ids.plain(some) if isinstance(book.ids, Words) else None
                if plain is None:
                    file.write(_written(group, side, book.ids[some], kinds[group]))
                else:
                    file.write(_put_down(group, side, plain, kinds[group]))


def _put_down(group: Ints, side: str, ids: Bytes, kinds: Ints) -> bytes:
    """Rows as wide as the longest, zero bytes where one is shorter, and then without those."""
    middle, ends = _rows([f",{side},"]), _rows([f",{difference}\r\n" for difference in DIFFERENCES])
    wide = np.broadcast_to(middle, (len(group), middle.shape[1]))
    rows = np.concatenate([_digits(group), wide, ids, ends[kinds]], axis=1)
    return rows.tobytes().translate(None, b"\0")


def _rows(texts: Sequence[str]) -> Bytes:
    """ASCII texts with zeros behind them."""
    rows = np.array([text.encode() for text in texts])
    return rows.view(np.uint8).reshape(len(texts), rows.itemsize)


def _digits(numbers: Ints) -> Bytes:
    """The digits of numbers, with zero bytes before them."""
    width = len(str(int(numbers.max(initial=0))))
    digits = np.zeros((len(numbers), width), np.uint8)
    left = numbers
    for place in range(width - 1, -1, -1):
        higher = left // 10
        digits[:, place] = np.where(
            (left > 0) | (place == width - 1), left - higher * 10 + _ZERO, 0
        )
        left = higher
    return digits


def _written(group: Ints, side: str, ids: Sequence[str], kinds: Ints) -> bytes:
    rows = zip(group.tolist(), _cells(ids), kinds.tolist(), strict=True)
    return "".join(
        f"{number},{side},{line},{DIFFERENCES[kind]}\r\n" for number, line, kind in rows
    ).encode()


def _cells(texts: Sequence[str]) -> Sequence[str]:
    """Cells as CSV holds them."""
    if not _SIGNS.search("".join(texts)):
        return texts
    return ['"' + text.replace('"', '""') + '"' if _SIGNS.search(text) else text for text in texts]
