"""Pages leave packed, where the browser takes that: a fifth of the bytes on a phone's line."""

import gzip
import io
import secrets

from flask import Flask, Response, request

#: Anything shorter is hardly smaller packed.
_SHORTEST = 1000
#: So many bytes of chance at most stand in front, so that a length says nothing about a secret
#: beside words from the address (BREACH).
_CHANCE = 100


def init_app(app: Flask) -> None:
    """Pack every page."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if len(content) >= _SHORTEST and request.accept_encodings["gzip"]:
        response.set_data(_packed(content))
        response.content_encoding = "gzip"
    return response


def _packed(content: bytes) -> bytes:
    chance = secrets.token_hex(_CHANCE)[: secrets.randbelow(_CHANCE)]
    out = io.BytesIO()
    with gzip.GzipFile(chance, "wb", compresslevel=5, fileobj=out, mtime=0) as file:
        file.write(content)
    return out.getvalue()
