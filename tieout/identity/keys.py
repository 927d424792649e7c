"""The keys identity works with; set once by the roof."""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet

_links = b""
_fields: MultiFernet | None = None


def configure(links: str, fields: Sequence[str]) -> None:
    """Set the key links are made with and the keys second factors are locked with."""
    global _links, _fields
    _links = links.encode()
    _fields = MultiFernet([Fernet(key) for key in fields])


def sign(text: str) -> bytes:
    """The keyed digest of a text, as links use it."""
    if not _links:
        raise RuntimeError("tieout.identity.keys.configure() has not been called")
    return hmac.new(_links, text.encode(), hashlib.sha256).digest()


def lock(text: str) -> str:
    """Encrypt a value for its column."""
    return _opened().encrypt(text.encode()).decode()


def unlock(text: str) -> str:
    """Decrypt what `lock` made."""
    return _opened().decrypt(text.encode()).decode()


def digest(secret: str) -> str:
    """What is stored of a secret that was handed out."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _opened() -> MultiFernet:
    if _fields is None:
        raise RuntimeError("tieout.identity.keys.configure() has not been called")
    return _fields
