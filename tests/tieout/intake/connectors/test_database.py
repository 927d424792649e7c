"""Sales read out of other systems' databases: only read, only what is new, nothing doubled."""

import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select, text

from tests.factories import AT, BY, OTHER, make_company
from tests.support.postgres import Postgres
from tests.tieout.intake.connectors.conftest import (
    connector,
    error_of,
    imports,
    pull,
    row_states,
    set_up,
)
from tieout import clock, db
from tieout.customers.models import Customer
from tieout.errors import InvalidInput
from tieout.intake import approving, queries
from tieout.intake.connectors import database as databases
from tieout.intake.connectors import reach, tables
from tieout.intake.connectors.statement import read_query
from tieout.ledger.models import AccountTotal, Document, DocumentLine
from tieout.money import Money

QUERY = (
    "SELECT number, issued_on, customer AS customer_code, amount, changed_at FROM sales"
    " WHERE changed_at >= :since ORDER BY changed_at"
)


@pytest.fixture
def erp(tmp_path: Path) -> Path:
    """A small SQLite database of an ERP."""
    path = tmp_path / "erp.db"
    with sqlite3.connect(path) as there:
        there.execute("CREATE TABLE sales (number, issued_on, customer, amount, changed_at)")
    sell(path, ("S-1", "2026-06-01", "M-0217", "100.00", "2026-06-01 10:00:00"))
    sell(path, ("S-2", "2026-06-02", "M-0300", "7.50", "2026-06-02 10:00:00"))
    there.close()
    return path


def sell(path: Path, *rows: tuple[str, ...]) -> None:
    """Write sales into the ERP."""
    there = sqlite3.connect(path)
    with there:
        there.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?)", rows)
    there.close()


def watch(path: Path, **values: Any) -> int:
    """Read the ERP's sales."""
    given: dict[str, Any] = {
        "query": QUERY,
        "since_column": "changed_at",
        "start": "1970-01-01",
        **values,
    }
    return set_up("database", url=f"sqlite:///{path}", **given)


def numbers() -> list[str]:
    """The numbers of every row that came in, import by import."""
    return [str(row.raw[0]) for batch in imports() for row in batch.rows]


def test_only_what_is_new_comes_and_rows_of_the_same_moment_are_not_missed(
    books: Engine, erp: Path
) -> None:
    sales = watch(erp)

    first, second = pull(sales), pull(sales)
    sell(erp, ("S-3", "2026-06-02", "M-0217", "5.00", "2026-06-02 10:00:00"))
    sell(erp, ("S-4", "2026-06-03", "M-0217", "6.00", "2026-06-03 09:00:00"))
    third = pull(sales)

    assert [one.state for one in (first, second, third)] == ["done", "nothing", "done"]
    assert numbers() == ["S-1", "S-2", "S-3", "S-4"]
    assert connector(sales).mark["since"] == "2026-06-03 09:00:00"


def test_a_whole_table_asked_for_each_time_is_known_again(books: Engine, erp: Path) -> None:
    query = "select number, issued_on, customer as customer_code, amount from sales"
    sales = watch(erp, query=query, since_column="")

    assert [pull(sales).state for _ in range(2)] == ["done", "nothing"]
    sell(erp, ("S-3", "2026-06-02", "M-0217", "5.00", ""))
    assert pull(sales).rows == 3
    assert len(imports()) == 2


def test_rows_that_are_posted_are_repeated_and_the_import_is_put_away(
    books: Engine, erp: Path
) -> None:
    sales = watch(erp)
    pull(sales)
    with db.transaction() as session:
        batch = queries.batch(session, imports()[0].id)
        approving.submit(session, batch, digest=batch.content_digest or "", by=BY, at=AT)
        approving.approve(session, batch, digest=batch.content_digest or "", by=OTHER, at=AT)
    with sqlite3.connect(erp) as there:  # touched, but nothing we are told of has changed
        there.execute("UPDATE sales SET changed_at = '2026-06-09 10:00:00' WHERE number = 'S-1'")
    there.close()

    again = pull(sales)

    assert again.state == "done"
    assert [row_states(one) for one in imports()][1] in (["repeated"], ["ready"])
    with db.reading() as session:
        assert session.scalar(select(func.count(Document.id))) == 2


