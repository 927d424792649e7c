"""The key links are made with; set once by the roof."""

import hashlib
import hmac

_links = b""


def configure(links: str) -> None:
    """Set the key links are made with."""
    global _links
    _links = links.encode()


def sign(text: str) -> bytes:
    """The keyed digest of a text, as links use it."""
    if not _links:
        raise RuntimeError("tieout.identity.keys.configure() has not been called")
    return hmac.new(_links, text.encode(), hashlib.sha256).digest()


def digest(secret: str) -> str:
    """What is stored of a secret that was handed out."""
    return hashlib.sha256(secret.encode()).hexdigest()
