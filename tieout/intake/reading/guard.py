"""The parent's side of the child process: it waits so long and no longer, and believes little."""

import fcntl
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import tieout
from tieout.intake.reading import errors
from tieout.intake.reading.frames import unpacked
from tieout.intake.reading.limits import Limits

_ROOT = str(Path(tieout.__file__).parent.parent)
#: No frame is longer; a child that says so has gone wrong.
_LONGEST_FRAME = 1 << 28
_BLOCK = 1 << 18
#: What the child may be ahead of us, where the system lets us say so.
_PIPE = 1 << 20


class ChildDied(errors.ReaderFailed):
    """The child ended without an end, killed by the file or by its limits."""


class Child:
    """One reading process; leaving the `with` ends it, however far it came."""

    def __init__(self, job: dict[str, Any], limits: Limits) -> None:
        self._file = str(job["file"])
        self._limits = limits
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        job = {**job, "memory_bytes": limits.memory_bytes, "seconds": limits.processor_seconds}
        self._out, answers = os.pipe()
        _widen(answers)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", "tieout.intake.reading.child", json.dumps(job)],
                stdin=subprocess.DEVNULL,
                stdout=answers,
                stderr=self._complaints,
                env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "PATH": os.environ.get("PATH", "")},
                start_new_session=True,
            )
        finally:
            os.close(answers)

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process and let go of everything."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._out)
        self._complaints.close()

    def frames(self) -> Iterator[Any]:
        """Yield what the child answers until its end.

        Raises:
            Unreadable: what the child found wrong, or what its reading cost.
        """
        while True:
            (length,) = struct.unpack(">I", self._bytes(4))
            if length > _LONGEST_FRAME:
                raise errors.TooMuchMemory(file=self._file, limit=self._megabytes)
            frame = unpacked(self._bytes(length))
            if "error" in frame:
                raise self._error(frame)
            if "end" in frame:
                return
            yield frame

    @property
    def _megabytes(self) -> int:
        return self._limits.memory_bytes // 1_000_000

    def _error(self, frame: dict[str, Any]) -> errors.Unreadable:
        kind = errors.BY_NAME.get(str(frame["error"]), errors.Unreadable)
        facts = {"file": self._file, "limit": self._megabytes, **frame.get("facts", {})}
        return kind(**facts)

    def _bytes(self, count: int) -> bytes:
        """Wait for so many bytes; silence counts against the limit, our own work does not."""
        found = bytearray()
        until = time.monotonic() + self._limits.seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            while len(found) < count:
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise errors.TookTooLong(file=self._file, seconds=self._limits.seconds)
                block = os.read(self._out, min(_BLOCK, count - len(found)))
                if not block:
                    raise self._death()
                found += block
        return bytes(found)

    def _death(self) -> errors.Unreadable:
        code = self._process.wait()
        self._complaints.seek(0)
        complaint = self._complaints.read(10_000)
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return errors.TookTooLong(file=self._file, seconds=self._limits.seconds)
        if b"memory allocation" in complaint or b"MemoryError" in complaint:
            return errors.TooMuchMemory(file=self._file, limit=self._megabytes)
        return ChildDied(file=self._file)


def _widen(pipe: int) -> None:
    """Let a pipe hold more than the usual 64 kB, so that neither side waits for the other."""
    with suppress(OSError, AttributeError):  # not every system can, nor lets everybody
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
