"""The kind of a document written out where others write a series, and what only looks like it."""

from collections.abc import Callable

import pytest

from tieout.matching import DIFFERENCES, Difference, Lines, Rules, keys_of, reconcile
from tieout.matching.keys import Form, Keys

Book = Callable[[str], Lines]


def names(key: bytes) -> set[int]:
    """The short numbers with their series among the keys of a line."""
    keys = Keys.from_rows([key])
    return set(keys.value[keys.form == Form.NAMED].tolist())


INVOICES = [
    "Invoice 532",
    "invoice no. 532",
    "Inv. No.: 532",
    "INVOICE NUMBER 532",
    "Tax invoice 0532",
    "goods, invoice #532",
    "Rechnung 532",
    "Rechnung Nr. 532",
    "Rechnungsnummer 532",
    "Rechnungs-Nr. 532",
    "Facture n° 532",
    "factura 532",
    "Fattura 532",
    "发票532",
    "发票 532",
    "发票号 532",
    "发票号码：532",
    "发票编号532",
    "付发票号532货款",
    "增值税专用发票第532号",
    "發票號碼 532",
]
CREDITS = [
    "Credit note 532",
    "credit note no. 532",
    "Credit memo 532",
    "Gutschrift 532",
    "红字发票532",
]


@pytest.mark.parametrize("says", INVOICES)
def test_an_invoice_in_words_is_the_invoice_of_that_series(says: str) -> None:
    assert names(keys_of("INV-532")) & names(keys_of("记-073", "", says))
    assert not names(keys_of("CN-532")) & names(keys_of("记-073", "", says))
    assert not names(keys_of("INV-533")) & names(keys_of("记-073", "", says))


@pytest.mark.parametrize("says", CREDITS)
def test_a_credit_note_in_words_is_the_credit_note(says: str) -> None:
    assert names(keys_of("CN-532")) & names(keys_of("记-073", "", says))
    assert not names(keys_of("INV-532")) & names(keys_of("记-073", "", says))


@pytest.mark.parametrize(
    "says",
    [
        "发票 500 元",
        "发票500张",
        "发票 2026年",
        "Pro forma invoice 500",
        "Proforma invoice 500",
        "invoice amount 500",
        "Invoice 500.25",
        "Invoice 500-7",
        "note 500",
        "No. 500",
        "invoice of 500",
        "送货单号 500",
    ],
)
def test_what_is_no_number_of_an_invoice_names_none(says: str) -> None:
    ours = keys_of("INV-500") + b"", keys_of("INV-2026")

    assert not (names(ours[0]) | names(ours[1])) & names(keys_of("记-073", "", says))


@pytest.mark.parametrize("reference", ["Invoice 532", "Invoice No. 532", "Rechnung 532", "INV 532"])
def test_a_reference_in_words_is_the_reference_of_that_series(book: Book, reference: str) -> None:
    """Beside a credit note of the same number, and with an amount mistyped."""
    ours = book("""
        06-03  invoice      INV-532  5,430.00
        06-04  credit note  CN-532   -310.00
    """)
    theirs = book(f"""
        06-05  invoice      {reference}      4,530.00
        06-05  credit note  Credit note 532  -310.00
    """)

    groups = reconcile(ours, theirs, Rules())

    assert groups.ours.tolist() == groups.theirs.tolist()
    assert [DIFFERENCES[each] for each in groups.type.tolist()] == [
        Difference.AMOUNT_TRANSPOSITION,
        Difference.REF_FORMAT,
    ]


@pytest.mark.parametrize("says", ["Rechnung Nr. 532", "发票号 532"])
def test_words_in_a_text_tell_which_of_two_equal_amounts_it_is(book: Book, says: str) -> None:
    ours = book("""
        06-03  invoice  INV-531  700.00
        06-04  invoice  INV-532  700.00
    """)
    theirs = book(f"06-03  invoice  记-073  700.00  says={says}")

    groups = reconcile(ours, theirs, Rules())

    assert groups.ours[1] == groups.theirs[0]
    assert groups.difference(int(groups.theirs[0])) == Difference.REF_FORMAT


def test_a_number_alone_and_the_kind_before_it(book: Book) -> None:
    ours = book("06-03  invoice  532  5,430.00")
    theirs = book("06-05  invoice  Invoice 532  4,530.00")

    groups = reconcile(ours, theirs, Rules())

    assert groups.difference(0) == Difference.AMOUNT_TRANSPOSITION
