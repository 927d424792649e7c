"""Things kept in a file of their own until they are needed: a million of them take no memory."""

import pickle
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Generic, Self, TypeVar

#: Less than this is not worth a file.
_IN_MEMORY = 4_000_000

T = TypeVar("T")


class Spool(Generic[T]):
    """Things added one after the other and read back in the same order.

    Its file has no name: nobody else can open it, and it is gone with the process.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
        self._count = 0

    def add(self, thing: T) -> None:
        """Keep one more."""
        pickle.dump(thing, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def __iter__(self) -> Iterator[T]:
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)  # noqa: S301 - written above, by this very process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
