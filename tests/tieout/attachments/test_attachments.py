"""Files are kept encrypted and come back whole, or not at all."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from tests.factories import AT, BY
from tieout import attachments, db
from tieout.attachments import Attachment
from tieout.attachments.models import AttachmentPiece
from tieout.db import triggers

SAID = "金额 4,040.00".encode()


def store(content: bytes | Path = SAID) -> int:
    with db.transaction() as session:
        return attachments.store(
            session,
            content,
            filename="ledger.csv",
            media_type="text/csv",
            purpose="import",
            customer_id=None,
            by=BY,
            at=AT,
        ).id


def test_a_file_comes_back_as_it_was_and_lies_encrypted(database: Engine) -> None:
    number = store()
    with db.reading() as session:
        kept = session.get_one(Attachment, number)
        assert attachments.content_of(kept).decode() == "金额 4,040.00"
        assert b"4,040.00" not in bytes(kept.content)


def test_a_file_that_was_tampered_with_is_not_opened(database: Engine) -> None:
    number = store()
    with database.begin() as connection:
        triggers.drop(connection)
        connection.execute(text("UPDATE attachments SET content = :c"), {"c": b"gAAAAA"})
    with db.reading() as session, pytest.raises(attachments.FileNotReadable, match=r"ledger\.csv"):
        attachments.content_of(session.get_one(Attachment, number))


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "PIECE", 10)


def test_a_long_file_is_sealed_piece_by_piece(
    database: Engine, tmp_path: Path, short_pieces: None
) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(b"0123456789" * 3 + b"end")
    number = store(path)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(AttachmentPiece)) == 3
        kept = session.get_one(Attachment, number)
        assert attachments.content_of(kept) == path.read_bytes()
        assert kept.size == 33
        with attachments.opened(session, kept) as copy:
            assert copy.read_bytes() == path.read_bytes()
        assert not copy.exists()


def test_a_file_that_lost_a_piece_is_not_opened(database: Engine, short_pieces: None) -> None:
    number = store(b"0123456789" * 3)
    with database.begin() as connection:
        triggers.drop(connection)
        connection.execute(text("DELETE FROM attachment_pieces WHERE no = 3"))
    with db.reading() as session:
        kept = session.get_one(Attachment, number)
        with pytest.raises(attachments.FileNotReadable), attachments.opened(session, kept):
            pass


def test_a_file_that_is_still_written_to_is_not_stored(
    database: Engine, tmp_path: Path, short_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(b"0123456789" * 3)
    monkeypatch.setattr(attachments, "_measured", lambda _content: (20, "digest of before"))
    with pytest.raises(attachments.FileChanged, match=r"ledger\.csv"):
        store(path)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(AttachmentPiece)) == 0


def test_a_secret_is_sealed() -> None:
    sealed = attachments.seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert attachments.unseal(sealed) == "JBSWY3DPEHPK3PXP"
