"""A backup typed at the terminal, and standing again elsewhere."""

import json
from pathlib import Path

import pytest

from tests.tieout.cli.conftest import Type

PASSPHRASE = "a long and quiet river\n"


def test_books_stand_again_in_another_folder(type_in: Type, harbour: Path, tmp_path: Path) -> None:
    file = tmp_path / "books.backup"

    saved = type_in(
        "backup", file, "--data", harbour, "--passphrase-stdin", "--json", stdin=PASSPHRASE
    )
    back = type_in(
        "restore", file, "--data", tmp_path / "again", "--passphrase-stdin", stdin=PASSPHRASE
    )

    assert saved[0] == back[0] == 0, (saved, back)
    head = json.loads(saved[1])["head"]
    assert head in back[1]
    assert type_in("verify", "--data", tmp_path / "again", "--head", head)[0] == 0


def test_a_backup_is_closed_unless_somebody_wants_it_open(
    type_in: Type, harbour: Path, tmp_path: Path
) -> None:
    refused = type_in("backup", tmp_path / "one", "--data", harbour)
    made = type_in("backup", tmp_path / "two", "--data", harbour, "--unencrypted")

    assert refused[0] == 1
    assert "--passphrase-stdin" in refused[1]
    assert not (tmp_path / "one").exists()
    assert made[0] == 0
    assert type_in("restore", tmp_path / "two", "--data", tmp_path / "again")[0] == 0


def test_nothing_is_written_over(type_in: Type, harbour: Path, tmp_path: Path) -> None:
    file = tmp_path / "books.backup"
    type_in("backup", file, "--data", harbour, "--unencrypted")

    again = type_in("backup", file, "--data", harbour, "--unencrypted")
    onto = type_in("restore", file, "--data", harbour)

    assert again[0] == onto[0] == 1
    assert "is there already" in again[1]
    assert "is not empty" in onto[1]


@pytest.mark.parametrize("said_by", ["a wrong passphrase\n", ""])
def test_a_closed_backup_wants_its_passphrase(
    type_in: Type, harbour: Path, tmp_path: Path, said_by: str
) -> None:
    file = tmp_path / "books.backup"
    type_in("backup", file, "--data", harbour, "--passphrase-stdin", stdin=PASSPHRASE)

    end, said = type_in(
        "restore", file, "--data", tmp_path / "again", "--passphrase-stdin", stdin=said_by
    )

    assert end == 1
    assert "passphrase" in said
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("content", ["", "this is no backup"])
def test_a_file_that_is_no_backup_is_refused(type_in: Type, tmp_path: Path, content: str) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(content, "utf-8")

    end, said = type_in("restore", file, "--data", tmp_path / "again")

    assert end == 1
    assert "is not a backup of Tieout" in said


def test_a_saved_database_that_is_still_there_is_not_written_over(
    type_in: Type, tmp_path: Path, postgresql_url: str
) -> None:
    """The settings in the backup name the very database it was made from."""
    folder, file = tmp_path / "live", tmp_path / "books.backup"
    harbour = ("--name", "Harbour Tools", "--currency", "CNY", "--time-zone", "Asia/Shanghai")
    type_in("init", "--data", folder, *harbour, "--database-url", postgresql_url)
    type_in("backup", file, "--data", folder, "--unencrypted")

    refused = type_in("restore", file, "--data", tmp_path / "again")
    made = type_in("restore", file, "--data", tmp_path / "again", "--database-url", "sqlite")

    assert refused[0] == 1
    assert "is not empty" in refused[1]
    assert made[0] == 0, made[1]
    assert (tmp_path / "again" / "tieout.db").exists()
    assert type_in("verify", "--data", tmp_path / "again")[0] == 0
