"""Typing commands, as at a terminal."""

import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from tieout import config, db
from tieout.cli import main
from tieout.cli.words import speak

#: Types a command: its end (0: all went well), and all it said.
Type = Callable[..., tuple[int, str]]

HARBOUR = ("--name", "Harbour Tools", "--currency", "CNY", "--time-zone", "Asia/Shanghai")


@pytest.fixture
def type_in(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Type]:
    """Type a command; `stdin` is what is piped into it."""
    for name in ("TIEOUT_DATA", "TIEOUT_BACKUP_PASSPHRASE", "TIEOUT_LANGUAGE", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def type_in(*words: object, stdin: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", StringIO(stdin))
        capsys.readouterr()
        end = main([str(word) for word in words])
        said = capsys.readouterr()
        return end, said.out + said.err

    yield type_in
    speak("en")
    db.disconnect()


#: The installation of this process, to be copied: most of the work is the same every time.
_MADE: list[Path] = []


@pytest.fixture
def harbour(type_in: Type, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation, its books open as after `init`."""
    if not _MADE:
        made = tmp_path_factory.mktemp("installed") / "harbour"
        end, said = type_in("init", "--data", made, *HARBOUR)
        assert end == 0, said
        db.disconnect()
        _MADE.append(made)
    own = shutil.copytree(_MADE[0], tmp_path / "harbour")
    db.connect(config.load(own, {}).database_url)
    return own
