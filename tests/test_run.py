"""The one script that starts everything, tried as people meet it."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import time
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


#: The checks of everything, in the order of the summary.
CHECKS = ("ruff check", "ruff format", "mypy --strict", "lint-imports", "pytest")
#: Say something, wait until another check has begun, say something again.
TOGETHER = """echo {mine} begins; : >begun.{mine}
n=0; until [ -e begun.{other} ] || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done
[ -e begun.{other} ] && echo {mine} ends"""


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A checkout whose packages are there, with checks that find nothing."""
    for name in ("run", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    says(tmp_path, "python", "")
    for name in ("ruff", "mypy", "lint-imports", "pytest", "chromium", "pdftotext"):
        says(tmp_path, name, f"echo {name} was here")
    sums = "cat requirements.lock requirements-dev.lock | cksum"
    locks = subprocess.check_output(sums, shell=True, cwd=tmp_path, text=True)  # noqa: S602 - ours
    (tmp_path / ".venv" / "packages.stamp").write_text(f"{locks.strip()} requirements-dev.lock\n")
    return tmp_path


def says(checkout: Path, name: str, script: str) -> None:
    """Put a check into a checkout."""
    program = checkout / ".venv" / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def whole(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Type `./run test`, with nowhere else to look for a browser or to keep anything."""
    path = f"{checkout / '.venv' / 'bin'}:{os.defpath}"
    (checkout / "tmp").mkdir()
    return run("test", at=checkout, PATH=path, TMPDIR=checkout / "tmp")


def summary(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The last lines, a check each."""
    return [line.strip() for line in done.stderr.splitlines()[-len(CHECKS) :]]


def test_types_are_checked_while_the_tests_run(ready: Path) -> None:
    says(ready, "pytest", TOGETHER.format(mine="pytest", other="mypy"))
    says(ready, "mypy", TOGETHER.format(mine="mypy", other="pytest"))

    done = whole(ready)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "ruff was here",
        "ruff was here",
        "pytest begins",
        "pytest ends",
        "mypy begins",
        "mypy ends",
        "lint-imports was here",
    ]
    assert summary(done) == [f"passed  {name}" for name in CHECKS]
    assert list((ready / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", CHECKS)
def test_one_check_that_fails_fails_it_all(ready: Path, name: str) -> None:
    program, _, word = name.partition(" ")
    says(ready, program, f'case "$*" in "{word}"*) echo wrong; exit 3 ;; esac')

    done = whole(ready)

    assert done.returncode == 1
    assert "wrong" in done.stdout
    assert summary(done) == [f"{'FAILED' if each == name else 'passed'}  {each}" for each in CHECKS]


def test_chosen_tests_run_alone(ready: Path) -> None:
    says(ready, "pytest", 'echo "$@"')
    path = f"{ready / '.venv' / 'bin'}:{os.defpath}"

    done = run("test", "--long", "tests/tieout/ledger", at=ready, PATH=path)

    assert done.stdout == "-m  tests/tieout/ledger\n"
    assert done.stderr.splitlines()[-1] == "  passed  pytest"


def test_whoever_interrupts_the_tests_ends_it_all(ready: Path) -> None:
    begun = [ready / f"{name}.begun" for name in ("mypy", "lint-imports", "pytest")]
    for file in begun:
        says(ready, file.stem, f": >{file.name}; exec sleep 300")
    path = f"{ready / '.venv' / 'bin'}:{os.defpath}"
    (ready / "tmp").mkdir()
    # Whoever runs holds the other end: it closes when the last has gone.
    heard, held = os.pipe()
    started = subprocess.Popen(
        [ready / "run", "test"],
        env={"HOME": "/nonexistent", "PATH": path, "TMPDIR": str(ready / "tmp")},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=[held],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(held)
    try:
        _wait_for(begun)
        os.killpg(started.pid, signal.SIGINT)  # as a terminal does

        assert started.wait(timeout=30) == 130
        assert select.select([heard], [], [], 30)[0] == [heard]
        assert list((ready / "tmp").iterdir()) == []
    finally:
        os.close(heard)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(timeout=30)


def _wait_for(files: list[Path]) -> None:
    for _ in range(300):
        if all(file.exists() for file in files):
            return
        time.sleep(0.1)
    raise AssertionError(f"one of {files} did not come")
