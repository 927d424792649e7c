"""Stored files: checked by whoever takes them in, kept encrypted in the database."""

import hashlib
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.orm import Session

from tieout import audit
from tieout.attachments.models import Attachment
from tieout.errors import Conflict
from tieout.i18n import N_

__all__ = ["Attachment", "FileNotReadable", "configure", "content_of", "seal", "store", "unseal"]

_box: MultiFernet | None = None


class FileNotReadable(Conflict):
    """A stored file cannot be opened: its key is missing or it was tampered with."""

    message = N_(
        "The stored file %(filename)s cannot be opened: it was changed, or its key is missing."
    )


def configure(keys: tuple[str, ...]) -> None:
    """Set the keys files and secrets are encrypted with, newest first; done once by the roof."""
    global _box
    _box = MultiFernet([Fernet(key) for key in keys])


def _fernet() -> MultiFernet:
    if _box is None:
        raise RuntimeError("tieout.attachments.configure() has not been called")
    return _box


def seal(secret: str) -> str:
    """Encrypt a secret for a column."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made."""
    return _fernet().decrypt(sealed.encode()).decode()


def store(
    session: Session,
    content: bytes,
    *,
    filename: str,
    media_type: str,
    purpose: str,
    customer_id: int | None,
    by: audit.Actor,
    at: datetime,
) -> Attachment:
    """Keep a file, encrypted."""
    attachment = Attachment(
        customer_id=customer_id,
        purpose=purpose,
        filename=filename[-200:],
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=_fernet().encrypt(content),
        stored_at=at,
        stored_by=by.label,
    )
    session.add(attachment)
    session.flush()
    audit.record(
        session,
        by,
        "file.stored",
        attachment,
        after={"purpose": purpose, "size": attachment.size, "sha256": attachment.sha256},
    )
    return attachment


def content_of(attachment: Attachment) -> bytes:
    """Open a stored file.

    Raises:
        FileNotReadable: it was tampered with, or no key fits.
    """
    try:
        content = _fernet().decrypt(attachment.content)
    except InvalidToken as error:
        raise FileNotReadable(filename=attachment.filename) from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise FileNotReadable(filename=attachment.filename)
    return content
