"""A backup made while running stands again elsewhere with the same books, and sends nothing."""

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text

from tests.factories import AT, BY, make_company, make_customer, make_staff
from tests.support.postgres import Postgres
from tieout import audit, backup, config, db, settings
from tieout.customers.models import Customer
from tieout.messages.models import Message
from tieout.settings import Company

PASSPHRASE = "a long and quiet river"


def installation(folder: Path, engine: Engine) -> config.Settings:
    """Harbour Tools with a parent, a child and a message on its way."""
    made = config.load(folder, {})
    audit.configure(made.keys.audit)
    with db.transaction() as session:
        make_company(session)
        make_staff(session)
        parent = make_customer(session, "P-1").customer_id
        child = session.get_one(Customer, make_customer(session, "C-1").customer_id)
        child.parent_id = parent
        session.get_one(Customer, parent).parent_id = None
        settings.write(session, "词", {"值": "对账"}, by=BY)
        session.add(
            Message(
                key="statement:1",
                kind="statement_issued",
                channel="email",
                to="wang.min@p-1.example",
                language="zh",
                subject_type="statement",
                payload={},
                identity="<1@harbourtools.example>",
                created_at=AT,
                next_attempt_at=AT,
                give_up_at=AT + timedelta(hours=72),
            )
        )
    return made


def test_a_restored_backup_is_the_same_books_and_sends_nothing(
    database: Engine, tmp_path: Path, postgres: Postgres
) -> None:
    made = installation(tmp_path / "live", database)
    file = tmp_path / "books.backup"
    saved = backup.save(made, file, PASSPHRASE)
    other = postgres.new_database(migrated=False) if database.dialect.name == "sqlite" else ""

    restored = backup.restore(
        file, tmp_path / "again", PASSPHRASE, postgres.url(other) if other else ""
    )

    assert restored.rows == saved.rows
    assert restored.head == saved.head
    assert restored.cancelled == 1
    assert config.load(tmp_path / "again", {}).keys == made.keys
    with db.transaction() as session:
        assert audit.verify(session, [saved.head]) == []
        child = session.execute(select(Customer).where(Customer.code == "C-1")).scalar_one()
        assert session.get_one(Customer, child.parent_id).code == "P-1"
        assert settings.read(session, "词", {}) == {"值": "对账"}
        waiting = session.execute(select(Message)).scalar_one()
        assert waiting.state == "cancelled"
        make_customer(session, "N-1")  # keys count on
    db.disconnect()
    if other:
        postgres.drop_database(other)


def test_books_are_saved_while_somebody_writes(sqlite_database: Engine, tmp_path: Path) -> None:
    made = installation(tmp_path / "live", sqlite_database)
    writer = create_engine(sqlite_database.url)
    with writer.connect() as busy:
        busy.execute(text("UPDATE company SET short_name = 'half done'"))
        backup.save(made, tmp_path / "books.backup", PASSPHRASE)
        busy.rollback()
    writer.dispose()

    backup.restore(tmp_path / "books.backup", tmp_path / "again", PASSPHRASE)

    with db.reading() as session:
        assert session.get_one(Company, 1).short_name == "Harbour Tools"


def test_a_place_that_is_not_empty_is_left_alone(sqlite_database: Engine, tmp_path: Path) -> None:
    made = installation(tmp_path / "live", sqlite_database)
    backup.save(made, tmp_path / "books.backup", PASSPHRASE)
    with pytest.raises(backup.NotEmpty):
        backup.restore(tmp_path / "books.backup", tmp_path / "live", PASSPHRASE)


def test_without_the_passphrase_nothing_is_readable(
    sqlite_database: Engine, tmp_path: Path
) -> None:
    made = installation(tmp_path / "live", sqlite_database)
    backup.save(made, tmp_path / "books.backup", PASSPHRASE)

    with pytest.raises(backup.WrongPassphrase):
        backup.restore(tmp_path / "books.backup", tmp_path / "again", "guess")
    assert b"Harbour" not in (tmp_path / "books.backup").read_bytes()
    assert not (tmp_path / "again").exists()


def test_a_damaged_or_foreign_file_is_refused(sqlite_database: Engine, tmp_path: Path) -> None:
    made = installation(tmp_path / "live", sqlite_database)
    file = tmp_path / "books.backup"
    backup.save(made, file, PASSPHRASE)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[:-2000])
    foreign = tmp_path / "photo.zip"
    with zipfile.ZipFile(foreign, "w") as photo:
        photo.writestr("holiday.jpg", b"x")

    for path in (cut, foreign):
        with pytest.raises(backup.NotABackup):
            backup.restore(path, tmp_path / "again", PASSPHRASE)


def test_a_changed_table_is_found_and_undone(sqlite_database: Engine, tmp_path: Path) -> None:
    made = installation(tmp_path / "live", sqlite_database)
    file, changed = tmp_path / "books.backup", tmp_path / "changed.backup"
    backup.save(made, file, None)
    with zipfile.ZipFile(file) as outer, zipfile.ZipFile(changed, "w") as again:
        again.writestr("about.json", outer.read("about.json"))
        (tmp_path / "inner.zip").write_bytes(outer.read("books.zip"))
        with (
            zipfile.ZipFile(tmp_path / "inner.zip") as inner,
            zipfile.ZipFile(tmp_path / "new.zip", "w") as new,
        ):
            for name in inner.namelist():
                content = inner.read(name)
                new.writestr(name, content.replace(b"Harbour Tools", b"Harbour Fools"))
        again.write(tmp_path / "new.zip", "books.zip")

    with pytest.raises(backup.Damaged, match="damaged"):
        backup.restore(changed, tmp_path / "again", None)

    with db.reading() as session:
        assert session.get(Company, 1) is None
