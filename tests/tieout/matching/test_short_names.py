"""Short numbers with their series in a text, and lists of them; beside each its near miss."""

from collections.abc import Callable

import numpy as np
import pytest

from tieout.matching import DIFFERENCES, Difference, Lines, Rules, keys_of, reconcile
from tieout.matching.keys import Form, Keys

Book = Callable[[str], Lines]


def forms(key: bytes, form: Form) -> list[int]:
    """The values of one form among the keys of a line."""
    keys = Keys.from_rows([key])
    return sorted(keys.value[keys.form == form].tolist())


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("PAY-0670", "付款 PAY-0670"),
        ("PAY-0670", "付款pay0670。"),
        ("INV-532", "Inv 532"),
        ("INV-532", "goods, INV.532"),
        ("INV-532", "Inv. 532 of 2026-06-30"),
        ("INV-2026-0832", "采购 INV-0832"),
        ("发票0532", "付发票532"),
    ],
)
def test_a_series_and_its_number_in_a_text_name_the_reference(reference: str, says: str) -> None:
    name = forms(keys_of(reference), Form.NAMED)

    assert len(name) == 1
    assert forms(keys_of("记-073", "", says), Form.NAMED) == name


@pytest.mark.parametrize(
    "says",
    [
        "INV 533",
        "CN 532",
        "INV 532A",
        "INV 532.50",
        "INV-532-1",
        "INV 53",
        "V 532",
        "A4",
        "Net 30",
        "532",
    ],
)
def test_what_is_not_that_series_and_number_names_nothing(says: str) -> None:
    name = forms(keys_of("INV-532"), Form.NAMED)

    assert not set(name) & set(forms(keys_of("记-073", "", says), Form.NAMED))


def test_a_voucher_whose_text_names_our_payment_is_that_payment(book: Book) -> None:
    ours = book("09-14  payment  PAY-0670  -2,700.00")
    theirs = book("09-14  payment  记-073  -2,700.00  says=付款 PAY-0670")

    groups = reconcile(ours, theirs, Rules())

    assert groups.difference(0) == Difference.REF_FORMAT
    assert groups.passes[int(groups.found_by[0])] == "same_number"


def test_the_text_tells_which_of_two_equal_payments_it_is(book: Book) -> None:
    ours = book("""
        09-14  payment  PAY-0670  -2,700.00
        09-16  payment  PAY-0671  -2,700.00
    """)
    theirs = book("""
        09-14  payment  记-073  -2,700.00  says=付款 PAY-0671
        09-16  payment  记-074  -2,700.00  says=付款 PAY-0670
    """)

    groups = reconcile(ours, theirs, Rules())

    assert groups.ours.tolist() == groups.theirs[::-1].tolist()


def test_two_vouchers_that_name_one_payment_are_entered_twice(book: Book) -> None:
    ours = book("09-14  payment  PAY-0670  -2,700.00")
    theirs = book("""
        09-14  payment  记-073  -2,700.00  says=付款 PAY-0670
        09-14  payment  记-074  -2,700.00  says=付款 PAY-0670
    """)

    groups = reconcile(ours, theirs, Rules())

    assert len(groups) == 1
    assert groups.difference(0) == Difference.DUPLICATE_IN_THEIRS


def test_two_vouchers_that_name_different_payments_are_not_entered_twice(book: Book) -> None:
    ours = book("09-14  payment  PAY-0670  -2,700.00")
    theirs = book("""
        09-14  payment  记-073  -2,700.00  says=付款 PAY-0670
        09-14  payment  记-074  -2,700.00  says=付款 PAY-0671
    """)

    groups = reconcile(ours, theirs, Rules())

    assert types(groups.type) == {Difference.REF_FORMAT, Difference.MISSING_IN_OURS}


def test_one_amount_paid_in_two_parts_that_name_it(book: Book) -> None:
    ours = book("09-14  payment  PAY-0670  -2,700.00")
    theirs = book("""
        09-14  payment  记-073  -1,500.00  says=付款 PAY-0670
        09-20  payment  记-081  -1,200.00  says=付款 PAY-0670
    """)

    groups = reconcile(ours, theirs, Rules())

    assert types(groups.type) == {Difference.SPLIT}


def test_pipes_of_a_size_are_not_a_debit_note_of_that_number(book: Book) -> None:
    """The line has a reference both books write; its text names nothing."""
    ours = book("""
        06-01  invoice  INV-2026-000501  1,000.00  says=pipes DN 100
        06-02  invoice  INV-2026-000502  2,000.00
    """)
    theirs = book("""
        06-02  invoice  -  1,000.00
        06-03  invoice  INV-2026-000502  2,000.00
        06-05  invoice  DN-100  55.00
    """)

    groups = reconcile(ours, theirs, Rules())

    assert groups.ours[0] == groups.theirs[0]
    assert DIFFERENCES[groups.type[groups.theirs[2]]] == Difference.MISSING_IN_OURS


