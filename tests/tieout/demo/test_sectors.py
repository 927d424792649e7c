"""Each trade's sample gives the result that was worked out for it by hand."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tieout import db
from tieout.customers.models import CustomerAccount
from tieout.demo import sectors
from tieout.demo.sectors import SECTORS, Case
from tieout.demo.sectors.case import money
from tieout.ledger import balances
from tieout.ledger.checks import check_books
from tieout.ledger.models import Document, DueItem
from tieout.operations.verify import verify
from tieout.periods import Period
from tieout.reconciliation.models import Reconciliation

DAY = date(2026, 7, 10)


def _open_items(session: Session) -> dict[str, int]:
    left: Counter[str] = Counter()
    query = select(Document.number, DueItem.open_minor, DueItem.direction).join(
        DueItem, DueItem.document_id == Document.id
    )
    for number, minor, direction in session.execute(query):
        left[number] += minor * direction
    return {number: minor for number, minor in left.items() if minor}


@pytest.mark.parametrize("name", list(SECTORS))
def test_a_trade_gives_what_was_worked_out(name: str, database: Engine, tmp_path: Path) -> None:
    case: Case = sectors.fill(SECTORS[name], DAY, samples=tmp_path / "samples")
    wanted = case.expected

    with db.reading() as session:
        assert check_books(session) == []
        assert [check.name for check in verify(session) if not check.ok] == []
        assert _open_items(session) == {
            number: money(amount).minor for number, amount in wanted.still_open.items()
        }
        made = session.scalars(select(Reconciliation)).one()
        assert made.our_balance_minor == money(wanted.balance).minor
        assert made.their_balance_minor == money(wanted.theirs).minor
        assert made.unexplained_minor == 0
        found = [
            (group.difference, group.residual_minor)
            for group in made.groups
            if group.difference != "match"
        ]
        assert sorted(found) == sorted(
            (str(difference), money(amount).minor) for difference, amount in wanted.differences
        )
    assert {path.name for path in (tmp_path / "samples").iterdir()} == {
        file.name for file in (*case.files, *case.paid, case.their_book)
    }


@pytest.mark.parametrize("name", list(SECTORS))
def test_the_figures_add_up_on_paper(name: str) -> None:
    """Open items make the balance; the differences make ours − theirs."""
    wanted = SECTORS[name](Period.month(2026, 6)).expected

    def total(amounts: list[str]) -> int:
        return sum(money(amount).minor for amount in amounts)

    assert total(list(wanted.still_open.values())) == money(wanted.balance).minor
    apart = money(wanted.balance).minor - money(wanted.theirs).minor
    assert total([amount for _, amount in wanted.differences]) == apart


def test_money_in_the_bank_is_not_overdue(database: Engine) -> None:
    sectors.fill(SECTORS["bank"], DAY)

    with db.reading() as session:
        [account_id] = session.scalars(select(CustomerAccount.id))
        items = balances.open_items(session, account_id, DAY)
        assert sum(one.signed.minor for one in items) == money("61090.00").minor
        assert [one.number for one in items if one.is_overdue] == []


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2028, 2, 29), date(2027, 1, 31)])
def test_a_trade_can_be_filled_on_any_day(day: date, database: Engine) -> None:
    sectors.fill(SECTORS["bank"], day)

    with db.reading() as session:
        assert check_books(session) == []
