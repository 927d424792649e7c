"""The reports `tieout report` makes, by name: what each needs, and how it is put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.money import Money
from tieout.periods import Period

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.customers.models import Customer
    from tieout.rendering.tables import TableDefinition


class CustomerWanted(InvalidInput):
    """A report of one customer, without one."""

    message = N_("The report “%(name)s” is of one customer. Say which: --customer CODE")


class NoAccount(NotFound):
    """A customer without an account of that currency."""

    message = N_("%(customer)s has no %(kind)s account in %(currency)s.")


@dataclass(frozen=True)
class Wanted:
    """What a report is asked for."""

    period: Period
    as_at: date
    known_at: datetime | None
    currency: str
    kind: str
    customer: "Customer | None"
    method: str
    size: int
    above: str
    seed: str

    @property
    def customer_id(self) -> int | None:
        """The customer it is limited to."""
        return self.customer.id if self.customer else None


Maker = Callable[["Session", Wanted], "TableDefinition"]
#: What stands below a report's table.
Below = Callable[["Session", Wanted], "Sequence[TableDefinition]"]


def _ageing(session: "Session", wanted: Wanted) -> "TableDefinition":
    from internal import report_tables
    from tieout.ledger import ageing

    found = ageing.company_ageing(
        session,
        wanted.as_at,
        wanted.currency,
        wanted.known_at,
        kind=wanted.kind,
        bounds=ageing.bounds(session),
        customer_id=wanted.customer_id,
    )
    return report_tables.aged(found)


def _reconciliation(session: "Session", wanted: Wanted) -> "TableDefinition":
    from internal import report_tables
    from tieout.ledger import ageing
    from tieout.month_end import moved

    rows = moved.accounts(
        session,
        wanted.period,
        wanted.currency,
        kind=wanted.kind,
        customer_id=wanted.customer_id,
        bounds=ageing.bounds(session),
        known_at=wanted.known_at,
    )
    return report_tables.moved(rows, wanted.currency)


def _behind(session: "Session", wanted: Wanted) -> "Sequence[TableDefinition]":
    """What came later than the statements; of one customer, what stands behind its line too."""
    from internal import account_tables, later_entries
    from tieout.statements import auditing, listing, moves

    search = listing.StatementSearch(
        period=wanted.period, state=moves.ISSUED, kind=wanted.kind, customer_id=wanted.customer_id
    )
    changed = [one.statement for one in listing.changed_since(session, search)]
    later = later_entries.of(session, changed, wanted.currency)
    found = [later_entries.table(later, wanted.currency)] if later else []
    if wanted.customer is not None:
        parts = account_tables.parts(
            session,
            wanted.customer.id,
            wanted.period,
            kind=wanted.kind,
            currency=wanted.currency,
            unheard=auditing.held,
        )
        found += [part.table for part in parts]
    return found


def _confirmations(session: "Session", wanted: Wanted) -> "TableDefinition":
    from internal import report_tables
    from tieout.statements import auditing, listing, moves, queries

    search = listing.StatementSearch(
        period=wanted.period,
        state=moves.ISSUED,
        kind=wanted.kind,
        customer_id=wanted.customer_id,
    )
    there = session.scalars(listing.statements(search)).all()
    rows = queries.standings(session, there, unheard=auditing.held(session, there))
    return report_tables.confirmations(rows)


def _sample(session: "Session", wanted: Wanted) -> "TableDefinition":
    from internal import sampling_tables
    from tieout.ledger import ageing
    from tieout.month_end import moved, sample

    draw = sample.Draw(
        wanted.method,
        wanted.seed or wanted.period.code,
        wanted.size,
        Money.of(wanted.above, wanted.currency),
    )
    everybody = moved.accounts(
        session,
        wanted.period,
        wanted.currency,
        kind=wanted.kind,
        bounds=ageing.bounds(session),
        known_at=wanted.known_at,
    )
    rows = sample.drawn(everybody, draw)
    accounts = [one.account.standing.account_id for one in rows]
    paid = sample.receipts_after(session, wanted.period, accounts)
    return sampling_tables.sample(rows, everybody, paid, draw)


def _movements(session: "Session", wanted: Wanted) -> "TableDefinition":
    from internal import tables
    from tieout.ledger.ledger_view import ledger

    if wanted.customer is None:
        raise CustomerWanted(name="movements")
    for account in wanted.customer.accounts:
        if (account.currency, account.kind) == (wanted.currency, wanted.kind):
            return tables.ledger(ledger(session, account.id, wanted.period, wanted.known_at))
    raise NoAccount(customer=wanted.customer.name, kind=wanted.kind, currency=wanted.currency)


def _month_end(session: "Session", wanted: Wanted) -> "TableDefinition":
    from internal import month_end_tables
    from tieout.month_end import stages

    rows = [
        row
        for row in stages.standings(session, wanted.period, wanted.currency, kind=wanted.kind)
        if wanted.customer_id in (None, row.customer_id)
    ]
    return month_end_tables.standings(rows, wanted.period)


def _changed(session: "Session", wanted: Wanted) -> "TableDefinition":
    from tieout.rendering.tables import Column, Kind, Row, TableDefinition
    from tieout.rendering.translation import gettext
    from tieout.statements import listing, moves

    search = listing.StatementSearch(
        period=wanted.period, state=moves.ISSUED, kind=wanted.kind, customer_id=wanted.customer_id
    )
    rows = [
        one for one in listing.changed_since(session, search) if one.now.currency == wanted.currency
    ]
    return TableDefinition(
        name=gettext("Changed since"),
        columns=(
            Column("number", gettext("Statement"), width=16),
            Column("code", gettext("Code")),
            Column("customer", gettext("Customer"), width=30),
            Column("stated", gettext("Stated"), Kind.MONEY, width=16),
            Column("now", gettext("Books now"), Kind.MONEY, width=16),
            Column("difference", gettext("Came since"), Kind.MONEY, width=16),
        ),
        rows=[
            Row(
                (
                    one.statement.number,
                    one.statement.customer.code,
                    one.statement.customer.name,
                    one.stated,
                    one.now,
                    one.difference,
                )
            )
            for one in rows
        ],
        totals={
            name: Money.total((getattr(one, name) for one in rows), wanted.currency)
            for name in ("stated", "now", "difference")
        }
        if rows
        else {},
        empty=gettext("The books say what was stated."),
    )


#: Each report that is a table.
TABLES: Mapping[str, Maker] = {
    "ageing": _ageing,
    "reconciliation": _reconciliation,
    "confirmations": _confirmations,
    "changed": _changed,
    "sample": _sample,
    "movements": _movements,
    "month-end": _month_end,
}
#: What stands below the table of a report that has more than one.
BELOW: Mapping[str, Below] = {"reconciliation": _behind}
#: Each report that is a paper of one customer's: its report by the ending of the file.
PAPERS: Mapping[str, Mapping[str, str]] = {
    "statement": {
        "pdf": "statement.pdf",
        "xlsx": "statement.xlsx",
        "csv": "statement.csv",
        "json": "",
    },
    "letter": {"pdf": "letter.pdf"},
}
NAMES = (*TABLES, *PAPERS)