def test_what_both_books_only_say_in_words_is_no_reference(book: Book) -> None:
    """ISO 9001 on every line: nobody has a document of that number."""
    ours = book("""
        06-01  invoice  -  1,000.00  says=audit ISO 9001
        06-02  invoice  -  2,000.00  says=training ISO 9001
    """)
    theirs = book("06-02  invoice  -  1,700.00  says=ISO 9001")

    groups = reconcile(ours, theirs, Rules())

    assert types(groups.type) == {Difference.MISSING_IN_THEIRS, Difference.MISSING_IN_OURS}


LISTED = [
    "INV-123-125",
    "INV 123/124/125",
    "inv 123,124,125",
    "发票 0123~0125",
    "发票0123～0125 货款",
    "INV-2026-0123~0125",
]


@pytest.mark.parametrize("says", LISTED)
@pytest.mark.parametrize("column", ["reference", "says"])
def test_a_list_names_all_its_documents(book: Book, says: str, column: str) -> None:
    ours = book("""
        06-01  invoice  INV-123  1,000.00
        06-02  invoice  INV-124  2,000.10
        06-03  invoice  INV-125  300.20
        06-04  invoice  INV-126  400.00
    """)
    reference, words = (says, "") if column == "reference" else ("记-073", f"  says={says}")
    theirs = book(f"06-20  invoice  {reference}  3,300.30{words}")

    groups = reconcile(ours, theirs, Rules())

    assert groups.ours[:3].tolist() == groups.theirs.tolist() * 3
    assert DIFFERENCES[groups.type[groups.theirs[0]]] == Difference.MERGED
    assert groups.passes[int(groups.found_by[groups.theirs[0]])] == "sums_by_number"


def test_a_list_names_its_documents_whichever_book_writes_it(book: Book) -> None:
    ours = book("06-20  invoice  INV-123-125  3,300.30")
    theirs = book("""
        06-01  invoice  INV-123  1,000.00
        06-02  invoice  INV-124  2,000.10
        06-03  invoice  INV-125  300.20
    """)

    groups = reconcile(ours, theirs, Rules())

    assert types(groups.type) == {Difference.SPLIT}


@pytest.mark.parametrize("amount", ["3,300.30", "3,000.10"])
def test_a_list_of_which_a_number_is_absent_is_no_group_by_number(book: Book, amount: str) -> None:
    """Neither the sum nor the numbers alone are enough."""
    ours = book("""
        06-01  invoice  INV-123  1,000.00
        06-02  invoice  INV-124  2,000.10
        06-03  invoice  INV-225  300.20
    """)
    theirs = book(f"06-20  invoice  记-073  {amount}  says=INV-123-125")

    groups = reconcile(ours, theirs, Rules(passes=("sums_by_number",)))

    assert types(groups.type) <= {Difference.MISSING_IN_THEIRS, Difference.MISSING_IN_OURS}


def test_a_list_that_does_not_add_up_is_no_group(book: Book) -> None:
    ours = book("""
        06-01  invoice  INV-123  1,000.00
        06-02  invoice  INV-124  2,000.10
    """)
    theirs = book("06-20  invoice  记-073  3,000.11  says=INV 123/124")

    groups = reconcile(ours, theirs, Rules(passes=("sums_by_number",)))

    assert types(groups.type) == {Difference.MISSING_IN_THEIRS, Difference.MISSING_IN_OURS}


@pytest.mark.parametrize(
    "says",
    [
        "2026-10",
        "INV 2026-2027",
        "INV-2026-1135",
        "2026-06-30",
        "20260630-20260702",
        "Tel 0755-8888-9999",
        "138-1234-5678",
        "PO 4500-6019",
        "INV 123-125-127",
        "INV 123-12",
        "INV 125-123",
        "123-125",
    ],
)
def test_days_years_telephones_and_what_no_series_begins_are_no_list(says: str) -> None:
    assert forms(keys_of("", "", says), Form.LISTED) == []


def test_keys_of_a_text_do_not_depend_on_what_stands_beside_it() -> None:
    """In plain letters or beside Chinese ones, alone or among others."""
    texts = ["pay 0670", "付款 PAY-0670", "ＰＡＹ－０６７０", "INV 123/124", "", "ISO 9001"]
    together = Keys.of([""] * len(texts), [""] * len(texts), texts)

    assert together.rows() == [keys_of("", "", text) for text in texts]
    assert len({tuple(forms(row, Form.NAMED)) for row in together.rows()[:3]}) == 1


def types(found: np.ndarray) -> set[Difference]:
    """The types of all groups."""
    return {DIFFERENCES[each] for each in found.tolist()}