def test_large_results_come_in_several_files_in_their_order(
    books: Engine, erp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS_PER_FILE", 10)
    rows = [
        (f"L-{n}", "2026-06-03", "M-0217", "1.00", f"2026-06-03 10:{n:02d}:00") for n in range(35)
    ]
    sell(erp, *rows)
    sales = watch(erp, most_rows=25)

    first, second, third = pull(sales), pull(sales), pull(sales)

    assert [(one.files, one.rows) for one in (first, second, third)] == [(3, 25), (2, 12), (0, 0)]
    assert numbers() == ["S-1", "S-2", *(f"L-{n}" for n in range(35))]


def test_too_many_rows_without_an_order_are_refused(books: Engine, erp: Path) -> None:
    sales = watch(erp, query=QUERY.replace(" ORDER BY changed_at", ""), most_rows=1)

    found = pull(sales)

    assert (found.state, found.files) == ("failed", 0)
    assert "Add ORDER BY changed_at" in error_of(found)
    assert connector(sales).mark == {}


def test_nothing_can_be_written(books: Engine, erp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the first fence fell, the second stands."""

    def believe(query: str) -> object:
        return read_query("SELECT 1").__class__(query, False, "")

    sales = watch(erp)
    monkeypatch.setattr(databases, "read_query", believe)
    with db.transaction() as session:
        from tieout.intake.connectors.models import Connector

        found = session.get_one(Connector, sales)
        found.settings = {**found.settings, "query": "DELETE FROM sales", "since_column": ""}

    assert "attempt to write a readonly database" in error_of(pull(sales))
    with sqlite3.connect(erp) as there:
        assert there.execute("SELECT count(*) FROM sales").fetchone() == (2,)
    there.close()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM sales",
        "SELECT 1; DELETE FROM sales",
        "WITH gone AS (DELETE FROM sales RETURNING *) SELECT * FROM gone",
        "SELECT * INTO copy FROM sales",
        "SELECT * FROM sales FOR UPDATE",
        "/*! DELETE FROM sales */ SELECT 1",
        "SELECT load_extension('evil')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_sleep (100)",
        "SELECT 'it\\'s; DELETE FROM sales",
        "PRAGMA query_only = OFF",
        "ATTACH 'x' AS y",
        "EXPLAIN DELETE FROM sales",
        "",
        "SELECT :password",
        "SELECT * FROM sales WHERE changed_at > :since",
        "SELECT * FROM sales WHERE :since < changed_at",
    ],
)
def test_anything_but_one_select_is_refused(query: str) -> None:
    with pytest.raises(InvalidInput):
        read_query(query)


@pytest.mark.parametrize(
    ("query", "ordered_by"),
    [
        ("SELECT a, 'DELETE; 12:30' AS t FROM s WHERE c >= :since ORDER BY s.c;", "c"),
        ("with x as (select 1) select * from x order by c asc, d", "c"),
        ('SELECT "update", `load`, updated_at FROM s ORDER BY c DESC', ""),
        ("SELECT load, replace(a, ':', '-') -- insert nothing\n FROM s", ""),
        ("SELECT a::date, $x$ delete $x$ FROM s WHERE c >= :since", ""),
    ],
)
def test_queries_that_only_read_are_taken(query: str, ordered_by: str) -> None:
    found = read_query(query)

    assert found.ordered_by == ordered_by
    assert found.has_since is (":since" in query)


def test_colons_in_texts_are_no_parameters(books: Engine, erp: Path) -> None:
    query = (
        "SELECT number, issued_on, customer AS customer_code, amount, '12:30 50% \\:x' AS note"
        " FROM sales"
    )
    sales = watch(erp, query=query, since_column="")

    assert pull(sales).rows == 2
    assert imports()[0].rows[0].raw[4] == "12:30 50% \\:x"


def test_a_slow_query_is_stopped(books: Engine, erp: Path) -> None:
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS number"
        " FROM n"
    )
    sales = watch(erp, query=endless, since_column="", seconds=1)

    found = pull(sales)

    assert "longer than 1 seconds" in error_of(found)


@pytest.mark.parametrize(
    ("query", "since_column", "words"),
    [
        ("SELECT profit FROM sales", "", "no such column: profit"),
        ("SELECT number FROM sales", "changed_at", "It gives: number"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(
    books: Engine, erp: Path, query: str, since_column: str, words: str
) -> None:
    assert words in error_of(pull(watch(erp, query=query, since_column=since_column)))


def test_our_own_books_and_folders_nobody_allowed_are_no_source(
    books: Engine, tmp_path: Path
) -> None:
    own = tmp_path / "tieout.db"
    reach.configure(reach.Reach(folders=(tmp_path,), own_database=f"sqlite:///{own}"))

    for url in (f"sqlite:///{own}", f"sqlite:////{own}", "sqlite:////etc/x.db", "sqlite://", "hm"):
        with pytest.raises(InvalidInput):
            set_up("database", url=url, query="SELECT 1")


def test_a_missing_driver_and_a_silent_host_are_said_plainly(books: Engine) -> None:
    unknown = set_up(
        "database", "One", url="oracle://reader:quietpassword@127.0.0.1/erp", query="SELECT 1"
    )
    silent = set_up(
        "database", "Two", url="postgresql://reader:quietpassword@127.0.0.1:1/erp", query="SELECT 1"
    )

    assert "pip install oracledb" in error_of(pull(unknown))
    found = pull(silent)
    assert "cannot be reached" in error_of(found)
    assert "quietpassword" not in str(found.error)


@pytest.mark.postgresql
def test_a_postgresql_database_is_read_in_a_transaction_that_cannot_write(
    books: Engine, postgres: Postgres
) -> None:
    name = postgres.new_database(migrated=False)
    url = postgres.url(name)
    engine = create_engine(url)
    with engine.begin() as there:
        there.execute(
            text(
                "CREATE TABLE sales (number text, issued_on date, customer text,"
                " amount numeric(12, 2), changed_at timestamptz)"
            )
        )
        there.execute(
            text(
                "INSERT INTO sales VALUES"
                " ('S-1', '2026-06-01', 'M-0217', 100, '2026-06-01 10:00+08'),"
                " ('S-2', '2026-06-02', 'M-0300', 7.5, '2026-06-02 10:00:00.123+08')"
            )
        )
        there.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS int LANGUAGE sql AS"
                " 'DELETE FROM sales RETURNING 1'"
            )
        )
    sales = set_up("database", url=url, query=QUERY, since_column="changed_at", start="1970-01-01")
    spoiling = set_up("database", "Spoil", url=url, query="SELECT spoil() AS number")
    slow = set_up(
        "database", "Slow", url=url, seconds=1,
        query="SELECT count(*) AS number FROM generate_series(1, 10000000000)",
    )  # fmt: skip

    first, second = pull(sales), pull(sales)
    with engine.begin() as there:
        there.execute(text("INSERT INTO sales VALUES ('S-3', '2026-06-03', 'M-0217', 1, now())"))
    third = pull(sales)

    assert [one.state for one in (first, second, third)] == ["done", "nothing", "done"]
    assert numbers() == ["S-1", "S-2", "S-3"]
    assert [row.values["amount"] for row in imports()[0].rows]
    assert "read-only transaction" in error_of(pull(spoiling))
    assert "longer than 1 seconds" in error_of(pull(slow))
    engine.dispose()


def test_a_real_shop_comes_to_the_known_figures(
    database: Engine, sample_data: Path, tmp_path: Path
) -> None:
    folder = sample_data / "ar-chinook"
    [expected] = json.loads((folder / "expected.json").read_text("utf-8")).values()
    reach.configure(reach.Reach(folders=(folder,)))
    url = f"sqlite:///{folder / 'Chinook_Sqlite.sqlite'}"
    with db.transaction() as session:
        make_company(session, base_currency="USD", two_people=[])
    customers = set_up(
        "database", "Customers", url=url, batch_kind="customers", submits=True,
        query="SELECT CustomerId AS code, FirstName || ' ' || LastName AS name, Email,"
        " Address, City, Country FROM Customer",
    )  # fmt: skip
    sales = set_up(
        "database", "Sales", url=url, submits=True, since_column="InvoiceId", start="0",
        query="SELECT i.InvoiceId, CustomerId, InvoiceDate, Total, TrackId, l.UnitPrice, Quantity"
        " FROM Invoice i JOIN InvoiceLine l ON l.InvoiceId = i.InvoiceId"
        " WHERE i.InvoiceId >= :since ORDER BY i.InvoiceId, l.InvoiceLineId",
    )  # fmt: skip

    came = [pull(customers), pull(sales), pull(sales)]

    assert [(one.state, one.rows) for one in came] == [("done", 59), ("done", 2240), ("nothing", 0)]
    with db.reading() as session:
        assert [batch.state for batch in imports()] == ["posted", "posted"]
        assert session.scalar(select(func.count(Customer.id))) == expected["customers"]
        assert session.scalar(select(func.count(Document.id))) == expected["invoices"]
        assert session.scalar(select(func.count(DocumentLine.id))) == expected["lines"]
        total = session.scalar(select(func.sum(AccountTotal.balance_minor)))
        assert Money(int(total or 0), "USD").decimal == Decimal(expected["total"])
    assert clock.now() == AT
