"""A document's digest is that of canonical JSON, however it is written."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import LONG
from tieout.ledger.inputs import DocumentInput, DuePart, LineInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

TEXTS = st.one_of(
    st.sampled_from(["", "INV-1", '"', "\\", "货款\u3000", "\x00\x1f\x7f", "𠮷"]), st.text()
)
TEXTS = TEXTS.filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text))
MONEY = st.builds(Money, st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "JPY", "KWD"]))
NUMBERS = st.one_of(
    st.none(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from([Decimal("1E+3"), Decimal("-0.00"), Decimal("12.500"), Decimal("0E-9")]),
)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
LINES = st.builds(
    LineInput,
    MONEY,
    TEXTS,
    TEXTS,
    TEXTS,
    NUMBERS,
    NUMBERS,
    st.one_of(st.none(), MONEY),
    st.one_of(st.none(), st.integers(1, 2**40)),
)
DOCUMENTS = st.builds(
    DocumentInput,
    account_id=st.integers(0, 2**40),
    kind=st.sampled_from(DocumentKind),
    number=TEXTS,
    issued_on=DAYS,
    amount=MONEY,
    tax=st.one_of(st.none(), MONEY),
    due=st.lists(st.builds(DuePart, DAYS, MONEY, st.booleans()), max_size=2).map(tuple),
    references=st.lists(st.builds(ReferenceInput, TEXTS, TEXTS), max_size=2).map(tuple),
    lines=st.lists(LINES, max_size=3).map(tuple),
    description=TEXTS,
    reason=TEXTS,
    related_id=st.one_of(st.none(), st.integers(1, 99)),
    pair=TEXTS,
    source=TEXTS,
    original=st.one_of(st.none(), MONEY),
    rate=NUMBERS,
    is_provisional=st.booleans(),
)


def canonical(said: dict[str, Any]) -> str:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@given(DOCUMENTS)
@settings(max_examples=200 if LONG else 60)
def test_both_are_what_json_would_be(document: DocumentInput) -> None:
    stored = document.to_json()
    said = {k: v for k, v in stored.items() if k not in ("source", "pair", "is_provisional")}
    whole = {k: v for k, v in stored.items() if k != "account_id"}
    whole["lines"] = [
        {k: v for k, v in line.items() if k != "product_id"} for line in whole["lines"]
    ]

    assert document.digest() == hashlib.sha256(canonical(said).encode()).hexdigest()
    assert document.content() == canonical(whole)


@given(DOCUMENTS, TEXTS)
@settings(max_examples=50 if LONG else 25)
def test_saying_where_it_came_from_changes_nothing_else(
    document: DocumentInput, source: str
) -> None:
    before = document.digest()

    moved = document.with_source(source)

    assert moved.digest() == before
    assert moved.source == source
    assert moved.with_source(document.source) == document
    assert DocumentInput.from_json(moved.to_json()).digest() == before
