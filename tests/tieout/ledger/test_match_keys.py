"""Stored keys say by their form how they were made."""

import hashlib

from tieout.ledger.match_keys import KEYS_FORM, keys_today, with_form
from tieout.matching.keys import Keys

#: Texts of every way to write a number: reference, purchase order, description.
TEXTS = (
    ("INV-2026-0042", "", ""),
    ("2026/06/00042", "PO 88-012", ""),
    ("", "4500012345", "付款 PAY-0670"),
    ("发票 0123~0125", "", "INV 123/124"),
    ("RE0I42O", "", "Inv 532"),
    ("", "", "deposit, order 20260612 of 12.06.2026"),
    ("9988776655", "", "TT 88231 less fee"),
    ("Ａ１２－３４５６", "", ""),
    ("Rechnung Nr. 532", "", "发票号 532"),
    ("", "", ""),
)
#: What these come to, by form. If this fails, keys are made in another way than before: raise
#: KEYS_FORM, so that those stored before are made anew, and put the new digest here.
DIGEST = {3: "6b60d5526dcc6ed7cb580c5a925ed1f32c2eda63fcde46597248c483d93ac641"}


def test_the_form_is_raised_with_the_way_keys_are_made() -> None:
    keys = Keys.of(*(list(column) for column in zip(*TEXTS, strict=True))).rows()
    joined = b"".join(len(one).to_bytes(2, "big") + one for one in keys)

    assert hashlib.sha256(joined).hexdigest() == DIGEST[KEYS_FORM]


def test_keys_of_another_form_are_none() -> None:
    [keys] = Keys.of(["INV-1042"], [""], [""]).rows()

    assert keys_today(with_form(keys)) == keys
    assert keys_today(keys) is None
    assert keys_today(keys + bytes((KEYS_FORM - 1,))) is None
    assert keys_today(b"") is None
