"""Keys are worked out once and stored with the line."""

import pytest

from tieout.matching import Keys, keys_of


def shared(first: bytes, second: bytes) -> int:
    """How many keys two lines have in common."""
    keys = Keys.from_rows([first, second])
    split = keys.start[1]
    return len(set(keys.value[:split].tolist()) & set(keys.value[split:].tolist()))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("INV-2026-001135", "2026001135"),
        ("INV-2026-001135", "inv 1135"),
        ("INV-2026-001135", "2026/1135"),
        ("XS-20261005-0014", "ＸＳ－２０２６１００５－００１４"),
        ("XS-20261005-0014", "XS/20261005/14"),
        ("XS-20260718-0002", "0718-0002"),
        ("TT20261230457831", "TT 20261230 457831-1"),
        ("红字发票号：2026-000051", "CN-2026-000051"),
    ],
)
def test_the_same_number_however_it_is_written(ours: str, theirs: str) -> None:
    assert shared(keys_of(ours), keys_of(theirs)) > 0


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("INV-2026-001135", "INV-2026-001136"),
        ("STMT 202607", "STMT-202607"),
        ("2026", "2026-07-18"),
        ("", ""),
    ],
)
def test_years_months_and_days_are_no_numbers(ours: str, theirs: str) -> None:
    assert shared(keys_of(ours), keys_of(theirs)) == 0


def test_the_order_is_found_in_reference_and_description() -> None:
    ordered = keys_of("INV-1", "PO-79870294")

    assert shared(ordered, keys_of("PO79870294")) == 1
    assert shared(ordered, keys_of("AP7", "", "goods for PO 79870294")) == 1


def test_keys_are_read_back_as_they_were_stored() -> None:
    keys = Keys.of(
        ["INV-2026-000042", "", "报销 7号"], ["PO-1", "", ""], ["", "TT20260601123456", "\n"]
    )

    assert Keys.from_rows(keys.rows()).rows() == keys.rows()


def test_a_line_alone_has_the_keys_it_has_among_others() -> None:
    keys = Keys.of(
        ["INV-2026-000042", "XS-20261005-0014"], ["PO-1", ""], ["", "a TT20260601123456"]
    )

    assert keys.rows() == [
        keys_of("INV-2026-000042", "PO-1"),
        keys_of("XS-20261005-0014", "", "a TT20260601123456"),
    ]


def test_letters_and_cuts_count_in_the_cleaned_reference() -> None:
    cleaned = Keys.of(
        ["INV-2024-001", "inv 2024/1", "INV-20240-01", "CN-2024-001"], [""] * 4, [""] * 4
    ).cleaned.tolist()

    assert cleaned[0] == cleaned[1]
    assert len(set(cleaned)) == 3
