"""Typing commands, as at a terminal."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from tieout import db
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


@pytest.fixture
def harbour(type_in: Type, tmp_path: Path) -> Path:
    """The folder of an installation."""
    folder = tmp_path / "harbour"
    end, said = type_in("init", "--data", folder, *HARBOUR)
    assert end == 0, said
    return folder
