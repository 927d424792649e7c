"""Sales read out of a real MariaDB, the database of most shops and of many ERPs."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.support import mariadb
from tests.tieout.intake.connectors.conftest import connector, error_of, imports, pull, set_up
from tieout import db
from tieout.intake import uploads
from tieout.intake.connectors import database as databases
from tieout.intake.connectors.statement import Query
from tieout.intake.parts import whole

pytestmark = pytest.mark.skipif(not mariadb.is_there(), reason=mariadb.MISSING)

QUERY = (
    "SELECT number, issued_on, customer_code, amount, note, changed_at FROM sales"
    " WHERE changed_at >= :since ORDER BY changed_at, number"
)
TABLE = (
    "CREATE TABLE erp.sales (number VARCHAR(20) PRIMARY KEY, issued_on DATE,"
    " customer_code VARCHAR(20), amount DECIMAL(15, 3), note TEXT, changed_at DATETIME(6))"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server, once for all of them."""
    with mariadb.mariadb(tmp_path_factory.mktemp("mariadb")) as url:
        yield url


@pytest.fixture
def erp(server: str) -> Iterator[Engine]:
    """The ERP's database as whoever keeps it sees it, with two sales, and a reader for us."""
    whole_server = create_engine(server)
    with whole_server.begin() as there:
        for statement in (
            "DROP DATABASE IF EXISTS erp",
            "CREATE DATABASE erp CHARACTER SET utf8mb4",
            TABLE,
            "CREATE USER IF NOT EXISTS reader IDENTIFIED BY 'a quiet word'",
            "GRANT ALL ON erp.* TO reader",
        ):
            there.exec_driver_sql(statement)
    whole_server.dispose()
    engine = create_engine(f"{server}/erp")
    sell(engine, "S-1", "1234.500", "2026-06-01 10:00:00.000001", "发货 12:30 50%")
    sell(engine, "S-2", "7.125", "2026-06-02 10:00:00", "“quoted”, with\na second line")
    yield engine
    engine.dispose()


def sell(erp: Engine, number: str, amount: str, changed: str | None, note: str = "") -> None:
    """Write a sale into the ERP."""
    words = "INSERT INTO sales VALUES (:number, '2026-06-01', 'M-0217', :amount, :note, :changed)"
    with erp.begin() as there:
        there.execute(
            text(words), {"number": number, "amount": amount, "note": note, "changed": changed}
        )


def address(erp: Engine) -> str:
    """As somebody types it: no word of a driver, the password in the address."""
    return f"mysql://reader:a%20quiet%20word@{erp.url.host}:{erp.url.port}/erp"


def watch(erp: Engine, **values: Any) -> int:
    """Read the ERP's sales."""
    given: dict[str, Any] = {
        "query": QUERY,
        "since_column": "changed_at",
        "start": "1970-01-01",
        **values,
    }
    return set_up("database", url=address(erp), **given)


def numbers() -> list[str]:
    """The numbers of every row that came in, import by import."""
    return [str(row.raw[0]) for batch in imports() for row in batch.rows]


def test_sales_of_a_mariadb_come_exactly_and_once(books: Engine, erp: Engine) -> None:
    sales = watch(erp)

    first, second = pull(sales), pull(sales)

    assert (error_of(first), first.rows, second.state) == ("", 2, "nothing")
    [batch] = imports()
    assert batch.rows[0].raw[:5] == ["S-1", "2026-06-01", "M-0217", "1234.5", "发货 12:30 50%"]
    assert batch.rows[1].raw[4].split() == ["“quoted”,", "with", "a", "second", "line"]
    assert batch.rows[1].raw[3] == "7.1250"
    assert connector(sales).mark["since"] == {"moment": "2026-06-02T10:00:00"}


def test_of_one_moment_changed_later_without_a_moment_and_deleted(
    books: Engine, erp: Engine
) -> None:
    sales = watch(erp)
    pull(sales)
    sell(erp, "S-3", "5", "2026-06-02 10:00:00")  # of the moment the mark stands at
    sell(erp, "S-4", "6", None)  # nobody says how new it is: the query leaves it out
    with erp.begin() as there:
        there.exec_driver_sql("DELETE FROM sales WHERE number = 'S-1'")  # what came stays
    pull(sales)
    with erp.begin() as there:
        there.exec_driver_sql(
            "UPDATE sales SET amount = 8, changed_at = '2026-06-03 00:00:00.5' WHERE number = 'S-2'"
        )

    found = pull(sales)

    assert numbers() == ["S-1", "S-2", "S-3", "S-2"]
    assert (found.rows, error_of(found)) == (1, "")
    assert imports()[-1].rows[0].raw[3] == "8.0"


def test_a_long_table_is_read_in_parts(
    books: Engine, erp: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PART", 100)
    monkeypatch.setattr(whole, "PART", 100)
    with erp.begin() as there:
        there.exec_driver_sql(
            "INSERT INTO sales SELECT concat('L-', seq), '2026-06-01', 'M-0217', seq, '',"
            " '2026-06-03' + INTERVAL seq SECOND FROM seq_1_to_500"
        )

    found = pull(watch(erp))

    assert (error_of(found), found.rows, imports()[0].parts) == ("", 502, 6)
    assert sum(Decimal(row.raw[3]) for row in imports()[0].rows) == Decimal("126491.625")


def test_nothing_can_be_written_into_a_mariadb(
    books: Engine, erp: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the first fence fell and the user may write, the second stands."""
    sales = watch(erp, query="SELECT 1", since_column="")
    monkeypatch.setattr(
        databases,
        "read_query",
        lambda _: Query("DELETE FROM sales", has_since=False, ordered_by=""),
    )

    assert "READ ONLY transaction" in error_of(pull(sales))
    with erp.connect() as there:
        assert there.exec_driver_sql("SELECT count(*) FROM sales").scalar() == 2


def test_a_slow_query_of_a_mariadb_is_stopped(books: Engine, erp: Engine) -> None:
    endless = "SELECT count(*) AS number FROM seq_1_to_100000000000 WHERE seq % 7 = 3"

    found = pull(watch(erp, query=endless, since_column="", seconds=1))

    assert "longer than 1 seconds" in error_of(found)


def test_a_password_that_is_wrong_stands_nowhere(books: Engine, erp: Engine) -> None:
    wrong = f"mariadb://reader:another%20word@{erp.url.host}:{erp.url.port}/erp"

    said = error_of(pull(set_up("database", url=wrong, query="SELECT 1")))

    assert "cannot be reached" in said
    assert "Access denied" in said
    assert "another" not in said
    with db.reading():
        assert imports() == []
