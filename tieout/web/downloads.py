"""Files as answers: always a download, named safely, never run by the browser."""

from collections.abc import Iterable

from flask import Response

#: Types a browser may show in its own viewer; everything else is saved.
_SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})


def download(content: bytes, filename: str, media_type: str, *, show: bool = False) -> Response:
    """Send a file; with `show`, in the browser where that is safe."""
    response = Response(content, mimetype=media_type)
    inline = show and media_type in _SHOWN
    response.headers.set(
        "Content-Disposition", "inline" if inline else "attachment", filename=_safe(filename)
    )
    # Opened by itself, a file may load and run nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def streamed(parts: Iterable[bytes], filename: str, media_type: str) -> Response:
    """Send a file piece by piece, however long it is; always to be saved."""
    response = Response(parts, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=_safe(filename))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _safe(filename: str) -> str:
    plain = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in filename)
    return plain.strip(". ")[:150] or "file"
