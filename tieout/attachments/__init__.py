"""Stored files: checked by whoever takes them in, kept encrypted in the database.

A long file is sealed piece by piece, so that no more than a piece of it is ever in memory:

attachments.store(session, path, …)              # or its bytes, where they are few
with attachments.opened(session, kept) as path:  # a file of its own, gone afterwards
    …
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, object_session

from tieout import audit
from tieout.attachments.models import Attachment, AttachmentPiece
from tieout.errors import Conflict
from tieout.i18n import N_

__all__ = [
    "Attachment",
    "FileChanged",
    "FileNotReadable",
    "configure",
    "content_of",
    "opened",
    "seal",
    "seal_content",
    "store",
    "unseal",
    "unseal_content",
]

#: Bytes that are sealed at once.
PIECE = 4_000_000

_box: MultiFernet | None = None


class FileNotReadable(Conflict):
    """A stored file cannot be opened: its key is missing or it was tampered with."""

    message = N_(
        "The stored file %(filename)s cannot be opened: it was changed, or its key is missing."
    )


class FileChanged(Conflict):
    """A file that somebody still writes to."""

    message = N_("“%(filename)s” was changed while it was read. Hand it in once it is complete.")


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


def seal_content(content: bytes) -> bytes:
    """Encrypt the content of a file that is kept elsewhere."""
    return _fernet().encrypt(content)


def unseal_content(sealed: bytes, filename: str) -> bytes:
    """Decrypt what `seal_content` made.

    Raises:
        FileNotReadable: it was tampered with, or no key fits.
    """
    try:
        return _fernet().decrypt(sealed)
    except InvalidToken as error:
        raise FileNotReadable(filename=filename) from error


def store(
    session: Session,
    content: bytes | Path,
    *,
    filename: str,
    media_type: str,
    purpose: str,
    customer_id: int | None,
    by: audit.Actor,
    at: datetime,
) -> Attachment:
    """Keep a file, encrypted.

    Raises:
        FileChanged: it was written to meanwhile.
    """
    size, sha256 = _measured(content)
    pieces = _pieces_of(content)
    seen = hashlib.sha256(first := next(pieces, b""))
    attachment = Attachment(
        customer_id=customer_id,
        purpose=purpose,
        filename=filename[-200:],
        media_type=media_type,
        size=size,
        sha256=sha256,
        content=_fernet().encrypt(first),
        stored_at=at,
        stored_by=by.label,
    )
    session.add(attachment)
    session.flush()
    for no, piece in enumerate(pieces, 2):
        seen.update(piece)
        sealed = {"attachment_id": attachment.id, "no": no, "content": _fernet().encrypt(piece)}
        session.execute(insert(AttachmentPiece), sealed)
    if seen.hexdigest() != sha256:
        raise FileChanged(filename=filename)
    audit.record(
        session,
        by,
        "file.stored",
        attachment,
        after={"purpose": purpose, "size": attachment.size, "sha256": attachment.sha256},
    )
    return attachment


def content_of(attachment: Attachment) -> bytes:
    """Open a stored file whole.

    Raises:
        FileNotReadable: it was tampered with, or no key fits.
    """
    session = object_session(attachment)
    if session is None:
        raise RuntimeError("a stored file is opened in the session it was fetched in")
    return b"".join(_unsealed(session, attachment))


@contextmanager
def opened(session: Session, attachment: Attachment) -> Iterator[Path]:
    """Write a stored file to a temporary one, a piece at a time.

    Raises:
        FileNotReadable: it was tampered with, or no key fits.
    """
    with tempfile.TemporaryDirectory(prefix="tieout-") as folder:
        path = Path(folder) / "stored"
        with path.open("wb") as file:
            for piece in _unsealed(session, attachment):
                file.write(piece)
        yield path


def _measured(content: bytes | Path) -> tuple[int, str]:
    """Its length and digest."""
    size, digest = 0, hashlib.sha256()
    for piece in _pieces_of(content):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def _pieces_of(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        for begin in range(0, len(content), PIECE):
            yield content[begin : begin + PIECE]
        return
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _unsealed(session: Session, attachment: Attachment) -> Iterator[bytes]:
    """Its pieces in their order; what does not come to the whole file is told at the end."""
    digest = hashlib.sha256()
    of_it = AttachmentPiece.attachment_id == attachment.id
    numbers = session.scalars(select(AttachmentPiece.no).where(of_it).order_by(AttachmentPiece.no))
    try:
        digest.update(piece := _fernet().decrypt(attachment.content))
        yield piece
        for no in numbers.all():
            query = select(AttachmentPiece.content).where(of_it, AttachmentPiece.no == no)
            digest.update(piece := _fernet().decrypt(session.scalars(query).one()))
            yield piece
    except InvalidToken as error:
        raise FileNotReadable(filename=attachment.filename) from error
    if digest.hexdigest() != attachment.sha256:
        raise FileNotReadable(filename=attachment.filename)
