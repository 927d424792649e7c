"""The trail holds every change, and shows when somebody tampered with it."""

import pytest
from sqlalchemy import Engine, select, text

from tests.factories import BY
from tieout import audit, db
from tieout.audit.models import AuditEntry, AuditPersonal
from tieout.db import triggers


def record(*actions: str) -> None:
    for action in actions:
        with db.transaction() as session:
            audit.record(session, BY, action, ("Company", 1), before={"n": 1}, after={"n": 2})


def problems(*heads: audit.Head) -> list[str]:
    with db.reading() as session:
        return [str(problem) for problem in audit.verify(session, heads)]


def tamper(*statements: str) -> None:
    """Change the database as somebody would who can get at it."""
    with db.engine().begin() as connection:
        triggers.drop(connection)
        for statement in statements:
            connection.execute(text(statement))


def test_entries_are_chained(database: Engine) -> None:
    record("one", "two", "three")

    with db.reading() as session:
        entries = session.execute(select(AuditEntry).order_by(AuditEntry.seq)).scalars().all()
        assert [entry.action for entry in entries] == ["one", "two", "three"]
        assert entries[1].previous_hash == entries[0].hash
        assert audit.head(session) == audit.Head(3, entries[2].hash)
    assert problems() == []


def test_nothing_is_written_when_the_action_fails(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        audit.record(session, BY, "one", ("Company", 1))
        _ = 1 // 0

    with db.reading() as session:
        assert audit.head(session).seq == 0


def test_a_rewritten_entry_shows(database: Engine) -> None:
    record("one", "two", "three")
    tamper("UPDATE audit_entries SET action = 'TWO' WHERE seq = 2")
    assert problems() == ["Audit entry 2 was changed after it was written."]


def test_a_removed_entry_shows(database: Engine) -> None:
    record("one", "two", "three")
    tamper("DELETE FROM audit_personal WHERE seq = 2", "DELETE FROM audit_entries WHERE seq = 2")
    assert problems() == ["Audit entries 2 to 2 are missing."]


def test_reordered_entries_show(database: Engine) -> None:
    record("one", "two", "three")
    tamper(
        "DELETE FROM audit_personal",
        "UPDATE audit_entries SET seq = 9 WHERE seq = 2",
        "UPDATE audit_entries SET seq = 2 WHERE seq = 3",
        "UPDATE audit_entries SET seq = 3 WHERE seq = 9",
    )
    assert "Audit entry 2 does not follow the one before it." in problems()


def test_a_cut_tail_shows_by_a_head_written_down_before(database: Engine) -> None:
    record("one", "two", "three")
    with db.reading() as session:
        printed = audit.head(session)
        second = session.get_one(AuditEntry, 2).hash
    tamper(
        "DELETE FROM audit_personal WHERE seq = 3",
        "DELETE FROM audit_entries WHERE seq = 3",
        f"UPDATE audit_head SET seq = 2, hash = '{second}'",
    )
    assert problems() == []  # the chain alone cannot know
    assert len(problems(printed)) == 1


def test_a_person_can_be_erased_and_a_changed_name_shows(database: Engine) -> None:
    record("one")
    with db.transaction() as session:
        for row in session.execute(select(AuditPersonal)).scalars():
            row.value = None
    assert problems() == []
    tamper("UPDATE audit_personal SET value = 'Somebody Else'")
    assert problems() == ["A personal value of audit entry 1 (actor) was changed."]


def test_entries_cannot_be_changed_through_the_database(database: Engine) -> None:
    record("one")
    with pytest.raises(Exception, match="books are frozen"), db.transaction() as session:
        session.execute(text("UPDATE audit_entries SET action = 'x'"))


def test_rows_written_as_lines_have_the_digest_of_rows() -> None:
    rows = [[2, "posted", "ab", "import:1:2"], [3, "left_out", "cd", None]]
    lines = ['[2,"posted","ab","import:1:2"]', '[3,"left_out","cd",null]']

    assert audit.digest_of_lines(lines) == audit.digest_of_rows(rows)
