"""Files are kept encrypted and come back whole, or not at all."""

import pytest
from sqlalchemy import Engine, text

from tests.factories import AT, BY
from tieout import attachments, db
from tieout.attachments import Attachment
from tieout.db import triggers


def store(content: bytes = "金额 4,040.00".encode()) -> int:
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


def test_a_secret_is_sealed() -> None:
    sealed = attachments.seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert attachments.unseal(sealed) == "JBSWY3DPEHPK3PXP"
