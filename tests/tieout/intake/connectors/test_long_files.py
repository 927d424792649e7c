"""Long files of connectors: read a part at a time, like those somebody hands in."""

import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.factories import BY
from tests.support.web_source import Reply, WebSource
from tests.tieout.intake.connectors.conftest import connector, error_of, imports, pull, set_up
from tests.tieout.intake.connectors.test_folder import write
from tieout import clock, db, settings
from tieout.intake import queries as batches
from tieout.intake import staging, uploads
from tieout.intake.connectors import gathering, pulling, queries, tables, taking
from tieout.intake.connectors.models import ConnectorPull
from tieout.intake.parts import runs as long_files
from tieout.intake.parts import whole
from tieout.runs.models import Run, RunItem

#: Rows of a file that is long here.
LONG = 30


@pytest.fixture(autouse=True)
def _short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of more than a few rows is a long one."""
    monkeypatch.setattr(uploads, "PART", 6)
    monkeypatch.setattr(whole, "PART", 6)


def sales(first: int = 1, last: int = LONG) -> list[str]:
    """Lines of a file of sales."""
    return [f"S-{no},2026-06-01,M-0217,{no}.00" for no in range(first, last + 1)]


def erp(
    path: Path, rows: int, moment: Callable[[int], str] = "2026-06-01 10:{:02d}:00".format
) -> str:
    """A database of sales, and its address."""
    there = sqlite3.connect(path)
    with there:
        there.execute("CREATE TABLE sales (number, issued_on, customer_code, amount, changed_at)")
        there.executemany(
            "INSERT INTO sales VALUES (?, '2026-06-01', 'M-0217', ?, ?)",
            ((f"S-{no}", no, moment(no)) for no in range(1, rows + 1)),
        )
    there.close()
    return f"sqlite:///{path}"


SINCE = "SELECT * FROM sales WHERE changed_at >= :since ORDER BY changed_at, number"


def numbers() -> list[str]:
    """Every number that came in."""
    return sorted(str(row.raw[0]) for batch in imports() for row in batch.rows)


def test_a_long_file_of_a_folder_is_read_in_parts(books: Engine, incoming: Path) -> None:
    write(incoming / "sales.csv", *sales())
    watched = set_up("folder", path=incoming, pattern="*.csv", moves="yes")

    found = pull(watched)

    assert (found.state, found.files, found.rows) == ("done", 1, LONG)
    [batch] = imports()
    assert (batch.state, batch.parts, batch.totals["ready"]) == ("staged", 5, LONG)
    assert numbers() == sorted(f"S-{no}" for no in range(1, LONG + 1))
    assert (incoming / "done" / "sales.csv").exists()
    assert pull(watched).state == "nothing"


def test_a_long_query_and_a_long_web_address_are_read_in_parts(
    books: Engine, tmp_path: Path, web: WebSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_AS_ANSWERED", 10)
    told = [line.split(",") for line in sales(101, 100 + LONG)]
    names = ("number", "date", "customer_code", "amount")
    web.answer = lambda asked: Reply([dict(zip(names, one, strict=True)) for one in told])

    for source in (
        set_up("database", "ERP", url=erp(tmp_path / "erp.db", LONG), query="SELECT * FROM sales"),
        set_up("rest", "Shop", url=f"{web.url}/orders"),
    ):
        first, second = pull(source), pull(source)
        assert (error_of(first), first.rows, second.state) == ("", LONG, "nothing")

    assert [(batch.parts, batch.filename[-4:]) for batch in imports()] == [(5, ".csv"), (5, ".csv")]
    assert len(set(numbers())) == 2 * LONG


def test_a_long_file_is_handed_in_and_posted_by_itself(books: Engine, incoming: Path) -> None:
    with db.transaction() as session:
        settings.company(session).two_people = []
    write(incoming / "sales.csv", *sales())

    pull(set_up("folder", path=incoming, submits=True))

    assert [batch.state for batch in imports()] == ["posted"]


def test_a_process_that_ends_leaves_a_long_file_to_the_next(books: Engine, incoming: Path) -> None:
    write(incoming / "sales.csv", *sales())
    watched = set_up("folder", path=incoming)
    with db.transaction() as session:
        pull_id = pulling.ask(session, queries.connector(session, watched), by=BY).id
    ends = iter([False, False, True])

    assert not pulling.work(pull_id, "one", lambda: next(ends, True))
    assert [batch.state for batch in imports()] == ["reading"]
    assert pulling.work(pull_id, "two")

    with db.reading() as session:
        found = session.get_one(ConnectorPull, pull_id)
        assert (found.state, found.files, found.rows) == ("done", 1, LONG)
    assert [batch.state for batch in imports()] == ["staged"]
    assert len(numbers()) == LONG


def test_killed_while_a_long_file_is_read_the_next_goes_on(
    books: Engine, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    def die(*_anything: object, **_more: object) -> None:
        raise Killed

    write(incoming / "sales.csv", *sales())
    watched = set_up("folder", path=incoming)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(taking, "work_through", die)
        pull(watched)
    with clock.standing(clock.now().replace(minute=59)):
        assert pulling.work_waiting("the next") == 1

    assert [batch.state for batch in imports()] == ["staged"]
    assert len(numbers()) == LONG


def test_somebody_may_stop_an_import_that_is_pulled(
    books: Engine, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(incoming / "sales.csv", *sales())
    watched = set_up("folder", path=incoming)

    def stop_it(run_id: int, *_more: object, **_others: object) -> int:
        with db.transaction() as session:
            batch = batches.batch(session, session.get_one(Run, run_id).params["batch"])
            staging.stop(session, batch, by=BY, at=clock.now())
        return 0

    monkeypatch.setattr(taking, "work_through", stop_it)

    assert pull(watched).state == "done"
    assert [batch.state for batch in imports()] == ["discarded"]


def test_a_long_file_that_cannot_be_read_stands_where_failed_pulls_stand(
    books: Engine, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(incoming / "sales.csv", *sales())
    watched = set_up("folder", path=incoming)

    def refuse(*_anything: object, **_more: object) -> None:
        raise uploads.TooManyRows(file="sales.csv", limit=1)

    monkeypatch.setattr(long_files, "go_through", refuse)

    assert "could not be read: “sales.csv” has more than 1 rows" in error_of(pull(watched))
    with db.reading() as session:
        states = session.scalars(select(RunItem.state)).all()
    assert set(states) == {"failed"}


def test_rows_of_one_moment_stay_in_one_file(
    books: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines of an invoice change together: no file and no pull ends between them."""
    monkeypatch.setattr(tables, "ROWS_PER_FILE", 5)
    url = erp(tmp_path / "erp.db", LONG, lambda no: f"2026-06-{1 + no // 4:02d} 10:00:00")
    erp_sales = set_up("database", url=url, query=SINCE, since_column="changed_at", most_rows=13)

    found = pull(erp_sales)

    assert (found.files, found.rows) == (2, 15)
    assert [batch.rows[-1].raw[0] for batch in imports()] == ["S-7", "S-15"]
    assert connector(erp_sales).mark["since"] == "2026-06-04 10:00:00"
    assert (pull(erp_sales).rows, pull(erp_sales).rows) == (15, 0)
    assert len(set(numbers())) == len(numbers()) == LONG


def test_the_length_of_what_is_pulled_costs_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def records(most: int) -> Iterator[dict[str, object]]:
        for no in range(most):
            yield {"number": f"S-{no}", "note": "x" * 200, "lines": [{"sku": no}]}

    peaks = []
    for most in (5_000, 20_000):
        folder = tmp_path / str(most)
        folder.mkdir()
        tracemalloc.start()
        with gathering.Records(folder, "lines") as gathered:
            for record in islice(records(most), most):
                gathered.add(record)
            assert gathered.file().stat().st_size > 200 * most
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5


def test_figures_cannot_be_taken_for_thousands() -> None:
    figures = ("1.500", "12.345", "2.000", "1.50", "1500", "-0.125")

    assert [tables.written(Decimal(one)) for one in figures] == [
        "1.5", "12.3450", "2.0", "1.50", "1500", "-0.1250",
    ]  # fmt: skip
