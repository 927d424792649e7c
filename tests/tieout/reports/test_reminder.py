"""The letter of a reminder: it adds up to what is asked for, and says what is left out."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tieout.reports import making

DATA: dict[str, Any] = {
    "language": "en",
    "zone": "Asia/Shanghai",
    "on": "2026-07-02",
    "level": 3,
    "currency": "CNY",
    "net": 175_000,
    "pay_by": "2026-07-10",
    "items": [
        {"number": "INV-2026-0588", "due_on": "2026-05-28", "days": 35, "amount": 90_000},
        {"number": "INV-2026-0590", "due_on": "2026-06-01", "days": 31, "amount": 100_000},
    ],
    "left_out": [
        {"number": "INV-2026-0591", "amount": 12_000, "why": "disputed"},
        {"number": "INV-2026-0592", "amount": 6_000, "why": "promised"},
        {"number": "", "amount": 15_000, "why": "unapplied"},
    ],
    "costs": None,
    "company": {"name": "Harbour Tools", "address": "", "tax_id": "", "contact": "Chen Li"},
    "customer": {"code": "M-0217", "name": "Mingyuan", "address": "", "tax_id": ""},
    "pay_to": None,
}


def said(**changes: object) -> str:
    """The words of the letter, on one line."""
    content = making.made("reminder.pdf", {**DATA, **changes})
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Please pay CNY 1,750.00 by 10 July 2026.",
                "Your credit, not yet set off",
                "To pay now",
                "Left out on purpose: INV-2026-0591 120.00 (disputed), INV-2026-0592 60.00",
            ),
        ),
        ("zh", ("贵方尚未核销的贷方余额", "本次应付", "未计入：INV-2026-0591 120.00（有异议）")),
    ],
)
def test_the_letter_adds_up_to_what_it_asks_for(language: str, words: tuple[str, ...]) -> None:
    letter = said(language=language)

    for one in words:
        assert one in letter
    assert "\u2212150.00" in letter
    assert letter.count("1,750.00") == 2


def test_a_letter_of_one_invoice_says_nothing_of_what_is_not_there() -> None:
    letter = said(net=90_000, items=DATA["items"][:1], left_out=[])

    assert "Left out" not in letter
    assert "credit" not in letter
    assert "To pay now" in letter
