"""Quantities and prices that differ between both books: the cause and its proof in one."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT, BY
from tests.support.books import post
from tests.tieout.reconciliation.books import hand_in
from tieout.cli.match import match
from tieout.customers.models import CustomerAccount
from tieout.ledger.inputs import LineInput
from tieout.money import Money
from tieout.reconciliation import comparing, names, priced, words
from tieout.reconciliation.picture import picture
from tieout.reconciliation.priced import MICRO, Apart, Priced
from tieout.reconciliation.shown import ShownGroup
from tieout.reconciliation.their_books import LedgerLine, ReadLedger
from tieout.rendering.translation import reading


def items(text: str) -> list[Priced]:
    """Items written as "98x12, 5x20.50"."""
    found = []
    for item in text.split(",") if text else []:
        quantity, _, price = item.strip().partition("x")
        found.append(Priced(round(float(quantity) * MICRO), round(float(price) * MICRO)))
    return found


def found(ours: str, theirs: str, our_amount: float, their_amount: float) -> list[str]:
    """What differs, as a word and its two figures."""
    apart = priced.proved(
        items(ours),
        items(theirs),
        our_amount=round(our_amount * 100),
        their_amount=round(their_amount * 100),
        unit=100,
    )
    return [f"{_written(one.ours)} {_written(one.theirs)}" for one in apart]


def _written(one: Priced | None) -> str:
    return f"{one.quantity / MICRO:g}x{one.price / MICRO:g}" if one else "-"


@pytest.mark.parametrize(
    ("ours", "theirs", "our_amount", "their_amount", "what"),
    [
        ("100x12", "98x12", 1200, 1176, ["100x12 98x12"]),
        ("100x12", "100x11.50", 1200, 1150, ["100x12 100x11.5"]),
        ("100x12, 5x20", "98x12, 5x20", 1300, 1276, ["100x12 98x12"]),
        ("100x12, 5x20", "100x12", 1300, 1200, ["5x20 -"]),
        ("100x12", "100x12, 1x60", 1200, 1260, ["- 1x60"]),
        # Prices without the tax of 13 % in both books.
        ("100x12", "98x12", 1356, 1328.88, ["100x12 98x12"]),
        # The items do not make up the difference, or leave tax out in one book alone.
        ("100x12", "98x12", 1200, 1150, []),
        ("100x12", "98x12", 1356, 1176, []),
        # Both figures differ: nothing is proved.
        ("100x12", "90x11", 1200, 990, []),
        ("", "98x12", 1200, 1176, []),
    ],
)
def test_what_differs_is_told_where_it_is_the_whole_difference(
    ours: str, theirs: str, our_amount: float, their_amount: float, what: list[str]
) -> None:
    assert found(ours, theirs, our_amount, their_amount) == what


def test_a_proof_is_read_as_it_was_kept() -> None:
    one = Apart(Priced(100 * MICRO, 12 * MICRO), None)

    assert Apart.read(one.stored()) == one


@pytest.fixture
def account(session: Session) -> CustomerAccount:
    """A customer of Harbour Tools."""
    factories.make_company(session)
    return factories.make_customer(session)


def compared(session: Session, account: CustomerAccount, quantity: int, price: int) -> ShownGroup:
    """Our 100 × 12.00 against so many of theirs."""
    item = LineInput(
        amount=Money.of("1200.00", "CNY"), quantity=Decimal(100), unit_price=Decimal(12)
    )
    post(session, account, "invoice", "INV-9", "2026-06-03", "1200.00", lines=(item,))
    line = LedgerLine(
        3,
        date(2026, 6, 4),
        quantity * price // 100,
        "invoice",
        "INV-9",
        quantity=quantity * MICRO,
        unit_price=price * 100,
    )
    book = hand_in(session, account, ReadLedger("june.xlsx", (line,)))
    made = comparing.compare(session, book, as_at=date(2026, 6, 30), by=BY, at=AT)
    (group,) = picture(session, made).groups
    return group


def told(group: ShownGroup, language: str) -> tuple[str, str, str]:
    with reading(language) as reader:
        why = words.why(group)
        assert why is not None
        return (
            reader.sentence(names.difference_name(group)),
            reader.sentence(words.what(group)),
            reader.sentence(why),
        )


def test_ninety_eight_against_a_hundred(session: Session, account: CustomerAccount) -> None:
    group = compared(session, account, 98, 120_000)

    name, what, why = told(group, "en")
    assert (name, what) == ("Other quantity", "Invoice INV-9 has another quantity in your book.")
    assert "98 × 12.00 in your book against 100 × 12.00 in ours: 2 short." in why
    assert "贵方账 98 × 12.00，我方账 100 × 12.00：少 2。" in told(group, "zh")[2]


def test_another_price(session: Session, account: CustomerAccount) -> None:
    group = compared(session, account, 100, 115_000)

    name, _, why = told(group, "en")
    assert name == "Other price"
    assert "100 × 11.50 in your book against 100 × 12.00 in ours: 0.50 less for each." in why


@pytest.mark.parametrize(
    "head",
    [
        "line_id,date,doc_type,reference,quantity,unit_price,amount",
        "No,Date,Type,Invoice no,Qty,Unit price,Amount",
    ],
    ids=["as named", "as recognised"],
)
def test_the_command_says_it_too(tmp_path: Path, head: str) -> None:
    (tmp_path / "ours.csv").write_text(
        f"{head}\n1,2026-06-03,Invoice,INV-9,100,12.00,1200.00\n"
        "2,2026-06-05,Invoice,INV-10,1,80.00,80.00\n"
    )
    (tmp_path / "theirs.csv").write_text(
        f"{head}\n1,2026-06-04,Invoice,INV-9,98,12.00,1176.00\n"
        "2,2026-06-05,Invoice,INV-10,1,80.00,80.00\n"
    )
    out = tmp_path / "out"

    done = CliRunner().invoke(
        match, [str(tmp_path / "ours.csv"), str(tmp_path / "theirs.csv"), "--out", str(out)]
    )

    assert done.exit_code == 0, done.output
    sheet = load_workbook(out / "reconciliation.xlsx")["Differences"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert any("98 × 12.00 in their book against 100 × 12.00 in ours: 2 short." in c for c in cells)
