"""Documents judged together come to what each comes to when every check is asked about each."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import BY, make_customer
from tests.support.effort import LONG
from tieout.intake.fields import FIELDS
from tieout.intake.fingerprints import fingerprints
from tieout.intake.judging import Judged, Judgement, documents, judge
from tieout.intake.judging.check import Severity
from tieout.intake.judging.checks import CHECKS
from tieout.intake.judging.chosen import Active, Chosen, choose
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, Mapping
from tieout.intake.part_sums import PartSum
from tieout.intake.reading import Row
from tieout.intake.understanding import read_rows
from tieout.ledger import rules
from tieout.ledger.inputs import DocumentInput, DuePart, LineInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

#: What may stand in a column: mostly what is usual, and what a check speaks of.
CELLS = {
    "customer_code": ("M-0217", "M-0217", "M-0999", "M-7", "Nobody", ""),
    "kind": ("Invoice", "Invoice", "Credit note", "Payment", "Refund", ""),
    "number": ("INV-1", "INV-1", "INV-2", "INV-3", "", "N" * 130, "a\0b"),
    "date": ("2026-06-01", "2026-06-01", "2026-06-02", "2027-06-01", "2010-01-01", "2024-12-31"),
    "currency": ("CNY", "CNY", "", "USD", "JPY"),
    "product_code": ("P-1", "P-2", "", "C" * 121),
    "product_name": ("Hammer", "", "锤子"),
    "unit": ("piece", "", "u" * 41),
    "description": ("as agreed", "as agreed", "", "rest"),
    "quantity": ("2", "3", "-1", "0", "", "1000000001"),
    "unit_price": ("10.00", "10.00", "3.333", "", "0"),
    "line_amount": ("20.00", "30.00", "-10.00", "0.00", "", "10.005", "99999999999999.00"),
    "amount": ("50.00", "20.00", "-10.00", "0.00", "", "7.001"),
    "debit": ("50.00", "", "", "0.00"),
    "credit": ("", "", "20.00", "0.00"),
    "tax": ("2.30", "2.00", "0.00", "", "60.00"),
    "line_net": ("17.70", "18.00", ""),
    "net_price": ("8.85", ""),
    "due_date": ("2026-07-01", "2026-07-01", "2026-07-02", "2026-05-01", ""),
    "retention": ("5.00", "", "", "500.00"),
    "retention_rate": ("5", "", "10"),
    "po": ("PO-1", "", "", "P" * 121),
    "status": ("", "", "void", "open"),
    "original_amount": ("7.00", ""),
    "original_currency": ("EUR", ""),
}
#: Together they make the documents most files hold.
USUAL = ("customer_code", "number", "date", "product_code", "quantity", "unit_price", "line_amount")


@pytest.fixture
def company(books: Session) -> Session:
    """A customer in CNY, one that is inactive, and one without an account there."""
    make_customer(books)
    make_customer(books, "M-0999").customer.is_active = False
    make_customer(books, "M-7", "USD")
    choose(books, "date_before_books", Severity.DECISION, "2025-01-01", by=BY)
    choose(books, "unusual_amount", Severity.WARN, "10", by=BY)
    return books


@st.composite
def _files(draw: st.DrawFn) -> tuple[Mapping, list[Row]]:
    if draw(st.booleans()):
        others = sorted(set(CELLS) - set(USUAL))
        fields = [*USUAL, *draw(st.lists(st.sampled_from(others), max_size=2, unique=True))]
    else:
        fields = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=4, unique=True))
        fields = list(dict.fromkeys(["customer_code", "number", "date", *fields]))
    cells = st.tuples(*(st.sampled_from(CELLS[field]) for field in fields))
    made = draw(st.lists(cells, min_size=1, max_size=8))
    columns = tuple(Column(place, field) for place, field in enumerate(fields))
    mapping = Mapping(BatchKind.DOCUMENTS, columns, rounds=draw(st.booleans()))
    return mapping, [Row(number, one) for number, one in enumerate(made, start=2)]


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask every check about every document, and every document about every field."""
    active = Chosen.active

    def without_sieves(chosen: Chosen, kind: BatchKind) -> list[Active]:
        return [replace(one, check=replace(one.check, sieve=None)) for one in active(chosen, kind)]

    everything = frozenset(known.name for known in FIELDS[BatchKind.DOCUMENTS])
    monkeypatch.setattr(Chosen, "active", without_sieves)
    monkeypatch.setattr(documents, "fields_of", lambda rows: everything)
    monkeypatch.setattr(documents, "minors_of", lambda rows, currency: None)


