# ruff: noqa: S608 - names of tables and columns of our own, never of a person's input
"""The triggers that keep the books as they were posted; one module for both databases.

They are dropped before every migration and made again after it: a batch change on SQLite
would otherwise lose them without an error.
"""

from sqlalchemy import Connection, text

#: Tables whose rows never change and never go.
FROZEN = (
    "documents",
    "document_lines",
    "document_references",
    "audit_entries",
    "statement_lines",
    "statement_sections",
    "confirmations",
    "line_answers",
    "attachments",
    "attachment_pieces",
    "statement_template_versions",
    "message_template_versions",
    "audit_samples",
)
#: Columns of a frozen table that may change all the same.
_MAY_CHANGE = {"confirmations": ("replaced_by_id",)}
#: Rows that are never deleted, though some of their columns change.
_NEVER_DELETED = ("due_items", "allocations", "disputed_parts", "statements", "period_locks")

#: Once a statement is issued these stand for ever.
_ISSUED = (
    "number",
    "version",
    "period_start",
    "period_end",
    "frozen",
    "sha256",
    "known_at",
    "customer_id",
)
#: An allocation is only ever undone.
_ALLOCATED = (
    "account_id",
    "debit_item_id",
    "credit_item_id",
    "amount_minor",
    "effective_on",
    "recorded_at",
)

PERIOD_LOCKED = "TIEOUT period locked"
BOOKS_FROZEN = "TIEOUT books are frozen"


def create(connection: Connection) -> None:
    """Make every trigger."""
    for statement in _statements(connection.dialect.name):
        connection.execute(text(statement.replace(":", r"\:")))


def drop(connection: Connection) -> None:
    """Take every trigger away, for the time of a migration."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'tieout_%'")
        ).scalars()
        for name in list(names):
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        return
    rows = connection.execute(
        text(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgname LIKE 'tieout_%'"
        )
    )
    for name, table in list(rows):
        connection.execute(text(f'DROP TRIGGER "{name}" ON "{table}"'))


def _statements(dialect: str) -> list[str]:
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    made: list[str] = []
    if dialect == "postgresql":
        made += [_REFUSE, _REFUSE_LOCKED]

    def guard(table: str, event: str, condition: str = "", error: str = BOOKS_FROZEN) -> None:
        name = f"tieout_{table}_{event.lower()}"
        if dialect == "sqlite":
            when = f" WHEN {condition}" if condition else ""
            made.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when}"
                f" BEGIN SELECT RAISE(ABORT, '{error}: {table}'); END"
            )
        else:
            when = f" WHEN ({condition})" if condition else ""
            made.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{when}"
                f" EXECUTE FUNCTION tieout_refuse()"
            )

    def changed(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"OLD.{c} {differs} NEW.{c}" for c in columns)

    from tieout.db.base import Base

    for table in FROZEN:
        may = _MAY_CHANGE.get(table)
        columns = tuple(
            c.name for c in Base.metadata.tables[table].columns if c.name not in (may or ())
        )
        # JSON has no equality on PostgreSQL; compared as text
        guard(table, "UPDATE", _changed_as_text(columns, differs) if may else "")
        guard(table, "DELETE")
    for table in _NEVER_DELETED:
        unless = "OLD.state IN ('draft', 'approved')" if table == "statements" else ""
        guard(table, "DELETE", f"NOT ({unless})" if unless else "")
    guard("statements", "UPDATE", f"OLD.sha256 IS NOT NULL AND ({changed(_ISSUED)})")
    guard("allocations", "UPDATE", f"{changed(_ALLOCATED)} OR OLD.undone_at IS NOT NULL")
    if dialect == "sqlite":
        made.append(
            "CREATE TRIGGER tieout_documents_locked BEFORE INSERT ON documents"
            " WHEN EXISTS (SELECT 1 FROM period_locks"
            " WHERE lifted_at IS NULL AND through >= NEW.issued_on)"
            f" BEGIN SELECT RAISE(ABORT, '{PERIOD_LOCKED}'); END"
        )
    else:
        made.append(
            "CREATE TRIGGER tieout_documents_locked BEFORE INSERT ON documents"
            " FOR EACH ROW EXECUTE FUNCTION tieout_refuse_locked()"
        )
    return made


def _changed_as_text(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"CAST(OLD.{c} AS TEXT) {differs} CAST(NEW.{c} AS TEXT)" for c in columns)


_REFUSE = (
    "CREATE OR REPLACE FUNCTION tieout_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN RAISE EXCEPTION '{BOOKS_FROZEN}: %', TG_TABLE_NAME; END $$"
)
_REFUSE_LOCKED = (
    "CREATE OR REPLACE FUNCTION tieout_refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN IF EXISTS (SELECT 1 FROM period_locks"
    " WHERE lifted_at IS NULL AND through >= NEW.issued_on)"
    f" THEN RAISE EXCEPTION '{PERIOD_LOCKED}'; END IF; RETURN NEW; END $$"
)
