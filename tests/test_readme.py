"""What the README tells people to type does what it says."""

import dataclasses
import os
import re
import shlex
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.smtp import free_port
from tieout.cli.commands import COMMANDS
from tieout.config import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
#: Commands that serve pages until they are stopped.
SERVING = ("demo", "run")


def commands() -> Iterator[list[str]]:
    """Every line to be typed, in the order of the page."""
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words:
                yield words


def environment() -> dict[str, str]:
    """What somebody has who has just opened a terminal."""
    return {
        "HOME": os.environ.get("HOME", "/"),
        "PATH": os.environ["PATH"],
        "LANG": "en_GB.UTF-8",
    }


def typed(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Type a command in a folder of one's own."""
    return subprocess.run(
        [ROOT / "run", *words[1:]],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def serves(words: list[str], folder: Path) -> str:
    """Start pages, ask them how they are, stop them, and return what was said."""
    port = free_port()
    started = subprocess.Popen(
        [ROOT / "run", *words[1:], "--port", str(port)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        answer = _ask(f"http://127.0.0.1:{port}/healthz", started)
    finally:
        started.send_signal(signal.SIGTERM)
        said, _ = started.communicate(timeout=60)
    assert b'"ok"' in answer, said
    return said


def _ask(address: str, started: "subprocess.Popen[str]") -> bytes:
    for _ in range(600):
        if started.poll() is not None:
            return b""
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:  # noqa: S310 - our own
                return bytes(reply.read())
        except OSError:
            time.sleep(0.5)
    return b""


@pytest.mark.lengthy
def test_every_command_of_the_readme_does_what_it_says(tmp_path: Path) -> None:
    for words in commands():
        assert words[0] == "./run"
        if words[1] in SERVING:
            said = serves(words, tmp_path)
            assert "Workbench: http://127.0.0.1:" in said, said
        else:
            done = typed(words, tmp_path)
            assert done.returncode == 0, done.stdout + done.stderr

    again = typed(["./run", "demo", "--fill-only"], tmp_path)
    assert "as it was" in again.stdout
    assert (tmp_path / "var/demo/samples/mingyuan-ledger.xlsx").exists()
    assert (tmp_path / "var/first.backup").exists()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_stands_in_the_readme(name: str) -> None:
    table = README.partition("## Commands")[2].partition("## Where")[0]

    assert f"`{name}`" in table


def test_every_file_the_readme_points_at_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_part_of_the_core_stands_in_the_architecture() -> None:
    words = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    parts = {
        path.stem
        for path in (ROOT / "tieout").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert {part for part in parts if f"`{part}`" not in words} == {"__init__", "__main__"}


def test_every_setting_stands_in_the_page_for_operators() -> None:
    words = (ROOT / "deploy" / "README.md").read_text("utf-8")
    names = {field.name for field in dataclasses.fields(Settings)} - {"data", "keys"}

    assert {name for name in names if f"`{name}`" not in words} == set()
