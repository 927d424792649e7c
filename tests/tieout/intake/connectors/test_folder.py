"""A folder other systems write into: each file once, whole, and none from elsewhere."""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.factories import AT, BY
from tests.tieout.intake.connectors.conftest import (
    connector,
    error_of,
    imports,
    notes,
    pull,
    row_states,
    set_up,
)
from tieout import clock, db
from tieout.errors import InvalidInput
from tieout.intake.connectors import pulling, queries, reach, services, taking
from tieout.intake.connectors.folder import PatternWrong
from tieout.intake.connectors.reach import FolderRefused

HEAD = "Number,Date,Customer code,Amount\n"


def write(path: Path, *rows: str, age: float = 60) -> Path:
    """Put a file there that was left alone since."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    moment = AT.timestamp() - age
    os.utime(path, (moment, moment))
    return path


def test_each_new_file_becomes_an_import_once(books: Engine, incoming: Path) -> None:
    write(incoming / "june.csv", "S-1,2026-06-01,M-0217,100.00")
    write(incoming / "july.csv", "S-2,2026-07-01,M-0300,50.00")
    write(incoming / "notes.txt", "S-3,2026-07-01,M-0300,50.00")
    sales = set_up("folder", path=incoming, pattern="*.csv")

    first, second = pull(sales), pull(sales)

    assert (first.state, first.files, first.rows) == ("done", 2, 2)
    assert (second.state, second.files) == ("nothing", 0)
    assert [(one.filename, one.state, one.uploaded_label) for one in imports()] == [
        ("july.csv", "staged", "Sales"),
        ("june.csv", "staged", "Sales"),
    ]
    assert (incoming / "june.csv").exists()


def test_a_file_that_changed_comes_again_and_one_that_was_only_touched_does_not(
    books: Engine, incoming: Path
) -> None:
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00")
    sales = set_up("folder", path=incoming)
    pull(sales)

    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00", age=30)
    touched = pull(sales)
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00", "S-2,2026-07-01,M-0217,5", age=20)
    changed = pull(sales)

    assert touched.state == "nothing"
    assert (changed.state, changed.rows) == ("done", 2)


def test_the_same_content_under_another_name_is_known(books: Engine, incoming: Path) -> None:
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00")
    sales = set_up("folder", path=incoming)
    pull(sales)

    write(incoming / "copy of sales.csv", "S-1,2026-06-01,M-0217,100.00")

    assert pull(sales).state == "nothing"
    assert len(imports()) == 1
    assert "nothing new" in notes()[0]
    assert len(connector(sales).mark) == 2


def test_a_file_being_written_waits(books: Engine, incoming: Path) -> None:
    path = write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00", age=3)
    sales = set_up("folder", path=incoming)

    early = pull(sales)
    with clock.standing(AT.replace(minute=AT.minute + 1)):
        later = pull(sales)

    assert (early.state, early.files) == ("nothing", 0)
    assert "still being written" in notes()[0]
    assert (later.state, later.files) == ("done", 1)
    assert path.exists()


def test_a_taken_file_is_put_aside_and_never_written_over(books: Engine, incoming: Path) -> None:
    sales = set_up("folder", path=incoming, moves="yes")
    for row in ("S-1,2026-06-01,M-0217,100.00", "S-2,2026-06-02,M-0217,7.00"):
        write(incoming / "sales.csv", row)
        assert pull(sales).state == "done"

    assert not (incoming / "sales.csv").exists()
    assert len(list((incoming / "done").iterdir())) == 2
    assert pull(sales).state == "nothing"
    assert connector(sales).mark == {}


def test_what_was_stored_but_not_yet_put_aside_is_not_taken_twice(
    books: Engine, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00")
    sales = set_up("folder", path=incoming, moves="yes")

    class Killed(BaseException):
        """The process is gone."""

    def die(*_anything: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(taking, "put_aside", die)
        pull(sales)
    with clock.standing(AT.replace(minute=AT.minute + 5)):
        pulling.work_waiting("another")

    assert len(imports()) == 1
    assert not (incoming / "sales.csv").exists()
    assert [path.name for path in (incoming / "done").iterdir()] == ["sales.csv"]


def test_links_out_of_the_folder_and_other_things_are_left_alone(
    books: Engine, incoming: Path, tmp_path: Path
) -> None:
    secret = write(tmp_path / "elsewhere" / "salaries.csv", "S-9,2026-06-01,M-0217,100.00")
    (incoming / "link.csv").symlink_to(secret)
    os.mkfifo(incoming / "pipe.csv")
    write(incoming / "real.csv", "S-1,2026-06-01,M-0217,100.00")
    sales = set_up("folder", path=incoming)

    found = pull(sales)

    assert (found.state, found.files) == ("failed", 1)
    assert "leads out of the folder" in " ".join(notes())
    assert "no plain file" in " ".join(notes())
    assert [one.filename for one in imports()] == ["real.csv"]


def test_a_broken_file_does_not_stop_the_others_and_is_tried_again(
    books: Engine, incoming: Path
) -> None:
    (incoming / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")
    os.utime(incoming / "broken.xlsx", (AT.timestamp() - 90,) * 2)
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00")
    sales = set_up("folder", path=incoming)

    first = pull(sales)
    write(incoming / "broken.xlsx", "S-2,2026-06-01,M-0217,7.00").rename(incoming / "mended.csv")
    second = pull(sales)

    assert (first.state, first.files) == ("failed", 1)
    assert "broken.xlsx" in error_of(first)
    assert (second.state, second.files) == ("done", 1)
    assert connector(sales).failures == 0


def test_a_file_without_rows_is_noted_and_no_failure(books: Engine, incoming: Path) -> None:
    write(incoming / "empty.csv")
    sales = set_up("folder", path=incoming)

    assert pull(sales).state == "nothing"
    assert notes() == ["It has no rows."]
    pull(sales)
    assert len(notes()) == 1


def test_a_folder_that_is_gone_is_said_and_tried_again(books: Engine, incoming: Path) -> None:
    sales = set_up("folder", path=incoming)
    incoming.rmdir()

    found = pull(sales)

    assert found.state == "failed"
    assert "cannot be opened" in error_of(found)
    assert "No such file" in error_of(found)
    assert connector(sales).retry_at is not None


def test_an_unreadable_file_is_named(
    books: Engine, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00")
    sales = set_up("folder", path=incoming)
    real = os.open

    def refuse(path: object, *more: int, **others: Any) -> int:
        if str(path).endswith("sales.csv"):
            raise PermissionError(13, "Permission denied")
        return real(path, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)

    assert "“sales.csv” cannot be read: Permission denied" in error_of(pull(sales))


@pytest.mark.parametrize("path", ["/etc", "incoming", "/", "~"])
def test_a_folder_nobody_allowed_is_refused(books: Engine, path: str) -> None:
    with pytest.raises(FolderRefused, match="connector_folders"):
        set_up("folder", path=path)


@pytest.mark.parametrize("pattern", ["../*.csv", "/etc/*", "a/../../b", "~/x"])
def test_a_pattern_stays_in_its_folder(books: Engine, incoming: Path, pattern: str) -> None:
    with pytest.raises(PatternWrong):
        set_up("folder", path=incoming, pattern=pattern)


def test_the_folder_of_the_installation_is_never_read(books: Engine, tmp_path: Path) -> None:
    reach.configure(reach.Reach(folders=(tmp_path, tmp_path / "in"), own_folder=tmp_path))
    (tmp_path / "in").mkdir()

    with pytest.raises(InvalidInput):
        set_up("folder", path=tmp_path)
    set_up("folder", path=tmp_path / "in")


def test_pulling_everything_again_doubles_nothing(books: Engine, incoming: Path) -> None:
    write(incoming / "sales.csv", "S-1,2026-06-01,M-0217,100.00")
    sales = set_up("folder", path=incoming)
    pull(sales)
    with db.transaction() as session:
        services.start_over(session, queries.connector(session, sales), by=BY)

    assert pull(sales).state == "nothing"
    assert len(imports()) == 1
    assert row_states(imports()[0]) == ["ready"]
