"""Kinds and states of documents as programs of other languages name them."""

import pytest

from tieout.intake.values.statuses import NOT_POSTED, stops_a_document
from tieout.intake.values.words import read_kind


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Factura", "invoice"),
        ("Fattura", "invoice"),
        ("Faktura", "invoice"),
        ("FC A", "invoice"),
        ("Nota de crédito", "credit_note"),
        ("Nota credito", "credit_note"),
        ("Kreditnota", "credit_note"),
        ("Abono", "credit_note"),
        ("Règlement", "payment"),
        ("Cobro", "payment"),
        ("Incasso", "payment"),
        ("Indbetaling", "payment"),
        ("Payment voucher", "payment"),
        ("Journal voucher", "adjustment"),
        ("Voucher", "invoice"),
    ],
)
def test_kinds(word: str, kind: str) -> None:
    assert read_kind(word) == kind


@pytest.mark.parametrize(
    "word",
    ["Entwurf", "Storniert", "Brouillon", "Annulée", "Anulada", "Bozza", "Concept", "Utkast"],
)
def test_drafts_and_what_was_cancelled_are_no_documents(word: str) -> None:
    assert stops_a_document(word) == NOT_POSTED


@pytest.mark.parametrize("word", ["offen", "Validée", "Emitida", "Saldata", "Verzonden"])
def test_what_stands_is_taken(word: str) -> None:
    assert stops_a_document(word) == ""
