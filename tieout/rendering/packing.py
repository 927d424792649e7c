"""Packs: files handed out together in a zip, with a manifest that proves each of them.

    pack = Pack("data_export", at, {"customer": "M-0217"})
    yield pack.add("answers.csv", content)      # bytes of the zip, as far as they are ready
    yield pack.close()

`manifest.json` names each file with size and SHA-256, and says why the three that prove it are not
among them: it cannot hold its own digest. `SHA256SUMS` says the same to `sha256sum --check`, and
that of the manifest; `SEAL` is the keyed digest of the manifest: only this installation can have
made it.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from tieout.identity import keys

MANIFEST, SUMS, SEAL = "manifest.json", "SHA256SUMS", "SEAL"
FORMAT = "tieout-pack-1"
#: What proves the files, and is no file the manifest can list.
PROOFS = {
    MANIFEST: "this list; its SHA-256 stands in SHA256SUMS",
    SUMS: "the SHA-256 of every file listed here and of this list, for sha256sum --check",
    SEAL: "the keyed digest of this list, for tieout verify --data",
}
#: What a name inside a zip may not hold on any system.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')


class Pack:
    """A zip that is written piece by piece and never held whole."""

    def __init__(self, kind: str, at: datetime, about: Mapping[str, object]) -> None:
        self._about = {"format": FORMAT, "kind": kind, "made_at": at.isoformat(), **about}
        self._files: list[dict[str, object]] = []
        self._names: set[str] = set()
        self._out = _Stream()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)
        self._moment = at.astimezone(UTC).timetuple()[:6]

    def add(self, path: str, content: bytes) -> bytes:
        """Add a file; return what of the zip is ready."""
        name = self._free(path)
        sha256 = hashlib.sha256(content).hexdigest()
        self._files.append({"name": name, "size": len(content), "sha256": sha256})
        return self._write(name, content)

    def close(self) -> bytes:
        """Add the manifest and its proofs; return the rest of the zip."""
        content = json.dumps(
            {**self._about, "files": self._files, "not_listed": PROOFS},
            ensure_ascii=False,
            indent=1,
        ).encode()
        sums = [f"{one['sha256']}  {one['name']}" for one in self._files]
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}")
        rest = self._write(MANIFEST, content)
        rest += self._write(SUMS, ("\n".join(sums) + "\n").encode())
        rest += self._write(SEAL, (seal_of(content) + "\n").encode())
        self._zip.close()
        return rest + self._out.taken()

    def _write(self, name: str, content: bytes) -> bytes:
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self._zip.writestr(info, content)
        return self._out.taken()

    def _free(self, path: str) -> str:
        """A name that no other file of the pack has, on systems that fold case too."""
        name = "/".join(safe_name(part) for part in path.split("/"))
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if stem else (name, "")
        candidate, n = name, 1
        while candidate.casefold() in self._names:
            n += 1
            candidate = f"{stem} ({n}){ending}"
        self._names.add(candidate.casefold())
        return candidate


def safe_name(part: str) -> str:
    """One step of a path, as every system can keep it: never up, never anywhere else."""
    return _UNSAFE.sub("_", part).strip(". ")[:120] or "_"


def seal_of(manifest: bytes) -> str:
    """The keyed digest of a manifest."""
    return keys.sign(f"pack:{hashlib.sha256(manifest).hexdigest()}").hex()


class _Stream(io.RawIOBase):
    """Where a zip goes that is sent while it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._ready = bytearray()

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # what a zip gives are bytes
        """Keep what is to be sent next."""
        self._ready += data
        return len(data)

    def taken(self) -> bytes:
        """What is ready; it is let go."""
        ready = bytes(self._ready)
        self._ready.clear()
        return ready
