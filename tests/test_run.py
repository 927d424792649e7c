"""The one script that starts everything, tried as people meet it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What the script uses besides Python.
TOOLS = ("sh", "env", "dirname", "cat", "cksum", "rm", "awk", "id", "grep")


def run(*words: str, at: Path = ROOT, **around: str | Path) -> subprocess.CompletedProcess[str]:
    """Type a command at a checkout, with nothing else in the environment."""
    environment = {"HOME": "/nonexistent", "PATH": os.defpath}
    cwd = around.pop("cwd", at)
    return subprocess.run(
        [at / "run", *words],
        cwd=cwd,
        env=environment | {name: str(value) for name, value in around.items()},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that nobody has started yet, beside a folder with few tools in it."""
    for name in ("run", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    return tmp_path


def old_python(checkout: Path, script: str) -> None:
    """Put a python3 on the PATH that behaves as the script says."""
    python = checkout / "tools" / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def test_no_python_at_all_is_said(checkout: Path) -> None:
    done = run("demo", at=checkout, PATH=checkout / "tools")

    assert done.returncode == 1
    assert done.stderr == "Tieout needs Python 3.11 or newer, and there is none on the PATH.\n"


def test_a_python_too_old_is_not_taken(checkout: Path) -> None:
    old_python(checkout, "exit 1")

    done = run("demo", at=checkout, PATH=checkout / "tools")

    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr


def test_a_python_without_venv_is_told_which_package_is_missing(checkout: Path) -> None:
    old_python(
        checkout,
        """case "$*" in
            --version) echo Python 3.11.2 ;;
            *print*) echo python3.11-venv ;;
            *venv*) exit 1 ;;
        esac""",
    )

    done = run("demo", at=checkout, PATH=checkout / "tools")

    assert done.returncode == 1
    assert "sudo apt-get install python3.11-venv" in done.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.skipif(
    not (ROOT / ".venv" / "packages.stamp").exists(), reason="./run has not been used here yet"
)
def test_other_words_are_passed_on_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "__init__.py").write_text("raise SystemExit('not this one')")

    done = run("--help", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout


@pytest.mark.skipif(
    not (ROOT / ".venv" / "packages.stamp").exists(), reason="./run has not been used here yet"
)
def test_what_tieout_answers_is_what_the_script_answers() -> None:
    done = run("no-such-command")

    assert done.returncode == 2
    assert "no-such-command" in done.stderr
