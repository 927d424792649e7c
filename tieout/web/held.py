"""Files held for whoever chose them while their form has to be put right.

They are no part of the books: sealed in the data folder, for one person, gone after a day. Where
several machines serve one installation and share no folder, a file is asked for again.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from tieout import attachments, clock
from tieout.attachments import FileNotReadable
from tieout.identity.sessions import Audience
from tieout.web.viewer import Viewer, maybe_viewer

FOLDER = "held"
#: Seconds a file is held, files a person may have held, and bytes of one.
DAY = 24 * 60 * 60
MOST = 10
LARGEST = 25_000_000
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Held:
    """A file that is held, by the key its form knows."""

    key: str
    filename: str
    content: bytes = field(repr=False)


def hold(filename: str, content: bytes) -> Held | None:
    """Hold a file for whoever sent it; None where nobody is known, or it is too large."""
    person = maybe_viewer()
    if person is None or not 0 < len(content) <= LARGEST:
        return None
    held = Held(secrets.token_urlsafe(16), filename, content)
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder, person)
    head = json.dumps({"filename": filename}).encode()
    sealed = attachments.seal_content(head + b"\n" + content)
    path = folder / _name(person, held.key)
    path.touch(mode=0o600)
    path.write_bytes(sealed)
    os.utime(path, times=(clock.now().timestamp(),) * 2)
    return held


def found(keys: Iterable[str]) -> tuple[Held, ...]:
    """The files of some keys that are there still and are this person's."""
    person = maybe_viewer()
    if person is None:
        return ()
    each = (_read(_folder() / _name(person, key), key) for key in dict.fromkeys(keys))
    return tuple(one for one in each if one is not None)


def let_go(held: Iterable[Held]) -> None:
    """Hold files no longer: they were taken."""
    person = maybe_viewer()
    for one in held:
        if person is not None:
            (_folder() / _name(person, one.key)).unlink(missing_ok=True)


def _read(path: Path, key: str) -> Held | None:
    if not _KEY.fullmatch(key):
        return None
    try:
        if _is_over(path):
            return None
        plain = attachments.unseal_content(path.read_bytes(), path.name)
    except (FileNotFoundError, FileNotReadable):
        return None
    head, _, content = plain.partition(b"\n")
    return Held(key, str(json.loads(head)["filename"]), content)


def _folder() -> Path:
    data: Path = current_app.config["TIEOUT"].data
    return data / FOLDER


def _name(person: Viewer, key: str) -> str:
    return f"{_whose(person)}.{hashlib.sha256(key.encode()).hexdigest()}"


def _whose(person: Viewer) -> str:
    """The same whether a contact signed in or came by a link; never of two people."""
    if person.audience is Audience.STAFF:
        return f"staff-{person.person_id}"
    return f"contact-{person.contact_id}"


def _is_over(path: Path) -> bool:
    return path.stat().st_mtime < clock.now().timestamp() - DAY


def _sweep(folder: Path, person: Viewer) -> None:
    """Throw away what is over, and the oldest of whoever holds too much."""
    mine: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        try:
            if _is_over(path):
                path.unlink(missing_ok=True)
            elif path.name.startswith(f"{_whose(person)}."):
                mine.append((path.stat().st_mtime, path))
        except FileNotFoundError:
            continue  # another request was faster
    for _, path in sorted(mine)[: max(len(mine) - MOST + 1, 0)]:
        path.unlink(missing_ok=True)
