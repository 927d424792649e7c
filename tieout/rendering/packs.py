"""Proving a pack: every file is there and is what the manifest says, and nothing else is."""

import hashlib
import hmac
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.rendering.packing import FORMAT, MANIFEST, PROOFS, SEAL, SUMS, seal_of

#: More than this no manifest of ours comes to.
_MANIFEST_AT_MOST = 64 * 1024 * 1024
_PIECE = 1 << 20


class NoPack(InvalidInput):
    """A file that is no pack of ours."""

    message = N_("%(path)s is no evidence pack or data export of Tieout: it has no manifest.")


@dataclass(frozen=True)
class Proof:
    """What came of looking at a pack."""

    kind: str
    made_at: str
    files: int
    problems: tuple[Sentence, ...]
    #: Made with the keys at hand; None where it could not be asked.
    is_ours: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether it is whole."""
        return not self.problems and self.is_ours is not False


def prove(path: Path, *, with_keys: bool = False) -> Proof:
    """Look at every file of a pack; with the installation's keys, also who made it.

    Raises:
        NoPack: it is none.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            content = _manifest(pack, path)
            told = _read(content, path)
            problems = tuple(_problems(pack, told, content))
            ours = _is_ours(pack, content) if with_keys else None
    except (zipfile.BadZipFile, EOFError) as error:
        raise NoPack(path=path.name) from error
    return Proof(str(told["kind"]), str(told["made_at"]), len(told["files"]), problems, ours)


def _manifest(pack: zipfile.ZipFile, path: Path) -> bytes:
    try:
        info = pack.getinfo(MANIFEST)
    except KeyError as error:
        raise NoPack(path=path.name) from error
    if info.file_size > _MANIFEST_AT_MOST:
        raise NoPack(path=path.name)
    return pack.read(info)


def _read(content: bytes, path: Path) -> dict[str, Any]:
    try:
        told = json.loads(content)
        known = told["format"] == FORMAT and isinstance(told["files"], list)
        named = [(one["name"], one["sha256"], one["size"]) for one in told["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise NoPack(path=path.name) from error
    if not known or "kind" not in told or "made_at" not in told or not _are_texts(named):
        raise NoPack(path=path.name)
    return dict(told)


def _are_texts(named: list[tuple[Any, Any, Any]]) -> bool:
    return all(isinstance(name, str) and isinstance(sha, str) for name, sha, _ in named)


def _problems(pack: zipfile.ZipFile, told: dict[str, Any], manifest: bytes) -> Iterator[Sentence]:
    names = pack.namelist()
    said = {str(one["name"]): one for one in told["files"]}
    for name in sorted(set(names) - set(said) - set(PROOFS)):
        yield Sentence(N_("“%(name)s” is not in the manifest: it was added later."), {"name": name})
    for name in sorted(name for name in set(names) if names.count(name) > 1):
        yield Sentence(N_("“%(name)s” stands in the pack more than once."), {"name": name})
    for name, one in said.items():
        if name not in names:
            yield Sentence(N_("“%(name)s” is missing."), {"name": name})
        elif not hmac.compare_digest(_digest(pack, name), str(one["sha256"])):
            yield Sentence(N_("“%(name)s” was changed after the pack was made."), {"name": name})
    sums = [f"{one['sha256']}  {one['name']}" for one in told["files"]]
    sums.append(f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}")
    if SUMS not in names or pack.read(SUMS).decode("utf-8", "replace").splitlines() != sums:
        yield Sentence(N_("“%(name)s” does not say what the manifest says."), {"name": SUMS})


def _digest(pack: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with pack.open(name) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return "unreadable"  # broken, encrypted, or packed as nobody of ours packs
    return digest.hexdigest()


def _is_ours(pack: zipfile.ZipFile, manifest: bytes) -> bool:
    if SEAL not in pack.namelist():
        return False
    said = pack.read(SEAL).decode("ascii", "replace").strip()
    return hmac.compare_digest(said.encode(), seal_of(manifest).encode())