def told(judgement: Judgement) -> list[Any]:
    """Everything that becomes of rows and documents."""
    rows = [
        (
            *(row.number, row.state, row.customer_id, row.group_key, row.first_row),
            [problem.to_json() for problem in row.problems],
        )
        for row in judgement.rows
    ]
    plans = [
        (group.key, group.account_id, group.currency, group.plan and group.plan.to_json())
        for group in judgement.groups
    ]
    return [rows, plans, PartSum.of(judgement).to_json()]


@given(file=_files())
@settings(
    max_examples=600 if LONG else 80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_judged_at_once_or_one_by_one_it_comes_to_the_same(
    company: Session, file: tuple[Mapping, list[Row]]
) -> None:
    mapping, rows = file

    def judged() -> Judgement:
        understood = read_rows(mapping, rows, {}, {})
        marks = fingerprints(mapping.kind, understood)
        trial = [Judged(row, *mark) for row, mark in zip(understood, marks, strict=True)]
        return judge(company, mapping, trial, received_on=date(2026, 7, 2))

    at_once = judged()
    with pytest.MonkeyPatch.context() as patch:
        one_by_one(patch)
        alone = judged()

    assert told(at_once) == told(alone)


def test_a_check_without_a_sieve_is_asked_about_everything(
    company: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    look = CHECKS["zero_amount"].look

    def noted(case: Any, limit: Any) -> Any:
        assert look is not None
        asked.append(case.given.number)
        return look(case, limit)

    plugged_in = replace(CHECKS["zero_amount"], look=noted, sieve=None)
    active = Chosen.active
    monkeypatch.setattr(
        Chosen,
        "active",
        lambda chosen, kind: [
            replace(one, check=plugged_in) if one.check.name == "zero_amount" else one
            for one in active(chosen, kind)
        ],
    )
    columns = tuple(Column(place, field) for place, field in enumerate(USUAL))
    mapping = Mapping(BatchKind.DOCUMENTS, columns)
    cells = [
        ("M-0217", f"INV-{n}", "2026-06-01", "P-1", "2", "10.00", amount)
        for n, amount in enumerate(("20.00", "0.00", "20.00"))
    ]
    rows = read_rows(mapping, [Row(n, one) for n, one in enumerate(cells, start=2)], {}, {})

    found = judge(company, mapping, [Judged(row, f"{row.number}", 1) for row in rows])

    assert asked == ["INV-0", "INV-1", "INV-2"]
    causes = [[problem.check for problem in row.problems] for row in found.rows]
    assert causes == [[], ["price_times_quantity", "zero_amount"], []]


_WORDS = st.sampled_from(("", "P-1", "x" * 40, "x" * 41, "x" * 121, "a\0"))
_MINORS = st.sampled_from((0, 1, 100, -100, 10**15, 10**15 + 1))

_CURRENCIES = st.sampled_from(("CNY", "CNY", "CNY", "USD"))


@st.composite
def _documents(draw: st.DrawFn) -> DocumentInput:
    minor = draw(_MINORS)
    lines = [
        LineInput(
            Money(draw(st.sampled_from((minor, 0, draw(_MINORS)))), draw(_CURRENCIES)),
            code=draw(_WORDS),
            unit=draw(_WORDS),
            tax=Money(draw(_MINORS), "CNY") if draw(st.booleans()) else None,
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    days = st.sampled_from((date(2026, 6, 1), date(1899, 12, 31), date(2200, 1, 1)))
    due = [
        DuePart(draw(days), Money(draw(st.sampled_from((minor, 0))), "CNY"))
        for _ in range(draw(st.integers(0, 2)))
    ]
    return DocumentInput(
        account_id=1,
        kind=draw(st.sampled_from(list(DocumentKind))),
        number=draw(_WORDS),
        issued_on=draw(days),
        amount=Money(minor, "CNY"),
        due=tuple(due),
        lines=tuple(lines),
        references=tuple(
            ReferenceInput("po", draw(_WORDS)) for _ in range(draw(st.integers(0, 1)))
        ),
        description=draw(_WORDS),
    )


@given(given_documents=st.lists(_documents(), max_size=3))
@settings(max_examples=2_000 if LONG else 300, deadline=None)
def test_what_is_not_doubtful_keeps_every_rule(given_documents: list[DocumentInput]) -> None:
    doubtful = rules.doubtful(given_documents)

    for place, one in enumerate(given_documents):
        if place not in doubtful:
            rules.check(one, "CNY")
