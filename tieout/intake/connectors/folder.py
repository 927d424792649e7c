"""A watched folder: files that are new or have changed, once they are written to their end.

What was taken is known by the digest of its content. A file that is still growing waits for the
next look; whatever leads out of the folder is refused.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from tieout import clock
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.connectors.protocol import (
    YES,
    Asks,
    Mark,
    Moved,
    Pulled,
    PulledFile,
    Setting,
    Trouble,
    Values,
    number,
)
from tieout.intake.connectors.reach import reach
from tieout.intake.reading.limits import Limits

#: Seconds a file has to have been left alone.
QUIET = 10
#: Nothing larger can be read, plain text or not.
MOST_BYTES = Limits().text_bytes
#: Bytes that are copied at once.
_PIECE = 4_000_000
#: Files looked at in one pull.
MOST_FILES = 5_000
DONE = "done"

GROWING = N_("“%(file)s” is still being written; it is taken with the next pull.")
LEADS_OUT = N_("“%(file)s” is a link that leads out of the folder; it is not followed.")
NO_PLAIN_FILE = N_("“%(file)s” is no plain file; it is left alone.")
TOO_LARGE = N_("“%(file)s” is larger than %(limit)s MB. Split it by period.")
UNREADABLE = N_("“%(file)s” cannot be read: %(reason)s. Let Tieout read it; it is tried again.")
NOT_MOVED = N_("“%(file)s” was taken, but cannot be moved to “%(done)s”: %(reason)s.")


class FolderMissing(Conflict):
    """A folder that is not there, or cannot be looked into."""

    message = N_(
        "The folder “%(path)s” cannot be opened: %(reason)s. Check that it is there and that Tieout"
        " may read it; nothing was lost."
    )


class PatternWrong(InvalidInput):
    """A pattern that leads elsewhere."""

    message = N_(
        "“%(pattern)s” is no pattern of file names. Write it like *.csv or **/*.xlsx, several with"
        " spaces between."
    )


class TooManyFiles(Conflict):
    """A folder nobody tidies up."""

    message = N_("More than %(limit)s files match. Use a narrower pattern, or let files be moved.")


@dataclass(frozen=True)
class _Seen:
    """A file as the mark knows it."""

    size: int
    changed: int
    digest: str

    @classmethod
    def of(cls, stored: Any) -> "_Seen | None":
        match stored:
            case [int(size), int(changed), str(digest)]:
                return cls(size, changed, digest)
            case _:
                return None

    @property
    def stored(self) -> list[Any]:
        return [self.size, self.changed, self.digest]


class Folder:
    """A folder other systems write into."""

    name = "folder"
    label = N_("Watched folder")
    about = N_(
        "Files that another system, or a person, puts into a folder: new and changed ones are"
        " taken in, each once."
    )
    settings: Sequence[Setting] = (
        Setting(
            "path", N_("Folder"), N_("On the machine Tieout runs on, from its root."),
            is_required=True,
        ),
        Setting(
            "pattern", N_("Files"),
            N_("Such as *.csv or **/*.xlsx for folders inside, several with spaces between."),
            default="*.csv *.xlsx *.xls *.ods", is_required=True,
        ),
        Setting(
            "moves", N_("Move files aside once they are taken"),
            N_("Into the folder “done” beside them."), Asks.TICK,
        ),
        Setting(
            "quiet", N_("Seconds a file has to rest"),
            N_("A file changed later than that may not be written to its end yet."),
            Asks.NUMBER, str(QUIET),
        ),
    )  # fmt: skip

    def check(self, given: Values, secrets: Values) -> None:
        """See that the folder may be read and the pattern stays in it.

        Raises:
            FolderRefused, PatternWrong
        """
        reach().folder(given["path"])
        for pattern in given["pattern"].split():
            parts = PurePosixPath(pattern.replace("\\", "/")).parts
            if not parts or ".." in parts or pattern.startswith(("/", "~")) or "\0" in pattern:
                raise PatternWrong(pattern=pattern)

    def source(self, given: Values) -> str:
        """The folder and the pattern."""
        return f"{given.get('path', '')} · {given.get('pattern', '')}"

    def pull(
        self, given: Values, secrets: Values, mark: Mark, *, most: int | None = None
    ) -> Iterator[Pulled]:
        """Yield each file that is new or has changed, the oldest first."""
        self.check(given, secrets)
        with tempfile.TemporaryDirectory(prefix="tieout-") as held:
            look = _Look(reach().folder(given["path"]), given, mark, Path(held) / "copy")
            names = look.names()
            gone = {name: None for name in mark if name not in names}
            if gone:
                yield Moved(gone)
            for name in names:
                found = look.file(name)
                if found is not None:
                    yield found


class _Look:
    """One look into the folder."""

    def __init__(self, folder: Path, given: Values, mark: Mark, copy: Path) -> None:
        self.folder, self.mark = folder, mark
        #: Where a file stands while it is taken, whoever writes to it meanwhile.
        self.copy = copy
        self.patterns = given["pattern"].split()
        self.moves = given.get("moves") == YES
        self.quiet = number(given, "quiet", QUIET)

    def names(self) -> list[str]:
        """The files that match, by when they were changed."""
        found: dict[str, int] = {}
        try:
            with os.scandir(self.folder):
                pass
            for pattern in self.patterns:
                for path in self.folder.glob(pattern):
                    name = path.relative_to(self.folder).as_posix()
                    if name in found or DONE in Path(name).parts[:-1] or path.is_dir():
                        continue
                    found[name] = _changed(path)
                    if len(found) > MOST_FILES:
                        raise TooManyFiles(limit=MOST_FILES)
        except OSError as error:
            raise FolderMissing(path=str(self.folder), reason=_reason(error)) from error
        return sorted(found, key=lambda name: (found[name], name))

    def file(self, name: str) -> Pulled | None:
        """The file, if it is new; what is wrong with it, if it cannot be taken."""
        try:
            return self._file(name)
        except FileNotFoundError:
            return None  # gone meanwhile
        except OSError as error:
            return _trouble(UNREADABLE, name, reason=_reason(error))

    def _file(self, name: str) -> Pulled | None:
        path = (self.folder / name).resolve(strict=True)
        if not path.is_relative_to(self.folder):
            return _trouble(LEADS_OUT, name)
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                return _trouble(NO_PLAIN_FILE, name)
            known = _Seen.of(self.mark.get(name))
            if known is not None and _is_same(known, before):
                return self._left_over(name, known)
            if self._is_growing(before):
                return _trouble(GROWING, name, is_waiting=True)
            if before.st_size > MOST_BYTES:
                return _trouble(TOO_LARGE, name, limit=MOST_BYTES // 1_000_000)
            size, digest = _copied(file, self.copy)
            after = os.fstat(handle)
        if _stamp(before) != _stamp(after) or size != after.st_size:
            return _trouble(GROWING, name, is_waiting=True)
        return self._taken(name, known, digest, after)

    def _taken(self, name: str, known: _Seen | None, digest: str, at: os.stat_result) -> Pulled:
        seen = _Seen(at.st_size, at.st_mtime_ns, digest)
        if known is not None and known.digest == digest:
            return Moved({name: seen.stored})
        if not self.moves:
            return PulledFile(Path(name).name, self.copy, {name: seen.stored})
        return PulledFile(
            Path(name).name, self.copy, {name: seen.stored}, lambda: self._move(name, digest)
        )

    def _left_over(self, name: str, known: _Seen) -> Pulled | None:
        """A file that was taken, but not moved because something came in between."""
        if not self.moves or not known.digest:
            return None
        try:
            self._move(name, known.digest)
        except Conflict as error:
            return Trouble.of(name, error)
        return Moved({name: None})

    def _move(self, name: str, digest: str) -> None:
        """Move a file aside, if it is still the one that was taken.

        Raises:
            NotMoved: it cannot be moved.
        """
        path = self.folder / name
        aside = path.parent / DONE
        try:
            if path.is_symlink() or _digest(path) != digest:
                return
            aside.mkdir(exist_ok=True)
            if aside.is_symlink():
                raise NotADirectoryError(f"{aside} is a link")
            target = aside / path.name
            if target.exists():
                target = aside / f"{path.stem} {digest[:8]}{path.suffix}"
            path.replace(target)
        except FileNotFoundError:
            return
        except OSError as error:
            raise NotMoved(file=name, done=DONE, reason=_reason(error)) from error

    def _is_growing(self, at: os.stat_result) -> bool:
        """Whether it was written to a moment ago."""
        age = clock.now().timestamp() - at.st_mtime
        return 0 <= age < self.quiet


class NotMoved(Conflict):
    """A file that was taken, and stands there still."""

    message = NOT_MOVED


def _copied(file: IO[bytes], to: Path) -> tuple[int, str]:
    """Copy a file as far as it may go; its length and digest."""
    size, digest = 0, hashlib.sha256()
    with to.open("wb") as copy:
        while size <= MOST_BYTES and (piece := file.read(_PIECE)):
            copy.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_same(known: _Seen, at: os.stat_result) -> bool:
    return (known.size, known.changed) == _stamp(at)


def _stamp(at: os.stat_result) -> tuple[int, int]:
    return (at.st_size, at.st_mtime_ns)


def _changed(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0


def _trouble(words: str, name: str, *, is_waiting: bool = False, **facts: object) -> Trouble:
    return Trouble(name, Sentence(words, {"file": name, **facts}), is_waiting)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


FOLDER = Folder()
