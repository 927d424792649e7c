"""Making a backup while everybody works on."""

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from tieout import audit, clock, db
from tieout.backup import archive
from tieout.backup.rows import to_line
from tieout.config import Settings
from tieout.operations import migrate
from tieout.operations.schema import metadata


@dataclass(frozen=True)
class Saved:
    """A backup that was made."""

    path: Path
    rows: int
    head: audit.Head


def save(settings: Settings, path: Path, passphrase: str | None) -> Saved:
    """Write a backup of the database this process is bound to, as one consistent view."""
    with archive.written(path, passphrase) as books, db.reading() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        head = audit.head(session)
        tables = {table.name: _table(session, books, table) for table in metadata.sorted_tables}
        manifest = {
            "made_at": clock.now().isoformat(),
            "schema": migrate.current(session.connection()),
            "audit_head": {"seq": head.seq, "hash": head.hash},
            "tables": tables,
        }
        books.writestr("manifest.json", json.dumps(manifest, indent=1))
        for name in ("keys.json", "tieout.toml"):
            if (settings.data / name).exists():
                books.write(settings.data / name, name)
    return Saved(path, sum(int(one["rows"]) for one in tables.values()), head)


def _table(session: Session, books: zipfile.ZipFile, table: Table) -> dict[str, int | str]:
    digest, count = hashlib.sha256(), 0
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=2000)
    with books.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        for row in session.execute(query).mappings():
            line = to_line({column.name: row[column] for column in table.columns}).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}
