"""Files brought in from the command line, by the same rules as on the pages."""

import json
import socket
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.tieout.cli.conftest import Type
from tieout import app, clock, config, db, runs, settings
from tieout.cli import importing_real
from tieout.intake import batches, uploads
from tieout.intake.models import ImportBatch
from tieout.intake.parts import cutting, whole
from tieout.ledger.models import Document
from tieout.runs.models import RunItem
from tieout.runs.work import LEASE

CUSTOMERS = "Customer code,Customer name\nM-0217,Mingyuan Hardware\n"
SALES = "Number,Date,Customer code,Amount\nN-1,2026-06-01,M-0217,100.00\n"


def written(folder: Path, name: str, text: str) -> Path:
    """A file to hand in."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def let_one_person_be_enough(folder: Path) -> None:
    """Change the company's rule."""
    app.compose(config.load(folder))
    with db.transaction() as session:
        settings.company(session).two_people = []


def test_a_file_is_posted_where_one_person_is_enough(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    let_one_person_be_enough(harbour)
    customers = written(tmp_path, "customers.csv", CUSTOMERS)
    sales = written(tmp_path, "sales.csv", SALES)

    first = type_in("import", customers, "--data", harbour, "--approve")
    second = type_in("import", sales, "--data", harbour, "--approve")
    again = type_in("import", sales, "--data", harbour, "--approve")

    said = "customers.csv: 1 rows read.\n  Ready to post: 1\nPosted: 1 added, 0 changed.\n"
    assert first == (0, said)
    assert "Posted: 1 documents, 0 settlements." in second[1]
    assert "There is nothing new in it." in again[1]
    with db.reading() as session:
        assert session.scalar(select(func.count(Document.id))) == 1


def test_what_was_broken_off_before_it_was_posted_is_gone_on_with(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    let_one_person_be_enough(harbour)
    customers = written(tmp_path, "customers.csv", CUSTOMERS)
    sales = written(tmp_path, "sales.csv", SALES)
    type_in("import", sales, "--data", harbour)  # nobody knows the customer yet
    type_in("import", customers, "--data", harbour, "--approve")

    end, said = type_in("import", sales, "--data", harbour, "--approve")

    assert end == 0
    assert "of this file was begun before; it goes on now." in said
    assert "Posted: 1 documents, 0 settlements." in said


def test_it_waits_for_a_person_where_two_are_wanted(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    customers = written(tmp_path, "customers.csv", CUSTOMERS)

    end, said = type_in("import", customers, "--data", harbour, "--approve")

    assert end == 0
    assert "Submitted: this company wants a person to approve import 1." in said


def test_every_problem_is_said_and_nothing_posted(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    sales = written(tmp_path, "sales.csv", SALES + "N-2,2026-06-31,M-9999,x\n")

    end, said = type_in("import", sales, "--data", harbour, "--approve")

    assert end == 1
    assert "“sales.csv”, row 2, column C: There is no customer “M-0217”." in said
    assert "“sales.csv”, row 3, column B: “2026-06-31”: there is no such day." in said
    assert "“sales.csv”, row 3, column D: “x” is not a number." in said
    assert "Nothing was posted; the rows wait in import 1." in said


def test_a_file_of_another_kind_is_refused_in_a_sentence(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    end, said = type_in("import", written(tmp_path, "x.pdf", "%PDF-1.7"), "--data", harbour)

    assert end == 1
    assert "“x.pdf” is a PDF" in said


def test_a_customers_own_ledger_is_compared_and_nothing_posted(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    let_one_person_be_enough(harbour)
    type_in("import", written(tmp_path, "customers.csv", CUSTOMERS), "--data", harbour, "--approve")
    type_in("import", written(tmp_path, "sales.csv", SALES), "--data", harbour, "--approve")
    theirs = written(tmp_path, "theirs.csv", "Date,Doc no,Debit,Credit\n2026-06-02,N-1,,100.00\n")

    whose, said = type_in("import", theirs, "--data", harbour, "--kind", "their_ledger")
    end, answer = type_in(
        "import", theirs, "--data", harbour, "--kind", "their_ledger", "--customer", "M-0217",
        "--json",
    )  # fmt: skip

    assert (whose, said.strip()) == (1, "Say whose ledger it is: --customer CODE.")
    assert end == 0, answer
    found = json.loads(answer)
    assert (found["rows"]["ready"], found["reconciliation"]) == (1, 1)
    with db.reading() as session:
        assert session.scalar(select(func.count(Document.id))) == 1


def test_what_became_of_a_file_is_told_as_data(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    let_one_person_be_enough(harbour)
    customers = written(tmp_path, "customers.csv", CUSTOMERS)

    end, answer = type_in("import", customers, "--data", harbour, "--approve", "--json")

    found = json.loads(answer)
    assert end == 0
    assert (found["kind"], found["dry_run"], found["import"]) == ("customers", False, 1)
    assert found["posted"]["added"] == 1


def test_a_remembered_mapping_is_asked_for_by_name(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    let_one_person_be_enough(harbour)
    type_in("import", written(tmp_path, "customers.csv", CUSTOMERS), "--data", harbour, "--approve")
    first = written(tmp_path, "sales.csv", SALES)
    type_in("import", first, "--data", harbour, "--customer", "M-0217", "--approve")
    second = written(tmp_path, "july.csv", SALES.replace("N-1", "N-2"))

    end, answer = type_in(
        "import", second, "--data", harbour, "--mapping", "sales.csv", "--dry-run", "--json"
    )

    assert end == 0, answer
    assert json.loads(answer)["mapping"]["customer_code"] == "M-0217"


def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files of more than four rows in parts."""
    monkeypatch.setattr(uploads, "PART", 4)
    monkeypatch.setattr(whole, "PART", 4)
    monkeypatch.setattr(batches, "FEW_PARTS", 1)


def long_sales(rows: int = 18) -> str:
    lines = [f"N-{number},2026-06-01,M-0217,100.00" for number in range(rows)]
    return "\n".join(("Number,Date,Customer code,Amount", *lines)) + "\n"


def test_a_long_file_is_posted_too(
    type_in: Type, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_one_person_be_enough(harbour)
    type_in("import", written(tmp_path, "customers.csv", CUSTOMERS), "--data", harbour, "--approve")
    in_parts(monkeypatch)
    sales = long_sales() + "N-90,some day,M-0217,100.00\n"

    end, said = type_in(
        "import",
        written(tmp_path, "sales.csv", sales),
        "--data",
        harbour,
        "--approve",
        "--leave-out",
    )

    assert end == 0
    assert "“sales.csv” is long; it is read and checked in parts …" in said
    assert "5 of 5 parts are checked." in said
    assert "sales.csv: 19 rows read." in said
    assert "Posted: 18 documents, 0 settlements." in said


def test_a_long_file_is_gone_on_with_after_a_crash(
    type_in: Type, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts(monkeypatch)
    type_in("import", written(tmp_path, "customers.csv", CUSTOMERS), "--data", harbour)
    sales = written(tmp_path, "sales.csv", long_sales())
    dead = f"command:{socket.gethostname()}:99999999"
    monkeypatch.setattr(importing_real, "worked_through", stopped)
    with pytest.raises(Stopped):
        type_in("import", sales, "--data", harbour)
    monkeypatch.undo()
    in_parts(monkeypatch)
    with db.transaction() as session:  # killed in the middle of its first part
        session.execute(
            update(RunItem).values(
                state="running", lease_owner=dead, lease_until=clock.now() + LEASE, attempts=1
            )
        )

    end, said = type_in("import", sales, "--data", harbour)

    assert end == 1  # nobody knows the customer yet
    assert "of this file was begun before; it goes on now." in said
    assert "sales.csv: 18 rows read." in said


class Stopped(Exception):
    """The process was killed."""


def stopped(_batch_id: int) -> None:
    raise Stopped


def test_ctrl_c_throws_a_long_file_away(
    type_in: Type, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts(monkeypatch)

    def pressed(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "work_through", pressed)
    sales = written(tmp_path, "sales.csv", long_sales())

    end, said = type_in("import", sales, "--data", harbour)

    assert end == 130
    assert "is discarded, and nothing of it was kept." in said
    with db.reading() as session:
        assert session.scalars(select(ImportBatch.state)).all() == ["discarded"]


def test_a_long_file_that_cannot_be_read_says_why(
    type_in: Type, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts(monkeypatch)
    monkeypatch.setattr(cutting, "MOST_ROWS", 5)
    rows = "".join("N-1,2026-06-01,M-0217,100.00\n" for _ in range(12))
    sales = written(tmp_path, "sales.csv", "Number,Date,Customer code,Amount\n" + rows)

    end, said = type_in("import", sales, "--data", harbour)

    assert end == 1
    assert "could not be read: More than 5 rows have the number “N-1”" in said
