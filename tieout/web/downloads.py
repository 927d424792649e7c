"""Files as answers: always a download, named safely, never run by the browser."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response
from werkzeug.http import dump_options_header

#: Types a browser may show in its own viewer; everything else is saved.
_SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})


def download(content: bytes, filename: str, media_type: str, *, show: bool = False) -> Response:
    """Send a file; with `show`, in the browser where that is safe."""
    response = Response(content, mimetype=media_type)
    inline = show and media_type in _SHOWN
    _name(response, "inline" if inline else "attachment", filename)
    # Opened by itself, a file may load and run nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def streamed(parts: Iterable[bytes], filename: str, media_type: str) -> Response:
    """Send a file piece by piece, however long it is; always to be saved."""
    response = Response(parts, mimetype=media_type)
    _name(response, "attachment", filename)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _name(response: Response, disposition: str, filename: str) -> None:
    """Say what a file is called: as it is written, and in ASCII for what knows no other."""
    name = _safe(filename)
    plain = "".join(c if c.isascii() else "_" for c in name)
    options = {"filename": plain}
    if plain != name:  # a header holds Latin letters alone (RFC 6266, RFC 8187)
        options["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = dump_options_header(disposition, options)


def _safe(filename: str) -> str:
    plain = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in filename)
    return plain.strip(". ")[:150] or "file"
