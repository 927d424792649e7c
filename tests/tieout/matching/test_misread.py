"""Numbers with letters where there are figures."""

from collections.abc import Callable

import pytest

from tieout.matching import Difference, Lines, Rules, reconcile
from tieout.matching.misread import read_again
from tieout.matching.text import Texts

Book = Callable[[str], Lines]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("INV-2O26-OOOOIS2", "INV-2026-0000152"),
        ("INV-2026-0O0042", "INV-2026-000042"),
        ("INV-2O26-OOOO72I", "INV-2026-0000721"),
        ("so-1OO", "SO-100"),
        ("OO123", "00123"),
        ("l0O5", "L005"),
    ],
)
def test_letters_among_figures_are_read_as_figures(written: str, meant: str) -> None:
    assert read(written) == [meant]


@pytest.mark.parametrize("written", ["INV-2026-000042", "SO123", "INV-123B", "IO-5", "BILL 7", ""])
def test_the_letters_of_a_series_and_of_a_part_stay_letters(written: str) -> None:
    assert read(written) == []


def test_a_misread_number_is_the_same_number_written_otherwise(book: Book) -> None:
    ours = book("01-24  invoice  INV-2026-0000315  2,616.51")
    theirs = book("""
        01-26  invoice  INV-2O26-OOOO3IS  2,616.51
        01-26  invoice  V0012  2,616.51
    """)

    groups = reconcile(ours, theirs, Rules())

    assert groups.difference(int(groups.ours[0])) is Difference.REF_FORMAT
    assert groups.theirs[0] == groups.ours[0]


def read(written: str) -> list[str]:
    """What a reference says with figures for letters, if it has any."""
    _, texts = read_again(Texts.of(["KR-1", written]))
    return [
        "".join(map(chr, texts.characters[begin : end - 1].tolist()))
        for begin, end in zip(texts.start[:-1].tolist(), texts.start[1:].tolist(), strict=True)
    ]
