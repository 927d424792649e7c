"""Setting up, looking over, proving whole; and what is said when it cannot be done."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.support.postgres import Postgres
from tests.tieout.cli.conftest import HARBOUR, Type
from tieout import db
from tieout.cli.commands import COMMANDS
from tieout.operations import migrate


def test_a_company_is_set_up_once(type_in: Type, tmp_path: Path) -> None:
    folder = tmp_path / "new"

    first = type_in("init", "--data", folder, *HARBOUR)
    second = type_in("init", "--data", folder, *HARBOUR)

    assert first[0] == second[0] == 0
    assert "Harbour Tools is set up in" in first[1]
    assert "nothing was changed" in second[1]


def test_a_company_may_keep_its_books_on_postgresql(
    type_in: Type, tmp_path: Path, postgres: Postgres
) -> None:
    name = postgres.new_database(migrated=False)
    folder = tmp_path / "new"

    end, said = type_in("init", "--data", folder, *HARBOUR, "--database-url", postgres.url(name))
    looked = type_in("doctor", "--data", folder)

    assert end == 0, said
    assert "PostgreSQL" in looked[1]
    assert not (folder / "tieout.db").exists()
    postgres.drop_database(name)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (("--currency", "XXZ"), "is not a currency"),
        (("--time-zone", "Mars/Base"), "is no time zone"),
        (("--languages", "en,fr"), "is not a language of Tieout"),
        (("--database-url", "nonsense"), "The database address cannot be used"),
        (("--database-url", "postgresql://a@127.0.0.1:1/b"), "The database does not answer"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    type_in: Type, tmp_path: Path, choice: tuple[str, str], says: str
) -> None:
    end, said = type_in("init", "--data", tmp_path / "new", *HARBOUR, *choice)

    assert end == 1
    assert says in said
    assert "Traceback" not in said


def test_the_languages_of_the_answers_follow_the_terminal(
    type_in: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    assert "没有" in type_in("verify", "--data", tmp_path / "nothing")[1]
    assert "There is no" in type_in("--language", "en", "verify", "--data", tmp_path / "no")[1]


def test_a_doctor_says_what_is_well_and_what_is_not(type_in: Type, harbour: Path) -> None:
    (harbour / "keys.json").chmod(0o644)

    end, said = type_in("doctor", "--data", harbour, "--json")

    found = json.loads(said)
    states = {one["name"]: one["state"] for one in found["findings"]}
    assert end == 1
    assert states["keys"] == "wrong"
    assert states["database"] == states["schema"] == states["fonts"] == "well"
    assert states["mail"] == "note"


def test_a_doctor_greets_the_mail_server(type_in: Type, harbour: Path) -> None:
    (harbour / "tieout.toml").write_text('smtp_host = "127.0.0.1"\nsmtp_port = 1\n', "utf-8")

    end, said = type_in("doctor", "--data", harbour)

    assert end == 1
    assert "127.0.0.1:1 does not take our mail" in said


def test_books_are_proved_whole_and_a_cut_trail_is_found(type_in: Type, harbour: Path) -> None:
    end, said = type_in("verify", "--data", harbour)

    assert end == 0
    assert "✓ The audit trail is whole, and ends where statements say\n" in said
    assert said.endswith("All is whole.\n")

    end, said = type_in("verify", "--data", harbour, "--head", "99:0123456789abcdef")

    assert end == 1
    assert "The chain once ended with entry 99" in said


def test_the_end_of_the_trail_may_be_typed_as_it_is_printed(type_in: Type, harbour: Path) -> None:
    engine = create_engine(f"sqlite:///{harbour / 'tieout.db'}")
    with engine.connect() as connection:
        printed = connection.execute(text("SELECT hash FROM audit_head")).scalar_one()
    engine.dispose()
    short = f"1: {printed[:4]} {printed[4:8]} {printed[8:12]} … {printed[-4:]}"

    assert type_in("verify", "--data", harbour, "--head", short)[0] == 0
    assert type_in("verify", "--data", harbour, "--head", "one")[0] == 1


def test_a_database_of_a_newer_version_is_left_alone(type_in: Type, harbour: Path) -> None:
    engine = create_engine(f"sqlite:///{harbour / 'tieout.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    end, said = type_in("verify", "--data", harbour)

    assert end == 1
    assert "a newer Tieout (9999)" in said


def test_a_database_of_an_earlier_version_is_brought_up_when_it_is_opened(
    type_in: Type, harbour: Path
) -> None:
    migrate.downgrade(db.connect(f"sqlite:///{harbour / 'tieout.db'}"), "base")
    db.disconnect()

    assert "There is no installation" in type_in("verify", "--data", harbour)[1]
    assert type_in("init", "--data", harbour, *HARBOUR)[0] == 0


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("tieout.toml", "x = [", "cannot be read"),
        ("tieout.toml", "colour = 'red'", "is no setting"),
        ("tieout.toml", "smtp_port = 'many'", "must be a whole number"),
        ("keys.json", "{}", "does not hold the keys"),
        ("tieout.db", "this is no database, it is a letter to my aunt", "The database does not"),
    ],
)
def test_a_broken_file_is_named(
    type_in: Type, harbour: Path, file: str, content: str, says: str
) -> None:
    db.disconnect()
    for rest in harbour.glob("tieout.db-*"):
        rest.unlink()
    (harbour / file).write_text(content, "utf-8")

    end, said = type_in("verify", "--data", harbour)

    assert end == 1
    assert says in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_says_what_it_is_for(type_in: Type, name: str) -> None:
    end, said = type_in(name, "--help")

    assert end == 0
    assert said.startswith(f"Usage: tieout {name}")
