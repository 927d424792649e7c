"""Style sheets, scripts and pictures: a hash in the name, kept for a year, sent compressed."""

import gzip
import hashlib
import mimetypes
import time
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request
from markupsafe import Markup
from werkzeug.security import safe_join

from tieout.web.access import public

FOLDER = Path(__file__).parent / "static"
_PACKED = frozenset({".css", ".js", ".svg", ".html", ".json", ".txt"})
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGITS = 10
_ROOT = "/static"
_LINK = Markup('<link rel="stylesheet" href="{}">')
#: Seconds.
_LOOKED_AT_EVERY = 1.0
#: By name of a file: when it was looked at, and the hash of it.
_SEEN: dict[str, tuple[float, str]] = {}

bp = Blueprint("static", __name__)


def static(name: str) -> str:
    """The address of a file; it changes when the file does.

    Written here rather than by `url_for`: a page names files by the hundred.
    """
    stem, dot, kind = name.rpartition(".")
    return f"{request.script_root}{_ROOT}/{stem}.{_hash_now(name)}{dot}{kind}"


def stylesheets(*names: str) -> Markup:
    """The links to some of our style sheets, in their order."""
    return _links(names, request.script_root, int(time.monotonic() / _LOOKED_AT_EVERY))


@lru_cache(maxsize=32)
def _links(names: tuple[str, ...], _root: str, _now: int) -> Markup:
    """The links, written once a second rather than for every page."""
    return Markup("\n  ").join(_LINK.format(static(f"css/{name}.css")) for name in names)


@bp.get(f"{_ROOT}/<path:name>")
@public
def file(name: str) -> Response:
    """Send a file; for ever when the hash in its name is its own."""
    plain, asked = _split(name)
    if not _exists(plain):
        plain, asked = name, ""
    if not _exists(plain):
        abort(404)
    content, packed, digest = _read(plain)
    response = Response(mimetype=mimetypes.guess_type(plain)[0] or "application/octet-stream")
    if packed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            content = packed
            response.content_encoding = "gzip"
    response.set_data(content)
    response.set_etag(f"{digest}-{response.content_encoding or 'plain'}")
    response.headers["Cache-Control"] = _FOR_EVER if asked == digest else "no-cache"
    response.make_conditional(request)
    return response


def _split(name: str) -> tuple[str, str]:
    """A name without the hash in it, and the hash."""
    stem, dot, kind = name.rpartition(".")
    bare, _, asked = stem.rpartition(".")
    return f"{bare}{dot}{kind}", asked


def _exists(name: str) -> bool:
    path = safe_join(str(FOLDER), name)
    return path is not None and Path(path).is_file()


def _hash_now(name: str) -> str:
    """What stands in a file's name; looked at again every second, not for every page."""
    now = time.monotonic()
    seen, digest = _SEEN.get(name, (0.0, ""))
    if not digest or now - seen > _LOOKED_AT_EVERY:
        digest = _read(name)[2]
        _SEEN[name] = now, digest
    return digest


def _read(name: str) -> tuple[bytes, bytes | None, str]:
    path = FOLDER / name
    return _loaded(path, path.stat().st_mtime_ns) if path.is_file() else (b"", None, "missing")


@lru_cache(maxsize=512)
def _loaded(path: Path, _changed: int) -> tuple[bytes, bytes | None, str]:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0) if path.suffix in _PACKED else None
    return content, packed, hashlib.sha256(content).hexdigest()[:_DIGITS]
