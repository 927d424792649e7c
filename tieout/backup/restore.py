"""Putting a backup into an empty place, proved equal to what was saved."""

import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from tieout import audit, config, db
from tieout.backup import archive
from tieout.backup.rows import from_lines, own_references
from tieout.db import triggers
from tieout.errors import Conflict
from tieout.i18n import N_, Sentence
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.ledger import search_index
from tieout.messages.models import Message
from tieout.operations import migrate
from tieout.operations.schema import metadata

#: Says as a database URL: a file of SQLite's in the folder.
IN_THE_FOLDER = "sqlite"


class NotEmpty(Conflict):
    """A backup is only restored where nothing is."""

    message = N_("%(place)s is not empty. Restore into a new folder or an empty database.")


class Damaged(Conflict):
    """What was restored is not what was saved."""

    message = N_("The backup is damaged: table %(table)s is not what was saved. It was undone.")


@dataclass(frozen=True)
class Restored:
    """A backup that stands again."""

    rows: int
    head: audit.Head
    #: Messages that waited when the backup was made; they were cancelled.
    cancelled: int


def restore(path: Path, data: Path, passphrase: str | None, database_url: str = "") -> Restored:
    """Restore a backup into an empty folder and an empty database.

    That is the one of the URL, else the one the backup's own settings name, else a file in the
    folder; “sqlite” chooses that file whatever they name. Messages that waited are cancelled:
    they may have left since the backup was made.

    Raises:
        NotEmpty: there is something already.
        NotABackup, WrongPassphrase: the file does not open.
        Damaged: a table is not what was saved; nothing is left behind in the database.
    """
    if data.exists() and any(data.iterdir()):
        raise NotEmpty(place=data)
    with archive.opened(path, passphrase) as books:
        try:
            manifest = json.loads(books.read("manifest.json"))
        except (KeyError, ValueError) as error:
            raise archive.NotABackup(path=path) from error
        _check_empty(database_url or _named(books))
        data.mkdir(parents=True, exist_ok=True)
        for name in ("keys.json", "tieout.toml"):
            if name in books.namelist():
                books.extract(name, data)
                (data / name).chmod(0o600)
        if database_url:
            _remember_database(data, database_url)
        settings = config.load(data, {})
        engine = db.connect(settings.database_url)
        migrate.upgrade(engine, manifest["schema"])
        with db.transaction() as session:
            triggers.drop(session.connection())
            rows = sum(_table(session, books, table, manifest) for table in metadata.sorted_tables)
            _index(session)
            cancelled = _cancel_waiting(session, manifest["made_at"])
            triggers.create(session.connection())
        migrate.upgrade(engine)
        with db.transaction() as session:
            _rest_connectors(session)
    head = manifest["audit_head"]
    return Restored(rows, audit.Head(head["seq"], head["hash"]), cancelled)


def _index(session: Session) -> None:
    """Make the full-text index anew; a backup of an older version is indexed as it migrates."""
    if search_index.is_there(session):
        search_index.clear(session)
        search_index.index_all(session)


def _named(books: zipfile.ZipFile) -> str:
    """The database the saved settings name: it may be the very one that was saved."""
    if "tieout.toml" not in books.namelist():
        return ""
    return str(tomllib.loads(books.read("tieout.toml").decode()).get("database_url", ""))


def _check_empty(database_url: str) -> None:
    if database_url in ("", IN_THE_FOLDER):
        return
    engine = db.make_engine(database_url)
    try:
        if inspect(engine).get_table_names():
            raise NotEmpty(place=engine.url.render_as_string(hide_password=True))
    finally:
        engine.dispose()


def _remember_database(data: Path, database_url: str) -> None:
    path = data / "tieout.toml"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if not line.startswith("database_url")]
    if database_url != IN_THE_FOLDER:
        kept.insert(0, f"database_url = {json.dumps(database_url)}")
    path.write_text("\n".join(kept) + "\n", "utf-8")
    path.chmod(0o600)


def _table(session: Session, books: zipfile.ZipFile, table: Table, manifest: dict[str, Any]) -> int:
    said = manifest["tables"].get(table.name)
    if said is None:  # a table of a newer version
        return 0
    session.execute(table.delete())  # rows a migration has put in
    digest, count = hashlib.sha256(), 0
    own = own_references(table)
    pointing: list[dict[str, Any]] = []

    def lines() -> Iterator[str]:
        with books.open(f"tables/{table.name}.jsonl") as file:
            for line in io.BufferedReader(file):  # type: ignore[type-var]
                digest.update(line)
                yield line.decode()

    rows = from_lines(table, lines())
    while chunk := list(islice(rows, 1000)):
        for row in chunk:
            if own and any(row[name] is not None for name in own):
                key = {f"key_{c.name}": row[c.name] for c in table.primary_key.columns}
                pointing.append({**key, **{name: row[name] for name in own}})
                row.update(dict.fromkeys(own))
        session.execute(insert(table), chunk)
        count += len(chunk)
    _point(session, table, own, pointing)
    if digest.hexdigest() != said["sha256"] or count != said["rows"]:
        raise Damaged(table=table.name)
    _count_on(session, table)
    return count


def _point(session: Session, table: Table, own: Any, pointing: list[dict[str, Any]]) -> None:
    """Let rows point at rows of their own table, now that all of them are there."""
    if not pointing:
        return
    query = update(table).values({name: bindparam(name) for name in own})
    for column in table.primary_key.columns:
        query = query.where(column == bindparam(f"key_{column.name}"))
    session.connection().execute(query, pointing)


def _count_on(session: Session, table: Table) -> None:
    """Let PostgreSQL go on counting after the highest key restored."""
    if session.get_bind().dialect.name != "postgresql" or "id" not in table.columns:
        return
    sequence = session.execute(
        text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}
    ).scalar()
    if sequence is None:
        return
    highest = session.execute(select(func.max(table.columns["id"]))).scalar()
    session.execute(
        text("SELECT setval(:sequence, :value, :called)"),
        {"sequence": sequence, "value": highest or 1, "called": highest is not None},
    )


def _rest_connectors(session: Session) -> None:
    """A copy of the books does not pull, and move files aside, beside the books it is a copy of."""
    session.execute(update(Connector).values(is_active=False))
    session.execute(
        update(ConnectorPull)
        .where(ConnectorPull.state.in_(("waiting", "running")))
        .values(state="nothing")
    )


def _cancel_waiting(session: Session, made_at: str) -> int:
    reason = Sentence(
        N_("Restored from the backup of %(made_at)s; it may have left since. Resend it by hand."),
        {"made_at": made_at},
    )
    changed = session.execute(
        update(Message)
        .where(Message.state.in_(("waiting", "sending")))
        .values(state="cancelled", reason=reason.to_json(), lease_owner=None)
    )
    return int(getattr(changed, "rowcount", 0))
